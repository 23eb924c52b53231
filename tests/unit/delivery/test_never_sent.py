"""Watches and targets that together let nothing through are told of, with both places and the remedy."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.delivery.preferences.quiet_hours import first_open, quiet_hours_end
from consumers.delivery.service import hints
from monitor.config import Config, QuietHours, Target, Watch
from monitor.messages import Severity

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAY, NIGHT = QuietHours("07:00", "22:00"), QuietHours("22:00", "07:00")
KIM = Watch("kim", any=("Kim",), to=("desk",), quiet=NIGHT)
DESK = Target("desk", log=True, quiet=DAY)


def found(watches: tuple[Watch, ...] = (KIM,), target: Target = DESK) -> list[str]:
    return [hint.text for hint in hints(Config(watches=watches, targets=(Target("log", log=True), target)), lambda: NOW)]


def test_quiet_hours_of_both_that_cover_the_day_are_told_with_both_places_and_the_remedy() -> None:
    config = Config(watches=(KIM,), targets=(Target("log", log=True), DESK))
    (hint,) = hints(config, lambda: NOW)
    assert hint.path == ("targets", 1, "quiet")
    assert hint.text == (
        "target 'desk': its quiet hours (07:00 to 22:00 UTC) and those of the watch 'kim' (22:00 to 07:00 UTC) together "
        "cover the whole day: only critical alerts are sent to it then, and the others wait. "
        "Shorten `quiet` of the target or of the watch"
    )


def test_many_watches_make_one_hint() -> None:
    (text,) = found(tuple(replace(KIM, id=f"kim{number}") for number in range(1500)))
    assert "'kim0' and 1,499 more" in text


@pytest.mark.parametrize(
    ("watch", "target"),
    [
        (replace(KIM, severity="critical"), DESK),
        (replace(KIM, quiet=QuietHours("22:00", "06:59")), DESK),
        (replace(KIM, quiet=None), DESK),
        (KIM, replace(DESK, quiet=None)),
        (replace(KIM, to=()), DESK),
        (replace(KIM, to=("log",)), DESK),
    ],
)
def test_what_lets_an_alert_through_at_some_time_is_not_told(watch: Watch, target: Target) -> None:
    assert found((watch,), target) == []


def test_quiet_hours_that_cover_the_day_in_summer_alone_are_told_with_a_day() -> None:
    # 22:00 to 07:00 in Berlin is 21:00 to 06:00 UTC in winter, and 20:00 to 05:00 in summer.
    (text,) = found(
        (replace(KIM, quiet=replace(NIGHT, zone="Europe/Berlin")),), replace(DESK, quiet=QuietHours("05:00", "20:30"))
    )
    assert "cover the whole day at times of the year, as on 2026-03-31" in text


@pytest.mark.parametrize("key", ["severity", "min_severity"])
def test_a_target_that_asks_for_more_severe_alerts_than_its_watch_raises_is_told(key: str) -> None:
    target = Target("desk", log=True, severity="high") if key == "severity" else Target("desk", log=True, min_severity="high")
    (hint,) = hints(Config(watches=(replace(KIM, quiet=None),), targets=(target,)), lambda: NOW)
    assert hint.path == ("targets", 0, key)
    assert f'{key} = "high", but the watch \'kim\' that names it in `to` raises alerts of severity "normal"' in hint.text
    assert f"lower {key}, raise the severity of the watch, or take the target out of its `to`" in hint.text


def test_a_target_that_asks_for_the_severity_of_its_watch_is_not_told() -> None:
    severities: tuple[Severity, ...] = ("high", "critical")
    watches = tuple(replace(KIM, id=severity, severity=severity, quiet=None) for severity in severities)
    assert found(watches, replace(DESK, min_severity="high")) == []


HOURS = st.integers(0, 23).map(lambda hour: f"{hour:02}:00")
QUIET = st.builds(QuietHours, HOURS, HOURS, st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kathmandu"]))


@given(st.lists(QUIET, max_size=3), st.integers(0, 24 * 400))
def test_the_first_open_time_is_the_first_at_which_no_quiet_hours_hold(quiet_hours: list[QuietHours], hours: int) -> None:
    moment, limit = NOW + timedelta(hours=hours), timedelta(days=2)
    opens = first_open(quiet_hours, moment, limit)
    step, last = moment, opens or moment + limit
    while step < last:
        assert any(quiet_hours_end(quiet, step) for quiet in quiet_hours)
        step += timedelta(minutes=15)
    if opens:
        assert not any(quiet_hours_end(quiet, opens) for quiet in quiet_hours)
