"""The hours of a digest, also on days when the clocks change, and the wait for alerts that are on their way."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.delivery.preferences.digest_hours import MAX_SETTLE_TIME, SETTLE_TIME, Settling, next_digest
from monitor.config import DigestHours

SEOUL = DigestHours(("08:00",), "Asia/Seoul")
BERLIN = DigestHours(("02:30", "18:00"), "Europe/Berlin")
NOW = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("digest", "moment", "hour"),
    [
        (SEOUL, "2026-03-10T22:59:59.999", "2026-03-10T23:00"),
        (SEOUL, "2026-03-10T23:00", "2026-03-11T23:00"),
        (BERLIN, "2026-03-10T02:00", "2026-03-10T17:00"),
        (BERLIN, "2026-03-10T17:00:01", "2026-03-11T01:30"),
        # In Berlin the clocks go forward at 02:00 on 29 March 2026, and back at 03:00 on 25 October 2026.
        (BERLIN, "2026-03-28T18:00", "2026-03-29T01:30"),
        (BERLIN, "2026-03-29T01:30", "2026-03-29T16:00"),
        (BERLIN, "2026-10-25T00:00", "2026-10-25T00:30"),
        (BERLIN, "2026-10-25T00:30", "2026-10-25T17:00"),
        # Samoa left out 30 December 2011.
        (DigestHours(("12:00",), "Pacific/Apia"), "2011-12-29T22:00", "2011-12-30T22:00"),
    ],
)
def test_the_next_hour_of_a_digest(digest: DigestHours, moment: str, hour: str) -> None:
    assert next_digest(digest, utc(moment)) == utc(hour)


ZONES = st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia"])
HOURS = st.lists(st.times().map(lambda time: f"{time:%H:%M}"), min_size=1, max_size=3, unique=True).map(tuple)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2035, 1, 1)), HOURS, ZONES)  # noqa: DTZ001  (made UTC below)
def test_a_digest_comes_every_day_and_each_hour_once(moment: datetime, at: tuple[str, ...], zone: str) -> None:
    digest, now = DigestHours(at, zone), moment.replace(tzinfo=UTC)
    hour = next_digest(digest, now)
    assert now < hour <= now + timedelta(hours=50)
    assert next_digest(digest, hour - timedelta(microseconds=1)) == hour
    assert next_digest(digest, hour) - hour >= timedelta(minutes=1)


def test_a_digest_waits_until_no_more_alerts_come() -> None:
    settling = Settling()
    assert settling.until(["a"], NOW) == NOW + SETTLE_TIME
    later = NOW + SETTLE_TIME - timedelta(seconds=1)
    assert settling.until(["a", "b"], later) == later + SETTLE_TIME
    assert settling.until(["a", "b"], later + SETTLE_TIME) is None
    assert settling.until([], later + SETTLE_TIME) is None
    assert settling.until(["c"], later + SETTLE_TIME) == later + 2 * SETTLE_TIME


def test_a_digest_does_not_wait_for_ever() -> None:
    settling, second = Settling(), timedelta(seconds=1)
    alerts = [[f"s{each}" for each in range(number + 1)] for number in range(100)]
    waits = [settling.until(ids, NOW + number * second) is not None for number, ids in enumerate(alerts)]
    assert waits == [True] * MAX_SETTLE_TIME.seconds + [False] * (100 - MAX_SETTLE_TIME.seconds)
