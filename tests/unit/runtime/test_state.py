"""The state of a service: built from its output, restored, discarded."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, cast

from monitor.bus import Bus, Partition, ProducerRecord, Record, ReportStall, Transient, raise_stall
from monitor.clock import utc
from monitor.messages import ArticleEntities, ArticleRaw, Feed, Language, Volume
from monitor.messages.codec import encode
from monitor.runtime.passed_over import PassedOverCounter
from monitor.runtime.restoring import restore
from monitor.runtime.service import Service
from tests.make import START, article
from tests.running import until
from tests.unit.runtime.harness import (
    OUT,
    RAW,
    Count,
    caught_up,
    counted,
    forward,
    raw,
    running,
    service,
    to_entities,
    values,
)
from tests.wrapped_bus import WrappedBus


def numbered(state: Count, message: ArticleRaw) -> Iterator[ArticleEntities]:
    """Forward the article with the number of earlier ones as its language."""
    yield replace(to_entities(message), language=Language(f"n{state.total}", 1.0))


async def numbers(bus: Bus) -> list[str]:
    return [value["language"]["code"] for value in await values(bus, OUT)]


async def test_state_is_built_from_outputs_live_and_on_restore(bus: Bus) -> None:
    tested = service(numbered, fresh=lambda _: Count(), apply=counted, restores=(ArticleEntities,))
    await bus.publish([raw(0), raw(1)])
    async with running(tested, bus):
        await until(lambda: caught_up(bus))
    await bus.publish([raw(2)])
    async with running(tested, bus):
        await until(lambda: caught_up(bus))
    assert await numbers(bus) == ["n0", "n1", "n2"]


async def test_a_service_is_ready_only_after_its_state_is_restored(bus: Bus) -> None:
    states: list[str] = []

    def apply(state: Count, message: ArticleEntities) -> None:
        states.append(health.state)
        counted(state, message)

    tested = service(numbered, fresh=lambda _: Count(), apply=apply, restores=(ArticleEntities,), every=0.5)
    await bus.publish([encode(to_entities(ArticleRaw(article(), {"received": START})))])
    async with running(tested, bus) as health:
        await until(lambda: health.state == "running")
    assert states == ["starting"]


async def test_a_restore_says_how_far_it_is_also_while_no_record_comes(bus: Bus) -> None:
    reports: list[tuple[str, str]] = []
    reported = asyncio.Event()

    async def end_replay() -> None:
        await reported.wait()

    def report(state: str, progress: str) -> None:
        reports.append((state, progress))
        reported.set()

    await bus.publish([encode(to_entities(ArticleRaw(article(), {"received": START})))])
    tested = service(numbered, fresh=lambda _: Count(), apply=counted, restores=(ArticleEntities,))
    slow = cast("Bus", WrappedBus(bus, end_replay=end_replay))
    restored = await restore(tested, slow, Partition(RAW), utc, report, PassedOverCounter())
    assert (restored.count, reports) == (1, [("starting", "restoring its state: 1 records read")])


@dataclass
class StallingBus(WrappedBus):
    """A bus whose replays stall at their end for the reason *stall*, until *goes_on* is set."""

    stall: str = "an open transaction hides all later records; end that program"
    goes_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def replay(self, *args: Any, report_stall: ReportStall = raise_stall, **options: Any) -> AsyncGenerator[Record, None]:
        """See Bus."""
        async for record in self.bus.replay(*args, **options):
            yield record
        report_stall(self.stall)
        await self.goes_on.wait()
        report_stall(None)
        await self.end_replay()


async def test_a_restore_that_stalls_waits_and_says_why_until_it_goes_on(bus: Bus) -> None:
    ends = asyncio.Event()

    async def end_replay() -> None:
        await ends.wait()

    stalling = StallingBus(bus, end_replay=end_replay)
    tested = service(numbered, fresh=lambda _: Count(), apply=counted, restores=(ArticleEntities,))
    async with running(tested, cast("Bus", stalling)) as health:
        await until(lambda: health.state == "waiting")
        assert health.trouble == f"restoring its state: 0 records read; {stalling.stall}"
        stalling.goes_on.set()
        await until(lambda: health.state == "starting")
        assert health.trouble == "restoring its state: 0 records read"
        ends.set()
        await until(lambda: health.state == "running" and not health.trouble)


async def test_restore_replays_permanent_streams_whole_and_others_for_the_keep_period(bus: Bus) -> None:
    volume = Volume("kim", START, None, (), 0.0, START, None, None, None)
    await bus.publish([encode(to_entities(ArticleRaw(article(), {"received": START}))), encode(volume)])
    restores = (ArticleEntities, Volume)
    tested = service(numbered, fresh=lambda _: Count(), apply=counted, restores=restores, keep=lambda: timedelta(0))
    await bus.publish([raw(0)])
    async with running(tested, bus):
        await until(lambda: caught_up(bus))
    assert (await numbers(bus))[1:] == ["n1"]


async def test_what_commands_publish_is_added_while_the_service_runs_and_on_restore(bus: Bus) -> None:
    states: list[set[str]] = []

    def fresh(_: object) -> set[str]:
        states.append(set())
        return states[-1]

    tested = service(forward, fresh=fresh, apply=lambda state, message: state.add(message.key), follows=(Volume,))
    before, after = (Volume(name, START, None, (), 0.0, START, None, None, None) for name in ("kim", "train"))
    await bus.publish([encode(before)])
    async with running(tested, bus):
        await until(lambda: states and states[-1] == {"kim"})
        await bus.publish([ProducerRecord("volume.v1", "bad", b"{}"), encode(after)])
        await until(lambda: states[-1] == {"kim", "train"})
    async with running(tested, bus):
        await until(lambda: len(states) == 2 and states[-1] == {"kim", "train"})


async def test_state_is_discarded_after_a_failed_batch(bus: Bus) -> None:
    failed = False

    def step(state: Count, message: ArticleRaw) -> Iterator[ArticleEntities]:
        nonlocal failed
        if message.article.title == "Title 2" and not failed:
            failed = True
            raise Transient("not now")
        yield from numbered(state, message)

    await bus.publish([raw(0), raw(1), raw(2)])
    async with running(service(step, fresh=lambda _: Count(), apply=counted, restores=(ArticleEntities,)), bus):
        await until(lambda: caught_up(bus))
    assert await numbers(bus) == ["n0", "n1", "n2"]


async def test_restore_ignores_own_records_that_are_no_longer_valid(bus: Bus) -> None:
    await bus.publish([ProducerRecord(OUT, "old", b"{}"), raw(0)])
    async with running(service(numbered, fresh=lambda _: Count(), apply=counted, restores=(ArticleEntities,)), bus):
        await until(lambda: caught_up(bus))
    assert (await values(bus, OUT))[1]["language"]["code"] == "n0"


async def test_keep_limits_the_restored_period(bus: Bus) -> None:
    tested = service(numbered, fresh=lambda _: Count(), apply=counted, restores=(ArticleEntities,), keep=lambda: timedelta(0))
    await bus.publish([encode(to_entities(ArticleRaw(article("Old"), {"received": START})))])
    await asyncio.sleep(0.01)
    await bus.publish([raw(0)])
    async with running(tested, bus):
        await until(lambda: caught_up(bus))
    assert (await numbers(bus))[1] == "n0"


async def test_each_state_owns_the_keys_of_its_partition(bus: Bus) -> None:
    owned: list[bool] = []
    tested = Service(
        "poller", Feed, lambda _state, _message: (), fresh=lambda owns: owned.append(owns("example.org/feed")), every=0.01
    )
    async with running(tested, bus):
        await until(lambda: owned)
    assert owned == [True]


async def test_the_first_tick_precedes_the_first_batch_of_a_restored_state(bus: Bus) -> None:
    calls: list[str] = []
    failed = False

    def step(_: object, message: ArticleRaw) -> list[ArticleEntities]:
        nonlocal failed
        calls.append(message.article.title)
        if not failed:
            failed = True
            raise Transient("not now")
        return []

    def tick(_: object, __: object) -> list[ArticleEntities]:
        calls.append("tick")
        return []

    await bus.publish([raw(0)])
    async with running(service(step, tick=tick), bus):
        await until(lambda: caught_up(bus))
    assert calls[:4] == ["tick", "Title 0", "tick", "Title 0"]
