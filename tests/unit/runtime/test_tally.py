"""What a service has done is counted once it is committed."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from monitor.bus import Bus, ProducerRecord, Record, Transient
from monitor.clock import utc
from monitor.messages import Alert, ArticleBackfill, ArticleEntities, ArticleRaw, Delivery, Message
from monitor.runtime.health import Health
from monitor.runtime.runner import run_services
from monitor.runtime.tally import BOUNDS, MAX_LABELS, OTHER, Histogram, Tally
from tests.make import START, alert, article
from tests.running import until
from tests.unit.runtime.harness import (
    OUT,
    RAW,
    Count,
    caught_up,
    counted,
    forward,
    invalid_record,
    raw,
    running,
    service,
    to_entities,
)
from tests.unit.runtime.test_batches import limited


async def test_messages_are_counted_with_their_streams_and_their_latency(bus: Bus) -> None:
    await bus.publish([raw(number) for number in range(5)])
    async with running(service(forward), bus) as health:
        await until(lambda: caught_up(bus))
    tally = health.tally
    assert (tally.read, tally.published, tally.dead) == ({RAW: 5}, {OUT: 5}, {})
    assert sum(tally.latency[RAW].counts) == 5
    assert 0 < tally.latency[RAW].seconds < 5 * 60


async def test_dead_letters_are_counted_by_reason(bus: Bus) -> None:
    def step(state: object, message: ArticleRaw) -> list[ArticleEntities]:
        if message.article.title == "Title 1":
            raise ValueError("no")
        return forward(state, message)

    await bus.publish([raw(0), raw(1), invalid_record(2, "example.org/feed")])
    async with running(service(step), bus) as health:
        await until(lambda: caught_up(bus))
    assert (health.tally.dead, health.tally.published) == ({"failed": 1, "invalid": 1}, {OUT: 1})


async def test_what_an_error_in_apply_keeps_from_being_published_is_not_counted(bus: Bus) -> None:
    def apply(_: object, message: ArticleEntities) -> None:
        if message.article.title == "Title 1":
            raise ValueError("no")

    await bus.publish([raw(0), raw(1)])
    async with running(service(forward, apply=apply, restores=(ArticleEntities,)), bus) as health:
        await until(lambda: caught_up(bus))
    assert (health.tally.dead, health.tally.published) == ({"failed": 1}, {OUT: 1})


async def test_a_commit_that_fails_counts_nothing(bus: Bus) -> None:
    attempts = 0

    async def check(_: Sequence[Record], __: Sequence[ProducerRecord]) -> None:
        nonlocal attempts
        attempts += 1
        if attempts < 3:
            raise Transient("the disk is full")

    _, limited_bus = limited(bus, check)
    await bus.publish([raw(0)])
    async with running(service(forward), limited_bus) as health:
        await until(lambda: caught_up(bus))
    assert attempts >= 3
    assert (health.tally.read, health.tally.published) == ({RAW: 1}, {OUT: 1})


async def test_the_output_of_a_tick_is_counted(bus: Bus) -> None:
    def tick(state: object, _: datetime) -> Iterator[ArticleEntities]:
        if not getattr(state, "total", 0):
            yield to_entities(ArticleRaw(article("From a tick"), {"received": START}))

    tested = service(forward, fresh=lambda _: Count(), apply=counted, restores=(ArticleEntities,), tick=tick)
    async with running(tested, bus) as health:
        await until(lambda: health.tally.published[OUT])
    assert (health.tally.published, health.tally.read) == ({OUT: 1}, {})


async def test_restarts_are_counted_and_the_other_counts_survive_them(bus: Bus) -> None:
    runs = 0

    def fresh(_: object) -> None:
        nonlocal runs
        runs += 1
        if runs == 1:
            raise RuntimeError("a bug")

    await bus.publish([raw(0)])
    stop, health = asyncio.Event(), Health()
    health.tally.read["before"] = 1
    task = asyncio.create_task(run_services([service(forward, fresh=fresh)], bus, utc, stop, {"entities": health}))
    await until(lambda: caught_up(bus))
    stop.set()
    await task
    assert (health.tally.restarts, health.tally.read) == (1, {"before": 1, RAW: 1})


def record_messages(*messages: Message) -> Tally:
    tally = Tally()
    tally.record((), messages, (), 0.0)
    return tally


def test_alerts_are_counted_by_change_and_matches_by_result() -> None:
    first = replace(alert(), change="new", severity="high")
    burst = replace(first, change="burst")
    tally = record_messages(first, replace(first, change="outlet"), burst)
    assert tally.events["alert_versions"] == {("new", "high"): 1, ("outlet", "high"): 1, ("burst", "high"): 1}
    assert tally.events["matches"] == {("alert",): 2}, "a burst is no match of an article"


def test_the_latency_of_an_alert_begins_with_the_receipt_of_its_article() -> None:
    stamps = {"received": START, Alert.STREAM.name: START + timedelta(seconds=7)}
    tally = record_messages(replace(alert(), change="new", stamps=stamps))
    assert (tally.alert_latency.seconds, sum(tally.alert_latency.counts)) == (7.0, 1)


def test_articles_are_counted_where_they_are_published_first() -> None:
    news, health = article("A title"), article("A feed fails", flags=("health:failing",))
    stamps = {"received": START}
    raws = ArticleRaw(news, stamps), ArticleRaw(health, stamps), ArticleBackfill(news, stamps)
    tally = record_messages(*raws, to_entities(raws[0]))
    assert tally.events["articles"] == {("news",): 1, ("health",): 1, ("backfill",): 1}


def delivery(target: str) -> Delivery:
    return Delivery("a:1", 1, target, "sent", 1, START, None, 200, None, None)


def test_a_count_tells_a_bounded_number_of_targets_apart() -> None:
    tally = record_messages(*(delivery(f"target {number}") for number in range(MAX_LABELS + 5)), delivery("target 0"))
    deliveries = tally.events["deliveries"]
    assert len(deliveries) == MAX_LABELS + 1
    assert (deliveries["target 0", "sent"], deliveries[OTHER, OTHER]) == (2, 5)


@pytest.mark.parametrize(("seconds", "index"), [(-3.0, 0), (0.0, 0), (BOUNDS[0], 0), (0.011, 1), (1e9, len(BOUNDS))])
def test_a_duration_is_in_the_class_of_the_next_bound(seconds: float, index: int) -> None:
    histogram = Histogram()
    histogram.observe(seconds)
    assert histogram.counts.index(1) == index
    assert histogram.seconds == max(0.0, seconds)
