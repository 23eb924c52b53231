"""Encode messages to records and decode records to messages. Both validate against the schema.

Writing is strict: a message has the fields of its schema and no others, and the members of its enumerations. Reading ignores
unknown fields and passes over unknown members and the items of a list that are too many (monitor/messages/tolerant.py).
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from sys import intern
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin

import orjson
import structlog
from cattrs import Converter
from jsonschema_rs import Draft202012Validator, ValidationError

import schemas
from monitor.bus import ProducerRecord, Record
from monitor.escape import escape_json
from monitor.messages.base import Message, isoformat
from monitor.messages.cloudevents import attributes
from monitor.messages.deliveries import DeadLetter
from monitor.messages.direct import is_own, make_message
from monitor.messages.tolerant import Node, PassedOver, compile_nodes, pass_over
from monitor.messages.validators import compile_schema, retrieve

M = TypeVar("M", bound=Message)
T = TypeVar("T")

MAX_ERROR_CHARS = 1024
"""Maximum length of a validator's message in code points. It may quote the whole value."""
SHARED = frozenset({
    "watch", "watch_hash", "config_hash", "severity", "change", "certainty", "outlet", "outlets", "stance", "source", "who",
    "entity", "kind", "clause", "term", "type", "name", "code", "state", "standing", "language", "target", "to",
})  # fmt: skip
"""The fields whose words many messages have, such as those of the names of outlets."""

Report = Callable[[PassedOver], None]
Hook = Callable[[Any, Any], Any]
"""Returns the value of a type that a value of JSON stands for."""

log = structlog.get_logger()


class Invalid(ValueError):
    """A message does not conform to its schema. The text names the invalid field."""


def encode(message: Message) -> ProducerRecord:
    """Return *message* as a record. Raises Invalid if it does not conform to its schema."""
    data = to_dict(message)
    _validate(type(message).STREAM.name, _validator(type(message)), data)
    value = orjson.dumps(data)
    return ProducerRecord(message.STREAM.name, message.key, value, attributes(message, value))


def log_passed_over(each: PassedOver) -> None:
    """Log *each*. The log writes the first of equal lines, and once a minute the number of the others."""
    log.warning("unknown values passed over; update this program", stream=each.stream, at=each.at, value=each.value)


def decode(kind: type[M], record: Record, report: Report = log_passed_over, *, shares_words: bool = False) -> M:
    """Return the value of *record* as a *kind*. Raises Invalid if it does not conform to the schema.

    What a newer version may have added is passed over, and each such value is passed to *report*. With *shares_words*, equal
    words of all messages, such as the names of outlets, take memory once: for readers that keep many messages.
    """
    name = kind.STREAM.name
    if record.unreadable:
        raise Invalid(f"{name}: {record.unreadable}")
    try:
        data = orjson.loads(record.value)
    except orjson.JSONDecodeError as error:
        raise Invalid(f"{name}: not JSON: {error}") from error
    if is_own(kind, data):
        return _make(name, data, kind, shares_words=shares_words)
    try:
        _validate(name, _validator(kind), data)
    except Invalid:
        data, passed_over = pass_over(_nodes(kind), name, data)
        if not passed_over:
            raise
        _validate(name, _validator(kind), data)
        for each in passed_over:
            report(each)
    if shares_words:
        _share_words(data)
    return _structure(name, data, kind)


def encode_facts(facts: DeadLetter) -> dict[str, str]:
    """Return *facts* as the headers of a dead letter. Raises Invalid if they do not conform to the schema."""
    data: dict[str, str] = _converter().unstructure(facts)
    _validate(DeadLetter.STREAM.name, _dead_letter_validator(), data)
    return data


def decode_facts(headers: Mapping[str, str]) -> DeadLetter:
    """Return the facts in the *headers* of a dead letter. Raises Invalid if they do not conform to the schema."""
    name = DeadLetter.STREAM.name
    data, passed_over = pass_over(_dead_letter_nodes(), name, dict(headers))
    _validate(name, _dead_letter_validator(), data)
    for each in passed_over:
        log_passed_over(each)
    return _structure(name, data, DeadLetter)


