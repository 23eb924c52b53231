"""What a service is: values and functions that the loop (monitor/loop.py) puts to work."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Generic, Literal, TypeVar

from monitor.messages import Message

M = TypeVar("M")
S = TypeVar("S")
OwnsKey = Callable[[str], bool]
"""Whether a key falls into the partition that a state is for."""


STALL = 60.0
"""Seconds without a sign of life after which a service is not ready."""


@asynccontextmanager
async def _nothing() -> AsyncIterator[None]:
    yield


def _forget(state: Any, body: Message) -> None:
    """Keep nothing: for a service without memory."""


def pass_through(state: Any, message: Any) -> Iterable[Message]:  # noqa: ARG001  (a step takes them)
    """The step of a service that reads its own stream only to own its partitions: the loop does not even decode it."""
    return ()


@dataclass(frozen=True)
class Service(Generic[M, S]):
    """What makes a service, as values and functions; the loop does the rest.

    *step* turns one message into what is published for it. A plain function may use the state, but changes it never:
    what must be remembered is what was published, and *apply* alone folds an output into the state, live and when the
    state is restored by replaying *restores* (message classes partitioned as the input is, from *keep* ago on, and all
    of a stream that never expires). An ``async`` step holds no state; the steps of a batch then run side by side. Where
    *step* is `unread`, *reads* is the service's own stream, read only to own its partitions: its messages are moved past
    undecoded, in the same commit as what *tick* gives next, or after a while. *fresh* makes an empty state for one
    partition. *tick* is called every *every* seconds for each partition held, with the service's time; what it gives is
    published through the partition's fence, and it must not block. *lifespan* is entered round all of it.
    A step that raises Transient is tried again for as long as it takes; any other error dead-letters its message.
    """

    name: str
    reads: type[M]
    step: Callable[[S, M], Iterable[Message] | Awaitable[Iterable[Message]]]
    fresh: Callable[[OwnsKey], S]
    apply: Callable[[S, Any], None] = _forget
    restores: tuple[type[Message], ...] = ()
    keep: Callable[[], timedelta] | None = None
    tick: Callable[[S, datetime], Iterable[Message]] | None = None
    every: float = 0.5
    lifespan: Callable[[], AbstractAsyncContextManager[None]] = _nothing


@dataclass
class Health:
    """How a service fares, for those who ask: readiness means progress."""

    state: Literal["starting", "running", "waiting", "broken", "stopped"] = "starting"
    trouble: str | None = None
    beat: float = field(default_factory=time.monotonic)

    def ready(self, now: float) -> bool:
        """Whether it moves: *now* is monotonic, in seconds."""
        return self.state == "running" and now - self.beat < STALL

    def at(self, state: Literal["starting", "running", "waiting", "broken", "stopped"], trouble: str | None = None) -> None:
        """Note where it stands now."""
        self.state, self.trouble, self.beat = state, trouble, time.monotonic()
