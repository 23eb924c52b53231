"""The interface of all messages: stream, key, headers and schema; and the format of their times."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar, Protocol, Self

import schemas
from monitor.bus.streams import Stream


def isoformat(moment: datetime) -> str:
    """Return *moment* in the format of all messages: UTC, with a trailing Z."""
    in_utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return f"{in_utc.isoformat().removesuffix('+00:00')}Z"


class Message(Protocol):
    """A value of a stream. Implementations are frozen dataclasses with the fields that their JSON Schema describes.

    Derive from this class explicitly to inherit the defaults.
    """

    __slots__ = ()

    STREAM: ClassVar[Stream]
    """The stream that carries these messages. The stream and the schema have the same name."""
    HEADERS: ClassVar[Mapping[str, str]] = {}
    """What each of the headers says, by name."""

    @property
    def key(self) -> str:
        """The record's key. Messages with the same key keep their order."""

    @property
    def headers(self) -> Mapping[str, str]:
        """The record's headers, by which subscribers can filter without decoding the message."""
        return {}

    @property
    def event_id(self) -> str | None:
        """What tells this message from all others of the stream; None if only its value does. The CloudEvents id."""
        return None

    @property
    def event_time(self) -> datetime | None:
        """When what this message tells has happened; None if it does not say. The CloudEvents time."""
        return None

    def stamped(self, now: datetime) -> Self:  # noqa: ARG002  (messages with timestamps override it)
        """Return the message with *now* as the time of its publication, or unchanged if it has no such field."""
        return self

    @classmethod
    def schema(cls) -> Mapping[str, Any]:
        """Return the JSON Schema of these messages."""
        return schemas.load(cls.STREAM.name)
