"""Compare two versions of a JSON Schema: which changes break what exists. Pure.

Records of a stream are read by newer programs and by older ones (monitor/messages/tolerant.py), for as long as the records and
the programs last. So a stream's schema may get optional fields, and what an older reader passes over: members of enumerations
and items of lists. All else is a new version of the stream.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from monitor.messages.tolerant import KEPT_ITEMS, STAND_IN, Retrieve

Breaks = Literal["old records", "old readers"]
Expanded = Mapping[str, Any]
"""A schema without references and annotations, whose type is a set."""

OLD_RECORDS: frozenset[Breaks] = frozenset({"old records"})
OLD_READERS: frozenset[Breaks] = frozenset({"old readers"})
BOTH = OLD_RECORDS | OLD_READERS
ANY_TYPE = frozenset({"array", "boolean", "null", "number", "object", "string"})
ANNOTATIONS = frozenset({"$schema", "$id", "$defs", "$comment", "title", "description", "examples", "default", "deprecated"})
LOWER = frozenset({"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"})
UPPER = frozenset({"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"})
FIXED = frozenset({
    "anyOf", "dependentRequired", "dependentSchemas", "format", "multipleOf", "oneOf", "pattern", "propertyNames",
    "uniqueItems",
})  # fmt: skip
"""Keywords whose values have no order: another value refuses some of what the former one allows."""
OF_NAMES = frozenset({"properties", "dependentSchemas"})
OF_ONE = frozenset({"items", "additionalProperties", "propertyNames"})
OF_SEVERAL = frozenset({"anyOf", "oneOf"})
"""Keywords with schemas by name, with one, and with a list of them."""
PLAIN = LOWER | UPPER | (FIXED - OF_NAMES - OF_ONE - OF_SEVERAL) | {"enum", "const", "required", STAND_IN, KEPT_ITEMS}


@dataclass(frozen=True, slots=True)
class Change:
    """A change at *at*, a JSON pointer with * for each index or free name, and what it breaks."""

    at: str
    what: str
    breaks: frozenset[Breaks]


@dataclass(frozen=True, slots=True)
class Place:
    """Where two schemas are compared. *spare* if a reader can do without a value here, *tolerant* if it passes values over."""

    at: str = ""
    spare: bool = False
    tolerant: bool = True


def compare(old: Expanded, new: Expanded, place: Place = Place()) -> Iterator[Change]:
    """Yield the changes from *old* to *new* that break something."""
    types, now = _types(old), _types(new)
    if types != now:
        was, is_ = (" or ".join(sorted(each)) for each in (types, now))
        yield Change(place.at, f"the type {was} has become {is_}", _broken(lost=bool(types - now), added=bool(now - types)))
    yield from _changed_limits(old, new, place)
    for key in sorted(FIXED & (old.keys() | new.keys())):
        if old.get(key) != new.get(key):
            broken = _broken(lost=key in new, added=key in old)
            yield Change(place.at, f"{key} has changed from {_shown(old, key)} to {_shown(new, key)}", broken)
    yield from _changed_members(old, new, place)
    yield from _changed_fields(old, new, place)
    yield from _changed_contents(old, new, place)


def expand(schema: Mapping[str, Any], root: Mapping[str, Any], retrieve: Retrieve) -> Expanded:
    """Return *schema*, a part of *root*, expanded. Raises ValueError for a keyword whose changes this module cannot judge."""
    if "$ref" in schema:
        uri, _, path = schema["$ref"].partition("#")
        target = root = retrieve(uri) if uri else root
        for step in filter(None, path.split("/")):
            target = target[step]
        beside = {key: value for key, value in schema.items() if key not in {"$ref", *ANNOTATIONS}}
        return {**expand(target, root, retrieve), **expand(beside, root, retrieve)}
    expanded = {key: _expand_value(key, value, root, retrieve) for key, value in schema.items() if key not in ANNOTATIONS}
    if "const" in expanded:
        expanded["enum"] = [expanded.pop("const")]
    return _without_choice_of_null(expanded)


def _expand_value(key: str, value: Any, root: Mapping[str, Any], retrieve: Retrieve) -> Any:
    """Return the *value* of the keyword *key*, expanded. Raises ValueError."""
    if isinstance(value, bool) or key in PLAIN:
        return value
    if key in OF_NAMES:
        return {name: _expand_value("items", part, root, retrieve) for name, part in value.items()}
    if key in OF_ONE:
        return expand(value, root, retrieve)
    if key in OF_SEVERAL:
        return [expand(each, root, retrieve) for each in value]
    if key == "type":
        return frozenset([value] if isinstance(value, str) else value)
    raise ValueError(f"the keyword {key} is unknown to release/compatibility.py: add how its changes are judged")


def _without_choice_of_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Return *schema* with null among its types, where it was a choice between null and one other schema."""
    others = [each for each in schema.get("anyOf", ()) if each != {"type": {"null"}}]
    if len(others) != 1 or len(schema["anyOf"]) != 2:
        return schema
    rest = {key: value for key, value in schema.items() if key != "anyOf"}
    return {**rest, **others[0], "type": _types(others[0]) | {"null"}}


