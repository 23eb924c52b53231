"""Message classes agree with their schemas. Encoding and decoding validate."""

import dataclasses
import types
import typing
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import orjson
import pytest

import schemas
from monitor.bus import Partition, Record
from monitor.bus.streams import STREAMS
from monitor.messages import MESSAGES, Alert, ArticleRaw, DeadLetter, Feed
from monitor.messages.codec import Invalid, decode, decode_facts, encode, encode_facts
from monitor.messages.validators import compile_schema
from tests.make import START


def record(kind: type[Any], value: bytes) -> Record:
    return Record(Partition(kind.STREAM.name), 0, 0.0, "key", value, {})


def example(kind: type[Any]) -> dict[str, Any]:
    data: dict[str, Any] = orjson.loads(orjson.dumps(schemas.load(kind.STREAM.name)["examples"][0]))
    return data


PUBLISHED_TITLES = {"ItemState": "Seen", "StoryMembership": "Place", "DeadLetter": "Dead", "TargetState": "Target"}
"""Schema titles of classes that have another name: it was changed after the schema was published, or is one of the config."""


def resolved(schema: dict[str, Any], root: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return *schema* with its reference resolved, and the schema file it is part of."""
    if "$ref" not in schema:
        return schema, root
    name, _, path = schema["$ref"].partition("#/")
    root = schemas.load(name.removeprefix("urn:newsmonitor:")) if name else root
    part = root
    for step in filter(None, path.split("/")):
        part = part[step]
    return resolved(part, root)


def is_required(part: dataclasses.Field[Any]) -> bool:
    """Return True if the schema requires the field. A field that was added later has an empty default."""
    if part.default is dataclasses.MISSING and part.default_factory is dataclasses.MISSING:
        return True
    assert not part.default
    return False


def agrees(hint: Any, schema: dict[str, Any], root: dict[str, Any]) -> bool:
    """Return True if the type *hint* and *schema* allow the same values."""
    schema, root = resolved(schema, root)
    if dataclasses.is_dataclass(hint):
        assert isinstance(hint, type)
        hints = {part.name: get_type_hints(hint)[part.name] for part in dataclasses.fields(hint)}
        return (
            schema["title"] == PUBLISHED_TITLES.get(hint.__name__, hint.__name__)
            and list(schema["properties"]) == list(hints)
            and schema["required"] == [part.name for part in dataclasses.fields(hint) if is_required(part)]
            and all(agrees(part, schema["properties"][name], root) for name, part in hints.items())
        )
    origin, inner = get_origin(hint), get_args(hint)
    if origin in {Union, types.UnionType}:
        (plain,) = [part for part in inner if part is not type(None)]
        if "anyOf" in schema:
            return schema["anyOf"][1] == {"type": "null"} and agrees(plain, schema["anyOf"][0], root)
        return schema["type"][1] == "null" and agrees(plain, {**schema, "type": schema["type"][0]}, root)
    if origin is Literal:
        return bool(schema.get("enum") == list(inner))
    if origin is tuple:
        return bool(schema["type"] == "array" and "maxItems" in schema) and agrees(inner[0], schema["items"], root)
    if origin is Mapping or origin is typing.Mapping:
        return bool(schema["type"] == "object") and agrees(inner[1], schema["additionalProperties"], root)
    if hint is datetime:
        return bool(schema["type"] == "string" and schema["format"] == "date-time")
    return bool(schema["type"] == {str: "string", int: "integer", float: "number", bool: "boolean"}[hint])


def described(schema: dict[str, Any], root: dict[str, Any]) -> bool:
    """Return True if every property has a description, here or in the schema that it refers to."""
    plain, root = resolved(schema, root)
    parts = list(plain.get("properties", {}).values()) + list(plain.get("$defs", {}).values())
    return all(("description" in {**resolved(part, root)[0], **part}) and described(part, root) for part in parts)


@pytest.mark.parametrize("kind", [*MESSAGES, DeadLetter], ids=lambda kind: kind.__name__)
def test_classes_and_schemas_agree(kind: type[Any]) -> None:
    root = schemas.load(kind.STREAM.name)
    assert agrees(kind, root, root)


@pytest.mark.parametrize("name", schemas.names())
def test_schemas_have_descriptions_and_valid_examples(name: str) -> None:
    schema = schemas.load(name)
    assert schema["$id"] == f"urn:newsmonitor:{name}"
    assert schema["title"]
    assert schema["description"]
    assert described(schema, schema)
    assert schema["examples"]
    for sample in schema["examples"]:
        compile_schema(schema).validate(sample)


def test_every_stream_has_a_schema_and_a_class() -> None:
    kinds: list[type[Any]] = [*MESSAGES, DeadLetter]
    assert set(STREAMS) == {kind.STREAM.name for kind in kinds} == set(schemas.names()) - {"config.v1"}
    for kind in kinds:
        spelt = "".join(part.capitalize() for part in kind.STREAM.name.split(".")[:-1])
        assert PUBLISHED_TITLES.get(kind.__name__, kind.__name__) == spelt


@pytest.mark.parametrize("kind", MESSAGES, ids=lambda kind: kind.__name__)
def test_messages_survive_a_round_trip(kind: type[Any]) -> None:
    message: Any = decode(kind, record(kind, orjson.dumps(example(kind))))
    again = encode(message)
    assert again.stream == kind.STREAM.name
    assert decode(kind, record(kind, again.value)) == message


@pytest.mark.parametrize("kind", MESSAGES, ids=lambda kind: kind.__name__)
def test_unknown_fields_of_a_newer_writer_are_ignored(kind: type[Any]) -> None:
    old = example(kind)
    newer = {**old, "added_later": {"deep": [1]}}
    assert decode(kind, record(kind, orjson.dumps(newer))) == decode(kind, record(kind, orjson.dumps(old)))


def test_fields_missing_from_an_older_record_get_their_defaults() -> None:
    old = decode(Feed, record(Feed, orjson.dumps(example(Feed))))
    assert (old.reason, old.rhythm, old.trouble, old.moved, old.skip_hours) == (None, None, None, None, ())


@pytest.mark.parametrize(
    ("kind", "value", "place"),
    [
        (ArticleRaw, b"\xff", r"article\.raw\.v1: not JSON"),
        (ArticleRaw, b"[]", r"article\.raw\.v1 at /: "),
        (ArticleRaw, b'{"stamps": {"received": "2026-03-10T00:00:00Z"}}', '"article" is a required property'),
        (Feed, orjson.dumps({**example(Feed), "failures": -1}), r"feed\.v1 at /failures"),
        (Feed, orjson.dumps({**example(Feed), "at": "yesterday"}), r"feed\.v1 at /at: .*date-time"),
        (Feed, orjson.dumps({**example(Feed), "at": "2026-06-30T23:59:60Z"}), r"feed\.v1: second must be in 0"),
        (Feed, orjson.dumps({**example(Feed), "at": "0001-01-01T00:00:00+23:00"}), r"feed\.v1: date value out of range"),
        (Alert, orjson.dumps({**example(Alert), "severity": 3}), r"alert\.v1 at /severity"),
    ],
)
def test_invalid_messages_are_refused_with_the_place(kind: type[Any], value: bytes, place: str) -> None:
    with pytest.raises(Invalid, match=place):
        decode(kind, record(kind, value))


def test_date_times_may_use_lower_case() -> None:
    assert decode(Feed, record(Feed, orjson.dumps({**example(Feed), "at": "2026-03-10t04:00:00z"}))).at == START


def test_encoding_validates_too() -> None:
    good = decode(Feed, record(Feed, orjson.dumps(example(Feed))))
    with pytest.raises(Invalid, match=r"feed\.v1 at /failures"):
        encode(dataclasses.replace(good, failures=-1))


def test_the_facts_of_a_dead_letter_are_its_headers() -> None:
    sample = example(DeadLetter)
    dead_letter = Record(Partition("dead.v1"), 0, 0.0, "key", b"anything \xff", {**sample, "feed": "example.org/world.rss"})
    assert encode_facts(decode_facts(dead_letter.headers)) == sample
    with pytest.raises(Invalid, match=r"dead\.v1"):
        decode_facts({})


def test_remote_schema_references_are_not_fetched() -> None:
    with pytest.raises(ValueError, match="remote references are not fetched"):
        compile_schema({"$ref": "https://example.org/schema.json"})


def test_alerts_have_headers_for_filtering() -> None:
    headers = encode(decode(Alert, record(Alert, orjson.dumps(example(Alert))))).headers
    assert (headers["watch"], headers["severity"]) == ("kim", "high")


@pytest.mark.parametrize("kind", MESSAGES, ids=lambda kind: kind.__name__)
def test_a_message_that_shares_its_words_is_the_same(kind: type[Any]) -> None:
    value = orjson.dumps(example(kind))
    assert decode(kind, record(kind, value), shares_words=True) == decode(kind, record(kind, value))


def test_equal_words_of_two_messages_take_memory_once() -> None:
    value = orjson.dumps(example(Alert))
    first, second = (decode(Alert, record(Alert, value), shares_words=True) for _ in range(2))
    assert first.articles[0].outlet is second.articles[0].outlet
    apart, other = (decode(Alert, record(Alert, value)) for _ in range(2))
    assert apart.articles[0].outlet is not other.articles[0].outlet
