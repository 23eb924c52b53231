"""The one consumer loop: read, decode, step, encode, commit; tick; retry; dead letters."""

import asyncio
import inspect
import random
import time
from collections.abc import Awaitable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

import structlog

from monitor.backoff import backoff, pause
from monitor.bus import Bus, Partition, ProducerRecord, Record, Subscription, TooLarge, Transient, check_size
from monitor.bus.streams import STREAMS
from monitor.clock import Clock, utc
from monitor.messages import STREAM, Alert, ArticleEntities, ArticleRaw, ArticleStories, ArticleTopics, Dead, Message
from monitor.messages.codec import Invalid, decode, encode
from monitor.runtime.circuit_breaker import CircuitBreaker
from monitor.runtime.dead_letters import dead_letter
from monitor.runtime.service import Health, Service, pass_through

BATCH = 500
"""The most messages of one commit: beyond this nothing is gained (bench/bus.py)."""
BATCH_SECONDS = 0.25
"""The most measured work of one commit, so that drains, rebalances and the neighbours in one process wait little."""

PASS = 1.0
"""Seconds after which a position is moved past unread messages though there is nothing to publish with it."""

log = structlog.get_logger()


async def serve(
    service: Service[Any, Any], bus: Bus, clock: Clock, stop: asyncio.Event, pulse: Health, hold: float = 60.0
) -> None:
    """Run *service* until *stop* is set, then finish the batch in hand and leave its group.

    *hold* is how many seconds it waits before it tries again what the breaker has held back.
    Raises what is nobody's passing fault: Trimmed, Misconfigured, or a bug.
    """
    run = _Run(service, bus, clock, stop, pulse, hold)
    async with service.lifespan():
        while not stop.is_set():
            try:
                async with bus.subscribe(service.name, STREAM[service.reads], restore=run.restore) as subscription:
                    await run.loop(subscription)
            except Transient as error:
                await run.wait_out(error)
    pulse.at("stopped")


@dataclass
class Passed:
    """What was read unread of a partition and not moved past yet: the *last* of it, *since* when in monotonic seconds."""

    last: Sequence[Record] = ()
    since: float = field(default_factory=time.monotonic)


@dataclass(frozen=True)
class _Outcome:
    """What comes of one record: messages to publish; where it failed, a dead letter and the error."""

    record: Record
    out: list[ProducerRecord]
    failure: str | None = None