def to_dict(value: object) -> dict[str, Any]:
    """Return the dataclass *value* as JSON-compatible data with the schemas' field names."""
    data: dict[str, Any] = _converter().unstructure(value)
    return data


def from_dict(kind: type[M], data: Any) -> M:
    """Return the message that `to_dict` has returned as *data*. It is not validated again. Equal words take memory once."""
    return _make(kind.STREAM.name, data, kind, shares_words=True)


def to_json(value: object) -> bytes:
    """Return the dataclass *value* as a line of JSON, in which hidden characters are escaped."""
    return escape_json(orjson.dumps(to_dict(value)))


def _validate(name: str, validator: Draft202012Validator, data: Any) -> None:
    """Validate *data*. Raises Invalid, whose text has the JSON pointer of the invalid value."""
    try:
        validator.validate(data)
    except ValidationError as error:
        place = "/" + "/".join(str(step) for step in error.instance_path)
        raise Invalid(f"{name} at {place}: {error.message[:MAX_ERROR_CHARS]}") from None


def _share_words(data: Any) -> None:
    """Replace each string of the fields SHARED in *data* by the one object that stands for all that are equal."""
    for key, value in data.items():
        if isinstance(value, str):
            if key in SHARED:
                data[key] = intern(value)
        elif isinstance(value, dict):
            _share_words(value)
        elif isinstance(value, list) and value:
            if isinstance(value[0], dict):
                for each in value:
                    _share_words(each)
            elif key in SHARED:
                data[key] = [intern(each) for each in value]


def _make(name: str, data: Any, kind: type[M], *, shares_words: bool) -> M:
    """Return *data*, already validated, as a *kind*. Its times are written as newsmonitor writes them. See _structure."""
    if shares_words:
        _share_words(data)
    return make_message(kind, data) or _structure(name, data, kind)


def _structure(name: str, data: Any, kind: type[T]) -> T:
    """Return *data*, already validated, as a *kind*.

    Raises Invalid if a time does not fit into a datetime: JSON Schema's date-time allows leap seconds and the year 0.
    """
    try:
        return _converter().structure(data, kind)
    except (ValueError, OverflowError) as error:
        raise Invalid(f"{name}: {error}") from error


@cache
def _validator(kind: type[Message]) -> Draft202012Validator:
    return compile_schema(kind.schema())


@cache
def _dead_letter_validator() -> Draft202012Validator:
    return compile_schema(schemas.load(DeadLetter.STREAM.name))


@cache
def _nodes(kind: type[Message]) -> Node:
    return compile_nodes(kind.schema(), retrieve)


@cache
def _dead_letter_nodes() -> Node:
    return compile_nodes(schemas.load(DeadLetter.STREAM.name), retrieve)


@cache
def _converter() -> Converter:
    converter = Converter(detailed_validation=False, omit_if_default=True)
    converter.register_structure_hook(datetime, _structure_time)
    converter.register_unstructure_hook(datetime, isoformat)
    # The schema has checked the types. The converter's own hooks look them up again for each value.
    converter.register_structure_hook(str, lambda text, _: text)
    converter.register_structure_hook_factory(_is_optional, lambda kind: _structure_optional(converter, kind))
    converter.register_structure_hook_factory(_is_list, lambda kind: _structure_list(converter, kind))
    return converter


def _structure_time(text: str, _: object) -> datetime:
    moment = datetime.fromisoformat(text.upper())
    return moment if moment.tzinfo is UTC else moment.astimezone(UTC)


def _is_optional(kind: Any) -> bool:
    return get_origin(kind) in {Union, UnionType} and len({*get_args(kind)} - {NoneType}) == 1


def _structure_optional(converter: Converter, kind: Any) -> Hook:
    (inner,) = (each for each in get_args(kind) if each is not NoneType)
    structure: Hook = converter.get_structure_hook(inner)
    return lambda value, _: None if value is None else structure(value, inner)


def _is_list(kind: Any) -> bool:
    return get_origin(kind) is tuple and get_args(kind)[1:] == (Ellipsis,)


def _structure_list(converter: Converter, kind: Any) -> Hook:
    inner = get_args(kind)[0]
    structure: Hook = converter.get_structure_hook(inner)
    return lambda values, _: tuple([structure(value, inner) for value in values])
