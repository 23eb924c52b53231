"""The tolerant reader: pass over what a message of a newer version has and the schema of this version does not. Pure.

Unknown fields need no work, since schemas allow them. This module is for unknown members of enumerations, and for lists
that are longer than `maxItems`. It runs only on messages that the schema refuses.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

STAND_IN = "x-unknown"
"""The keyword of an enumeration that names the member which an unknown one is read as. Without it the value is left out."""
KEPT_ITEMS = "x-longer"
"""The keyword of a list that says which items of a longer one are kept: see _KEPT. Without it, the first ones."""
MAX_VALUE_CHARS = 100
"""The longest unknown value that is reported, in code points."""

Retrieve = Callable[[str], Mapping[str, Any]]
"""Returns the schema with a URI."""
Keep = Literal["first", "last", "ends", "none"]
_LEFT_OUT = object()

_KEPT: Mapping[Keep, Callable[[list[Any], int], list[Any]]] = {
    "first": lambda items, limit: items[:limit],
    "last": lambda items, limit: items[-limit:],
    "ends": lambda items, limit: [items[0], *items[len(items) - limit + 1 :]],
    "none": lambda items, _: items,
}
"""The items that are kept of a list with more than a limit of one or more: with *ends*, the first and the latest others. Of a
list that must not be cut, *none* is passed over, so the message stays invalid."""


@dataclass(frozen=True, slots=True)
class PassedOver:
    """What was passed over in a message of *stream*: *value*, in the field *at*, a JSON pointer with * for each index."""

    stream: str
    at: str
    value: str

    def __str__(self) -> str:
        """Return the value and its place."""
        return f"{self.value} in {self.stream} at {self.at}"


@dataclass(frozen=True, slots=True)
class Node:
    """The part of a schema that unknown members and longer lists concern.

    *members* are those of an enumeration. *optional* has the properties that may be absent. Properties and items without
    enumerations and lists have no node.
    """

    members: frozenset[str] = frozenset()
    stand_in: str | None = None
    nullable: bool = False
    properties: "Mapping[str, Node]" = field(default_factory=dict)
    optional: frozenset[str] = frozenset()
    items: "Node | None" = None
    least: int = 0
    limit: int | None = None
    keep: Keep = "first"

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to pass over."""
        return not (self.members or self.properties or self.items or self.limit)


def compile_nodes(schema: Mapping[str, Any], retrieve: Retrieve) -> Node:
    """Return *schema* as a node. References to other schemas are resolved by *retrieve*."""
    return _compile(schema, schema, retrieve)


def pass_over(root: Node, stream: str, data: Any) -> tuple[Any, list[PassedOver]]:
    """Return *data*, a message of *stream*, without what the schema behind *root* does not know, and what that was.

    The result is not validated: *data* may be invalid for other reasons. It is unchanged if there is nothing to pass over, or
    if the message as a whole would have to be left out.
    """
    found: list[PassedOver] = []
    known = _known(root, data, "", lambda at, value: found.append(PassedOver(stream, at or "/", value[:MAX_VALUE_CHARS])))
    return (data, []) if known is _LEFT_OUT else (known, found)


def _known(node: Node, data: Any, at: str, report: Callable[[str, str], None]) -> Any:
    """Return *data* without what *node* does not know; _LEFT_OUT if nothing can stand in for it."""
    if isinstance(data, str) and node.members and data not in node.members:
        report(at, repr(data))
        return _instead(node)
    if isinstance(data, list):
        if node.limit and len(data) > node.limit and node.keep != "none":
            report(at, f"{len(data) - node.limit:,} of {len(data):,} items")
            data = _KEPT[node.keep](data, node.limit)
        if (items := node.items) is None:
            return data
        known = [_known(items, each, f"{at}/*", report) for each in data]
        left = [each for each in known if each is not _LEFT_OUT]
        return left if len(left) >= node.least or len(left) == len(data) else _instead(node)
    if not isinstance(data, dict):
        return data
    changed = dict(data)
    for name, part in node.properties.items():
        if name not in data:
            continue
        value = _known(part, data[name], f"{at}/{name}", report)
        if value is not _LEFT_OUT:
            changed[name] = value
        elif name in node.optional:
            del changed[name]
        else:
            return _instead(node)
    return changed


def _instead(node: Node) -> Any:
    """Return what stands for a value that *node* does not know."""
    return node.stand_in or (None if node.nullable else _LEFT_OUT)


def _compile(schema: Mapping[str, Any], root: Mapping[str, Any], retrieve: Retrieve) -> Node:
    schema, root, nullable = _resolve(schema, root, retrieve)
    items = _compile(schema["items"], root, retrieve) if "items" in schema else None
    fields = dict(_compiled_properties(schema, root, retrieve))
    # A list of a fixed length that becomes longer has another meaning.
    limit = schema.get("maxItems") if schema.get("maxItems") != schema.get("minItems") else None
    return Node(
        members=frozenset(schema.get("enum", ())),
        stand_in=schema.get(STAND_IN),
        nullable=nullable,
        properties=fields,
        optional=frozenset(fields) - frozenset(schema.get("required", ())),
        items=None if items is None or items.is_empty else items,
        least=schema.get("minItems", 0),
        limit=limit,
        keep=schema.get(KEPT_ITEMS, "first"),
    )


def _compiled_properties(schema: Mapping[str, Any], root: Mapping[str, Any], retrieve: Retrieve) -> Iterator[tuple[str, Node]]:
    for name, part in schema.get("properties", {}).items():
        node = _compile(part, root, retrieve)
        if not node.is_empty:
            yield name, node


def _resolve(
    schema: Mapping[str, Any], root: Mapping[str, Any], retrieve: Retrieve
) -> tuple[Mapping[str, Any], Mapping[str, Any], bool]:
    """Return *schema* without references and without the choice of null, its file, and whether it may be null."""
    nullable = "null" in schema.get("type", ())
    while "$ref" in schema or "anyOf" in schema:
        if "anyOf" in schema:
            nullable = nullable or {"type": "null"} in schema["anyOf"]
            schema = next(each for each in schema["anyOf"] if each != {"type": "null"})
            continue
        uri, _, path = schema["$ref"].partition("#")
        root = retrieve(uri) if uri else root
        schema = root
        for step in filter(None, path.split("/")):
            schema = schema[step]
    return schema, root, nullable or "null" in schema.get("type", ())
