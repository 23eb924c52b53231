"""Batches of the consumer loop: bounded by their output, retried smaller, with growing waits, without stalls."""

import asyncio
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import count, pairwise
from typing import Any, cast

from structlog.testing import capture_logs

from monitor.bus import Bus, Partition, ProducerRecord, Record, TooLarge, TooSlow, Transient
from monitor.clock import utc
from monitor.messages import ArticleEntities, ArticleRaw
from monitor.messages.codec import decode_facts
from monitor.runtime import loop
from monitor.runtime.health import Health
from monitor.runtime.processing import MAX_OUT, MAX_SLOW_COMMITS, Processor, Result
from tests.bus import replay
from tests.make import START, article
from tests.running import until
from tests.unit.runtime.harness import DEAD, OUT, RAW, caught_up, forward, raw, running, service, titles, to_entities
from tests.wrapped_bus import WrappedBus, accept


def copies(count: int) -> Any:
    """Return a step that publishes *count* copies of each article."""

    def step(_: object, message: ArticleRaw) -> Iterator[ArticleEntities]:
        for number in range(count):
            yield to_entities(replace(message, article=replace(message.article, id=f"{message.article.id}/{number}")))

    return step


def limited(bus: Bus, check: Any) -> tuple[WrappedBus, Bus]:
    """Return a bus whose commits *check* may refuse: as what it is, and as a bus."""
    wrapped = WrappedBus(bus, check)
    return wrapped, cast("Bus", wrapped)


async def test_the_output_bounds_a_commit(bus: Bus) -> None:
    observed, limited_bus = limited(bus, accept)
    await bus.publish([raw(number) for number in range(12)])
    async with running(service(copies(300)), limited_bus):
        await until(lambda: caught_up(bus))
    assert max(out for _, out in observed.committed) <= MAX_OUT + 300
    assert sum(done for done, _ in observed.committed) == 12
    ids = [record.key for record in await replay(bus, OUT)]
    assert (len(ids), len(set(ids))) == (12 * 300, 12 * 300)


async def test_a_batch_that_fails_is_retried_smaller_and_grows_again(bus: Bus) -> None:
    is_strained = True

    async def check(done: Sequence[Record], _: Sequence[ProducerRecord]) -> None:
        if is_strained and len(done) > 2:
            raise Transient("the transaction took too long")

    observed, limited_bus = limited(bus, check)
    await bus.publish([raw(number) for number in range(20)])
    async with running(service(forward), limited_bus):
        await until(lambda: len(observed.committed) >= 2)
        is_strained = False
        await until(lambda: caught_up(bus))
    assert await titles(bus) == [f"Title {number}" for number in range(20)]
    assert observed.committed[0][0] in {1, 2}
    assert max(done for done, _ in observed.committed) > 2


async def test_a_record_whose_output_the_bus_refuses_becomes_a_dead_letter_alone(bus: Bus) -> None:
    async def check(_: Sequence[Record], out: Sequence[ProducerRecord]) -> None:
        if any(record.stream == OUT and b"Title 3" in record.value for record in out):
            raise TooLarge("committing: the broker takes no message of this size")

    _, limited_bus = limited(bus, check)
    await bus.publish([raw(number) for number in range(6)])
    async with running(service(forward), limited_bus):
        await until(lambda: caught_up(bus))
    assert await titles(bus) == [f"Title {number}" for number in (0, 1, 2, 4, 5)]
    (dead_letter,) = await replay(bus, DEAD)
    assert decode_facts(dead_letter.headers).reason == "too_large"


async def test_a_message_whose_output_is_too_much_for_a_transaction_becomes_a_dead_letter(bus: Bus) -> None:
    async def check(_: Sequence[Record], out: Sequence[ProducerRecord]) -> None:
        if len(out) > MAX_OUT + 100:
            raise TooSlow("committing: the transaction took 12 s, more than the broker allows")

    def step(state: object, message: ArticleRaw) -> Iterator[ArticleEntities]:
        yield from copies(MAX_OUT + 200 if message.article.title == "Title 3" else 1)(state, message)

    observed, limited_bus = limited(bus, check)
    await bus.publish([raw(number) for number in range(6)])
    with capture_logs() as logs:
        async with running(service(step), limited_bus):
            await until(lambda: caught_up(bus))
    assert await titles(bus) == [f"Title {number}" for number in (0, 1, 2, 4, 5)]
    (dead_letter,) = await replay(bus, DEAD)
    facts = decode_facts(dead_letter.headers)
    assert (facts.reason, facts.offset) == ("too_large", "3")
    assert "the transaction took 12 s" in facts.error
    assert "1,200 output records" in facts.error
    assert len([line for line in logs if line["event"] == "waiting"]) >= MAX_SLOW_COMMITS
    assert [line["at"] for line in logs if line["event"] == "dead letter"] == [f"{RAW}/0/3"]
    assert len(observed.attempts) < 20