class _Run:
    """One service at work: its states by partition, its pace, its run of bad luck."""

    def __init__(
        self, service: Service[Any, Any], bus: Bus, clock: Clock, stop: asyncio.Event, pulse: Health, hold: float
    ) -> None:
        self.service, self.bus, self.clock, self.stop, self.pulse, self.hold = service, bus, clock, stop, pulse, hold
        self.states: dict[Partition, Any] = {}
        self.ticked: dict[Partition, float] = {}
        self.passed: dict[Partition, Passed] = {}
        self.succession = CircuitBreaker()
        self.held = False
        self.pace = BATCH_SECONDS / BATCH
        self.errors = 0

    async def restore(self, partition: Partition) -> None:
        """Fold what the service has published for *partition* into a fresh state."""
        service = self.service
        self.states.pop(partition, None)
        self.passed.pop(partition, None)
        state = service.fresh(lambda key: self.bus.partition(partition.stream, key) == partition.number)
        since = utc() - service.keep() if service.keep else None
        for kind in service.restores:
            begin = since if STREAMS[STREAM[kind]].expires else None
            async for record in self.bus.replay(STREAM[kind], begin, partition.number):
                try:
                    service.apply(state, decode(kind, record))
                except Invalid as error:
                    log.warning("own record passed over", service=service.name, offset=record.offset, error=str(error))
        self.states[partition] = state

    async def state(self, partition: Partition) -> Any:
        """The state of *partition*, restored anew where it was thrown away."""
        if partition not in self.states:
            await self.restore(partition)
        return self.states[partition]

    async def loop(self, subscription: Subscription) -> None:
        """Read, digest and tick until stopped."""
        self.pulse.at("running")
        while not self.stop.is_set():
            try:
                if batch := await subscription.read(self.limit(), self.service.every):
                    if self.service.step is pass_through:
                        self.passed.setdefault(batch[0].partition, Passed()).last = batch[-1:]
                    else:
                        await self.digest(subscription, batch)
                await self.tick(subscription)
            except Transient as error:
                await self.wait_out(error)
            else:
                self.errors = 0
                if not self.held:
                    self.pulse.at("running")

    def limit(self) -> int:
        """How many messages to take at once; enough to look past a run of bad ones where the breaker holds."""
        fair = max(1, min(BATCH, int(BATCH_SECONDS / max(self.pace, 1e-6))))
        return max(fair, 50) if self.held else fair

    async def digest(self, subscription: Subscription, batch: Sequence[Record]) -> None:
        """Take *batch* through the step and commit what comes of it, unless the breaker holds it back."""
        partition, began = batch[0].partition, time.perf_counter()
        try:
            outcomes = await self.steps(await self.state(partition), batch)
            after = self.succession.after((_feed(outcome.record), outcome.failure is not None) for outcome in outcomes)
            self.held = after.ours
            if not self.held:
                await subscription.commit(partition, batch, [message for outcome in outcomes for message in outcome.out])
        except BaseException:
            self.forget(subscription, partition)
            raise
        failures = [outcome for outcome in outcomes if outcome.failure]
        if self.held:
            self.forget(subscription, partition)
            await self.hold_back(failures[-1])
            return
        self.succession = after
        for failed in failures:
            log.error("dead letter", service=self.service.name, at=_place(failed.record), error=failed.failure)
        self.pace = 0.7 * self.pace + 0.3 * (time.perf_counter() - began) / len(batch)

    async def steps(self, state: Any, batch: Sequence[Record]) -> list[_Outcome]:
        """What comes of each record, in order. Raises Transient."""
        if inspect.iscoroutinefunction(self.service.step):
            return await _together(self.attempt(state, record) for record in batch)
        return [await self.attempt(state, record) for record in batch]

    async def attempt(self, state: Any, record: Record) -> _Outcome:
        """One record through decode, step, encode and, only if all went well, apply."""
        try:
            message = decode(self.service.reads, record)
        except Invalid as error:
            return self.failed(record, "invalid", error)
        try:
            result = self.service.step(state, message)
            bodies = list(await result if inspect.isawaitable(result) else result)
            out = _encoded(bodies)
        except Transient:
            raise
        except TooLarge as error:
            return self.failed(record, "too_large", error)
        except Exception as error:  # noqa: BLE001  (whatever a step raises concerns its message alone)
            return self.failed(record, "failed", error)
        for body in bodies:
            self.service.apply(state, body)
        return _Outcome(record, out)

    def failed(self, record: Record, reason: Literal["invalid", "failed", "too_large"], error: Exception) -> _Outcome:
        """*record* as a dead letter: the original bytes, and the facts as headers."""
        text = " ".join((str(error) if reason != "failed" else f"{type(error).__name__}: {error}").split())[:2048]
        at = record.partition
        facts = Dead(self.service.name, at.stream, str(at.number), str(record.offset), reason, text, self.clock())
        return _Outcome(record, [dead_letter(record, facts)], text)

    async def tick(self, subscription: Subscription) -> None:
        """Let time pass for each partition held, and publish what comes of it."""
        if not self.service.tick:
            return
        for partition in subscription.partitions():
            now = time.monotonic()
            if now - self.ticked.get(partition, -1e9) < self.service.every:
                continue
            self.ticked[partition] = now
            state = await self.state(partition)
            try:
                bodies = list(self.service.tick(state, self.clock()))
                out = _encoded(bodies)
                for body in bodies:
                    self.service.apply(state, body)
                await self.commit_tick(subscription, partition, out)
            except BaseException:
                self.forget(subscription, partition)
                raise

    async def commit_tick(self, subscription: Subscription, partition: Partition, out: Sequence[ProducerRecord]) -> None:
        """Publish *out*, if anything, and move past what was read unread: with *out*, or by itself after a while."""
        passed = self.passed.get(partition)
        if out or (passed and time.monotonic() - passed.since > PASS):
            await subscription.commit(partition, passed.last if passed else (), out)
            self.passed.pop(partition, None)

    def forget(self, subscription: Subscription, partition: Partition) -> None:
        """Throw the state away, since it may hold what was never published, and read again from the last commit."""
        self.states.pop(partition, None)
        self.passed.pop(partition, None)
        subscription.rewind(partition)

    async def hold_back(self, last: _Outcome) -> None:
        """Commit nothing, say so, and wait: the fault is ours, and the messages must not pay for it."""
        name, place = self.service.name, last.record.partition.stream
        trouble = (
            f"{CircuitBreaker.LIMIT} messages in succession failed, so nothing more is taken from {place}: {last.failure};"
            f" if it is the messages' fault, stop the service and let it pass them: `newsmonitor dead pass {name} --count N`"
        )
        log.error("held back", service=name, trouble=trouble)
        self.pulse.at("broken", trouble)
        await pause(self.stop, self.hold)

    async def wait_out(self, error: Transient) -> None:
        """Wait before the next try, a little longer each time."""
        self.errors += 1
        seconds = backoff(self.errors, random.random())
        log.warning("waiting", service=self.service.name, error=str(error) or type(error).__name__, seconds=round(seconds, 2))
        self.pulse.at("waiting", str(error) or type(error).__name__)
        await pause(self.stop, seconds)


async def _together(attempts: Iterable[Awaitable[_Outcome]]) -> list[_Outcome]:
    """All of *attempts* at once; each is over before the first error is raised."""
    results = await asyncio.gather(*attempts, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return [result for result in results if isinstance(result, _Outcome)]


def _encoded(bodies: Iterable[Message]) -> list[ProducerRecord]:
    """*bodies*, stamped, as messages. Raises Invalid and TooLarge."""
    out = [encode(_stamp(body, utc())) for body in bodies]
    for message in out:
        check_size(message)
    return out


def _stamp(body: Message, now: datetime) -> Message:
    if isinstance(body, ArticleRaw | ArticleEntities | ArticleTopics | ArticleStories | Alert):
        return replace(body, stamps={**body.stamps, STREAM[type(body)]: now})
    return body


def _feed(record: Record) -> str:
    return record.headers.get("feed", record.key)


def _place(record: Record) -> str:
    return f"{record.partition.stream}/{record.partition.number}/{record.offset}"
