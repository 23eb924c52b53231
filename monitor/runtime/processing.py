"""Process a batch: decode its records, run the service's step, encode the output, and apply it to the state."""

import asyncio
import inspect
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import Any, Literal, TypeVar

from monitor.bus import Partition, ProducerRecord, Record, TooLarge, TooSlow, Transient, check_size
from monitor.clock import Clock, utc
from monitor.concurrency import gather_all
from monitor.messages import DeadLetter, Message
from monitor.messages.codec import Invalid, decode, encode
from monitor.runtime.circuit_breaker import CircuitBreaker
from monitor.runtime.dead_letters import MAX_ERROR_CHARS, to_dead_letter
from monitor.runtime.passed_over import PassedOverCounter
from monitor.runtime.service import Service
from monitor.runtime.time_slice import TimeSlice
from monitor.runtime.tracing.spans import NO_SPAN, remember, step_span, subjects_of, with_span

MAX_OUT = 1000
"""Output records after which a batch is committed, although more of its records wait. A single record may have more."""
MAX_OUT_BYTES = 8 * 1024 * 1024
"""The same for the size of the output's values."""
MAX_SECONDS = 1.0
"""The same for the duration of the batch in seconds."""

MAX_SLOW_COMMITS = 3
"""Commits of one record that may take too long before it becomes a dead letter, if it has more output than a batch should have.
With less output the bus is at fault, and the record waits."""

T = TypeVar("T")
Reason = Literal["invalid", "failed", "too_large"]


@dataclass(frozen=True)
class Result:
    """The output of one input record. If processing failed, *out* is a dead letter, *failure* the error, *reason* its kind."""

    record: Record
    out: list[ProducerRecord]
    failure: str | None = None
    reason: Reason | None = None

    @property
    def is_large(self) -> bool:
        """Whether the record has more output than a batch should have."""
        return len(self.out) >= MAX_OUT or sum(len(each.value) for each in self.out) >= MAX_OUT_BYTES


@dataclass
class Processed:
    """The results of the first records of a batch, in order, their *messages*, and the circuit breaker after them.

    If *state_is_valid* is False, an error occurred while the state changed.
    """

    breaker: CircuitBreaker
    results: list[Result] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    state_is_valid: bool = True

    @property
    def done(self) -> list[Record]:
        """The input records."""
        return [result.record for result in self.results]

    @property
    def out(self) -> list[ProducerRecord]:
        """The records to publish."""
        return [record for result in self.results for record in result.out]

    @property
    def failures(self) -> list[Result]:
        """The results of the records that failed."""
        return [result for result in self.results if result.failure]


