"""The consumer loop: read, decode, process, encode, commit; run ticks; back off; write dead letters."""

import asyncio
import inspect
import random
import time
from collections.abc import Awaitable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import structlog

from monitor.backoff import backoff, pause
from monitor.bus import Bus, Partition, ProducerRecord, Record, Subscription, TooLarge, Transient, check_size
from monitor.clock import Clock, utc
from monitor.messages import DeadLetter, Message
from monitor.messages.codec import Invalid, decode, encode
from monitor.runtime.circuit_breaker import CircuitBreaker
from monitor.runtime.dead_letters import MAX_ERROR_CHARS, to_dead_letter
from monitor.runtime.health import Health
from monitor.runtime.inputs import Input, LowPriorityInput, PassedThrough
from monitor.runtime.service import Service, pass_through

PASS_THROUGH_SECONDS = 1.0
"""Seconds after which the records of a pass-through service are committed even if there is nothing to publish."""

log = structlog.get_logger()


async def serve(
    service: Service[Any, Any], bus: Bus, clock: Clock, stop: asyncio.Event, health: Health, retry_seconds: float = 60.0
) -> None:
    """Run *service* until *stop* is set; then finish the current batch and leave the group.

    While the circuit breaker is open, the service retries every *retry_seconds*. Raises OffsetOutOfRange, Misconfigured, or
    the exception of a programming error.
    """
    loop = _ConsumerLoop(service, bus, clock, stop, health, retry_seconds)
    async with service.lifespan():
        while not stop.is_set():
            try:
                async with bus.subscribe(service.name, *loop.inputs, restore=loop.restore) as subscription:
                    await loop.run(subscription)
            except Transient as error:
                await loop.back_off(error)
    health.report("stopped")


@dataclass(frozen=True)
class _Result:
    """The output of one input record. If processing failed, *out* is a dead letter and *failure* the error."""

    record: Record
    out: list[ProducerRecord]
    failure: str | None = None


