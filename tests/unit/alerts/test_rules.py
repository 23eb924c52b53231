"""The rules of a watch (at_least, burst, silence), with a clock that the test moves."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from consumers.alerts.raising.rules.volume import add_article, initial_volume, usual_count, window_count
from monitor.config import AtLeast, Burst, Config, Watch
from monitor.messages import ArticleStories
from tests.make import START, article_stories, claim
from tests.unit.alerts.harness import AlertsHarness

KIM = Watch("kim", any=("Kim",))
HOURLY = replace(KIM, burst=Burst("1h", times=3, floor=4, half_life="2d"))
SILENT = replace(KIM, silence="12h")


def kim(minutes: float, outlet: str = "a", **other: Any) -> ArticleStories:
    return article_stories(f"Kim at {minutes}", outlet=outlet, minutes=minutes, **other)


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def test_an_alert_waits_for_enough_outlets_and_includes_them_all() -> None:
    service = AlertsHarness(replace(KIM, at_least=AtLeast("6h", outlets=3)))
    assert service.process(kim(0, "a")) == []
    assert service.process(kim(10, "a")) == []
    assert service.process(kim(20, "b", claims=(claim("denied", "named", "the Kremlin"),))) == []
    (alert,) = service.process(kim(30, "c"))
    assert (alert.version, alert.change, alert.outlets, alert.outlet_count) == (1, "new", ("a", "b", "c"), 3)
    assert (alert.article_count, alert.title, alert.raised) == (3, "Kim at 10", at(30))
    assert alert.stances == {"asserted": 2, "denied": 1}
    assert service.state.held == {}
    assert [alert.change for alert in service.process(kim(40, "d"))] == ["outlet"]
    assert service.process(kim(50, "b")) == []


def test_outlets_outside_the_window_do_not_count() -> None:
    service = AlertsHarness(replace(KIM, at_least=AtLeast("1h", outlets=2)))
    assert service.process(kim(0, "a")) == []
    assert service.process(kim(61, "b")) == []
    assert len(service.process(kim(62, "a"))) == 1


def test_an_edited_article_counts_once() -> None:
    service = AlertsHarness(replace(KIM, at_least=AtLeast("1h", articles=3)))
    assert service.process(kim(0, id="1")) == []
    assert service.process(kim(1, id="1", version=2)) == []
    assert service.process(kim(2, id="2")) == []
    (alert,) = service.process(kim(3, id="3"))
    assert [(report.id, report.version) for report in alert.articles] == [("1", 2), ("2", 1), ("3", 1)]


def test_each_story_counts_for_itself_and_backfill_does_not_count() -> None:
    service = AlertsHarness(replace(KIM, at_least=AtLeast("1h", outlets=2)))
    assert service.process(kim(0, "a", story="s1")) == []
    assert service.process(kim(1, "b", story="s2")) == []
    assert service.process(kim(2, "b", story="s1", backfill=True)) == []
    assert [alert.story for alert in service.process(kim(3, "c", story="s2"))] == ["s2"]


def test_held_articles_of_old_stories_are_discarded() -> None:
    service = AlertsHarness(replace(KIM, at_least=AtLeast("1h", outlets=2)))
    service.process(kim(0, story="old"))
    service.process(kim(5 * 24 * 60, story="new"))
    service.tick(5 * 24 * 60)
    assert list(service.state.held) == ["kim:new"]


def test_a_burst_raises_one_alert_relative_to_the_usual_count() -> None:
    service = AlertsHarness(replace(KIM, burst=Burst("1h", times=2.5, floor=4, half_life="2d")))
    for minutes in range(0, 24 * 60, 30):
        assert [alert.change for alert in service.process(kim(minutes, story=f"s{minutes}"))] == ["new"]
    alerts = [alert for minute in range(12) for alert in service.process(kim(24 * 60 + minute, story=f"t{minute}"))]
    (burst,) = [alert for alert in alerts if alert.change == "burst"]
    # The usual count is two an hour and the threshold 2.5 times that. So the sixth article in an hour starts a burst: one is
    # half an hour old, and five are new.
    assert burst.id == "kim:burst:20260311T040400Z"
    assert burst.certainty == "6 articles within 1h; 2.0 are usual"
    assert (burst.version, burst.story, burst.article_count, burst.reasons[0].words) == (1, "burst:20260311T040400Z", 1, "Kim")


def test_a_burst_that_varies_raises_no_second_alert_but_a_new_burst_does() -> None:
    service = AlertsHarness(HOURLY)
    service.tick(0)
    minutes = [1000.0 + n for n in range(5)] + [1060.5 + n for n in range(2)] + [1300.0] + [1400.0 + n for n in range(5)]
    alerts = [(minute, alert) for minute in minutes for alert in service.process(kim(minute, story=f"{minute}"))]
    assert [minute for minute, alert in alerts if alert.change == "burst"] == [1003, 1403]


def test_there_is_no_burst_before_a_usual_count_exists_or_below_the_floor() -> None:
    young, quiet = AlertsHarness(HOURLY), AlertsHarness(HOURLY)
    young.tick(0)
    quiet.tick(0)
    assert {alert.change for n in range(50) for alert in young.process(kim(60 + n / 2, story=f"{n}"))} == {"new"}
    assert {alert.change for n in range(3) for alert in quiet.process(kim(600 + n, story=f"{n}"))} == {"new"}


@settings(deadline=None)  # up to 2,400 articles an example
@given(st.integers(1, 40), st.integers(3, 60), st.sampled_from(["1d", "3d"]))
def test_the_usual_count_is_the_sustained_rate(per_window: int, windows: int, half_life: str) -> None:
    rule, volume = Burst("1h", half_life=half_life), initial_volume("kim", START)
    for number in range(per_window * windows + 1):
        volume = add_article(volume, rule, at(60 * number / per_window))
    mean = usual_count(volume, rule)
    assert mean is not None
    # The precision of a window is one of its twelve buckets.
    assert abs(mean - per_window) <= 1 + per_window / 12
    assert abs(window_count(volume) - per_window) <= 1 + per_window / 12


def test_the_usual_count_decays() -> None:
    rule, volume = Burst("1h", half_life="1d"), initial_volume("kim", START)
    for number in range(240):
        volume = add_article(volume, rule, at(6 * number))
    busy = usual_count(volume, rule) or 0
    calm = usual_count(add_article(volume, rule, at(10 * 24 * 60)), rule) or 0
    assert 9 < busy < 11
    assert calm < 0.05


def test_silence_raises_one_alert_and_another_only_after_a_match() -> None:
    service = AlertsHarness(SILENT)
    assert service.tick_until_settled(0) == []
    service.process(kim(60))
    assert service.tick_until_settled(60 + 719 - 1) == []
    (alert,) = service.tick_until_settled(60 + 720)
    assert (alert.id, alert.change, alert.article_count) == ("kim:silence:20260310T170000Z", "silence", 0)
    assert alert.certainty == "no article for 12h; the latest came at 2026-03-10 05:00 UTC"
    assert service.tick_until_settled(3000) == []
    service.process(kim(3001))
    assert [alert.raised for alert in service.tick_until_settled(3001 + 721)] == [at(3001 + 720)]


def test_a_watch_that_never_matched_is_silent_from_when_it_was_added() -> None:
    service = AlertsHarness(SILENT)
    service.tick_until_settled(0)
    service.restart()
    assert service.tick_until_settled(600) == []
    (alert,) = service.tick_until_settled(720)
    assert "none has come since the watch was added" in alert.certainty


def test_no_silence_is_reported_while_a_backlog_is_processed() -> None:
    service = AlertsHarness(SILENT)
    service.tick_until_settled(0)
    service.restart()
    for number in range(20):
        assert service.process(article_stories("Other news", minutes=number)) == []
        assert service.tick(2000 + number) == []
    service.process(kim(1990))
    assert service.tick_until_settled(2030) == []
    assert len(service.tick_until_settled(1990 + 721)) == 1


def test_counting_starts_again_for_a_watch_that_was_removed_and_comes_back() -> None:
    service = AlertsHarness(SILENT)
    service.tick_until_settled(0)
    service.config = Config(watches=(replace(SILENT, silence=None),))
    service.tick_until_settled(10)
    assert service.state.volumes == {}
    service.config = Config(watches=(SILENT,))
    assert service.tick_until_settled(1000) == []
    assert service.state.volumes["kim"].since == at(1000)


@settings(deadline=None)  # restores the service up to 25 times an example
@given(
    st.lists(st.tuples(st.floats(0, 240), st.sampled_from("abc"), st.sampled_from(["s1", "s2"]), st.booleans()), max_size=25)
)
def test_a_restart_within_a_window_changes_nothing(steps: list[tuple[float, str, str, bool]]) -> None:
    rules = replace(SILENT, at_least=AtLeast("6h", outlets=2), burst=Burst("30m", times=2, floor=2), silence="2h")
    steady, restarted, minutes = AlertsHarness(rules), AlertsHarness(rules), 0.0
    for gap, outlet, story, restart in steps:
        minutes += gap
        expected, actual = (
            [*service.process(kim(minutes, outlet, story=story)), *service.tick_until_settled(minutes + 1)]
            for service in (steady, restarted)
        )
        assert [alert.id for alert in actual] == [alert.id for alert in expected]
        if restart:
            restarted.restart()
        assert restarted.state == steady.state
