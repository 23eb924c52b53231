"""The consumer loop, over a real bus."""

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
from tests.bus import replay
from tests.make import START, article
from tests.running import until

RAW, OUT, DEAD = "article.raw.v1", "article.entities.v1", "dead.v1"


@pytest.fixture
async def bus(tmp_path: Path) -> AsyncIterator[Bus]:
    """An SQLite bus with empty streams."""
    async with connect(Address(f"sqlite:{tmp_path / 'bus.db'}", synchronous="normal")) as opened:
        yield opened


def raw(number: int, feed: str = "example.org/feed") -> ProducerRecord:
    return encode(ArticleRaw(article(f"Title {number}", id=f"id {number}", feed=feed), {"received": START}))


def invalid_record(number: int, feed: str) -> ProducerRecord:
    return ProducerRecord(RAW, f"id {number}", b"{}", {"feed": feed})


def to_entities(message: ArticleRaw) -> ArticleEntities:
    return ArticleEntities(message.article, message.stamps, Language("en", 1.0), (), ())


def service(step: Callable[[Any, ArticleRaw], Any], **other: Any) -> Service[ArticleRaw, Any]:
    return Service("entities", ArticleRaw, step, fresh=other.pop("fresh", lambda _: None), every=0.01, **other)


def forward(_: object, message: ArticleRaw) -> list[ArticleEntities]:
    return [to_entities(message)]


@asynccontextmanager
async def running(tested: Service[Any, Any], bus: Bus, retry_seconds: float = 0.05) -> AsyncIterator[Health]:
    """Run the service in the background of a test."""
    stop, health = asyncio.Event(), Health()
    task = asyncio.create_task(loop.serve(tested, bus, utc, stop, health, retry_seconds=retry_seconds))
    try:
        yield health
    finally:
        stop.set()
        await asyncio.wait_for(task, 10)
    assert health.state == "stopped"


async def values(bus: Bus, stream: str) -> list[Any]:
    return [orjson.loads(record.value) for record in await replay(bus, stream)]


async def titles(bus: Bus) -> list[str]:
    return [value["article"]["title"] for value in await values(bus, OUT)]


async def caught_up(bus: Bus) -> bool:
    return await bus.lag("entities", RAW) == 0


async def test_messages_are_processed_stamped_and_committed(bus: Bus) -> None:
    await bus.publish([raw(number) for number in range(5)])
    before = utc()
    async with running(service(forward), bus) as health:
        await until(lambda: caught_up(bus))
        assert health.state == "running"
    assert await titles(bus) == [f"Title {number}" for number in range(5)]
    stamps = (await values(bus, OUT))[0]["stamps"]
    assert list(stamps) == ["received", OUT]
    assert before <= datetime.fromisoformat(stamps[OUT]) <= utc()


async def test_a_bad_message_becomes_a_dead_letter_with_its_original_bytes(bus: Bus) -> None:
    def step(_: object, message: ArticleRaw) -> list[ArticleEntities]:
        if message.article.title == "Title 2":
            raise ValueError("cannot\ndigest\x07 this")
        return [to_entities(message)]

    await bus.publish([raw(1), invalid_record(7, "example.org/feed"), raw(2), raw(3)])
    async with running(service(step), bus):
        await until(lambda: caught_up(bus))
    assert await titles(bus) == ["Title 1", "Title 3"]
    invalid, failed = await replay(bus, DEAD)
    assert (invalid.key, invalid.value, invalid.headers["feed"]) == ("id 7", b"{}", "example.org/feed")
    facts = decode_facts(invalid.headers)
    assert (facts.service, facts.stream, facts.partition, facts.offset, facts.reason) == ("entities", RAW, "0", "1", "invalid")
    assert '"article" is a required property' in facts.error
    assert failed.value == raw(2).value
    assert (decode_facts(failed.headers).reason, decode_facts(failed.headers).error[:22]) == (
        "failed",
        "ValueError: cannot dig",
    )


async def test_an_oversized_output_makes_its_input_a_dead_letter(bus: Bus) -> None:
    def oversized(_: object, message: ArticleRaw) -> list[ArticleEntities]:
        stamps = {f"stage {number}": START for number in range(60_000)}
        return [replace(to_entities(message), stamps=stamps | {"received": START})]

    await bus.publish([raw(1)])
    async with running(service(oversized), bus):
        await until(lambda: caught_up(bus))
    (record,) = await replay(bus, DEAD)
    assert decode_facts(record.headers).reason == "too_large"
    assert await titles(bus) == []


