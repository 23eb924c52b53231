"""The consumer loop: read, process, commit; run ticks; back off; write dead letters."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import aclosing
from typing import Any

import structlog

from monitor.backoff import pause
from monitor.bus import Bus, Partition, Record, Subscription, SubscriptionLost, Transient
from monitor.clock import Clock
from monitor.messages import Message
from monitor.runtime.circuit_breaker import CircuitBreaker
from monitor.runtime.commits import Commits, commit_batch
from monitor.runtime.following import Follower, following
from monitor.runtime.health import Health, State
from monitor.runtime.inputs import Input, LowPriorityInput, PassedThrough, seconds_to_wait
from monitor.runtime.processing import Processed, Processor, Result
from monitor.runtime.restoring import Restored, restore
from monitor.runtime.service import Service, pass_through
from monitor.runtime.ticks import Ticks
from monitor.runtime.waits import Waits

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
    health.progress = service.progress
    loop = _ConsumerLoop(service, bus, clock, stop, health, retry_seconds)
    health.measures = lambda: service.measures([restored.state for restored in loop.states.values()])
    service.use_clock(clock)
    async with service.lifespan(), following(service, bus, loop.processor.passed_over) as loop.follower:
        while not stop.is_set():
            try:
                joining = bus.subscribe(service.name, *loop.inputs, restore=loop.restore)
                async with joining as subscription, aclosing(loop.commits):
                    await loop.run(subscription)
            except Transient as error:
                await loop.waits.wait(error)
    health.report("stopped")


class _ConsumerLoop:
    """Runs one service: holds the state of each partition, its running commit, and the inputs by stream."""

    def __init__(
        self, service: Service[Any, Any], bus: Bus, clock: Clock, stop: asyncio.Event, health: Health, retry_seconds: float
    ) -> None:
        self.service, self.bus, self.clock, self.stop = service, bus, clock, stop
        self.health, self.retry_seconds, self.waits = health, retry_seconds, Waits(service.name, health, stop)
        self.states: dict[Partition, Restored] = {}
        self.ticks: dict[Partition, Ticks] = {}
        self.assigned: frozenset[Partition] | None = None
        self.passed_through: dict[Partition, PassedThrough] = {}
        second, concurrency = service.low_priority, service.concurrency()
        self.main = Input(service.reads, concurrency)
        self.low_priority = LowPriorityInput(second.reads, concurrency, behind=second.behind) if second else None
        self.inputs = {each.stream: each for each in (self.main, self.low_priority) if each}
        self.processor = Processor(service, {name: each.kind for name, each in self.inputs.items()}, clock)
        self.follower = Follower(service, self.processor.passed_over)
        self.commits = Commits()

    async def restore(self, partition: Partition) -> None:
        """Restore the state of *partition* from what the service has published."""
        self.discard_state(partition)
        report, passed_over = self.health.report, self.processor.passed_over
        self.states[partition] = await restore(self.service, self.bus, partition, self.clock, report, passed_over)

    async def state(self, partition: Partition) -> Any:
        """Return the state of *partition*, restored if it was discarded."""
        if partition not in self.states:
            await self.restore(partition)
        return self.states[partition].state

    async def run(self, subscription: Subscription) -> None:
        """Process batches and ticks until stopped. Raises SubscriptionLost."""
        while not self.stop.is_set():
            try:
                await self.turn(subscription)
            except SubscriptionLost:
                raise
            except Transient as error:
                await self.waits.wait(error)
            else:
                self.waits.record_quiet()
                self.report_running(subscription)
        await self.end(subscription)

    async def turn(self, subscription: Subscription) -> None:
        """Process one batch, if there is one, and the ticks that are due. Raises Transient."""
        for partition in self.commits.ended():
            await self.finish(subscription, partition)
        self.apply_followed()
        if batch := await self.read(subscription):
            if self.service.step is pass_through:
                self.passed_through.setdefault(batch[0].partition, PassedThrough()).last = batch[-1:]
            else:
                if not self.ticks_of(batch[0].partition).has_run:
                    await self.tick(subscription)
                await self.process_batch(subscription, batch)
        await self.tick(subscription)
        self.keep(subscription)

    async def end(self, subscription: Subscription) -> None:
        """Wait for the running commits and for what the service has begun, and publish the last output."""
        try:
            for partition in list(self.commits.running):
                await self.finish(subscription, partition)
        except Transient as error:
            await self.waits.wait(error)
        if self.service.drain:
            await self.service.drain()
            for ticks in self.ticks.values():
                ticks.make_due()
            await self.tick(subscription)

    async def read(self, subscription: Subscription) -> Sequence[Record]:
        """Return the next records of the main input; if there are none, those of the low-priority input, if it may be read.

        Return none if nothing arrives within `Service.every` seconds. The first reads, which restore the state, do not wait.
        """
        main, second, wait = self.main, self.low_priority, seconds_to_wait(self.service.every, ready=subscription.is_ready())
        if second:
            if batch := await subscription.read(main.batch_limit(), 0.0, [main.stream]):
                return batch
            if await second.may_be_read(self.bus, time.monotonic()) and (
                batch := await subscription.read(second.batch_limit(), 0.0, [second.stream], second.batch_bytes())
            ):
                return batch
        return await subscription.read(main.batch_limit(), wait, [main.stream])

    async def process_batch(self, subscription: Subscription, batch: Sequence[Record]) -> None:
        """Process the first records of *batch*; the others are read again. Begin a commit unless the circuit breaker opens."""
        partition, started = batch[0].partition, time.perf_counter()
        source = self.inputs[partition.stream]
        if partition in self.commits.ended() or partition not in self.states:
            # If the commit has failed, these are the same records again.
            await self.finish(subscription, partition)
        try:
            processed = await self.processor.process(await self.state(partition), batch, source.breaker)
        except Transient:
            await self.finish(subscription, partition)
            self.rewind(subscription, partition)
            raise
        await self.finish(subscription, partition)
        source.breaker_open = processed.breaker.is_open
        if source.breaker_open:
            self.rewind(subscription, partition)
            await self.wait_while_open(processed.failures[-1])
            return
        source.breaker = processed.breaker
        self.commits.begin(partition, self.commit_batch(subscription, processed, time.perf_counter() - started))
        if self.service.ticks_after_batch:
            self.ticks_of(partition).bring_forward()
        is_part = len(processed.results) < len(batch)
        # Without a backlog, what arrives during the commit is better committed together.
        goes_on = len(batch) > source.batch_limit() // 2 or len(subscription.partitions()) > 1
        if is_part or not processed.state_is_valid or not goes_on or source is self.low_priority:
            await self.finish(subscription, partition)
        if not processed.state_is_valid:
            self.rewind(subscription, partition)
        elif is_part:
            subscription.rewind(partition)

    async def commit_batch(self, subscription: Subscription, processed: Processed, seconds: float) -> None:
        """Commit *processed*, which took *seconds*. Raises Transient."""
        done = processed.done
        await commit_batch(subscription, self.processor, self.inputs[done[0].partition.stream], processed, seconds)
        self.record_progress(done, processed.messages, [each.reason for each in processed.failures if each.reason])

    async def finish(self, subscription: Subscription, partition: Partition) -> None:
        """Wait for the running commit of *partition*, if there is one. If it fails, discard the state and raise its error."""
        try:
            await self.commits.wait(partition)
        except BaseException:
            # The messages will be processed, and their failures counted, again.
            self.inputs[partition.stream].breaker = CircuitBreaker()
            self.rewind(subscription, partition)
            raise

    def apply_followed(self) -> None:
        """Add what commands have published to the states. A state that is restored later has it from the log."""
        for message in self.follower.take():
            for partition, restored in list(self.states.items()):
                try:
                    self.service.apply(restored.state, message)
                except Exception as error:  # noqa: BLE001  (one message must not stop the others)
                    log.error(
                        "message failed", service=self.service.name, key=message.key, error=f"{type(error).__name__}: {error}"
                    )
                    self.discard_state(partition)

    def ticks_of(self, partition: Partition) -> Ticks:
        """Return the ticks of *partition*."""
        if partition not in self.ticks:
            self.ticks[partition] = Ticks(self.service, self.retry_seconds)
        return self.ticks[partition]

    async def tick(self, subscription: Subscription) -> None:
        """Run the tick of each assigned partition, if it is due, and publish its output."""
        if not self.service.tick:
            return
        assigned = subscription.partitions()
        self.ticks = {partition: ticks for partition, ticks in self.ticks.items() if partition in assigned}
        for partition in assigned:
            ticks = self.ticks_of(partition)
            if not ticks.is_due(time.monotonic()):
                continue
            await self.finish(subscription, partition)
            state = await self.state(partition)
            try:
                out = await ticks.run(state, self.clock(), time.monotonic())
                if out is None:
                    self.rewind(subscription, partition)
                    continue
                # Without output, wait up to PASS_THROUGH_SECONDS for more.
                passed = self.passed_through.get(partition)
                if out.records or (passed and time.monotonic() - passed.since > PASS_THROUGH_SECONDS):
                    await subscription.commit(partition, passed.last if passed else (), out.records)
                    self.passed_through.pop(partition, None)
                    self.record_progress((), out.messages)
            except BaseException:
                self.rewind(subscription, partition)
                raise

    def discard_state(self, partition: Partition) -> None:
        """Discard all that is known of *partition*. After the restore its first tick precedes its first batch."""
        self.states.pop(partition, None)
        self.passed_through.pop(partition, None)
        self.ticks_of(partition).has_run = False

    def keep(self, subscription: Subscription) -> None:
        """Discard the states of other processes' partitions. Tell the service which it has, once all have their states."""
        assigned = subscription.partitions()
        self.states = {partition: state for partition, state in self.states.items() if partition in assigned}
        self.passed_through = {partition: each for partition, each in self.passed_through.items() if partition in assigned}
        self.health.partitions = len(assigned)
        if subscription.is_ready() and assigned != self.assigned and assigned <= self.states.keys():
            self.assigned, stream = assigned, self.main.stream
            self.service.assigned(lambda key: Partition(stream, self.bus.partition(stream, key)) in assigned)

    def rewind(self, subscription: Subscription, partition: Partition) -> None:
        """Discard the state, which may contain unpublished messages, and rewind to the last commit."""
        self.discard_state(partition)
        subscription.rewind(partition)

    def report_running(self, subscription: Subscription) -> None:
        """Report that the service makes progress, unless it is not ready, its circuit breaker is open, or its ticks fail."""
        if not self.main.breaker_open:
            is_failing = any(ticks.failures for ticks in self.ticks.values())
            state: State = "running" if subscription.is_ready() else "starting"
            self.health.report("broken" if is_failing else state, self.trouble(subscription))

    def trouble(self, subscription: Subscription) -> str | None:
        """Return what the owner of a running service should know; None if all is well."""
        troubles = (
            self.service.trouble([restored.state for restored in self.states.values()]),
            subscription.trouble(),
            *self.follower.troubles.values(),
            self.low_priority.trouble if self.low_priority else None,
            *(ticks.trouble(time.monotonic()) for ticks in self.ticks.values()),
            *(restored.trouble for restored in self.states.values()),
            self.processor.passed_over.trouble,
        )
        return next(filter(None, troubles), None)

    async def wait_while_open(self, last: Result) -> None:
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

    def record_progress(self, done: Sequence[Record], messages: Sequence[Message], dead: Sequence[str] = ()) -> None:
        """Record that a commit succeeded, and what it contained."""
        self.health.tally.record(done, messages, dead, time.time())
        self.waits.record_success()
