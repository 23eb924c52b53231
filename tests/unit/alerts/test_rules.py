"""The rules on top of a watch, with a clock that is moved by hand."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from consumers.alerts import service as alerts
from consumers.alerts.raising.rules.volume import begin, count, heard, usual
from consumers.alerts.raising.state import AlertState
from monitor.bus import Partition, Record
from monitor.config import AtLeast, Burst, Config, Watch
from monitor.messages import Alert, ArticleStories, Held, Message, Volume
from monitor.messages.codec import decode, encode
from tests.make import START, claim, told

KIM = Watch("kim", any=("Kim",))
KEEP = timedelta(days=4)


class Desk:
    """The alerts service without its loop: what it published, in order."""

    def __init__(self, *watches: Watch) -> None:
        self.config = Config(watches=watches)
        self.out: list[Message] = []
        self.start()

    def start(self) -> None:
        """A new process: its memory is the fold of what was published, as it comes off the bus."""
        self.service = alerts.make(lambda: self.config)
        self.memory = folded(self.out)

    def hear(self, message: ArticleStories) -> list[Alert]:
        """Take an article in; the alerts that it brings."""
        return self._take(self.service.step(self.memory, message))  # type: ignore[arg-type]

    def tick(self, minutes: float) -> list[Alert]:
        """Let it be *minutes* after START; the alerts that this brings."""
        assert self.service.tick
        return self._take(self.service.tick(self.memory, START + timedelta(minutes=minutes)))

    def _take(self, bodies: Iterable[Message]) -> list[Alert]:
        found = list(bodies)
        for body in found:
            self.service.apply(self.memory, body)
        self.out += found
        return [body for body in found if isinstance(body, Alert)]


def folded(out: Iterable[Message]) -> AlertState:
    """What is restored: of each stream in turn its records, of the compacted ones the newest of each key."""
    memory = AlertState()
    for kind in (Held, Alert, Volume):
        messages = [encode(body) for body in out if isinstance(body, kind)]
        newest = messages if kind is Alert else list({message.key: message for message in messages}.values())
        for message in newest:
            body: Any = decode(kind, Record(Partition("x"), 0, 0.0, message.key, message.value, {}))
            memory.apply(body, KEEP)
    return memory


def kim(minutes: float, outlet: str = "a", **other: object) -> ArticleStories:
    return told(f"Kim at {minutes}", outlet=outlet, minutes=minutes, **other)  # type: ignore[arg-type]


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def test_an_alert_waits_for_so_many_outlets_and_then_tells_of_all() -> None:
    desk = Desk(replace(KIM, at_least=AtLeast("6h", outlets=3)))
    assert desk.hear(kim(0, "a")) == []
    assert desk.hear(kim(10, "a")) == []
    assert desk.hear(kim(20, "b", claims=(claim("denied", "named", "the Kremlin"),))) == []
    (alert,) = desk.hear(kim(30, "c"))
    assert (alert.version, alert.change, alert.outlets, alert.outlet_count) == (1, "new", ("a", "b", "c"), 3)
    assert (alert.article_count, alert.title, alert.raised) == (3, "Kim at 10", at(30))
    assert alert.stances == {"asserted": 2, "denied": 1}
    assert desk.memory.held == {}
    assert [found.change for found in desk.hear(kim(40, "d"))] == ["outlet"]
    assert desk.hear(kim(50, "b")) == []


def test_outlets_outside_the_window_do_not_count() -> None:
    desk = Desk(replace(KIM, at_least=AtLeast("1h", outlets=2)))
    assert desk.hear(kim(0, "a")) == []
    assert desk.hear(kim(61, "b")) == []
    assert len(desk.hear(kim(62, "a"))) == 1


def test_articles_are_counted_once_however_often_they_are_edited() -> None:
    desk = Desk(replace(KIM, at_least=AtLeast("1h", articles=3)))
    assert desk.hear(kim(0, id="1")) == []
    assert desk.hear(kim(1, id="1", version=2)) == []
    assert desk.hear(kim(2, id="2")) == []
    (alert,) = desk.hear(kim(3, id="3"))
    assert [(report.id, report.version) for report in alert.articles] == [("1", 2), ("2", 1), ("3", 1)]


def test_each_story_waits_for_itself_and_what_was_there_before_does_not_count() -> None:
    desk = Desk(replace(KIM, at_least=AtLeast("1h", outlets=2)))
    assert desk.hear(kim(0, "a", story="s1")) == []
    assert desk.hear(kim(1, "b", story="s2")) == []
    assert desk.hear(kim(2, "b", story="s1", backfill=True)) == []
    assert [alert.story for alert in desk.hear(kim(3, "c", story="s2"))] == ["s2"]


def test_what_is_held_of_old_stories_is_forgotten() -> None:
    desk = Desk(replace(KIM, at_least=AtLeast("1h", outlets=2)))
    desk.hear(kim(0, story="old"))
    desk.hear(kim(5 * 24 * 60, story="new"))
    assert list(desk.memory.held) == ["kim:new"]


HOURLY = replace(KIM, burst=Burst("1h", times=3, floor=4, half_life="2d"))


def test_a_burst_is_told_once_against_what_is_usual() -> None:
    desk = Desk(replace(KIM, burst=Burst("1h", times=2.5, floor=4, half_life="2d")))
    for minutes in range(0, 24 * 60, 30):
        assert [alert.change for alert in desk.hear(kim(minutes, story=f"s{minutes}"))] == ["new"]
    changes = [alert for minute in range(12) for alert in desk.hear(kim(24 * 60 + minute, story=f"t{minute}"))]
    (burst,) = [alert for alert in changes if alert.change == "burst"]
    # Two an hour are usual, so a burst is six: the one of half an hour before, and the fifth of the new ones.
    assert burst.id == "kim:burst:20260311T040400Z"
    assert burst.certainty == "6 articles within 1h, where 2.0 are usual"
    assert (burst.version, burst.story, burst.article_count, burst.reasons[0].words) == (1, "burst:20260311T040400Z", 1, "Kim")


def test_a_burst_that_wavers_is_not_told_again_but_a_new_one_is() -> None:
    desk = Desk(HOURLY)
    desk.tick(0)
    minutes = [1000.0 + n for n in range(5)] + [1060.5 + n for n in range(2)] + [1300.0] + [1400.0 + n for n in range(5)]
    bursts = [minute for minute in minutes for alert in desk.hear(kim(minute, story=f"{minute}")) if alert.change == "burst"]
    assert bursts == [1003, 1403]


def test_there_is_no_burst_before_anything_is_usual_nor_below_the_floor() -> None:
    young, quiet = Desk(HOURLY), Desk(HOURLY)
    young.tick(0)
    quiet.tick(0)
    assert {alert.change for n in range(50) for alert in young.hear(kim(60 + n / 2, story=f"{n}"))} == {"new"}
    assert {alert.change for n in range(3) for alert in quiet.hear(kim(600 + n, story=f"{n}"))} == {"new"}


@given(st.integers(1, 40), st.integers(3, 60), st.sampled_from(["1d", "3d"]))
def test_what_is_usual_is_the_rate_that_was_kept_up(per_window: int, windows: int, half_life: str) -> None:
    rule, volume = Burst("1h", half_life=half_life), begin("kim", START)
    for number in range(per_window * windows + 1):
        volume = heard(volume, rule, at(60 * number / per_window))
    mean = usual(volume, rule)
    assert mean is not None
    # A window is as exact as a twelfth of it.
    assert abs(mean - per_window) <= 1 + per_window / 12
    assert abs(count(volume) - per_window) <= 1 + per_window / 12


def test_what_was_usual_long_ago_counts_little() -> None:
    rule, volume = Burst("1h", half_life="1d"), begin("kim", START)
    for number in range(240):
        volume = heard(volume, rule, at(6 * number))
    busy = usual(volume, rule) or 0
    calm = usual(heard(volume, rule, at(10 * 24 * 60)), rule) or 0
    assert 9 < busy < 11
    assert calm < 0.05


SILENT = replace(KIM, silence="12h")


def settle(desk: Desk, minutes: float) -> list[Alert]:
    """Tick until any backlog is over."""
    return [alert for seconds in (0, 30, 60) for alert in desk.tick(minutes + seconds / 60)]


def test_silence_is_told_once_and_again_only_after_news() -> None:
    desk = Desk(SILENT)
    assert settle(desk, 0) == []
    desk.hear(kim(60))
    assert settle(desk, 60 + 719 - 1) == []
    (alert,) = settle(desk, 60 + 720)
    assert (alert.id, alert.change, alert.article_count) == ("kim:silence:20260310T170000Z", "silence", 0)
    assert alert.certainty == "no article for 12h; the latest came at 2026-03-10 05:00 UTC"
    assert settle(desk, 3000) == []
    desk.hear(kim(3001))
    assert [found.raised for found in settle(desk, 3001 + 721)] == [at(3001 + 720)]


def test_a_watch_that_never_matched_is_silent_from_when_it_was_first_watched() -> None:
    desk = Desk(SILENT)
    settle(desk, 0)
    desk.start()
    assert settle(desk, 600) == []
    (alert,) = settle(desk, 720)
    assert "none has come since it is watched" in alert.certainty


def test_no_silence_is_told_while_a_backlog_is_worked_off() -> None:
    desk = Desk(SILENT)
    settle(desk, 0)
    desk.start()
    for number in range(20):
        assert desk.hear(told("Other news", minutes=number)) == []
        assert desk.tick(2000 + number) == []
    desk.hear(kim(1990))
    assert settle(desk, 2030) == []
    assert len(settle(desk, 1990 + 721)) == 1


def test_a_watch_that_was_removed_begins_anew_when_it_comes_back() -> None:
    desk = Desk(SILENT)
    settle(desk, 0)
    desk.config = Config(watches=(replace(SILENT, silence=None),))
    settle(desk, 10)
    assert desk.memory.volumes == {}
    desk.config = Config(watches=(SILENT,))
    assert settle(desk, 1000) == []
    assert desk.memory.volumes["kim"].since == at(1000)


@given(
    st.lists(st.tuples(st.floats(0, 240), st.sampled_from("abc"), st.sampled_from(["s1", "s2"]), st.booleans()), max_size=25)
)
def test_a_restart_in_the_middle_of_a_window_changes_nothing(steps: list[tuple[float, str, str, bool]]) -> None:
    rules = replace(SILENT, at_least=AtLeast("6h", outlets=2), burst=Burst("30m", times=2, floor=2), silence="2h")
    steady, restarted, minutes = Desk(rules), Desk(rules), 0.0
    for gap, outlet, story, restart in steps:
        minutes += gap
        told_by = [(desk.hear(kim(minutes, outlet, story=story)), settle(desk, minutes + 1)) for desk in (steady, restarted)]
        assert [alert.id for each in told_by[0] for alert in each] == [alert.id for each in told_by[1] for alert in each]
        if restart:
            restarted.start()
        assert restarted.memory == steady.memory