async def test_an_oversized_message_of_another_program_is_truncated_in_its_dead_letter(bus: Bus, tmp_path: Path) -> None:
    await bus.publish([invalid_record(1, "example.org/feed"), raw(2)])
    with closing(sqlite3.connect(tmp_path / "bus.db", isolation_level=None)) as another_program:
        another_program.execute(f'UPDATE "{RAW}" SET value = zeroblob(3000000) WHERE offset = 0')
    async with running(service(forward), bus):
        await until(lambda: caught_up(bus))
    assert await titles(bus) == ["Title 2"]
    (record,) = await replay(bus, DEAD)
    assert len(record.value) == MAX_BYTES
    assert decode_facts(record.headers).error.startswith("cut from 3000000 bytes: article.raw.v1: not JSON")


async def test_failures_over_many_feeds_open_the_breaker_until_one_message_succeeds(bus: Bus) -> None:
    await bus.publish([invalid_record(number, f"feed {number % 5}") for number in range(30)])
    async with running(service(forward), bus) as health:
        await until(lambda: health.state == "broken")
        await asyncio.sleep(0.2)
        assert health.trouble is not None
        assert "20 messages in a row failed" in health.trouble
        assert "`newsmonitor dead pass entities --count N`" in health.trouble
        assert not health.is_ready(health.heartbeat)
        assert await bus.lag("entities", RAW) == 30
        assert await values(bus, DEAD) == []
        await bus.publish([raw(99)])
        await until(lambda: caught_up(bus))
        await until(lambda: health.state == "running")
    assert await titles(bus) == ["Title 99"]
    assert len(await values(bus, DEAD)) == 30


async def test_more_bad_messages_than_one_probe_can_be_skipped_by_hand(bus: Bus) -> None:
    await bus.publish([*(invalid_record(number, f"feed {number % 5}") for number in range(600)), raw(99)])
    async with running(service(forward), bus) as health:
        await until(lambda: health.state == "broken")
        await asyncio.sleep(0.3)
        assert await bus.lag("entities", RAW) == 601
        with pytest.raises(Transient, match="entities is running somewhere"):
            await skip_messages(bus, "entities", RAW, 560, wait_seconds=0.1)
    assert await skip_messages(bus, "entities", RAW, 560) == 560
    async with running(service(forward), bus):
        await until(lambda: caught_up(bus))
    assert await titles(bus) == ["Title 99"]
    all_facts = [decode_facts(record.headers) for record in await replay(bus, DEAD)]
    assert [facts.offset for facts in all_facts] == [str(offset) for offset in range(600)]
    assert [facts.reason for facts in all_facts] == ["passed"] * 560 + ["invalid"] * 40


async def test_one_bad_feed_does_not_open_the_breaker(bus: Bus) -> None:
    await bus.publish([invalid_record(number, "one feed") for number in range(60)])
    async with running(service(forward), bus):
        await until(lambda: caught_up(bus))
    assert len(await values(bus, DEAD)) == 60


async def test_transient_errors_are_retried_without_duplicates(bus: Bus) -> None:
    attempts: list[str] = []

    def step(_: object, message: ArticleRaw) -> list[ArticleEntities]:
        attempts.append(message.article.title)
        if attempts.count("Title 1") < 3 and message.article.title == "Title 1":
            raise Transient("the model is away")
        return [to_entities(message)]

    await bus.publish([raw(0), raw(1), raw(2)])
    async with running(service(step), bus):
        await until(lambda: caught_up(bus))
    assert attempts.count("Title 1") == 3
    assert await titles(bus) == ["Title 0", "Title 1", "Title 2"]


async def test_async_steps_run_concurrently(bus: Bus) -> None:
    running_steps = 0

    async def step(_: object, message: ArticleRaw) -> list[ArticleEntities]:
        nonlocal running_steps
        running_steps += 1
        async with asyncio.timeout(5):
            while running_steps < 4:
                await asyncio.sleep(0.001)
        return [to_entities(message)]

    await bus.publish([raw(number) for number in range(4)])
    async with running(service(step), bus):
        await until(lambda: caught_up(bus))
    assert await titles(bus) == [f"Title {number}" for number in range(4)]


