"""The consumer loop, over a real bus."""

import asyncio
from datetime import datetime

from monitor.backoff import backoff
from monitor.bus import Bus, ProducerRecord, Transient
from monitor.clock import utc
from monitor.messages import ArticleEntities, ArticleRaw, Feed
from monitor.runtime.health import Health
from monitor.runtime.loop import serve
from monitor.runtime.service import Service, pass_through
from tests.bus import replay
from tests.make import START, article
from tests.running import until
from tests.unit.runtime.harness import (
    DEAD,
    OUT,
    Count,
    caught_up,
    counted,
    forward,
    raw,
    running,
    service,
    titles,
    to_entities,
    values,
)


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


async def test_a_stop_in_the_middle_of_a_batch_commits_it(bus: Bus) -> None:
    begun, stop, goes_on = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def step(_: object, message: ArticleRaw) -> list[ArticleEntities]:
        begun.set()
        await goes_on.wait()
        return [to_entities(message)]

    await bus.publish([raw(number) for number in range(3)])
    task = asyncio.create_task(serve(service(step), bus, utc, stop, Health()))
    await begun.wait()
    stop.set()
    goes_on.set()
    await task
    assert await titles(bus) == ["Title 0", "Title 1", "Title 2"]
    assert await caught_up(bus)


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


async def test_ticks_publish_their_outputs(bus: Bus) -> None:
    def tick(state: Count, now: datetime) -> list[ArticleEntities]:
        state.ticks.append(now)
        return [to_entities(ArticleRaw(article("From a tick"), {"received": START}))] if state.total == 0 else []

    tested = service(forward, fresh=lambda _: Count(), apply=counted, restores=(ArticleEntities,), tick=tick)
    async with running(tested, bus):
        await until(lambda: values(bus, OUT))
        await asyncio.sleep(0.1)
    assert await titles(bus) == ["From a tick"]


async def test_a_tick_follows_each_batch_if_the_service_asks_for_it(bus: Bus) -> None:
    totals: list[int] = []

    def tick(state: Count, _now: datetime) -> tuple[()]:
        totals.append(state.total)
        return ()

    tested = service(forward, fresh=lambda _: Count(), apply=counted, tick=tick, every=0.5, ticks_after_batch=True)
    async with running(tested, bus):
        for count in range(1, 6):
            await bus.publish([raw(count)])
            await until(lambda: caught_up(bus))
    assert set(totals) == set(range(6))


async def test_a_service_without_outputs_commits_its_position(bus: Bus) -> None:
    await bus.publish([raw(0)])
    async with running(service(lambda _state, _message: ()), bus):
        await until(lambda: caught_up(bus))
    assert await values(bus, OUT) == []


def test_backoff_grows_to_a_cap_with_jitter() -> None:
    assert [backoff(n, 1.0) for n in (1, 2, 3, 50)] == [0.1, 0.2, 0.4, 30.0]
    assert backoff(3, 0.0) == backoff(3, 1.0) / 2


def test_a_service_is_ready_while_it_makes_progress() -> None:
    health = Health()
    assert not health.is_ready(health.heartbeat)
    health.report("running")
    assert health.is_ready(health.heartbeat + 59)
    assert not health.is_ready(health.heartbeat + 61)


async def test_a_pass_through_service_commits_its_own_stream_without_decoding_it(bus: Bus) -> None:
    tested = Service("poller", Feed, pass_through, fresh=lambda _: None, tick=lambda _state, _now: (), every=0.01)
    await bus.publish([ProducerRecord("feed.v1", "example.org/feed", b"{}")])
    async with running(tested, bus) as health:
        await until(lambda: _moved_past(bus, "poller", "feed.v1"))
        assert health.state == "running"
    assert await replay(bus, DEAD) == []


async def _moved_past(bus: Bus, group: str, stream: str) -> bool:
    return await bus.lag(group, stream) == 0


async def test_a_service_that_works_but_not_as_it_should_says_so_and_stays_ready(bus: Bus) -> None:
    trouble: list[str] = ["the model is away"]
    working = service(forward, trouble=lambda _: next(iter(trouble), None))
    async with running(working, bus) as health:
        await until(lambda: health.trouble is not None)
        assert (health.trouble, health.is_ready(health.heartbeat)) == ("the model is away", True)
        trouble.clear()
        await until(lambda: health.trouble is None)