@dataclass
class Processor:
    """Processes the records of *service*. *kinds* has the message class of each input stream.

    *refused* has the error of each input record whose output the bus has refused. It becomes a dead letter. *slow_commits* is
    the number of commits of a record that took too long. *passed_over* counts what messages of a newer version have.
    """

    service: Service[Any, Any]
    kinds: Mapping[str, type[Message]]
    clock: Clock
    refused: dict[tuple[Partition, int], Exception] = field(default_factory=dict)
    slow_commits: Counter[tuple[Partition, int]] = field(default_factory=Counter)
    passed_over: PassedOverCounter = field(default_factory=PassedOverCounter)

    def refuse(self, result: Result, error: TooLarge | TooSlow) -> None:
        """Let the record of *result*, which the bus did not commit, become a dead letter if it can never be committed."""
        place = (result.record.partition, result.record.offset)
        if isinstance(error, TooLarge):
            self.refused[place] = error
        elif result.is_large:
            self.slow_commits[place] += 1
            if self.slow_commits[place] >= MAX_SLOW_COMMITS:
                self.refused[place] = TooLarge(f"{error}; the message has {len(result.out):,} output records")

    def clear_refused(self, partition: Partition) -> None:
        """Forget the records of *partition* that were refused, after a commit of it."""
        for places in (self.refused, self.slow_commits):
            for place in [place for place in places if place[0] == partition]:
                del places[place]

    async def process(self, state: Any, batch: Sequence[Record], breaker: CircuitBreaker) -> Processed:
        """Process the records of *batch* until their output is as large as that of a commit should be.

        Steps that are async run concurrently, so all of *batch* is processed. An exception of `apply` ends the batch after its
        record, because the state may be half changed. While the circuit breaker is open, nothing is committed, so the batch
        goes on. Raises Transient.
        """
        processed, started, count, size = Processed(breaker), time.perf_counter(), 0, 0
        time_slice, ready = TimeSlice(), None
        if inspect.iscoroutinefunction(self.service.step):
            ready = await gather_all(self._run_step(state, record, TimeSlice()) for record in batch)
        for index, record in enumerate(batch):
            result, messages = ready[index] if ready else await self._run_step(state, record, time_slice)
            try:
                for message in messages:
                    self.service.apply(state, message)
                    if time_slice.is_over():
                        await time_slice.pause()
            except Exception as error:  # noqa: BLE001  (an exception in apply affects only its message)
                result = self.to_failure(record, "failed", error)
                processed.state_is_valid = False
            else:
                processed.messages += messages
            processed.results.append(result)
            processed.breaker = processed.breaker.after([(_feed(record), result.failure is not None)])
            count, size = count + len(result.out), size + sum(len(each.value) for each in result.out)
            is_full = count >= MAX_OUT or size >= MAX_OUT_BYTES or time.perf_counter() - started >= MAX_SECONDS
            if not processed.state_is_valid or (is_full and not ready and not processed.breaker.is_open):
                break
            if time_slice.is_over():
                await time_slice.pause()
        return processed

    async def _run_step(self, state: Any, record: Record, time_slice: TimeSlice) -> tuple[Result, list[Message]]:
        """Process one record in a span of its own, which the output names. See _process_one."""
        with step_span(self.service.name, record) as span:
            result, messages = await self._process_one(state, record, time_slice)
            if result.reason:
                span.fail(result.reason, result.failure or "")
            if span is not NO_SPAN:
                streams = {each.name: each for each in (DeadLetter.STREAM, *(message.STREAM for message in messages))}
                result = replace(result, out=with_span(result.out, streams, span))
                remember(subjects_of(messages), span)
        return result, messages

    async def _process_one(self, state: Any, record: Record, time_slice: TimeSlice) -> tuple[Result, list[Message]]:
        """Decode and process one record, and encode its output. Return also the messages of the output.

        Raises Transient. Any other exception of the step makes the record a dead letter.
        """
        if too_large := self.refused.get((record.partition, record.offset)):
            return self.to_failure(record, "too_large", too_large), []
        try:
            message = decode(self.kinds[record.partition.stream], record, self.passed_over.add)
        except Invalid as error:
            return self.to_failure(record, "invalid", error), []
        messages, out = [], []
        try:
            for each in await self._output(state, message):
                if each is not None:
                    stamped, encoded = encode_stamped(each)
                    messages.append(stamped)
                    out.append(encoded)
                if time_slice.is_over():
                    await time_slice.pause()
        except Transient:
            raise
        except TooLarge as error:
            return self.to_failure(record, "too_large", error), []
        except Exception as error:  # noqa: BLE001  (an exception in a step affects only its message)
            return self.to_failure(record, "failed", error), []
        return Result(record, out), messages

    async def _output(self, state: Any, message: Message) -> Iterable[Message | None]:
        """Return the output of the step for *message*. Raises the exceptions of the step."""
        if self.service.in_thread(message):
            return await _in_thread(self.service.step, state, message)
        output = self.service.step(state, message)
        return await output if inspect.isawaitable(output) else output

    def to_failure(self, record: Record, reason: Reason, error: Exception) -> Result:
        """Return the result of a *record* that failed: its dead letter."""
        text = str(error) if reason != "failed" else f"{type(error).__name__}: {error}"
        text = " ".join(text.split())[:MAX_ERROR_CHARS]
        partition = record.partition
        facts = DeadLetter(
            self.service.name, partition.stream, str(partition.number), str(record.offset), reason, text, self.clock()
        )
        return Result(record, [to_dead_letter(record, facts)], text, reason)


def encode_stamped(message: Message) -> tuple[Message, ProducerRecord]:
    """Return *message* with the stamp of its publication, and as a record. Raises Invalid and TooLarge."""
    stamped = message.stamped(utc())
    record = encode(stamped)
    check_size(record, stamped.STREAM)
    return stamped, record


async def _in_thread(step: Callable[..., Any], state: Any, message: Message) -> list[Message]:
    """Return the output of a plain *step*, which runs in a thread. If this is cancelled, the step ends at its next output."""
    is_cancelled = threading.Event()

    def run() -> list[Message]:
        outputs = takewhile(lambda _: not is_cancelled.is_set(), step(state, message))
        return [each for each in outputs if each is not None]

    try:
        return await asyncio.to_thread(run)
    finally:
        is_cancelled.set()


def _feed(record: Record) -> str:
    return record.headers.get("feed", record.key)
