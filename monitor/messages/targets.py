"""The state of a target, as its receiver behaves."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from monitor.bus.streams import STREAMS, Stream
from monitor.messages.base import Message


@dataclass(frozen=True, slots=True)
class TargetState(Message):
    """Whether alerts are sent to a target; schemas/target.v1.json describes each field.

    Two programs write it, the delivery service and a command, each with the *version* after the one that it knows.
    """

    STREAM: ClassVar[Stream] = STREAMS["target.v1"]

    id: str
    version: int
    state: Literal["ok", "waiting", "disabled"]
    at: datetime
    since: datetime
    until: datetime | None
    failures: int
    status: int | None
    error: str | None
    failed: datetime | None
    message: str | None
    target_hash: str
    noticed: datetime | None = None

    @property
    def key(self) -> str:
        """The target's id."""
        return self.id

    @property
    def event_time(self) -> datetime:
        """See Message."""
        return self.at