class _ConsumerLoop:
    """Runs one service: holds the state of each partition, and the inputs by stream."""

    def __init__(
        self, service: Service[Any, Any], bus: Bus, clock: Clock, stop: asyncio.Event, health: Health, retry_seconds: float
    ) -> None:
        self.service, self.bus, self.clock, self.stop = service, bus, clock, stop
        self.health, self.retry_seconds = health, retry_seconds
        self.states: dict[Partition, Any] = {}
        self.last_tick: dict[Partition, float] = {}
        self.passed_through: dict[Partition, PassedThrough] = {}
        self.main = Input(service.reads)
        second = service.low_priority
        self.low_priority = LowPriorityInput(second.reads, behind=second.behind) if second else None
        self.inputs = {each.stream: each for each in (self.main, self.low_priority) if each}
        self.transient_errors = 0

    async def restore(self, partition: Partition) -> None:
        """Restore the state of *partition* from what the service has published."""
        service = self.service
        self.states.pop(partition, None)
        self.passed_through.pop(partition, None)
        state = service.fresh(lambda key: self.bus.partition(partition.stream, key) == partition.number)
        since = utc() - service.keep() if service.keep else None
        for kind in service.restores:
            start = since if kind.STREAM.expires else None
            async for record in self.bus.replay(kind.STREAM.name, start, partition.number):
                try:
                    service.apply(state, decode(kind, record))
                except Invalid as error:
                    log.warning("own record ignored", service=service.name, offset=record.offset, error=str(error))
        self.states[partition] = state

    async def state(self, partition: Partition) -> Any:
        """Return the state of *partition*, restored if it was discarded."""
        if partition not in self.states:
            await self.restore(partition)
        return self.states[partition]

    async def run(self, subscription: Subscription) -> None:
        """Process batches and ticks until stopped."""
        self.health.report("running")
        while not self.stop.is_set():
            try:
                if batch := await self.read(subscription):
                    if self.service.step is pass_through:
                        self.passed_through.setdefault(batch[0].partition, PassedThrough()).last = batch[-1:]
                    else:
                        await self.process_batch(subscription, batch)
                await self.tick(subscription)
                self.health.partitions = len(subscription.partitions())
            except Transient as error:
                await self.back_off(error)
            else:
                self.transient_errors = 0
                if not self.main.breaker_open:
                    self.health.report("running", self.low_priority.trouble if self.low_priority else None)
        if self.service.drain:
            await self.service.drain()
            self.last_tick.clear()
            await self.tick(subscription)

    async def read(self, subscription: Subscription) -> Sequence[Record]:
        """Return the next records of the main input; if there are none, those of the low-priority input, if it may be read.

        Return none if nothing arrives within `Service.every` seconds.
        """
        main, second = self.main, self.low_priority
        if second is None:
            return await subscription.read(main.batch_limit(), self.service.every)
        if batch := await subscription.read(main.batch_limit(), 0.0, [main.stream]):
            return batch
        if await second.may_be_read(self.bus, time.monotonic()) and (
            batch := await subscription.read(second.batch_limit(), 0.0, [second.stream], second.batch_bytes())
        ):
            return batch
        return await subscription.read(main.batch_limit(), self.service.every, [main.stream])

    async def process_batch(self, subscription: Subscription, batch: Sequence[Record]) -> None:
        """Process *batch* and commit the results, unless the circuit breaker opens."""
        partition, started = batch[0].partition, time.perf_counter()
        source = self.inputs[partition.stream]
        try:
            results = await self.run_steps(await self.state(partition), batch)
            breaker = source.breaker.after((_feed(result.record), result.failure is not None) for result in results)
            source.breaker_open = breaker.is_open
            if not breaker.is_open:
                await subscription.commit(partition, batch, [record for result in results for record in result.out])
        except BaseException:
            self.discard_state(subscription, partition)
            raise
        failures = [result for result in results if result.failure]
        if source.breaker_open:
            self.discard_state(subscription, partition)
            await self.wait_while_open(failures[-1])
            return
        source.breaker = breaker
        for failed in failures:
            log.error("dead letter", service=self.service.name, at=_place(failed.record), error=failed.failure)
        source.record_batch(batch, time.perf_counter() - started)

    async def run_steps(self, state: Any, batch: Sequence[Record]) -> list[_Result]:
        """Return the result of each record, in order. Raises Transient."""
        if inspect.iscoroutinefunction(self.service.step):
            return await _gather(self.run_step(state, record) for record in batch)
        return [await self.run_step(state, record) for record in batch]

    async def run_step(self, state: Any, record: Record) -> _Result:
        """Decode and process one record, and encode its output. If all of this succeeds, apply the output to the state.

        Raises Transient. Any other exception of the step makes the record a dead letter.
        """
        try:
            message = decode(self.inputs[record.partition.stream].kind, record)
        except Invalid as error:
            return self.to_failure(record, "invalid", error)
        try:
            output = self.service.step(state, message)
            messages = list(await output if inspect.isawaitable(output) else output)
            out = _encode(messages)
        except Transient:
            raise
        except TooLarge as error:
            return self.to_failure(record, "too_large", error)
        except Exception as error:  # noqa: BLE001  (an exception in a step affects only its message)
            return self.to_failure(record, "failed", error)
        for published in messages:
            self.service.apply(state, published)
        return _Result(record, out)

    def to_failure(self, record: Record, reason: Literal["invalid", "failed", "too_large"], error: Exception) -> _Result:
        """Return the result of a *record* that failed: its dead letter."""
        text = str(error) if reason != "failed" else f"{type(error).__name__}: {error}"
        text = " ".join(text.split())[:MAX_ERROR_CHARS]
        partition = record.partition
        facts = DeadLetter(
            self.service.name, partition.stream, str(partition.number), str(record.offset), reason, text, self.clock()
        )
        return _Result(record, [to_dead_letter(record, facts)], text)

    async def tick(self, subscription: Subscription) -> None:
        """Run the tick of each assigned partition, if it is due, and publish its output."""
        if not self.service.tick:
            return
        for partition in subscription.partitions():
            now = time.monotonic()
            if now - self.last_tick.get(partition, -1e9) < self.service.every:
                continue
            self.last_tick[partition] = now
            state = await self.state(partition)
            try:
                out = self.apply_tick(state, self.service.tick(state, self.clock()))
                await self.commit_tick(subscription, partition, out)
            except BaseException:
                self.discard_state(subscription, partition)
                raise

    def apply_tick(self, state: Any, messages: Iterable[Message]) -> list[ProducerRecord]:
        """Encode the output of a tick, apply it to the state if all of it is valid, and return it. Raises Invalid and TooLarge.

        A droppable message that cannot be encoded is left out.
        """
        published: list[Message] = []
        out: list[ProducerRecord] = []
        for message in messages:
            try:
                out += _encode([message])
                published.append(message)
            except (Invalid, TooLarge) as error:
                if not isinstance(message, self.service.droppable):
                    raise
                log.error("message left out", service=self.service.name, key=message.key, error=str(error))
        for message in published:
            self.service.apply(state, message)
        return out

    async def commit_tick(self, subscription: Subscription, partition: Partition, out: Sequence[ProducerRecord]) -> None:
        """Publish *out* and move past the records passed through. Without *out*, wait up to PASS_THROUGH_SECONDS for more."""
        passed = self.passed_through.get(partition)
        if out or (passed and time.monotonic() - passed.since > PASS_THROUGH_SECONDS):
            await subscription.commit(partition, passed.last if passed else (), out)
            self.passed_through.pop(partition, None)

    def discard_state(self, subscription: Subscription, partition: Partition) -> None:
        """Discard the state, which may contain unpublished messages, and rewind to the last commit."""
        self.states.pop(partition, None)
        self.passed_through.pop(partition, None)
        subscription.rewind(partition)

    async def wait_while_open(self, last: _Result) -> None:
        """Report that the circuit breaker is open, and wait before the next attempt. *last* is the last failure.

        The main input does not wait for the low-priority input.
        """
        name, stream = self.service.name, last.record.partition.stream
        option = "" if stream == self.main.stream else f" --stream {stream}"
        trouble = (
            f"{CircuitBreaker.FAILURES} messages in a row failed, so {name} reads no further in {stream}: {last.failure};"
            f" if the messages are at fault, stop the service and skip them: `newsmonitor dead pass {name}{option} --count N`"
        )
        log.error("circuit breaker open", service=name, trouble=trouble)
        if self.low_priority and stream == self.low_priority.stream:
            self.low_priority.pause(trouble, time.monotonic() + self.retry_seconds)
            return
        self.health.report("broken", trouble)
        await pause(self.stop, self.retry_seconds)

    async def back_off(self, error: Transient) -> None:
        """Wait before the next attempt, longer after each consecutive error."""
        self.transient_errors += 1
        seconds = backoff(self.transient_errors, random.random(), cap=error.max_wait)
        text = str(error) or type(error).__name__
        log.warning("waiting", service=self.service.name, error=text, seconds=round(seconds, 2))
        self.health.report("waiting", text)
        await pause(self.stop, seconds)


async def _gather(steps: Iterable[Awaitable[_Result]]) -> list[_Result]:
    """Run *steps* concurrently. If any raises, wait for all of them and raise the first exception."""
    results = await asyncio.gather(*steps, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return [result for result in results if isinstance(result, _Result)]


def _encode(messages: Iterable[Message]) -> list[ProducerRecord]:
    """Stamp and encode *messages*. Raises Invalid and TooLarge."""
    out = []
    for message in messages:
        record = encode(message.stamped(utc()))
        check_size(record, message.STREAM)
        out.append(record)
    return out


def _feed(record: Record) -> str:
    return record.headers.get("feed", record.key)


def _place(record: Record) -> str:
    return f"{record.partition.stream}/{record.partition.number}/{record.offset}"
