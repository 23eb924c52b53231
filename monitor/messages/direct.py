"""Make messages of parsed JSON with msgspec, which takes a third of the time of cattrs.

Only messages whose times are written as newsmonitor writes them are made in this way, since msgspec keeps another time zone and
rounds what is less than a microsecond. All others are left to the codec.
"""

from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

import schemas
from monitor.messages.base import Message
from monitor.messages.validators import compile_schema

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator

M = TypeVar("M", bound=Message)

OWN_TIME = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,6})?Z$"
"""The times that `isoformat` returns."""


def is_own(kind: type[Message], data: Any) -> bool:
    """Return whether *data* conforms to the schema of *kind*, one of newsmonitor's, and its times are written as OWN_TIME."""
    # The schema of an extension need not say which texts are times.
    return kind.STREAM.name in schemas.names() and _own_validator(kind).is_valid(data)


def make_message(kind: type[M], data: Any) -> M | None:
    """Return *data*, which `is_own` has accepted, as a *kind*. None if a time does not exist."""
    import msgspec  # only processes that read messages need it

    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError:
        return None


@cache
def _own_validator(kind: type[Message]) -> "Draft202012Validator":
    return compile_schema(kind.schema(), _with_own_times)


def _with_own_times(schema: Any) -> Any:
    """Return *schema* with the pattern OWN_TIME for each time."""
    if isinstance(schema, list):
        return [_with_own_times(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    pattern = {"pattern": OWN_TIME} if schema.get("format") == "date-time" else {}
    return {name: _with_own_times(part) for name, part in schema.items()} | pattern
