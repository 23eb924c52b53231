"""The definition of a service: values and functions that the consumer loop (monitor/runtime/loop.py) runs."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from monitor.clock import Clock
from monitor.messages import Message
from monitor.runtime.measures import Measure

M = TypeVar("M")
S = TypeVar("S")
OwnsKey = Callable[[str], bool]
"""Returns True if a key belongs to the partition of the state."""


@asynccontextmanager
async def _no_resources() -> AsyncIterator[None]:
    yield


def _ignore(state: Any, message: Message) -> None:
    """The `apply` of a stateless service."""


def _ignore_keys(owns: OwnsKey) -> None:
    """The `assigned` of a service that keeps nothing beside its states."""


def _ignore_clock(clock: Clock) -> None:
    """The `use_clock` of a service that needs no time, or only that of its tick."""


def pass_through(state: Any, message: Any) -> Iterable[Message]:  # noqa: ARG001  (the signature of a step)
    """The step of a service that reads its own stream only to own the partitions. The loop does not decode its input."""
    return ()


@dataclass(frozen=True)
class LowPriority:
    """A second input of a service without state, for messages that must not delay those of its main input.

    It is read in small batches, and only while the main input is empty and the stages behind the service have almost nothing
    waiting. *behind* has the class that each of these stages reads, by service name. The stream has the same key and number of
    partitions as the main input.
    """

    reads: type[Message]
    behind: Mapping[str, type[Message]]


@dataclass(frozen=True)
class Service(Generic[M, S]):
    """A service as values and functions.

    *step* returns the messages to publish for one input message. A plain function may read the state, but must not change
    it. An ``async`` step must not use the state, since the steps of a batch run concurrently. A step that raises Transient is
    retried until it succeeds. Any other exception makes its message a dead letter.

    A service stores no state other than what it publishes. *fresh* returns an empty state for one partition. *apply* alone
    changes the state: it adds a published message to it. The state is restored by replaying the messages of the classes
    *restores*, which must be partitioned like the input. Streams that expire are replayed for the period *keep*, all
    others from the beginning.

    *follows* are the classes through which commands tell the service what its owner wants. Their streams are replayed too,
    whole and after the others, and *apply* adds each message that is published later, within a few seconds. It may get one
    twice.

    *tick* runs every *every* seconds for each assigned partition and returns messages to publish. It must not block. It may
    remove from the state what has expired at its time; all else is changed by *apply*. After an exception the state is
    restored, and the next tick waits. A message of a *droppable* class that is invalid or too large is logged and left out
    of the output; any other is an error. If *ticks_after_batch*, a tick also follows each batch at once.

    Generators may also yield None: there, and after each message, other tasks may run. No step, and no part of one between
    two of these points, should take over 50 ms. The step of a message for which *in_thread* returns True runs in a thread
    instead. Nothing changes the state meanwhile, but other tasks run, so it must not use what they change.

    *lifespan* returns a context manager that is entered while the service runs. *progress* returns how far the service is
    with what it prepares, for /ready and `newsmonitor status`; None if there is nothing to wait for. When it is to end,
    *drain* waits for what the service has begun, and a last tick publishes it.

    If *step* is `pass_through`, *reads* is the service's own stream. Its records are committed, without being decoded,
    together with the next messages of *tick* or after a second.

    *assigned* is called whenever the group has given this process other partitions, after the first ticks of their states:
    it returns whether a key belongs to one of them. All other partitions are those of other processes from then on.

    *use_clock* is called with the clock of the loop before a state is restored, for a service that needs the time.

    *trouble* returns what the owner should know about a service that runs, by the states of the partitions that it reads; None
    if there is nothing.

    The messages of *low_priority*, if any, are processed by the same *step*.

    *measures* returns what /metrics reports beside the counts of the loop, for the states of the partitions that are read. It
    must take a few milliseconds at most.

    *concurrency* returns how many messages an ``async`` step processes at the same speed as one. A batch has at least as many,
    if they wait.
    """

    name: str
    reads: type[M]
    step: Callable[[S, M], Iterable[Message | None] | Awaitable[Iterable[Message]]]
    fresh: Callable[[OwnsKey], S]
    apply: Callable[[S, Any], None] = _ignore
    in_thread: Callable[[M], bool] = lambda _: False
    restores: tuple[type[Message], ...] = ()
    follows: tuple[type[Message], ...] = ()
    keep: Callable[[], timedelta] | None = None
    tick: Callable[[S, datetime], Iterable[Message | None]] | None = None
    every: float = 0.5
    ticks_after_batch: bool = False
    droppable: tuple[type[Message], ...] = ()
    lifespan: Callable[[], AbstractAsyncContextManager[None]] = _no_resources
    drain: Callable[[], Awaitable[None]] | None = None
    progress: Callable[[], str | None] = lambda: None
    low_priority: LowPriority | None = None
    assigned: Callable[[OwnsKey], None] = _ignore_keys
    use_clock: Callable[[Clock], None] = _ignore_clock
    trouble: Callable[[Sequence[S]], str | None] = lambda _: None
    concurrency: Callable[[], int] = lambda: 1
    measures: Callable[[Sequence[S]], Iterable[Measure]] = lambda _: ()

    def __post_init__(self) -> None:
        """Raise ValueError for a second input of a service with state: each partition of it would have a state of its own."""
        if self.low_priority and (self.restores or self.tick or self.step is pass_through):
            raise ValueError(f"{self.name}: a service with low_priority has no state and no tick")
