"""Receivers that fail, ask to wait, are gone, redirect or hang: each is told apart by target, not by alert."""

from collections.abc import AsyncIterator
from datetime import timedelta
from email.utils import format_datetime

import pytest

from tests.integration.dispatching import config_of, trial
from tests.integration.receiver import SECRET, Receiver, receiving
from tests.make import START, alert

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_SECRET", SECRET)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A running receiver."""
    async with receiving() as running_receiver:
        yield running_receiver


async def test_a_receiver_that_fails_for_two_days_gets_all_within_an_hour_of_its_return(receiver: Receiver) -> None:
    receiver.usual = 500
    async with trial(config_of({"desk": receiver})) as days:
        for hour in range(48):
            days.raise_alert(alert(id=f"kim:s{hour}", to=("desk",), updated=days.now))
            await days.run(HOUR)
        probes = len(receiver.received)
        assert probes <= 60, "about one an hour, however many alerts wait"
        state = days.queue.targets["desk"]
        assert (state.state, state.status, state.since) == ("waiting", 500, START + timedelta(minutes=1))
        assert max(record.attempt for record in days.queue.pending.values()) < 10
        receiver.usual = 204
        await days.run(HOUR + timedelta(minutes=10))
        assert (days.queue.targets["desk"].state, days.queue.pending) == ("ok", {})
        assert all(days.deliveries(f"kim:s{hour}")[-1] == "sent" for hour in range(48))
        assert days.restored().targets == days.queue.targets


async def test_an_alert_that_waits_alone_is_tried_each_hour_and_arrives_within_one_of_the_return(receiver: Receiver) -> None:
    receiver.usual = 500
    async with trial(config_of({"desk": receiver})) as days:
        days.raise_alert(alert(to=("desk",), updated=days.now))
        await days.run(2 * DAY, timedelta(minutes=5))
        assert 47 <= len(receiver.received) <= 55
        assert [record.attempt for record in days.queue.pending.values()] == [8], "as the schedule of the specification says"
        assert days.restored().pending == days.queue.pending
        receiver.usual = 204
        await days.run(HOUR + timedelta(minutes=5))
        assert (days.queue.targets["desk"].state, days.queue.pending) == ("ok", {})
        assert set(receiver.ids) == {"kim:s1:1"}


async def test_an_alert_fails_when_its_schedule_ends_however_often_it_was_tried_meanwhile(receiver: Receiver) -> None:
    receiver.usual, config = 500, config_of({"desk": receiver})
    async with trial(config) as days:
        days.raise_alert(alert(to=("desk",), updated=days.now))
        await days.run(timedelta(seconds=sum(config.delivery.retries)), HOUR / 4)
        assert days.deliveries("kim:s1")[-1] == "retrying"
        await days.run(3 * HOUR, HOUR / 4)
        assert days.deliveries("kim:s1")[-1] == "failed"
        assert days.queue.pending == {}


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("form", ["seconds", "date"])
async def test_retry_after_silences_the_whole_target(receiver: Receiver, status: int, form: str) -> None:
    receiver.statuses = [status]
    moment = START + timedelta(minutes=1)
    dates = {"Retry-After": format_datetime(moment + 2 * HOUR, usegmt=True), "Date": format_datetime(moment, usegmt=True)}
    receiver.headers = {"Retry-After": "7200"} if form == "seconds" else dates
    async with trial(config_of({"desk": receiver})) as hours:
        for number in range(15):
            hours.raise_alert(alert(id=f"kim:s{number}", to=("desk",), updated=hours.now))
            await hours.run(timedelta(minutes=7))
        assert receiver.ids == ["kim:s0:1"]
        assert hours.queue.targets["desk"].until == moment + 2 * HOUR
        assert [record.attempt for record in hours.queue.pending.values()] == [1] + [0] * 14
        await hours.run(HOUR)
        assert len(receiver.received) == 1 + 15
        assert hours.queue.pending == {}


