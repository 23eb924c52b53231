"""The low-priority input of a service, on each back end: it delays no message of the main input, and loses nothing."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest

from monitor.bus import Bus, ProducerRecord
from monitor.messages import ArticleBackfill, ArticleEntities, ArticleRaw, Feed
from monitor.messages.codec import decode_facts, encode
from monitor.runtime.dead_letters import redrive, skip_messages
from monitor.runtime.inputs import MAX_LOW_PRIORITY_BATCH, MAX_WAITING
from monitor.runtime.service import LowPriority, Service
from tests.bus import producer_records, read_all, read_and_commit, replay, restore_nothing
from tests.make import START, article
from tests.running import until
from tests.unit.runtime.harness import DEAD, OUT, RAW, raw, running, to_entities

BACKFILL = "article.backfill.v1"


def old(number: int) -> ProducerRecord:
    each = article(f"Old {number}", id=f"old {number}", feed=f"example.org/{number % 5}", backfill=True)
    return encode(ArticleBackfill(each, {"received": START}))


def invalid_old(number: int) -> ProducerRecord:
    return ProducerRecord(BACKFILL, f"old {number}", b"{}", {"feed": f"example.org/{number % 5}"})


def make(
    step: Callable[[Any, ArticleRaw], list[ArticleEntities] | Awaitable[list[ArticleEntities]]],
) -> Service[ArticleRaw, None]:
    second = LowPriority(ArticleBackfill, behind={"topics": ArticleEntities})
    return Service("entities", ArticleRaw, step, fresh=lambda _: None, every=0.05, low_priority=second)


def forward(_: object, message: ArticleRaw) -> list[ArticleEntities]:
    return [to_entities(message)]


async def titles(bus: Bus) -> list[str]:
    return [message.article.title for message in await read_all(bus, ArticleEntities)]


async def test_a_read_may_be_limited_to_some_streams_and_loses_nothing_of_the_others(bus: Bus) -> None:
    async with bus.subscribe("entities", RAW, BACKFILL, restore=restore_nothing) as subscription:
        await bus.publish([*producer_records(BACKFILL, 40), *producer_records(RAW, 4)])
        read: list[tuple[str, bytes]] = []
        for streams, count in (([BACKFILL], 10), ([RAW], 4), ([BACKFILL], 40)):
            async with asyncio.timeout(20):
                while sum(stream in streams for stream, _ in read) < count:
                    batch = await subscription.read(3, 0.2, streams)
                    read += [(record.partition.stream, record.value) for record in batch]
                    if batch:
                        await subscription.commit(batch[0].partition, batch, ())
        assert await subscription.read(3, 0.2, [RAW]) == ()
    expected = Counter((stream, b"value %d" % n) for stream, count in ((BACKFILL, 40), (RAW, 4)) for n in range(count))
    assert Counter(read) == expected


async def test_a_read_may_be_limited_by_size_and_returns_a_longer_record_alone(bus: Bus) -> None:
    sizes = [10, 20, 500, 30, 30, 45]
    await bus.publish([ProducerRecord(BACKFILL, "same key", bytes(size)) for size in sizes])
    batches: list[list[int]] = []
    async with bus.subscribe("entities", BACKFILL, restore=restore_nothing) as subscription, asyncio.timeout(20):
        while sum(map(len, batches)) < len(sizes):
            if batch := await subscription.read(10, 0.2, max_bytes=100):
                batches.append([len(record.value) for record in batch])
                await subscription.commit(batch[0].partition, batch, ())
    assert [size for batch in batches for size in batch] == sizes
    assert all(sum(batch) <= 100 or len(batch) == 1 for batch in batches)
    assert [500] in batches


async def test_a_message_of_the_main_input_is_processed_before_the_rest_of_the_backlog(bus: Bus) -> None:
    processed: list[str] = []

    async def step(_: object, message: ArticleRaw) -> list[ArticleEntities]:
        processed.append(message.article.title)
        if message.article.title == "Old 3":
            await bus.publish([raw(1)])
        elif len(processed) > 10:
            # A broker takes a moment to show the new message.
            await asyncio.sleep(0.002)
        return [to_entities(message)]

    await bus.publish([old(number) for number in range(500)])
    async with running(make(step), bus):
        await until(lambda: _count_is(bus, 501), seconds=60)
    assert Counter(processed) == Counter(["Title 1", *(f"Old {number}" for number in range(500))])
    assert processed.index("Title 1") < 400
    assert Counter(await titles(bus)) == Counter(processed)


async def test_the_stages_behind_the_service_never_have_many_messages_of_the_backlog(bus: Bus) -> None:
    await bus.publish([encode(to_entities(ArticleRaw(article("Before"), {"received": START})))])
    async with bus.subscribe("topics", OUT, restore=restore_nothing) as topics:
        await read_and_commit(topics, 1)
        await bus.publish([old(number) for number in range(90)])
        async with running(make(forward), bus):
            await until(lambda: _count_is(bus, 10))
            await bus.publish([raw(1)])
            await until(lambda: _contains(bus, "Title 1"))
            waiting = (await titles(bus))[1:]
            assert len(waiting) <= MAX_WAITING + MAX_LOW_PRIORITY_BATCH + 1
            async with asyncio.timeout(60):
                while not await _count_is(bus, 92):
                    if batch := await topics.read(10, 0.2):
                        await topics.commit(batch[0].partition, batch, ())
    assert Counter(await titles(bus)) == Counter(["Before", "Title 1", *(f"Old {number}" for number in range(90))])


async def test_bad_messages_of_the_backlog_stop_the_backlog_alone(bus: Bus) -> None:
    await bus.publish([invalid_old(number) for number in range(120)])
    async with running(make(forward), bus) as health:
        await until(lambda: health.trouble)
        assert health.trouble is not None
        assert f"`newsmonitor dead pass entities --stream {BACKFILL} --count N`" in health.trouble
        await bus.publish([raw(1)])
        await until(lambda: _contains(bus, "Title 1"))
        assert health.is_ready(health.heartbeat)
    before = len(await replay(bus, DEAD))
    assert await skip_messages(bus, "entities", BACKFILL, 500) == 120 - before
    await bus.publish([old(1)])
    async with running(make(forward), bus) as health:
        await until(lambda: _contains(bus, "Old 1"))
        assert health.trouble is None
    letters = [decode_facts(record.headers) for record in await replay(bus, DEAD)]
    assert [letter.stream for letter in letters] == [BACKFILL] * 120
    assert await redrive(bus) == 120
    assert len(await replay(bus, BACKFILL)) == 241


async def test_two_instances_share_the_backlog_and_process_each_message_once(bus: Bus) -> None:
    await bus.publish([*(old(number) for number in range(100)), *(raw(number) for number in range(100))])
    async with AsyncExitStack() as stack:
        for _ in range(2):
            await stack.enter_async_context(running(make(forward), bus))
        await until(lambda: _count_is(bus, 200), seconds=60)
    assert set(Counter(await titles(bus)).values()) == {1}


def test_a_service_with_state_has_no_low_priority_input() -> None:
    second = LowPriority(ArticleBackfill, behind={})
    with pytest.raises(ValueError, match="has no state and no tick"):
        Service("x", ArticleRaw, forward, fresh=lambda _: None, restores=(Feed,), low_priority=second)


async def _count_is(bus: Bus, count: int) -> bool:
    return len(await replay(bus, OUT)) >= count


async def _contains(bus: Bus, title: str) -> bool:
    return title in await titles(bus)