def _types(schema: Expanded) -> frozenset[str]:
    types: frozenset[str] = schema.get("type", ANY_TYPE)
    return types | {"integer"} if "number" in types else types


def _broken(*, lost: bool, added: bool) -> frozenset[Breaks]:
    """Return what breaks if some values are allowed no more (*lost*), and if others have become allowed (*added*)."""
    return (OLD_RECORDS if lost else frozenset()) | (OLD_READERS if added else frozenset())


def _shown(schema: Expanded, key: str) -> str:
    return repr(schema[key]) if key in schema else "none"


def _changed_limits(old: Expanded, new: Expanded, place: Place) -> Iterator[Change]:
    for key in sorted((LOWER | UPPER) & (old.keys() | new.keys())):
        without = float("-inf" if key in LOWER else "inf")
        before, after = old.get(key, without), new.get(key, without)
        if before == after:
            continue
        narrower = (after > before) == (key in LOWER)
        is_cut = key == "maxItems" and place.tolerant and old.get("minItems") != before and old.get(KEPT_ITEMS) != "none"
        if narrower or not is_cut:
            what = f"{key} is {'narrowed' if narrower else 'widened'} from {_shown(old, key)} to {_shown(new, key)}"
            yield Change(place.at, what, _broken(lost=narrower, added=not narrower))


def _changed_members(old: Expanded, new: Expanded, place: Place) -> Iterator[Change]:
    if "enum" not in old or "enum" not in new:
        if "enum" in old or "enum" in new:
            what = "an enumeration is added" if "enum" in new else "the enumeration is removed"
            yield Change(place.at, what, _broken(lost="enum" in new, added="enum" in old))
        return
    if lost := [each for each in old["enum"] if each not in new["enum"]]:
        yield Change(place.at, f"the enumeration has lost {', '.join(map(repr, lost))}", OLD_RECORDS)
    added = [each for each in new["enum"] if each not in old["enum"]]
    has_substitute = place.tolerant and (place.spare or STAND_IN in old or "null" in _types(old))
    if added and not has_substitute:
        what = f"the enumeration has got {', '.join(map(repr, added))}, and says no {STAND_IN} for an older reader"
        yield Change(place.at, what, OLD_READERS)


def _changed_fields(old: Expanded, new: Expanded, place: Place) -> Iterator[Change]:
    fields, now = old.get("properties", {}), new.get("properties", {})
    required, required_now = set(old.get("required", ())), set(new.get("required", ()))
    for name in dict.fromkeys([*fields, *now, *sorted(required | required_now)]):
        at = f"{place.at}/{name}"
        if name in fields and name not in now:
            yield Change(at, "the field is removed or renamed", BOTH)
            continue
        if name in now and name not in fields and old.get("additionalProperties") is False:
            yield Change(at, "the field is new in a closed object", OLD_READERS)
        if name in required_now - required:
            is_new = name in now and name not in fields
            yield Change(at, "the new field is required" if is_new else "the field has become required", OLD_RECORDS)
        if name in required - required_now:
            yield Change(at, "the field is no longer required", OLD_READERS)
        if name in fields:
            spare = name not in required or place.spare or "null" in _types(old)
            yield from compare(fields[name], now[name], Place(at, spare, place.tolerant))


def _changed_contents(old: Expanded, new: Expanded, place: Place) -> Iterator[Change]:
    """Yield the changes of a list's items, and of what an object may have beside its fields."""
    at = f"{place.at}/*"
    if "items" in old and "items" in new:
        spare = not old.get("minItems") or place.spare or "null" in _types(old)
        yield from compare(old["items"], new["items"], Place(at, spare, place.tolerant))
    elif "items" in old or "items" in new:
        what = "the items have got a schema" if "items" in new else "the items have no schema any more"
        yield Change(at, what, _broken(lost="items" in new, added="items" in old))
    rest, rest_now = old.get("additionalProperties", True), new.get("additionalProperties", True)
    if isinstance(rest, Mapping) and isinstance(rest_now, Mapping):
        yield from compare(rest, rest_now, Place(at, spare=False, tolerant=False))
    elif rest != rest_now:
        narrower = rest is True or rest_now is False
        what = "the object is closed: additionalProperties" if rest_now is False else "additionalProperties has changed"
        yield Change(place.at, what, _broken(lost=narrower, added=not narrower))
