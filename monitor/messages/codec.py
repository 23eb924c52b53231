"""Messages to bytes and back, validated both ways: written strictly, read tolerantly."""

from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar

import orjson
from cattrs import Converter
from jsonschema_rs import Draft202012Validator, ValidationError

import schemas
from monitor.bus import ProducerRecord, Record
from monitor.messages import (
    STREAM,
    Alert,
    ArticleEntities,
    ArticleRaw,
    ArticleStories,
    ArticleTopics,
    Dead,
    Delivery,
    Message,
)

M = TypeVar("M")


class Invalid(ValueError):
    """A message does not fit its schema; the text names the place."""


def encode(body: Message) -> ProducerRecord:
    """*body* as the message to publish. Raises Invalid where it does not fit its schema: its maker's fault."""
    stream = STREAM[type(body)]
    data = _converter().unstructure(body)
    validate(stream, data)
    return ProducerRecord(stream, key(body), orjson.dumps(data), headers(body))


def decode(kind: type[M], record: Record) -> M:
    """The *record*'s value as a *kind*; fields that a newer writer added are passed over. Raises Invalid."""
    try:
        data = orjson.loads(record.value)
    except orjson.JSONDecodeError as error:
        raise Invalid(f"{STREAM[kind]}: not JSON: {error}") from error
    validate(STREAM[kind], data)
    return _structured(STREAM[kind], data, kind)


def validate(name: str, data: Any) -> None:
    """Check *data* against the schema called *name*. Raises Invalid, naming the place as a JSON pointer."""
    try:
        _validator(name).validate(data)
    except ValidationError as error:
        place = "/" + "/".join(str(step) for step in error.instance_path)
        raise Invalid(f"{name} at {place}: {error.message[:1024]}") from None


def key(body: Message) -> str:
    """What decides the partition and order of *body*."""
    match body:
        case ArticleRaw() | ArticleEntities() | ArticleTopics() | ArticleStories():
            return body.article.id
        case Delivery():
            return f"{body.target} {body.alert}"
        case _:
            return body.id


def headers(body: Message) -> dict[str, str]:
    """What a subscriber can filter by without reading *body*."""
    match body:
        case Alert():
            return {"watch": body.watch, "severity": body.severity}
        case ArticleRaw() | ArticleEntities() | ArticleTopics() | ArticleStories():
            return {"feed": body.article.feed}
        case _:
            return {}


def facts(dead: Dead) -> dict[str, str]:
    """*dead* as the headers of a dead letter. Raises Invalid."""
    data: dict[str, str] = _converter().unstructure(dead)
    validate(STREAM[Dead], data)
    return data


def read_facts(record: Record) -> Dead:
    """The facts about the dead letter in *record*. Raises Invalid."""
    validate(STREAM[Dead], dict(record.headers))
    return _structured(STREAM[Dead], dict(record.headers), Dead)


def to_dict(body: object) -> dict[str, Any]:
    """*body* as what JSON can hold, with the schemas' own field names."""
    data: dict[str, Any] = _converter().unstructure(body)
    return data


def to_json(body: object) -> bytes:
    """*body* as one line of JSON."""
    return orjson.dumps(to_dict(body))


def _structured(name: str, data: Any, kind: type[M]) -> M:
    """*data*, which its schema allows, as a *kind*. Raises Invalid: a date-time may be a leap second, or in the year 0."""
    try:
        return _converter().structure(data, kind)
    except (ValueError, OverflowError) as error:
        raise Invalid(f"{name}: {error}") from error


@cache
def _validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(schemas.load(name), validate_formats=True, retriever=_local)


def _local(uri: str) -> Any:
    name = uri.removeprefix("urn:newsmonitor:")
    if name not in schemas.names():
        raise ValueError(f"a schema refers to {uri}, which is not among ours: remote references are refused")
    return schemas.load(name)


@cache
def _converter() -> Converter:
    converter = Converter(detailed_validation=False, omit_if_default=True)
    converter.register_structure_hook(datetime, lambda text, _: datetime.fromisoformat(text.upper()).astimezone(UTC))
    converter.register_unstructure_hook(datetime, isoformat)
    return converter


def isoformat(moment: datetime) -> str:
    """*moment* as every message has it: UTC, with Z."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
