"""Receivers that fail for hours or days: another target is told, once."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from consumers.delivery.targets.notices import is_notice_due
from consumers.delivery.targets.states import enabled
from monitor.config import Watch
from monitor.messages import Delivery, TargetState
from tests.integration.dispatching import Trial, config_of, trial
from tests.integration.receiver import SECRET, Receiver, receiving
from tests.make import START, alert

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FAILED_FOR_GOOD = "A delivery to target desk has failed: HTTP 500"


@pytest.fixture
async def receivers(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[dict[str, Receiver]]:
    """Two running receivers."""
    monkeypatch.setenv("DESK_SECRET", SECRET)
    async with receiving() as desk, receiving() as night:
        yield {"desk": desk, "night": night}


def raise_alerts(running: Trial, count: int, to: tuple[str, ...] = ("desk", "night")) -> None:
    """Raise *count* alerts of the moment."""
    for number in range(count):
        running.raise_alert(alert(id=f"kim:{running.now:%d%H%M}-{number}", to=to, updated=running.now))


def notices(receiver: Receiver) -> list[str]:
    """The notices that *receiver* got."""
    return [title for message, title in receiver.received if ":target:" in message]


async def test_another_target_is_told_once_that_one_has_failed_for_an_hour(receivers: dict[str, Receiver]) -> None:
    desk, night = receivers.values()
    desk.usual = 500
    async with trial(config_of(receivers)) as days:
        raise_alerts(days, 3)
        await days.run(HOUR - timedelta(minutes=2))
        assert notices(night) == []
        await days.run(HOUR + timedelta(minutes=2))
        assert notices(night) == ["Target desk fails: HTTP 500"]
        await days.run(3 * DAY, HOUR / 4)
        assert {record.state for record in days.queue.pending.values()} == {"retrying"}
        assert notices(night) == ["Target desk fails: HTTP 500"]
        assert days.restored().targets == days.queue.targets


async def test_another_target_is_told_that_what_waited_has_failed_for_good(receivers: dict[str, Receiver]) -> None:
    desk, night = receivers.values()
    desk.usual = 500
    async with trial(config_of(receivers)) as days:
        raise_alerts(days, 3)
        await days.run(5 * DAY, HOUR / 4)
        assert days.queue.pending == {}
        assert notices(night) == ["Target desk fails: HTTP 500", FAILED_FOR_GOOD]


async def test_a_failure_after_the_target_has_worked_again_is_told_again(receivers: dict[str, Receiver]) -> None:
    desk, night = receivers.values()
    async with trial(config_of(receivers)) as days:
        for status in (500, 204, 503, 204):
            desk.usual = status
            raise_alerts(days, 1)
            await days.run(DAY, HOUR / 4)
        assert notices(night) == ["Target desk fails: HTTP 500", "Target desk fails: HTTP 503"]


async def test_a_short_failure_is_not_told(receivers: dict[str, Receiver]) -> None:
    desk, night = receivers.values()
    desk.statuses = [500, 500, 500]
    async with trial(config_of(receivers)) as hours:
        raise_alerts(hours, 1)
        await hours.run(DAY, HOUR / 4)
        assert notices(night) == []
        assert hours.queue.pending == {}


async def test_a_delivery_that_has_failed_for_good_is_told_at_once_and_once_a_day(receivers: dict[str, Receiver]) -> None:
    desk, night = receivers.values()
    async with trial(config_of(receivers, retries=())) as days:
        for _ in range(2):
            for minutes in (10, 50):
                desk.statuses = [400]
                raise_alerts(days, 2)
                await days.run(timedelta(minutes=minutes))
            await days.run(DAY, HOUR / 4)
        assert notices(night) == ["A delivery to target desk has failed: HTTP 400"] * 2
        bodies = [each.body for each in days.log if isinstance(each, Delivery) and ":target:" in each.alert and each.body]
        assert len(bodies) == 2
        assert all("`newsmonitor deliveries redrive --target desk`" in body.certainty for body in bodies)


async def test_a_named_target_is_told_also_of_alerts_that_only_one_has(receivers: dict[str, Receiver]) -> None:
    desk, night = receivers.values()
    desk.usual = 500
    async with receiving() as ops, trial(config_of({**receivers, "ops": ops}, notices="ops", notice_after=0)) as hours:
        raise_alerts(hours, 1, to=("desk",))
        await hours.run(HOUR)
        assert notices(ops) == ["Target desk fails: HTTP 500"]
        assert notices(night) == []


async def test_those_who_wait_for_other_alerts_of_the_target_are_told(receivers: dict[str, Receiver]) -> None:
    desk, night = receivers.values()
    desk.usual = 500
    async with trial(config_of(receivers)) as hours:
        raise_alerts(hours, 1, to=("desk",))
        await hours.run(timedelta(minutes=10))
        raise_alerts(hours, 1)
        await hours.run(2 * HOUR)
        assert notices(night) == ["Target desk fails: HTTP 500"]


async def test_if_no_other_target_works_one_is_told_once_it_does(receivers: dict[str, Receiver]) -> None:
    desk, night = receivers.values()
    desk.usual = night.usual = 500
    async with trial(config_of(receivers)) as hours:
        raise_alerts(hours, 2)
        await hours.run(5 * HOUR, HOUR / 4)
        night.usual = 204
        await hours.run(3 * HOUR, HOUR / 4)
        assert notices(night) == ["Target desk fails: HTTP 500"]
        assert notices(desk) == []


async def test_a_final_notice_waits_for_a_target_that_fails_too(receivers: dict[str, Receiver]) -> None:
    desk, night = receivers.values()
    night.usual = 500
    async with trial(config_of(receivers)) as hours:
        raise_alerts(hours, 1)
        await hours.run(timedelta(minutes=30))
        desk.usual = 410
        raise_alerts(hours, 1)
        await hours.run(timedelta(minutes=30))
        assert hours.queue.targets["desk"].state == "disabled"
        night.usual = 204
        await hours.run(2 * HOUR)
        assert notices(night)[-1] == "Target desk is disabled: HTTP 410"


async def test_where_the_named_target_fails_the_others_are_told(receivers: dict[str, Receiver]) -> None:
    desk, night = receivers.values()
    desk.usual = 500
    async with receiving() as ops, trial(config_of({**receivers, "ops": ops}, notices="ops")) as hours:
        ops.usual = 500
        raise_alerts(hours, 1, to=("ops", "night"))
        raise_alerts(hours, 2, to=("desk", "night"))
        await hours.run(3 * HOUR)
        digest = night.received[-1][1].split()
        assert [each.rpartition(":")[0] for each in sorted(digest)] == ["kim:target:desk", "kim:target:ops"]


async def test_a_notice_outlives_the_watch_that_it_counts_for(receivers: dict[str, Receiver]) -> None:
    desk, night = receivers.values()
    desk.usual = 500
    async with trial(config_of(receivers, notice_after=0)) as hours:
        raise_alerts(hours, 1)
        night.statuses = [204, 500]
        await hours.run(timedelta(minutes=2))
        hours.config = replace(hours.config, watches=(Watch("other", any=("x",)),))
        await hours.run(HOUR)
        assert notices(night) == ["Target desk fails: HTTP 500"] * 2, "the first one was refused"
        assert hours.queue.pending == {}


async def test_a_target_that_was_enabled_and_fails_is_told_as_any_other(receivers: dict[str, Receiver]) -> None:
    desk, night = receivers.values()
    desk.usual = 410
    async with trial(config_of(receivers)) as hours:
        raise_alerts(hours, 1)
        await hours.run(HOUR)
        hours.publish(enabled(hours.queue.targets["desk"], hours.config.targets[0], hours.now))
        desk.usual = 500
        await hours.run(3 * HOUR)
        assert notices(night) == ["Target desk is disabled: HTTP 410", "Target desk fails: HTTP 500"]


async def test_a_failure_that_began_while_the_clock_was_ahead_is_told_after_an_hour(receivers: dict[str, Receiver]) -> None:
    desk, night = receivers.values()
    desk.usual = 500
    async with trial(config_of(receivers)) as hours:
        hours.now += DAY
        raise_alerts(hours, 1)
        await hours.run(timedelta(minutes=1))
        hours.now -= DAY
        raise_alerts(hours, 1)
        await hours.run(4 * HOUR, HOUR / 12)
        assert notices(night) == ["Target desk fails: HTTP 500"]


def test_a_notice_from_a_clock_that_was_ahead_delays_no_other() -> None:
    state = TargetState("desk", 2, "waiting", START + HOUR, START, START + HOUR, 3, 500, "HTTP 500", START, "kim:s1:1", "hash")
    assert is_notice_due(state, 3600, has_failed=False)
    assert not is_notice_due(replace(state, noticed=START), 3600, has_failed=True)
    assert is_notice_due(replace(state, noticed=START, at=START + DAY), 3600, has_failed=True)
    assert not is_notice_due(replace(state, noticed=START, at=START + DAY), 3600, has_failed=False)
    assert not is_notice_due(replace(state, noticed=START - HOUR), 3600, has_failed=True)
    assert is_notice_due(replace(state, noticed=START - DAY), 3600, has_failed=True)
    assert is_notice_due(replace(state, noticed=START + DAY), 3600, has_failed=False)