@dataclass
class Count:
    """The state of a service that counts its outputs."""

    total: int = 0
    ticks: list[datetime] = field(default_factory=list)


def numbered(state: Count, message: ArticleRaw) -> Iterator[ArticleEntities]:
    """Forward the article with the number of earlier ones as its language."""
    yield replace(to_entities(message), language=Language(f"n{state.total}", 1.0))


def counted(state: Count, _: Message) -> None:
    state.total += 1


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


async def test_restore_replays_permanent_streams_whole_and_others_for_the_keep_period(bus: Bus) -> None:
    volume = Volume("kim", START, None, (), 0.0, START, None, None, None)
    await bus.publish([encode(to_entities(ArticleRaw(article(), {"received": START}))), encode(volume)])
    restores = (ArticleEntities, Volume)
    tested = service(numbered, fresh=lambda _: Count(), apply=counted, restores=restores, keep=lambda: timedelta(0))
    await bus.publish([raw(0)])
    async with running(tested, bus):
        await until(lambda: caught_up(bus))
    assert (await numbers(bus))[1:] == ["n1"]


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


async def test_ticks_publish_their_outputs(bus: Bus) -> None:
    def tick(state: Count, now: datetime) -> list[ArticleEntities]:
        state.ticks.append(now)
        return [to_entities(ArticleRaw(article("From a tick"), {"received": START}))] if state.total == 0 else []

    tested = service(forward, fresh=lambda _: Count(), apply=counted, restores=(ArticleEntities,), tick=tick)
    async with running(tested, bus):
        await until(lambda: values(bus, OUT))
        await asyncio.sleep(0.1)
    assert await titles(bus) == ["From a tick"]


async def test_restore_ignores_own_records_that_are_no_longer_valid(bus: Bus) -> None:
    await bus.publish([ProducerRecord(OUT, "old", b"{}"), raw(0)])
    async with running(service(numbered, fresh=lambda _: Count(), apply=counted, restores=(ArticleEntities,)), bus):
        await until(lambda: caught_up(bus))
    assert (await values(bus, OUT))[1]["language"]["code"] == "n0"


async def test_a_service_without_outputs_commits_its_position(bus: Bus) -> None:
    await bus.publish([raw(0)])
    async with running(service(lambda _state, _message: ()), bus):
        await until(lambda: caught_up(bus))
    assert await values(bus, OUT) == []


def test_the_breaker_opens_only_after_failures_over_three_feeds() -> None:
    assert not CircuitBreaker().after([("one", True)] * 100).is_open
    assert not CircuitBreaker().after([(f"feed {n}", True) for n in range(19)]).is_open
    assert CircuitBreaker().after([(f"feed {n % 3}", True) for n in range(20)]).is_open
    assert CircuitBreaker().after([(f"feed {n}", True) for n in range(50)] + [("good", False)]) == CircuitBreaker()
    halves = CircuitBreaker().after([(f"feed {n}", True) for n in range(10)])
    assert halves.after([(f"feed {n}", True) for n in range(10)]).is_open


def test_backoff_grows_to_a_cap_with_jitter() -> None:
    assert [backoff(n, 1.0) for n in (1, 2, 3, 50)] == [0.1, 0.2, 0.4, 30.0]
    assert backoff(3, 0.0) == backoff(3, 1.0) / 2


def test_a_service_is_ready_while_it_makes_progress() -> None:
    health = Health()
    assert not health.is_ready(health.heartbeat)
    health.report("running")
    assert health.is_ready(health.heartbeat + 59)
    assert not health.is_ready(health.heartbeat + 61)


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


async def test_a_pass_through_service_commits_its_own_stream_without_decoding_it(bus: Bus) -> None:
    tested = Service("poller", Feed, pass_through, fresh=lambda _: None, tick=lambda _state, _now: (), every=0.01)
    await bus.publish([ProducerRecord("feed.v1", "example.org/feed", b"{}")])
    async with running(tested, bus) as health:
        await until(lambda: _moved_past(bus, "poller", "feed.v1"))
        assert health.state == "running"
    assert await replay(bus, DEAD) == []


async def _moved_past(bus: Bus, group: str, stream: str) -> bool:
    return await bus.lag(group, stream) == 0
