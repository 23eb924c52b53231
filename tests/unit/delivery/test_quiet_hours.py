"""Quiet hours, also overnight and on days when the clocks change."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.delivery.preferences.quiet_hours import quiet_hours_end
from monitor.config import QuietHours

NIGHT = QuietHours("22:00", "07:00", "Europe/Berlin")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("quiet", "moment", "ends"),
    [
        (NIGHT, "2026-01-10T20:59:59", None),
        (NIGHT, "2026-01-10T21:00:00", "2026-01-11T06:00:00"),
        (NIGHT, "2026-01-11T05:59:59", "2026-01-11T06:00:00"),
        (NIGHT, "2026-01-11T06:00:00", None),
        # In Berlin the clocks go forward at 02:00 on 29 March 2026, and back at 03:00 on 25 October 2026.
        (NIGHT, "2026-03-28T22:00:00", "2026-03-29T05:00:00"),
        (NIGHT, "2026-10-24T21:00:00", "2026-10-25T06:00:00"),
        (QuietHours("22:00", "02:30", "Europe/Berlin"), "2026-03-28T23:00:00", "2026-03-29T01:30:00"),
        (QuietHours("22:00", "02:30", "Europe/Berlin"), "2026-10-25T00:15:00", "2026-10-25T00:30:00"),
        (QuietHours("22:00", "02:30", "Europe/Berlin"), "2026-10-25T01:15:00", None),
        (QuietHours("12:00", "13:00"), "2026-01-10T12:30:00", "2026-01-10T13:00:00"),
        (QuietHours("12:00", "13:00"), "2026-01-10T13:30:00", None),
        (QuietHours("22:00", "07:00", "Asia/Kathmandu"), "2026-01-10T16:20:00", "2026-01-11T01:15:00"),
    ],
)
def test_when_quiet_hours_end(quiet: QuietHours, moment: str, ends: str | None) -> None:
    assert quiet_hours_end(quiet, utc(moment)) == (utc(ends) if ends else None)


ZONES = st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia"])
TIMES = st.times().map(lambda time: f"{time:%H:%M}")


@given(st.datetimes(datetime(2000, 1, 1), datetime(2035, 1, 1)), TIMES, TIMES, ZONES)  # noqa: DTZ001  (made UTC below)
def test_quiet_hours_contain_the_moment_and_exclude_their_end(moment: datetime, start: str, end: str, zone: str) -> None:
    quiet, now = QuietHours(start, end, zone), moment.replace(tzinfo=UTC)
    ends = quiet_hours_end(quiet, now)
    if ends is None:
        return
    assert now < ends <= now + timedelta(hours=50)
    assert quiet_hours_end(quiet, ends - timedelta(microseconds=1)) == ends
    if start != end:
        assert quiet_hours_end(quiet, ends) is None
