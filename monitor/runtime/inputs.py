"""The inputs of the consumer loop: how much of each to read at once, and when the low-priority input may be read."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from monitor.bus import UNLIMITED_BYTES, Bus, Record
from monitor.concurrency import gather_all
from monitor.messages import Message
from monitor.runtime.circuit_breaker import CircuitBreaker

MAX_BATCH = 500
"""Maximum number of messages per commit. Larger batches gain nothing (bench/bus.py)."""
BATCH_SECONDS = 0.25
"""Target duration of a batch. Short batches keep shutdowns, rebalances and other services fast."""
MIN_PROBE = 50
"""Minimum batch while the circuit breaker is open, to reach a good message after the bad ones."""
MAX_LOW_PRIORITY_BATCH = 10
"""Maximum number of messages of a low-priority input per commit, for each that is processed at the same time."""
LOW_PRIORITY_SECONDS = 0.05
"""Target duration of a batch of a low-priority input: a message of the main input may have to wait for it. Batches hardly
speed up the language model (30 to 35 ms of CPU time for an article, alone or with nine others)."""
FIRST_BYTES = 1024
"""Size of the first batch of a low-priority input, before its speed is known: about one article."""
MAX_WAITING = 20
"""The most messages that a stage behind the service may have waiting for the low-priority input to be read."""
FRESH_SECONDS = 1.0
"""Seconds for which a check of the stages behind the service counts."""
STARTING_SECONDS = 0.05
"""The most seconds that a read waits for records until the service is ready."""


def seconds_to_wait(every: float, *, ready: bool) -> float:
    """Return how long a read waits for records, if the service ticks *every* so many seconds.

    The first reads wait hardly at all: they restore the state, and the service is ready when they return.
    """
    return every if ready else min(every, STARTING_SECONDS)


@dataclass
class Input:
    """The main input of a service: its circuit breaker, and the average time that a message takes.

    *concurrency* is how many messages the service processes at the same speed as one. *max_records* is the maximum size of a
    batch after failed commits.
    """

    kind: type[Message]
    concurrency: int = 1
    breaker: CircuitBreaker = field(default_factory=CircuitBreaker)
    breaker_open: bool = False
    seconds_per_message: float = BATCH_SECONDS / MAX_BATCH
    max_records: int = MAX_BATCH

    @property
    def stream(self) -> str:
        """The name of the stream."""
        return self.kind.STREAM.name

    def batch_limit(self) -> int:
        """Return the maximum number of records for the next read."""
        wanted = max(self.concurrency, int(BATCH_SECONDS / max(self.seconds_per_message, 1e-6)))
        limit = max(1, min(self.max_records, wanted))
        return max(limit, MIN_PROBE) if self.breaker_open else limit

    def record_batch(self, batch: Sequence[Record], seconds: float) -> None:
        """Record that *batch* was committed, *seconds* after its start. Larger batches may follow."""
        self.max_records = min(MAX_BATCH, 2 * self.max_records)
        self.seconds_per_message = 0.7 * self.seconds_per_message + 0.3 * seconds / len(batch)

    def record_failure(self, count: int) -> None:
        """Record that the commit of a batch of *count* records failed. The next batch has at most half of them."""
        self.max_records = max(1, count // 2)


@dataclass
class LowPriorityInput(Input):
    """The low-priority input of a service. *behind* has the class that each stage behind the service reads, by service name.

    *seconds_per_byte* is the time that a byte takes, if no other message is processed at the same time. *room* is the number of
    messages that may be read before these stages are checked again. *checked* is the time of the last check, and
    *paused_until* the time until which nothing is read, in monotonic seconds. *trouble* is the reason of the pause.
    """

    behind: Mapping[str, type[Message]] = field(default_factory=dict)
    seconds_per_byte: float = LOW_PRIORITY_SECONDS / FIRST_BYTES
    room: int = 0
    checked: float = 0.0
    paused_until: float = 0.0
    trouble: str | None = None

    def batch_limit(self) -> int:
        """See Input."""
        return (
            MIN_PROBE
            if self.breaker_open
            else max(1, min(MAX_LOW_PRIORITY_BATCH * self.concurrency, self.room, self.max_records))
        )

    def batch_bytes(self) -> int:
        """Return the maximum size of the values of the next batch. A single message may be larger."""
        if self.breaker_open:
            return UNLIMITED_BYTES
        return int(self.concurrency * LOW_PRIORITY_SECONDS / max(self.seconds_per_byte, 1e-9))

    def record_batch(self, batch: Sequence[Record], seconds: float) -> None:
        """See Input."""
        self.max_records = min(MAX_BATCH, 2 * self.max_records)
        size = sum(len(record.value) for record in batch)
        side_by_side = min(self.concurrency, len(batch))
        self.seconds_per_byte = 0.7 * self.seconds_per_byte + 0.3 * seconds * side_by_side / max(size, 1)
        self.room -= len(batch)
        self.trouble = None

    def pause(self, trouble: str, until: float) -> None:
        """Read nothing before *until*, in monotonic seconds, because the circuit breaker is open: *trouble*."""
        self.trouble, self.paused_until = trouble, until

    async def may_be_read(self, bus: Bus, now: float) -> bool:
        """Return True if no stage behind the service has many messages waiting, and the input is not paused at *now*.

        Requesting the lags from a broker takes as long as analysing an article. So they are requested only when *room* is used
        up. If the last check is too old, one message is read without a check, so that an empty input causes no requests.
        """
        if now < self.paused_until:
            return False
        if self.room > 0 and now - self.checked > FRESH_SECONDS:
            self.room = 1
        if self.room <= 0:
            lags = await gather_all(bus.lag(service, kind.STREAM.name) for service, kind in self.behind.items())
            self.room, self.checked = MAX_WAITING - max((lag or 0 for lag in lags), default=0), now
        return self.room > 0


@dataclass
class PassedThrough:
    """The records that a pass-through service has read and not committed.

    *last* has only the last of them, and *since* is the time of the first, in monotonic seconds.
    """

    last: Sequence[Record] = ()
    since: float = field(default_factory=time.monotonic)
