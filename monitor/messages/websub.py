"""The subscription of a feed at its hub."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from monitor.bus.streams import STREAMS, Stream
from monitor.messages.base import Message


@dataclass(frozen=True, slots=True)
class Websub(Message):
    """The subscription of a feed at the first of *hubs*; schemas/websub.v1.json describes each field.

    It has no secret: the path of the callback and the key of the signatures are made of *nonce* and of a key that is in a file.
    """

    STREAM: ClassVar[Stream] = STREAMS["websub.v1"]

    id: str
    state: Literal["pending", "verified", "failed", "denied", "ending", "ended"]
    hubs: tuple[str, ...]
    topic: str
    address: str
    nonce: str
    at: datetime
    next: datetime | None
    asked: datetime | None = None
    until: datetime | None = None
    failures: int = 0
    error: str | None = None
    last_push: datetime | None = None
    missed: int = 0

    @property
    def key(self) -> str:
        """The feed's id."""
        return self.id

    @property
    def event_time(self) -> datetime:
        """See Message."""
        return self.at

    @property
    def hub(self) -> str:
        """The hub that is asked."""
        return self.hubs[0]
