"""The loop that every service runs in, over a real bus."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from monitor.backoff import backoff
from monitor.bus import Bus, ProducerRecord, Transient
from monitor.bus.backends import Address, connect
from monitor.bus.streams import MAX_BYTES
from monitor.clock import utc
from monitor.messages import ArticleEntities, ArticleRaw, Feed, Language, Message, Volume
from monitor.messages.codec import decode_facts, encode
from monitor.runtime import loop
from monitor.runtime.circuit_breaker import CircuitBreaker
from monitor.runtime.dead_letters import skip_messages
from monitor.runtime.health import Health
from monitor.runtime.service import Service, pass_through
from tests.make import START, article

RAW, OUT, DEAD = "article.raw.v1", "article.entities.v1", "dead.v1"


@pytest.fixture
async def bus(tmp_path: Path) -> AsyncIterator[Bus]:
    """A bus with empty streams."""
    async with connect(Address(f"sqlite:{tmp_path / 'bus.db'}", synchronous="normal")) as opened:
        yield opened


def raw(number: int, feed: str = "example.org/feed") -> ProducerRecord:
    return encode(ArticleRaw(article(f"Title {number}", id=f"id {number}", feed=feed), {"received": START}))


def poison(number: int, feed: str) -> ProducerRecord:
    return ProducerRecord(RAW, f"id {number}", b"{}", {"feed": feed})


def passed_on(message: ArticleRaw) -> ArticleEntities:
    return ArticleEntities(message.article, message.stamps, Language("en", 1.0), (), ())


def service(step: Callable[[Any, ArticleRaw], Any], **other: Any) -> Service[ArticleRaw, Any]:
    return Service("entities", ArticleRaw, step, fresh=other.pop("fresh", lambda _: None), every=0.01, **other)


def plainly(_: object, message: ArticleRaw) -> list[ArticleEntities]:
    return [passed_on(message)]


@asynccontextmanager
async def running(what: Service[Any, Any], bus: Bus, hold: float = 0.05) -> AsyncIterator[Health]:
    """The service at work in the background."""
    stop, pulse = asyncio.Event(), Health()
    task = asyncio.create_task(loop.serve(what, bus, utc, stop, pulse, retry_seconds=hold))
    try:
        yield pulse
    finally:
        stop.set()
        await asyncio.wait_for(task, 10)
    assert pulse.state == "stopped"


async def bodies(bus: Bus, stream: str) -> list[Any]:
    return [orjson.loads(record.value) async for record in bus.replay(stream, None)]


async def titles(bus: Bus) -> list[str]:
    return [body["article"]["title"] for body in await bodies(bus, OUT)]


async def until(ready: Callable[[], Any], seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while not await ready():
            await asyncio.sleep(0.01)


async def digested(bus: Bus) -> bool:
    return await bus.lag("entities", RAW) == 0


async def test_messages_are_read_stepped_stamped_and_committed(bus: Bus) -> None:
    await bus.publish([raw(number) for number in range(5)])
    before = utc()
    async with running(service(plainly), bus) as pulse:
        await until(lambda: digested(bus))
        assert pulse.state == "running"
    assert await titles(bus) == [f"Title {number}" for number in range(5)]
    stamps = (await bodies(bus, OUT))[0]["stamps"]
    assert list(stamps) == ["received", OUT]
    assert before <= datetime.fromisoformat(stamps[OUT]) <= utc()


async def test_a_bad_message_costs_itself_alone_and_keeps_its_bytes(bus: Bus) -> None:
    def step(_: object, message: ArticleRaw) -> list[ArticleEntities]:
        if message.article.title == "Title 2":
            raise ValueError("cannot\ndigest\x07 this")
        return [passed_on(message)]

    await bus.publish([raw(1), poison(7, "example.org/feed"), raw(2), raw(3)])
    async with running(service(step), bus):
        await until(lambda: digested(bus))
    assert await titles(bus) == ["Title 1", "Title 3"]
    invalid, failed = [record async for record in bus.replay(DEAD, None)]
    assert (invalid.key, invalid.value, invalid.headers["feed"]) == ("id 7", b"{}", "example.org/feed")
    facts = decode_facts(invalid.headers)
    assert (facts.service, facts.stream, facts.partition, facts.offset, facts.reason) == ("entities", RAW, "0", "1", "invalid")
    assert '"article" is a required property' in facts.error
    assert failed.value == raw(2).value
    assert (decode_facts(failed.headers).reason, decode_facts(failed.headers).error[:22]) == (
        "failed",
        "ValueError: cannot dig",
    )


async def test_an_output_that_is_too_large_kills_its_input(bus: Bus) -> None:
    def fat(_: object, message: ArticleRaw) -> list[ArticleEntities]:
        stamps = {f"stage {number}": START for number in range(60_000)}
        return [replace(passed_on(message), stamps=stamps | {"received": START})]

    await bus.publish([raw(1)])
    async with running(service(fat), bus):
        await until(lambda: digested(bus))
    (letter,) = [record async for record in bus.replay(DEAD, None)]
    assert decode_facts(letter.headers).reason == "too_large"
    assert await titles(bus) == []


async def test_a_message_larger_than_any_of_ours_stops_nobody(bus: Bus, tmp_path: Path) -> None:
    await bus.publish([poison(1, "example.org/feed"), raw(2)])
    with closing(sqlite3.connect(tmp_path / "bus.db", isolation_level=None)) as another_program:
        another_program.execute(f'UPDATE "{RAW}" SET value = zeroblob(3000000) WHERE offset = 0')
    async with running(service(plainly), bus):
        await until(lambda: digested(bus))
    assert await titles(bus) == ["Title 2"]
    (letter,) = [record async for record in bus.replay(DEAD, None)]
    assert len(letter.value) == MAX_BYTES
    assert decode_facts(letter.headers).error.startswith("cut from 3000000 bytes: article.raw.v1: not JSON")


async def test_failures_over_many_feeds_hold_back_until_one_succeeds(bus: Bus) -> None:
    await bus.publish([poison(number, f"feed {number % 5}") for number in range(30)])
    async with running(service(plainly), bus) as pulse:
        await until(lambda: _is(pulse, "broken"))
        await asyncio.sleep(0.2)
        assert pulse.trouble is not None
        assert "20 messages in a row failed" in pulse.trouble
        assert "`newsmonitor dead pass entities --count N`" in pulse.trouble
        assert not pulse.ready(pulse.heartbeat)
        assert await bus.lag("entities", RAW) == 30
        assert await bodies(bus, DEAD) == []
        await bus.publish([raw(99)])
        await until(lambda: digested(bus))
        await until(lambda: _is(pulse, "running"))
    assert await titles(bus) == ["Title 99"]
    assert len(await bodies(bus, DEAD)) == 30


async def test_more_bad_ones_than_are_looked_past_can_be_passed_by_hand(bus: Bus) -> None:
    await bus.publish([*(poison(number, f"feed {number % 5}") for number in range(600)), raw(99)])
    async with running(service(plainly), bus) as pulse:
        await until(lambda: _is(pulse, "broken"))
        await asyncio.sleep(0.3)
        assert await bus.lag("entities", RAW) == 601
        with pytest.raises(Transient, match="entities is running somewhere"):
            await skip_messages(bus, "entities", RAW, 560, patience=0.1)
    assert await skip_messages(bus, "entities", RAW, 560) == 560
    async with running(service(plainly), bus):
        await until(lambda: digested(bus))
    assert await titles(bus) == ["Title 99"]
    letters = [decode_facts(record.headers) async for record in bus.replay(DEAD, None)]
    assert [facts.offset for facts in letters] == [str(offset) for offset in range(600)]
    assert [facts.reason for facts in letters] == ["passed"] * 560 + ["invalid"] * 40


async def _is(pulse: Health, state: str) -> bool:
    return pulse.state == state


async def test_one_bad_feed_holds_nobody_back(bus: Bus) -> None:
    await bus.publish([poison(number, "one feed") for number in range(60)])
    async with running(service(plainly), bus):
        await until(lambda: digested(bus))
    assert len(await bodies(bus, DEAD)) == 60


async def test_what_is_down_for_now_is_waited_for_and_nothing_is_done_twice(bus: Bus) -> None:
    tries: list[str] = []

    def step(_: object, message: ArticleRaw) -> list[ArticleEntities]:
        tries.append(message.article.title)
        if tries.count("Title 1") < 3 and message.article.title == "Title 1":
            raise Transient("the model is away")
        return [passed_on(message)]

    await bus.publish([raw(0), raw(1), raw(2)])
    async with running(service(step), bus):
        await until(lambda: digested(bus))
    assert tries.count("Title 1") == 3
    assert await titles(bus) == ["Title 0", "Title 1", "Title 2"]


async def test_the_steps_of_an_async_service_run_side_by_side(bus: Bus) -> None:
    together = 0

    async def step(_: object, message: ArticleRaw) -> list[ArticleEntities]:
        nonlocal together
        together += 1
        async with asyncio.timeout(5):
            while together < 4:
                await asyncio.sleep(0.001)
        return [passed_on(message)]

    await bus.publish([raw(number) for number in range(4)])
    async with running(service(step), bus):
        await until(lambda: digested(bus))
    assert await titles(bus) == [f"Title {number}" for number in range(4)]


@dataclass
class Count:
    """How many articles a service has passed on: the fold of its outputs."""

    total: int = 0
    ticks: list[datetime] = field(default_factory=list)


def numbered(state: Count, message: ArticleRaw) -> Iterator[ArticleEntities]:
    """Pass on, with the number of those before."""
    yield replace(passed_on(message), language=Language(f"n{state.total}", 1.0))


def counted(state: Count, _: Message) -> None:
    state.total += 1


async def numbers(bus: Bus) -> list[str]:
    return [body["language"]["code"] for body in await bodies(bus, OUT)]


async def test_state_is_the_fold_of_the_outputs_live_and_restored(bus: Bus) -> None:
    what = service(numbered, fresh=lambda _: Count(), apply=counted, restores=(ArticleEntities,))
    await bus.publish([raw(0), raw(1)])
    async with running(what, bus):
        await until(lambda: digested(bus))
    await bus.publish([raw(2)])
    async with running(what, bus):
        await until(lambda: digested(bus))
    assert await numbers(bus) == ["n0", "n1", "n2"]


async def test_what_never_expires_is_restored_whole_and_the_rest_as_long_as_it_is_kept(bus: Bus) -> None:
    volume = Volume("kim", START, None, (), 0.0, START, None, None, None)
    await bus.publish([encode(passed_on(ArticleRaw(article(), {"received": START}))), encode(volume)])
    restores = (ArticleEntities, Volume)
    what = service(numbered, fresh=lambda _: Count(), apply=counted, restores=restores, keep=lambda: timedelta(0))
    await bus.publish([raw(0)])
    async with running(what, bus):
        await until(lambda: digested(bus))
    assert (await numbers(bus))[1:] == ["n1"]


async def test_state_is_thrown_away_with_a_step_that_failed_halfway(bus: Bus) -> None:
    failed = False

    def step(state: Count, message: ArticleRaw) -> Iterator[ArticleEntities]:
        nonlocal failed
        if message.article.title == "Title 2" and not failed:
            failed = True
            raise Transient("not now")
        yield from numbered(state, message)

    await bus.publish([raw(0), raw(1), raw(2)])
    async with running(service(step, fresh=lambda _: Count(), apply=counted, restores=(ArticleEntities,)), bus):
        await until(lambda: digested(bus))
    assert await numbers(bus) == ["n0", "n1", "n2"]


async def test_time_passes_in_ticks_whose_outputs_are_published(bus: Bus) -> None:
    def tick(state: Count, now: datetime) -> list[ArticleEntities]:
        state.ticks.append(now)
        return [passed_on(ArticleRaw(article("From a tick"), {"received": START}))] if state.total == 0 else []

    what = service(plainly, fresh=lambda _: Count(), apply=counted, restores=(ArticleEntities,), tick=tick)
    async with running(what, bus):
        await until(lambda: _length(bus, 1))
        await asyncio.sleep(0.1)
    assert await titles(bus) == ["From a tick"]


async def _length(bus: Bus, length: int) -> bool:
    return len(await bodies(bus, OUT)) == length


async def test_a_record_of_our_own_that_no_longer_fits_is_passed_over(bus: Bus) -> None:
    await bus.publish([ProducerRecord(OUT, "old", b"{}"), raw(0)])
    async with running(service(numbered, fresh=lambda _: Count(), apply=counted, restores=(ArticleEntities,)), bus):
        await until(lambda: digested(bus))
    assert (await bodies(bus, OUT))[1]["language"]["code"] == "n0"


async def test_a_service_without_outputs_moves_on(bus: Bus) -> None:
    await bus.publish([raw(0)])
    async with running(service(lambda _state, _message: ()), bus):
        await until(lambda: digested(bus))
    assert await bodies(bus, OUT) == []


def test_failures_in_succession_are_ours_only_over_three_feeds() -> None:
    assert not CircuitBreaker().after([("one", True)] * 100).is_open
    assert not CircuitBreaker().after([(f"feed {n}", True) for n in range(19)]).is_open
    assert CircuitBreaker().after([(f"feed {n % 3}", True) for n in range(20)]).is_open
    assert CircuitBreaker().after([(f"feed {n}", True) for n in range(50)] + [("good", False)]) == CircuitBreaker()
    halves = CircuitBreaker().after([(f"feed {n}", True) for n in range(10)])
    assert halves.after([(f"feed {n}", True) for n in range(10)]).is_open


def test_waits_grow_to_a_ceiling_and_are_spread() -> None:
    assert [backoff(n, 1.0) for n in (1, 2, 3, 50)] == [0.1, 0.2, 0.4, 30.0]
    assert backoff(3, 0.0) == backoff(3, 1.0) / 2


def test_readiness_is_progress() -> None:
    pulse = Health()
    assert not pulse.ready(pulse.heartbeat)
    pulse.report("running")
    assert pulse.ready(pulse.heartbeat + 59)
    assert not pulse.ready(pulse.heartbeat + 61)


async def test_keep_limits_what_is_restored(bus: Bus) -> None:
    what = service(numbered, fresh=lambda _: Count(), apply=counted, restores=(ArticleEntities,), keep=lambda: timedelta(0))
    await bus.publish([encode(passed_on(ArticleRaw(article("Old"), {"received": START})))])
    await asyncio.sleep(0.01)
    await bus.publish([raw(0)])
    async with running(what, bus):
        await until(lambda: digested(bus))
    assert (await numbers(bus))[1] == "n0"


async def test_feeds_fall_to_their_own_partition(bus: Bus) -> None:
    owned: list[bool] = []
    what = Service(
        "poller", Feed, lambda _state, _message: (), fresh=lambda owns: owned.append(owns("example.org/feed")), every=0.01
    )
    async with running(what, bus):
        await until(lambda: _any(owned))
    assert owned == [True]


async def test_without_a_step_its_own_stream_is_moved_past_undecoded(bus: Bus) -> None:
    what = Service("poller", Feed, pass_through, fresh=lambda _: None, tick=lambda _state, _now: (), every=0.01)
    await bus.publish([ProducerRecord("feed.v1", "example.org/feed", b"{}")])
    async with running(what, bus) as pulse:
        await until(lambda: _moved_past(bus, "poller", "feed.v1"))
        assert pulse.state == "running"
    assert [record async for record in bus.replay(DEAD, None)] == []


async def _moved_past(bus: Bus, group: str, stream: str) -> bool:
    return await bus.lag(group, stream) == 0


async def _any(found: list[bool]) -> bool:
    return bool(found)
