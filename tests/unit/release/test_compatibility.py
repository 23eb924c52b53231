"""What may change in a schema: each change that is refused breaks something, and none that is allowed does."""

import copy
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from release.compatibility import compare, expand
from release.released import problems, today
from tests.unit.release.records import expanded, reads, record

NAME = "thing.v1"
SCHEMA: dict[str, Any] = {
    "$id": "urn:newsmonitor:thing.v1",
    "type": "object",
    "required": ["id", "kind", "parts"],
    "properties": {
        "id": {"type": "string", "minLength": 1, "maxLength": 8},
        "kind": {"type": "string", "enum": ["a", "b"]},
        "mood": {"type": "string", "enum": ["calm", "cross"], "x-unknown": "calm"},
        "when": {"type": "string", "format": "date-time"},
        "size": {"type": "integer", "minimum": 0, "maximum": 9},
        "code": {"type": "string", "pattern": "^[a-z]+$"},
        "parts": {"type": "array", "maxItems": 2, "items": {"$ref": "#/$defs/part"}},
        "pair": {"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": "integer"}},
        "names": {"type": "array", "maxItems": 2, "x-longer": "none", "items": {"type": "string"}},
        "counts": {"type": "object", "additionalProperties": {"type": "string", "enum": ["x", "y"]}},
        "owner": {"anyOf": [{"$ref": "#/$defs/part"}, {"type": "null"}]},
    },
    "$defs": {"part": {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string", "enum": ["p", "q"]}}}},
}
LEAST = {"id": "1", "kind": "a", "parts": []}
"""A record with what is required."""

Edit = Callable[[dict[str, Any]], None]


def edited(edit: Edit) -> dict[str, Any]:
    """Return SCHEMA after *edit* of a copy."""
    schema = copy.deepcopy(SCHEMA)
    edit(schema)
    return schema


def fields(**changes: Any) -> Edit:
    """Return the edit that changes keywords of fields; a keyword with the value None is removed."""

    def edit(schema: dict[str, Any]) -> None:
        for name, keywords in changes.items():
            changed = schema["properties"].get(name, {}) | keywords
            schema["properties"][name] = {key: value for key, value in changed.items() if value is not None}

    return edit


def required(*names: str) -> Edit:
    return lambda schema: schema.update(required=list(names))


def without(name: str) -> Edit:
    return lambda schema: schema["properties"].pop(name)


def part(**keywords: Any) -> Edit:
    return lambda schema: schema["$defs"]["part"].update(keywords)


RECORDS, READERS = "old records", "old readers"
REFUSED: list[tuple[Edit, str, str, dict[str, Any]]] = [
    (fields(id={"maxLength": 4}), "/id: maxLength is narrowed from 8 to 4", RECORDS, {"id": "12345"}),
    (fields(id={"maxLength": 9}), "/id: maxLength is widened from 8 to 9", READERS, {"id": "123456789"}),
    (fields(id={"maxLength": None}), "/id: maxLength is widened from 8 to none", READERS, {"id": "123456789"}),
    (fields(id={"minLength": 2}), "/id: minLength is narrowed from 1 to 2", RECORDS, {"id": "1"}),
    (fields(id={"pattern": "^1"}), "/id: pattern has changed from none to '^1'", RECORDS, {"id": "2"}),
    (fields(code={"pattern": None}), "/code: pattern has changed from '^[a-z]+$' to none", READERS, {"code": "1"}),
    (fields(code={"format": "date"}), "/code: format has changed from none to 'date'", RECORDS, {"code": "a"}),
    (fields(when={"format": None}), "/when: format has changed from 'date-time' to none", READERS, {"when": "1"}),
    (fields(size={"type": "string"}), "/size: the type integer has become string", RECORDS, {"size": 1}),
    (fields(size={"type": "number"}), "/size: the type integer has become integer or number", READERS, {"size": 0.5}),
    (fields(size={"type": ["integer", "null"]}), "/size: the type integer has become integer or null", READERS, {"size": None}),
    (fields(size={"maximum": 8}), "/size: maximum is narrowed from 9 to 8", RECORDS, {"size": 9}),
    (fields(kind={"enum": ["a"]}), "/kind: the enumeration has lost 'b'", RECORDS, {"kind": "b"}),
    (
        fields(kind={"enum": ["a", "b", "c"]}),
        "/kind: the enumeration has got 'c', and says no x-unknown",
        READERS,
        {"kind": "c"},
    ),
    (fields(kind={"enum": None}), "/kind: the enumeration is removed", READERS, {"kind": "c"}),
    (fields(id={"enum": ["1"]}), "/id: an enumeration is added", RECORDS, {"id": "2"}),
    (fields(pair={"maxItems": 3}), "/pair: maxItems is widened from 2 to 3", READERS, {"pair": [1, 2, 3]}),
    (fields(pair={"minItems": 1}), "/pair: minItems is widened from 2 to 1", READERS, {"pair": [1]}),
    (fields(names={"maxItems": 3}), "/names: maxItems is widened from 2 to 3", READERS, {"names": ["a", "b", "c"]}),
    (fields(new={"type": "string"}), "/new: the new field is required", RECORDS, {}),
    (fields(), "/size: the field has become required", RECORDS, {}),
    (required("id", "kind"), "/parts: the field is no longer required", READERS, {"parts": None}),
    (without("kind"), "/kind: the field is removed or renamed", READERS, {"kind": None}),
    (
        lambda schema: schema.update(additionalProperties=False),
        "/: the object is closed: additionalProperties",
        RECORDS,
        {"of a newer version": 1},
    ),
    (
        fields(counts={"additionalProperties": {"type": "string", "enum": ["x", "y", "z"]}}),
        "/counts/*: the enumeration has got 'z'",
        READERS,
        {"counts": {"a": "z"}},
    ),
    (part(required=[]), "/parts/*/kind: the field is no longer required", READERS, {"parts": [{}]}),
]


@pytest.mark.parametrize(("edit", "told", "breaks", "data"), REFUSED, ids=[case[1] for case in REFUSED])
def test_a_refused_change_is_named_and_breaks_what_is_said(edit: Edit, told: str, breaks: str, data: dict[str, Any]) -> None:
    schema = edited(edit)
    if "required" in told and "no longer" not in told:
        schema["required"] = [*SCHEMA["required"], told.partition(":")[0][1:]]
    if "removed or renamed" in told:
        schema["required"].remove("kind")
    old, new = {NAME: SCHEMA}, {NAME: schema}
    found = list(problems(old, new, "0.1.0"))
    assert any(f"schemas/thing.v1.json at {told}" in problem for problem in found), found
    assert all("make a new version: schemas/thing.v2.json" in problem for problem in found)
    assert breaks in {each for change in compare(expanded(NAME, old), expanded(NAME, new)) for each in change.breaks}
    data = {name: value for name, value in {**LEAST, **data}.items() if value is not None or "null" in told}
    writer, reader = (old, new) if breaks == RECORDS else (new, old)
    assert (reads(NAME, writer, data), reads(NAME, reader, data)) == (True, False)


@pytest.mark.parametrize(
    ("edit", "data"),
    [
        (fields(new={"type": "string"}), {"new": "text"}),
        (fields(mood={"enum": ["calm", "cross", "merry"]}), {"mood": "merry"}),
        (fields(parts={"maxItems": 3}), {"parts": [{"kind": "p"}] * 3}),
        (fields(parts={"maxItems": None}), {"parts": [{"kind": "p"}] * 9}),
        (lambda schema: schema["$defs"]["part"]["properties"]["kind"]["enum"].append("r"), {"parts": [{"kind": "r"}]}),
        (lambda schema: schema["$defs"]["part"]["properties"]["kind"]["enum"].append("r"), {"owner": {"kind": "r"}}),
        (fields(size={"description": "How large it is.", "default": 1}), {"size": 3}),
    ],
)
def test_an_allowed_change_breaks_nothing(edit: Edit, data: dict[str, Any]) -> None:
    old, new = {NAME: SCHEMA}, {NAME: edited(edit)}
    assert list(problems(old, new, "0.1.0")) == []
    assert reads(NAME, new, LEAST | data)
    assert reads(NAME, old, LEAST | data)


def test_a_config_may_get_wider_but_not_narrower() -> None:
    config = {"type": "object", "additionalProperties": False, "properties": {"days": {"type": "integer", "maximum": 9}}}
    for days, extra, told in (
        ({"type": "integer", "maximum": 10}, {}, ""),
        ({"type": ["integer", "string"]}, {"hours": {"type": "integer"}}, ""),
        ({"type": "integer", "maximum": 8}, {}, "schemas/config.v1.json at /days: maximum is narrowed from 9 to 8 since 0.1.0"),
    ):
        new = config | {"properties": {"days": days, **extra}}
        found = list(problems({"config.v1": config}, {"config.v1": new}, "0.1.0"))
        assert [told in problem for problem in found] == [True] * bool(told)
    (problem,) = problems({"config.v1": config}, {"config.v1": config | {"properties": {}}}, "0.1.0")
    assert "go on allowing the former key or value" in problem


def test_a_schema_that_is_gone_is_named() -> None:
    assert list(problems({NAME: SCHEMA}, {}, "0.1.0")) == [
        "schemas/thing.v1.json is gone, which 0.1.0 has: records of it are stored. Put it back"
    ]


def test_a_keyword_that_the_comparison_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="the keyword minContains is unknown"):
        expand({"type": "array", "minContains": 1}, {}, lambda _: {})


