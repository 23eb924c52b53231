"""What goes out to a target, and what no service could digest."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from monitor.bus.streams import STREAMS, Stream
from monitor.messages.alerts import Alert
from monitor.messages.base import Message


@dataclass(frozen=True, slots=True)
class Delivery(Message):
    """One step in the life of an alert's way to one target."""

    STREAM: ClassVar[Stream] = STREAMS["delivery.v1"]

    alert: str
    version: int
    target: str
    state: Literal["queued", "retrying", "sent", "failed", "superseded", "dropped"]
    attempt: int
    at: datetime
    due: datetime | None
    status: int | None
    error: str | None
    body: Alert | None

    @property
    def key(self) -> str:
        """The target and the alert."""
        return f"{self.target} {self.alert}"


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """Why a record became a dead letter. These are the headers of the dead letter; its value is the original bytes."""

    STREAM: ClassVar[Stream] = STREAMS["dead.v1"]

    service: str
    stream: str
    partition: str
    offset: str
    reason: Literal["invalid", "failed", "too_large", "passed"]
    error: str
    at: datetime
