"""Of more alerts in a minute than a reader can take, the others are one message."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from consumers.delivery.queue.bursts import MAX_DIGEST, MINUTE, Arrivals, count_arrival, gathered_until
from consumers.delivery.queue.delivery_queue import DeliveryQueue
from consumers.delivery.queue.enqueue import enqueue
from monitor.config import Config, DigestHours, QuietHours
from monitor.messages import Delivery
from tests.make import START, alert
from tests.unit.delivery.desk import DESK, Desk, config_of

LIMIT = 5


def limited(config: Config | None = None) -> Config:
    config = config or config_of()
    return replace(config, delivery=replace(config.delivery, burst=LIMIT))


def raise_many(desk: Desk, count: int, first: int = 0, *, severity: str = "normal") -> None:
    for number in range(first, first + count):
        desk.raise_alert(f"s{number}", severity=severity)


async def test_the_alerts_beyond_the_limit_are_one_message_at_the_end_of_the_minute() -> None:
    desk = Desk(limited())
    async with desk.dispatcher.open():
        desk.now += timedelta(seconds=20)
        raise_many(desk, LIMIT + 3)
        assert sorted(await desk.sent_now()) == [(f"kim:s{number}",) for number in range(LIMIT)]
        desk.raise_alert("urgent", severity="critical")
        desk.raise_alert("late", severity="high")
        assert await desk.sent_now() == [("kim:urgent",)]
        desk.now = desk.now.replace(second=59)
        assert await desk.sent_now() == []
        desk.now += timedelta(seconds=1)
        assert await desk.sent_now() == [("kim:late", "kim:s5", "kim:s6", "kim:s7")]
        burst = desk.recorder.batches[-1]
        assert (burst.burst, burst.left_out) == (desk.now - MINUTE, 0)
        desk.now += timedelta(minutes=5)
        raise_many(desk, LIMIT, 20)
        assert len(await desk.sent_now()) == LIMIT


async def test_twelve_hundred_alerts_in_a_minute_are_a_few_messages_and_one_that_counts_the_others() -> None:
    desk = Desk(limited())
    async with desk.dispatcher.open():
        for second in range(60):
            desk.now = desk.now.replace(second=second)
            for number in range(20):
                desk.raise_alert(f"s{second}-{number}", severity="high" if (second, number) == (50, 3) else "normal")
            assert len(desk.queue.pending) <= LIMIT + MAX_DIGEST
            if second % 10 == 0:
                await desk.sent_now()
        desk.now += timedelta(seconds=1)
        (burst,) = await desk.sent_now()
    assert len(desk.recorder.batches) == LIMIT + 1
    assert (len(burst), burst[0], burst[1]) == (MAX_DIGEST, "kim:s50-3", f"kim:s0-{LIMIT}")
    assert desk.recorder.batches[-1].left_out == 1200 - LIMIT - MAX_DIGEST
    states = Counter(each.state for each in desk.log if isinstance(each, Delivery))
    assert (states["sent"], states["withheld"]) == (LIMIT + MAX_DIGEST, 1200 - LIMIT - MAX_DIGEST)
    assert +desk.queue.left_out == {}
    restored = DeliveryQueue()
    for record in desk.log:
        restored.apply(record)
    assert restored == desk.queue


async def test_a_burst_that_goes_on_is_one_message_a_minute() -> None:
    desk = Desk(limited())
    counts = []
    async with desk.dispatcher.open():
        for minute in range(3):
            raise_many(desk, 20, 100 * minute)
            await desk.sent_now()
            desk.now += MINUTE
            await desk.sent_now()
            counts.append(len(desk.recorder.sent))
    assert counts == [LIMIT + 1, LIMIT + 2, LIMIT + 3]


async def test_a_newer_version_of_an_alert_in_a_burst_stays_in_it() -> None:
    desk = Desk(limited())
    async with desk.dispatcher.open():
        raise_many(desk, LIMIT + 2)
        await desk.sent_now()
        desk.raise_alert(f"s{LIMIT}", version=2, change="stance")
        assert await desk.sent_now() == []
        desk.now += MINUTE
        assert await desk.sent_now() == [(f"kim:s{LIMIT}", f"kim:s{LIMIT + 1}")]


async def test_the_alert_on_the_burst_of_a_watch_leads() -> None:
    desk = Desk(limited())
    async with desk.dispatcher.open():
        raise_many(desk, LIMIT + 2)
        desk.raise_alert("burst", change="burst")
        await desk.sent_now()
        desk.now += MINUTE
        assert await desk.sent_now() == [("kim:burst", f"kim:s{LIMIT}", f"kim:s{LIMIT + 1}")]


async def test_a_version_that_is_critical_now_does_not_wait_for_the_others_of_its_burst() -> None:
    desk = Desk(limited())
    async with desk.dispatcher.open():
        raise_many(desk, LIMIT + 2)
        await desk.sent_now()
        desk.raise_alert(f"s{LIMIT}", version=2, severity="critical")
        assert await desk.sent_now() == [(f"kim:s{LIMIT}",)]


async def test_a_burst_in_quiet_hours_is_in_the_message_of_the_morning() -> None:
    desk = Desk(limited(config_of(target=replace(DESK, quiet=QuietHours("20:00", "07:00")))))
    async with desk.dispatcher.open():
        raise_many(desk, LIMIT + 2)
        assert await desk.sent_at(6, 59) == []
        assert [len(each) for each in await desk.sent_at(7)] == [LIMIT + 2]


async def test_what_a_burst_leaves_out_is_counted_in_the_digest_of_a_target_that_has_one() -> None:
    desk = Desk(limited(config_of(target=replace(DESK, digest=DigestHours(("08:00",))))))
    async with desk.dispatcher.open():
        raise_many(desk, 200)
        await desk.sent_at(8)
        assert [len(each) for each in await desk.sent_at(8, 1)] == [MAX_DIGEST]
    assert desk.recorder.batches[-1].left_out == 200 - MAX_DIGEST


def test_the_most_severe_are_kept_and_of_these_the_earliest() -> None:
    queue = DeliveryQueue()

    def add(numbers: Iterable[int], severity: str) -> None:
        for number in numbers:
            new = alert(id=f"kim:{severity}{number}", severity=severity, to=("desk",), updated=START)
            for record in enqueue(queue, new, {"desk": DESK}, burst=1):
                queue.apply(record)

    add(range(MAX_DIGEST + 1), "low")
    add(range(2), "high")
    add([99], "low")
    kept = [record.alert for record in queue.pending.values() if record.burst]
    assert kept == [*(f"kim:low{number}" for number in range(1, MAX_DIGEST - 1)), "kim:high0", "kim:high1"]
    assert queue.left_out["desk"] == 3


def test_an_alert_that_comes_again_is_counted_once() -> None:
    queue, records = DeliveryQueue(), list[Delivery]()
    for number in range(3):
        records += enqueue(queue, alert(id=f"kim:s{number}", to=("desk",)), {"desk": DESK}, burst=100)
    for record in [*records, *records]:
        queue.apply(record)
    assert queue.arrivals["desk"].count == 3


@pytest.mark.parametrize("minute", ["0001-01-01T00:00Z", "2026-03-10T03:58Z", "2026-03-10T04:02Z", "9999-12-31T23:59Z"])
def test_a_minute_that_is_over_or_that_another_clock_has_stamped_holds_nothing(minute: str) -> None:
    (record,) = enqueue(DeliveryQueue(), alert(to=("desk",)), {})
    assert gathered_until(replace(record, burst=datetime.fromisoformat(minute)), START) is None


def test_alerts_of_now_are_counted_after_one_of_another_year() -> None:
    known = count_arrival(Arrivals(START.replace(year=2099), 1, 0), START)
    assert known == Arrivals(START, 1, 0)
    assert count_arrival(known, START - MINUTE) == known