def parts(schema: Any) -> Iterator[dict[str, Any]]:
    """Yield *schema* and all schemas in it."""
    if isinstance(schema, dict):
        if "type" in schema and not isinstance(schema["type"], dict):
            yield schema
        for value in schema.values():
            yield from parts(value)


def mutate(schema: dict[str, Any], rng: Random) -> None:
    """Change one part of *schema* at random."""
    part: dict[str, Any] = rng.choice([*parts({**schema, "examples": []})])
    adds = rng.random() < 0.5
    match rng.choice(["fields", "required", "enum", "limits", "null"]):
        case "fields" if adds:
            part.setdefault("properties", {})["new"] = {"type": "string", "enum": ["a"]}
        case "fields" if part.get("properties"):
            part["properties"].pop(rng.choice([*part["properties"]]))
        case "required" if part.get("properties"):
            chosen = rng.choice([*part["properties"]])
            part["required"] = [each for each in part.get("required", ()) if each != chosen] + [chosen] * adds
        case "enum" if "enum" in part:
            part["enum"] = [*part["enum"], *["unheard-of"] * 9] if adds else part["enum"][1:] or ["other"]
        case "limits":
            by = 3 if adds else -1
            part |= {key: part[key] + by for key in ("maxItems", "minItems", "maxLength", "minimum", "maximum") if key in part}
        case "null":
            types = part["type"] if isinstance(part["type"], list) else [part["type"]]
            part["type"] = [each for each in types if each != "null"] if "null" in types else [*types, "null"]


@given(seed=st.integers(0, 2**32))
@settings(max_examples=300, deadline=None)
def test_old_and_new_programs_read_each_other_after_any_change_that_is_allowed(seed: int) -> None:
    rng = Random(seed)
    name = rng.choice([NAME, "dead.v1", "process.v1", "held.v1", "counted.v1", "article.topics.v1"])
    old = {**today(), NAME: SCHEMA}
    changed = copy.deepcopy({**old[name]})
    mutate(changed, rng)
    new = {**old, name: changed}
    if list(compare(expanded(name, old), expanded(name, new))):
        return
    for _ in range(4):
        assert reads(name, new, record(expanded(name, old), rng))
        assert reads(name, old, record(expanded(name, new), rng))
