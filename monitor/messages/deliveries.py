"""Deliveries of alerts to targets, and the facts about dead letters."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from monitor.bus.streams import STREAMS, Stream
from monitor.messages.alerts import Alert
from monitor.messages.base import Message

FINAL_STATES = ("sent", "failed", "superseded", "dropped", "withheld")
"""The states in which a delivery ends."""


@dataclass(frozen=True, slots=True)
class Delivery(Message):
    """A state of the delivery of an alert to a target.

    *message* is the id of the message in which the alert was sent, until that has ended: it is sent again with the same id.
    *wanted* is the version that the target asks for, if it is an earlier one, of which this one took the place. *since* is when
    the first of the versions that wait was made. *brings_back* is the last of these that brings a stance or a correction.
    *left_out* is the number of alerts that are only counted in the message; it is 1 for one that is left out itself.
    *burst* is the minute with so many alerts for the target that this one is gathered with others.
    """

    STREAM: ClassVar[Stream] = STREAMS["delivery.v1"]

    alert: str
    version: int
    target: str
    state: Literal["queued", "retrying", "sent", "failed", "superseded", "dropped", "withheld"]
    attempt: int
    at: datetime
    due: datetime | None
    status: int | None
    error: str | None
    body: Alert | None
    message: str | None = None
    wanted: int | None = None
    since: datetime | None = None
    brings_back: int | None = None
    left_out: int | None = None
    burst: datetime | None = None

    @property
    def key(self) -> str:
        """The target and the alert."""
        return f"{self.target} {self.alert}"

    @property
    def event_time(self) -> datetime:
        """See Message."""
        return self.at


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