async def test_a_message_with_little_output_waits_for_a_slow_bus(bus: Bus) -> None:
    is_slow = True

    async def check(_done: Sequence[Record], _out: Sequence[ProducerRecord]) -> None:
        if is_slow:
            raise TooSlow("committing: the transaction took 12 s, more than the broker allows")

    observed, limited_bus = limited(bus, check)
    await bus.publish([raw(0)])
    async with running(service(forward), limited_bus):
        await until(lambda: len(observed.attempts) > MAX_SLOW_COMMITS)
        is_slow = False
        await until(lambda: caught_up(bus))
    assert (await titles(bus), await replay(bus, DEAD)) == (["Title 0"], [])


def test_a_commit_of_another_partition_does_not_clear_a_refusal() -> None:
    processor = Processor(service(forward), {RAW: ArticleRaw}, lambda: START)
    one, other = Partition(RAW, 0), Partition(RAW, 1)
    processor.refuse(Result(Record(one, 7, 0.0, "key", b"", {}), []), TooLarge("too large"))
    processor.clear_refused(other)
    assert set(processor.refused) == {(one, 7)}
    processor.clear_refused(one)
    assert not processor.refused


async def test_waits_grow_until_a_commit_succeeds(bus: Bus) -> None:
    is_full = True

    async def check(_: Sequence[Record], out: Sequence[ProducerRecord]) -> None:
        if out and is_full:
            raise Transient("the disk is full")

    published: list[str] = []

    def tick(_: object, __: datetime) -> list[ArticleEntities]:
        return [] if published else [to_entities(ArticleRaw(article("From a tick"), {"received": START}))]

    def apply(_: object, message: ArticleEntities) -> None:
        if not is_full:
            published.append(message.article.title)

    observed, limited_bus = limited(bus, check)
    with capture_logs() as logs:
        async with running(service(forward, tick=tick, apply=apply), limited_bus):
            await until(lambda: len(observed.attempts) >= 5)
            is_full = False
            await until(lambda: observed.committed)
    gaps = [later - earlier for earlier, later in pairwise(observed.attempts[:5])]
    assert all(gap >= 0.05 * 2**number for number, gap in enumerate(gaps)), gaps
    assert [line["errors"] for line in logs if line["event"] == "working again"] == [len(observed.attempts) - 1]


async def test_other_tasks_run_between_the_outputs_of_one_message_and_between_messages(bus: Bus) -> None:
    await bus.publish([raw(number) for number in range(40)])
    await bus.publish([raw(100)])
    turns = count()
    seen: dict[str, int] = {}

    async def take_turns() -> None:
        while True:
            next(turns)
            await asyncio.sleep(0)

    def step(state: object, message: ArticleRaw) -> Iterator[ArticleEntities]:
        # One of many small messages takes 8 ms; one message has 3,000 outputs.
        seen[message.article.id] = next(turns)
        if message.article.id == "id 100":
            yield from copies(3000)(state, message)
            seen["last output"] = next(turns)
        else:
            spin(0.008)

    async with running(service(step), bus):
        other = asyncio.create_task(take_turns())
        await until(lambda: caught_up(bus))
        other.cancel()
    assert len(await replay(bus, OUT)) == 3000
    # Each message takes one number itself.
    assert seen["id 39"] - seen["id 0"] >= 39 + 10
    assert seen["last output"] - seen["id 100"] >= 1 + 3


async def test_the_step_of_a_message_that_takes_long_runs_in_a_thread(bus: Bus) -> None:
    threads: dict[str, int] = {}

    def step(_: object, message: ArticleRaw) -> Iterator[ArticleEntities | None]:
        threads[message.article.title] = threading.get_ident()
        if message.article.title == "Title 1":
            spin(0.03)
        yield None
        if message.article.title == "Title 2":
            raise ValueError("a bug")
        yield to_entities(message)

    await bus.publish([raw(number) for number in range(4)])
    tested = service(step, in_thread=lambda message: message.article.title in {"Title 1", "Title 2"})
    async with running(tested, bus):
        await until(lambda: caught_up(bus))
    assert await titles(bus) == ["Title 0", "Title 1", "Title 3"]
    assert len(await replay(bus, DEAD)) == 1
    here = threading.get_ident()
    assert [threads[f"Title {number}"] == here for number in range(4)] == [True, False, False, True]


async def test_a_step_in_a_thread_ends_when_the_service_is_cancelled(bus: Bus) -> None:
    outputs = 0
    has_ended = asyncio.Event()
    event_loop = asyncio.get_running_loop()

    def step(_: object, message: ArticleRaw) -> Iterator[ArticleEntities]:
        nonlocal outputs
        try:
            while True:
                outputs += 1
                yield to_entities(message)
        finally:
            event_loop.call_soon_threadsafe(has_ended.set)

    await bus.publish([raw(0)])
    tested = service(step, in_thread=lambda _: True)
    task = asyncio.create_task(loop.serve(tested, bus, utc, asyncio.Event(), Health()))
    await until(lambda: outputs)
    task.cancel()
    await asyncio.wait([task], timeout=10)
    await asyncio.wait_for(has_ended.wait(), 10)
    assert task.cancelled()


def spin(seconds: float) -> None:
    """Use the CPU for *seconds*."""
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass
