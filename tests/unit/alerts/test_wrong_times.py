"""Articles and records whose time is wrong: in the far future, weeks old, out of order. None changes what others do."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consumers.alerts.raising.rules.volume import initial_volume, volume_as_of
from consumers.alerts.raising.state import PAUSE_ALERTS, AlertState
from monitor.config import AtLeast, Burst, Watch
from monitor.messages import Alert, ArticleStories, Bucket, Volume
from monitor.messages.codec import encode
from tests.make import START, alert, article_stories
from tests.unit.alerts.harness import AlertsHarness, restored

KIM = Watch("kim", any=("Kim",))
DAY = 24 * 60
FAR = datetime(2099, 1, 1, tzinfo=UTC)
EXTREMES = (datetime(1, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC), START - timedelta(days=40), FAR)
LAST = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


def kim(name: str, outlet: str = "a", story: str = "s1", **other: Any) -> ArticleStories:
    return article_stories(f"Kim {name}", outlet=outlet, story=story, id=f"{story}-{outlet}-{name}", **other)


def ids(alerts: list[Alert]) -> list[tuple[str, int, str]]:
    return [(each.id, each.version, each.change) for each in alerts]


@pytest.mark.parametrize("moment", [*EXTREMES, LAST])
def test_an_article_with_a_wrong_time_closes_no_alert(moment: datetime) -> None:
    service = AlertsHarness(KIM)
    for number in range(3):
        assert ids(service.process(kim("one", story=f"s{number}"), 0)) == [(f"kim:s{number}", 1, "new")]
    assert ids(service.process(kim("wrong", "b", fetched=moment), 1)) == [("kim:s1", 2, "outlet")]
    service.tick(2)
    service.restart()
    service.tick(3)
    assert [service.process(kim("again", story=f"s{number}"), 4) for number in range(3)] == [[], [], []]
    assert ids(service.process(kim("two", "c"), 5)) == [("kim:s1", 3, "outlet")]


@pytest.mark.parametrize("moment", [*EXTREMES, LAST])
def test_a_story_that_begins_with_a_wrong_time_raises_one_alert(moment: datetime) -> None:
    service = AlertsHarness(KIM)
    service.tick(0)
    assert ids(service.process(kim("wrong", fetched=moment), 0)) == [("kim:s1", 1, "new")]
    service.tick(1)
    assert service.process(kim("right"), 1) == []
    service.tick(3 * DAY)
    assert ids(service.process(kim("right", "b"), 3 * DAY)) == [("kim:s1", 2, "outlet")]


@pytest.mark.parametrize("restart", [False, True])
def test_an_alert_of_the_far_future_closes_as_any_other(restart: bool) -> None:  # noqa: FBT001  (a parameter)
    service = AlertsHarness(KIM)
    service.tick(0)
    service.process(kim("wrong", fetched=LAST), 0)
    if restart:
        service.restart()
    service.tick(3 * DAY)
    assert set(service.state.open_alerts) == {"kim:s1"}
    service.tick(5 * DAY)
    assert service.state == AlertState(closed={"kim:s1": (1, START)})
    service.tick(9 * DAY)
    assert service.state == AlertState()


@pytest.mark.parametrize("restart", [False, True])
def test_a_late_article_of_a_closed_story_never_raises_an_old_version_again(restart: bool) -> None:  # noqa: FBT001  (a parameter)
    service = AlertsHarness(KIM)
    service.process(kim("one"), 0)
    service.process(kim("two", "b"), 1)
    service.tick(5 * DAY)
    assert service.state.open_alerts == {}
    if restart:
        service.restart()
        service.tick(5 * DAY)
    assert ids(service.process(kim("one", version=2), 5 * DAY)) == [("kim:s1", 3, "new")]
    assert service.state.closed == {}
    assert service.process(kim("three"), 5 * DAY) == []


def test_at_least_is_not_asked_again_of_a_closed_alert() -> None:
    service = AlertsHarness(replace(KIM, at_least=AtLeast("6h", outlets=2)))
    service.process(kim("one"), 0)
    assert ids(service.process(kim("two", "b"), 1)) == [("kim:s1", 1, "new")]
    service.tick(5 * DAY)
    assert ids(service.process(kim("three"), 5 * DAY)) == [("kim:s1", 2, "new")]
    assert service.state.held == {}


@pytest.mark.parametrize("moment", [*EXTREMES, LAST])
def test_a_wrong_time_does_not_count_toward_at_least_and_removes_nothing(moment: datetime) -> None:
    service = AlertsHarness(replace(KIM, at_least=AtLeast("6h", outlets=3)))
    assert service.process(kim("one", "a"), 0) == []
    assert service.process(kim("wrong", "a", fetched=moment), 1) == []
    assert service.process(kim("wrong", "x", fetched=moment), 1) == []
    service.tick(2)
    assert service.process(kim("two", "b", minutes=2), 2) == []
    (raised,) = service.process(kim("three", "c", minutes=3), 3)
    assert (raised.outlets, raised.article_count) == (("a", "b", "c"), 3)


def test_old_articles_of_a_backlog_count_toward_at_least() -> None:
    service = AlertsHarness(replace(KIM, at_least=AtLeast("6h", outlets=2)))
    service.tick(0)
    assert service.process(kim("one", "a", minutes=-40 * DAY), 0) == []
    service.tick(1)
    assert ids(service.process(kim("two", "b", minutes=-40 * DAY + 10), 1)) == [("kim:s1", 1, "new")]


def test_an_article_that_is_held_twice_counts_once() -> None:
    service = AlertsHarness(replace(KIM, at_least=AtLeast("1h", articles=3)))
    alerts = []
    # The second version is too far from the first to replace it; the late third article is close to both.
    for ident, version, minutes in (("a", 1, 0), ("b", 1, 59), ("a", 2, 90), ("c", 1, 45)):
        message = article_stories("Kim", outlet=ident, id=ident, version=version, minutes=minutes)
        alerts += service.process(message, 100)
    (raised,) = alerts
    assert [(each.id, each.version) for each in raised.articles] == [("b", 1), ("a", 2), ("c", 1)]
    assert raised.article_count == 3


def test_held_articles_stay_within_their_bound() -> None:
    service = AlertsHarness(replace(KIM, at_least=AtLeast("1h", articles=100)))
    for number in range(300):
        service.process(kim(f"{number}", minutes=120 * number))
    (held,) = service.state.held.values()
    encode(held)
    assert len(held.reports) == 100


@pytest.mark.parametrize("moment", [*EXTREMES, LAST])
def test_a_wrong_time_ends_no_rule_on_volume(moment: datetime) -> None:
    service = AlertsHarness(replace(KIM, silence="12h", burst=Burst("1h", times=3, floor=4)))
    service.tick_until_settled(0)
    service.process(kim("one"), 10)
    service.process(kim("wrong", "b", "s2", fetched=moment), 20)
    service.restart()
    alerts = service.tick_until_settled(13 * 60)
    assert [each.change for each in alerts] == ["silence"]
    for number in range(4):
        alerts += service.process(kim("many", story=f"t{number}", minutes=14 * 60 + number))
    assert [each.change for each in alerts] == ["silence", "new", "new", "new", "new", "burst"]


def test_an_old_article_does_not_end_a_silence_that_would_be_reported_again() -> None:
    service = AlertsHarness(replace(KIM, silence="12h"))
    service.tick_until_settled(0)
    assert len(service.tick_until_settled(13 * 60)) == 1
    service.process(kim("old", minutes=-5), 13 * 60 + 5)
    assert service.tick_until_settled(13 * 60 + 20) == []
    service.process(kim("new", "b", minutes=13 * 60 + 30))
    assert len(service.tick_until_settled(26 * 60)) == 1


def test_a_volume_of_the_future_is_corrected() -> None:
    volume = replace(initial_volume("kim", START), last=FAR, mass_at=FAR, burst=FAR, silent=FAR, recent=(Bucket(FAR, 3),))
    corrected = Volume("kim", START, START, (), 0.0, START, START, START, None)
    assert volume_as_of(volume, START) == corrected
    assert volume_as_of(corrected, START) is corrected
    assert volume_as_of(volume, None) is volume


def test_a_half_life_far_below_the_window_is_no_error() -> None:
    service = AlertsHarness(replace(KIM, burst=Burst("5d", times=3, floor=4, half_life="1s")))
    service.tick(0)
    for number in range(20):
        assert service.process(kim(f"{number}", story=f"s{number}", minutes=number * DAY))


def test_a_foreign_record_without_articles_is_no_error() -> None:
    state = AlertState()
    for change in ("new", "correction", "health"):
        state.apply(alert(1, id=f"kim:{change}", change=change, updated=FAR))
        state.apply(alert(2, id=f"kim:{change}", change=change, updated=FAR))
    assert {each.latest.version for each in state.open_alerts.values()} == {2}


def test_thousands_of_alerts_expire_in_slices() -> None:
    service = AlertsHarness(KIM)
    for number in range(3000):
        service.state.apply(alert(1, id=f"kim:s{number}", updated=START))
    # The first call after a restore looks at each alert.
    assert sum(1 for _ in service.state.expire(START, timedelta(days=4))) == 3000 / PAUSE_ALERTS
    pauses = sum(1 for _ in service.state.expire(START + timedelta(days=5), timedelta(days=4)))
    assert (pauses, len(service.state.closed)) == (3000, 3000)
    assert sum(1 for _ in service.state.expire(START + timedelta(days=9), timedelta(days=4))) == 3000
    assert service.state == AlertState()


RULES = (
    KIM,
    replace(KIM, id="few", at_least=AtLeast("6h", outlets=2)),
    replace(KIM, id="busy", burst=Burst("30m", times=2, floor=2), silence="2h"),
)
GAPS = st.one_of(st.floats(0, 240), st.floats(0, 10 * DAY))
RIGHT = st.floats(-60, 0)
"""The age of an article in minutes, when it reaches the service: negative."""
REMEMBERED = timedelta(days=8)
"""The time for which versions are remembered: twice that for which an alert is open."""
WRONG = st.one_of(RIGHT, st.floats(-60 * DAY, 60 * DAY), st.sampled_from([*EXTREMES, LAST]))
STEPS = st.tuples(GAPS, st.sampled_from("abc"), st.sampled_from(["s1", "s2", "s3"]), st.integers(1, 3), st.booleans())


def run(service: AlertsHarness, steps: list[Any], ages: list[Any], *, restarts: bool) -> list[Alert]:
    """Process an article for each step, some of them twice. Return the alerts."""
    minutes, alerts = 0.0, service.tick_until_settled(0)
    for (gap, outlet, story, version, again), age in zip(steps, ages, strict=False):
        minutes += gap
        fetched = age if isinstance(age, datetime) else START + timedelta(minutes=minutes + age)
        message = kim("x", outlet, story, fetched=fetched, version=version)
        for _ in range(1 + again):
            alerts += service.process(message, minutes)
        alerts += service.tick_until_settled(minutes + 1)
        if again and restarts:
            service.restart()
            service.tick(minutes + 2)
    return alerts


@settings(deadline=None)
@given(st.lists(STEPS, max_size=20), st.lists(WRONG, min_size=20, max_size=20), st.booleans())
def test_no_version_is_raised_twice_in_any_order_and_at_any_time(steps: list[Any], ages: list[Any], restarts: bool) -> None:  # noqa: FBT001  (a parameter)
    newest: dict[str, Alert] = {}
    for each in run(AlertsHarness(*RULES), steps, ages, restarts=restarts):
        previous = newest.get(each.id)
        if previous and each.stamps["alert.v1"] - previous.stamps["alert.v1"] < REMEMBERED:
            assert each.change not in {"burst", "silence"}
            assert each.version == previous.version + 1
        newest[each.id] = each


@settings(deadline=None)
@given(st.lists(STEPS, max_size=20), st.lists(RIGHT, min_size=20, max_size=20))
def test_the_restored_state_is_the_lived_one(steps: list[Any], ages: list[Any]) -> None:
    service = AlertsHarness(*RULES)
    run(service, steps, ages, restarts=False)
    state = restored(service.published, service.clock - REMEMBERED)
    list(state.expire(service.clock, timedelta(days=4)))
    for alert_id in service.state.held.keys() ^ state.held.keys():
        # Held articles are kept a little longer after a restart.
        assert alert_id in state.held
        del state.held[alert_id]
    assert state == service.state
