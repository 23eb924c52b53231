"""The processes that run services or serve the web page."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from monitor.bus.streams import STREAMS, Stream
from monitor.messages.base import Message


@dataclass(frozen=True, slots=True)
class RunningService:
    """A service of a process. *partitions* is how many partitions it reads; 0 while it runs means that it stands by."""

    name: str
    state: Literal["starting", "running", "waiting", "broken", "stopped"]
    trouble: str | None
    partitions: int


@dataclass(frozen=True, slots=True)
class EventLoop:
    """The delays of an event loop in the last minute: the longest, the CPU time in it, its place, and how many exceed 50 ms."""

    longest_ms: float
    cpu_ms: float
    stalls: int
    place: str | None


@dataclass(frozen=True, slots=True)
class Process(Message):
    """A process that runs services, with their states at the time *at*. Without any, it serves the web page.

    *config_hash* identifies the config that it uses. *config_deferred* has the keys that were edited since it started,
    and that it reads at its start only. *config_trouble* says why its latest edit is not in use.
    """

    STREAM: ClassVar[Stream] = STREAMS["process.v1"]

    id: str
    host: str
    pid: int
    version: str
    started: datetime
    at: datetime
    ended: bool
    services: tuple[RunningService, ...]
    event_loop: EventLoop | None = None
    config_hash: str | None = None
    config_deferred: tuple[str, ...] = ()
    config_trouble: str | None = None

    @property
    def key(self) -> str:
        """The id."""
        return self.id

    @property
    def event_time(self) -> datetime:
        """See Message."""
        return self.at

    @property
    def serves_page(self) -> bool:
        """Whether it serves the web page, in a process of its own that runs no service."""
        return not self.services
