"""What goes out to a target, and what no service could digest."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from monitor.messages.alerts import Alert


@dataclass(frozen=True, slots=True)
class Delivery:
    """One step in the life of an alert's way to one target."""

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


@dataclass(frozen=True, slots=True)
class Dead:
    """The facts about a dead letter, carried as the record's headers; its value is the original bytes."""

    service: str
    stream: str
    partition: str
    offset: str
    reason: Literal["invalid", "failed", "too_large", "passed"]
    error: str
    at: datetime
