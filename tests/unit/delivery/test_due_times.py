"""When a delivery is due if the machine that stamped it has another clock."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.delivery.queue.delivery_queue import DeliveryQueue, Result, after_attempt
from consumers.delivery.queue.enqueue import enqueue
from monitor.config import Config, DeliveryConfig, QuietHours, Watch
from monitor.messages import Delivery
from tests.make import START, alert
from tests.unit.delivery.test_attempts import CONFIG, Recorder, make, tick

NOW = START + timedelta(hours=1)
FAR = datetime(2099, 1, 1, tzinfo=UTC)
SKEWS = st.timedeltas(timedelta(days=-20_000), timedelta(days=20_000))


def queue_of(*log: Delivery) -> DeliveryQueue:
    queue = DeliveryQueue()
    for record in log:
        queue.apply(record)
    return queue


def queued(skew: timedelta = timedelta()) -> Delivery:
    """Return the record of an alert that was queued at NOW, by a clock that is wrong by *skew*."""
    (record,) = enqueue(DeliveryQueue(), alert(to=("desk",), updated=NOW + skew), {})
    return record


def retrying(skew: timedelta) -> Delivery:
    """Return the record of an alert whose first attempt failed at NOW, by a clock that is wrong by *skew*."""
    record = queued(skew)
    return replace(after_attempt(record, Result(500, "HTTP 500"), (300.0,), 0, NOW + skew), body=record.body)


async def sent_after(record: Delivery, delays: Iterable[timedelta], config: Config = CONFIG) -> timedelta | None:
    """Return the first of *delays* after NOW at which the delivery is sent; None if it is not."""
    recorder = Recorder()
    recorder.may_answer.set()
    dispatcher, queue = make(recorder, config), queue_of(record)
    async with dispatcher.open():
        for delay in delays:
            for ended in tick(dispatcher, queue, NOW + delay):
                queue.apply(ended)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            if recorder.sent:
                return delay
    return None


@pytest.mark.parametrize(
    "skew", [timedelta(minutes=1), timedelta(minutes=-1), timedelta(days=40), timedelta(days=-40), FAR - NOW]
)
async def test_an_alert_stamped_by_another_clock_is_sent_at_once(skew: timedelta) -> None:
    assert await sent_after(queued(skew), [timedelta()]) == timedelta()


@pytest.mark.parametrize("skew", [timedelta(minutes=1), timedelta(days=40), FAR - NOW])
async def test_a_retry_waits_no_longer_than_its_delay_from_when_this_process_saw_it(skew: timedelta) -> None:
    delays = [timedelta(seconds=seconds) for seconds in range(0, 400, 10)]
    assert await sent_after(retrying(skew), delays) == timedelta(seconds=300)


@given(SKEWS)
def test_no_retry_is_delayed_by_a_wrong_clock_and_none_is_dropped(skew: timedelta) -> None:
    delay = asyncio.run(sent_after(retrying(skew), [timedelta(), timedelta(seconds=299), timedelta(seconds=300)]))
    assert delay is not None
    assert skew < timedelta() or delay == timedelta(seconds=300)


async def test_a_due_time_in_the_far_future_is_no_later_than_the_schedule_allows() -> None:
    config = replace(CONFIG, delivery=DeliveryConfig(retries=(5.0, 600.0)))
    record = replace(retrying(timedelta()), due=FAR)
    assert await sent_after(record, [timedelta(minutes=10), timedelta(minutes=11)], config) == timedelta(minutes=11)


async def test_a_delivery_from_the_last_day_of_the_calendar_waits_for_its_delay() -> None:
    last = datetime.max.replace(tzinfo=UTC)
    record = replace(
        retrying(last - timedelta(seconds=30) - NOW - timedelta(seconds=300)), at=last - timedelta(seconds=30), due=last
    )
    assert await sent_after(record, [timedelta(seconds=seconds) for seconds in (0, 29, 30)]) == timedelta(seconds=30)


async def test_quiet_hours_hold_an_alert() -> None:
    night = QuietHours("04:00", "07:00")
    config = replace(CONFIG, watches=(Watch("kim", any=("Kim",), quiet=night),))
    record = queued()
    hours = [timedelta(hours=hours) for hours in (0, 1, 1.99, 2)]
    assert await sent_after(record, hours, config) == timedelta(hours=2)


async def test_a_later_attempt_is_seen_anew() -> None:
    """Otherwise the second retry that another clock has stamped would be due at once."""
    first = retrying(timedelta(days=1))
    second = replace(first, attempt=2)
    recorder = Recorder()
    recorder.may_answer.set()
    dispatcher = make(recorder)
    async with dispatcher.open():
        assert tick(dispatcher, queue_of(first), NOW) == []
        tick(dispatcher, queue_of(first, second), NOW + timedelta(seconds=200))
        tick(dispatcher, queue_of(first, second), NOW + timedelta(seconds=400))
        await asyncio.sleep(0)
        assert recorder.sent == []
        tick(dispatcher, queue_of(first, second), NOW + timedelta(seconds=500))
        await asyncio.sleep(0)
        assert len(recorder.sent) == 1