async def test_a_target_that_is_gone_is_disabled_and_another_one_is_told(receiver: Receiver) -> None:
    receiver.usual = 410
    async with receiving() as other, trial(config_of({"desk": receiver, "night": other})) as week:
        for day in range(7):
            week.raise_alert(alert(id=f"kim:s{day}", to=("desk", "night"), updated=week.now))
            await week.run(DAY, HOUR)
        assert receiver.ids == ["kim:s0:1"]
        state = week.queue.targets["desk"]
        assert (state.state, state.status, state.until) == ("disabled", 410, None)
        assert [record.alert for record in week.queue.pending.values()] == [f"kim:s{day}" for day in range(7)]
        notices = [title for _, title in other.received if "disabled" in title]
        assert notices == ["Target desk is disabled: HTTP 410"]
        assert week.restored().pending == week.queue.pending


async def test_a_named_target_is_told_that_another_one_is_gone(receiver: Receiver) -> None:
    receiver.usual = 410
    receivers = {"desk": receiver}
    async with receiving() as other, receiving() as operators:
        config = config_of({**receivers, "night": other, "ops": operators}, notices="ops")
        async with trial(config) as hours:
            hours.raise_alert(alert(to=("desk", "night"), updated=hours.now))
            await hours.run(HOUR)
            assert operators.received[0][1] == "Target desk is disabled: HTTP 410"
            assert other.ids == ["kim:s1:1"]


async def test_the_last_target_of_all_is_disabled_without_a_notice(receiver: Receiver) -> None:
    receiver.usual = 410
    async with trial(config_of({"desk": receiver})) as hours:
        hours.raise_alert(alert(to=("desk",), updated=hours.now))
        await hours.run(HOUR)
        assert hours.deliveries("kim:s1") == ["queued", "retrying"]
        assert hours.queue.targets["desk"].state == "disabled"


async def test_a_newer_version_takes_the_place_of_one_that_waits_for_a_silenced_target(receiver: Receiver) -> None:
    receiver.statuses, receiver.headers = [503], {"Retry-After": "3600"}
    async with trial(config_of({"desk": receiver})) as hours:
        for version in (1, 2, 3):
            hours.raise_alert(alert(version, change="stance", to=("desk",), updated=hours.now))
            await hours.run(timedelta(minutes=10))
        await hours.run(HOUR)
        assert receiver.ids == ["kim:s1:1", "kim:s1:3"]
        assert hours.deliveries("kim:s1").count("superseded") == 2


async def test_no_redirect_is_followed_and_the_target_waits(receiver: Receiver) -> None:
    receiver.usual = 302
    async with trial(config_of({"desk": receiver}, retries=(60.0, 60.0))) as hours:
        hours.raise_alert(alert(to=("desk",), updated=hours.now))
        await hours.run(HOUR)
        assert receiver.ids == ["kim:s1:1"] * 3
        assert hours.deliveries("kim:s1") == ["queued", "retrying", "retrying", "failed"]
        assert (hours.queue.targets["desk"].state, hours.queue.targets["desk"].error) == ("waiting", "HTTP 302")


async def test_a_receiver_that_hangs_holds_one_attempt_at_a_time(receiver: Receiver) -> None:
    async with receiving() as quick, trial(config_of({"slow": receiver, "desk": quick}, timeout=0.2)) as hours:
        receiver.delay = 60
        for number in range(30):
            hours.raise_alert(alert(id=f"kim:s{number}", to=("slow", "desk"), updated=hours.now))
        await hours.run(HOUR, timedelta(minutes=5))
        assert 3 <= len(receiver.received) <= 6
        assert hours.queue.targets["slow"].error == "no response within 0.2 s"
        assert sum(len(content.split()) if "kim:s" in content else 1 for _, content in quick.received) == 30


async def test_what_is_accepted_without_an_answer_is_repeated_with_the_same_id(receiver: Receiver) -> None:
    async with trial(config_of({"desk": receiver}, timeout=0.2)) as hours:
        receiver.delay = 60
        hours.raise_alert(alert(to=("desk",), updated=hours.now))
        await hours.run(timedelta(minutes=10))
        receiver.delay = 0
        await hours.run(HOUR)
        assert set(receiver.ids) == {"kim:s1:1"}
        assert hours.deliveries("kim:s1")[-1] == "sent"
        assert hours.queue.targets["desk"].state == "ok"
