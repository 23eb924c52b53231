"""Services rehearsed on the past, and what is counted of it."""

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.alerts.tools.backtest.results import Diff, Differences, Tally
from consumers.alerts.tools.backtest.versions import versions
from monitor.config import Config, Watch, durations
from monitor.config.problems import InvalidConfig
from monitor.messages import Alert, Message, Story
from monitor.runtime.service import Service
from monitor.runtime.simulation import TICK, simulate
from tests.make import START, alert, article


@pytest.mark.parametrize(
    ("text", "expected"),
    [("90m", timedelta(minutes=90)), ("12h", timedelta(hours=12)), ("7d", timedelta(days=7))],
)
def test_a_duration_is_a_number_and_a_unit(text: str, expected: timedelta) -> None:
    assert durations.parse_duration(text) == expected


@pytest.mark.parametrize("text", ["", "7", "d", "-1d", "7 days", "1e3d", "７d", "1d2h", "1.5d", "0d", "99999d"])
def test_any_other_text_is_told_with_the_remedy(text: str) -> None:
    with pytest.raises(ValueError, match=r"such as 90m, 12h or 7d|is out of range"):
        durations.parse_duration(text)


@given(st.text(max_size=12))
def test_any_text_is_a_duration_or_is_told(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert timedelta(0) < durations.parse_duration(text) <= durations.LONGEST


def test_a_duration_is_shown_in_its_largest_unit() -> None:
    lengths = (timedelta(days=7), timedelta(days=1), timedelta(minutes=90), timedelta(minutes=5), timedelta(seconds=3))
    assert [durations.format_duration(length) for length in lengths] == [
        "7 days",
        "1 day",
        "1.5 hours",
        "5 minutes",
        "3 seconds",
    ]


class Heard:
    """The state of a service that tells what it hears, and falls silent on a tick."""

    def __init__(self) -> None:
        self.stories: list[Story] = []


def story(ident: str, at: datetime) -> Story:
    return Story(ident, ident, at, at, 1, (), 0, (), {}, {}, (), None)


def teller() -> Service[datetime, Heard]:
    def step(state: Heard, at: datetime) -> Iterator[Story]:
        yield story(f"heard {len(state.stories)}", at)
        if at == START + timedelta(hours=1):
            raise ValueError("a bad one")

    def tick(state: Heard, now: datetime) -> Iterator[Story]:
        if state.stories and state.stories[-1].id.startswith("heard") and now - state.stories[-1].last >= timedelta(minutes=90):
            yield story("silence", now)

    return Service(
        "teller", datetime, step, fresh=lambda _: Heard(), apply=lambda state, told: state.stories.append(told), tick=tick
    )


def ids(bodies: Iterable[Message]) -> list[str]:
    return [body.id for body in bodies if isinstance(body, Story)]


def test_time_goes_by_in_ticks_between_messages_and_behind_the_last() -> None:
    played = simulate(teller())
    assert ids(played.process(START, START)) == ["heard 0"]
    assert played.advance(START + timedelta(minutes=80)) == []
    late = START + timedelta(hours=3)
    assert ids(played.process(late, late)) == ["silence", "heard 2"]
    assert [told.last - START for told in played.state.stories] == [timedelta(0), timedelta(minutes=90), timedelta(hours=3)]
    assert played.advance(START) == []
    assert ids(played.advance(late + timedelta(hours=2) + TICK)) == ["silence"]


def test_a_message_that_fails_leaves_nothing_behind() -> None:
    played = simulate(teller())
    bad = START + timedelta(hours=1)
    assert played.process(bad, bad) == []
    assert played.state.stories == []


def story_alert(number: int, version: int = 1, **other: object) -> Alert:
    raised = START + timedelta(days=number)
    change = "outlet" if version > 1 else "new"
    plain = alert(version, change=change, id=f"kim:s{number}", raised=raised, updated=raised + timedelta(hours=6 * version))
    return replace(plain, **other)  # type: ignore[arg-type]


def test_alerts_are_counted_by_day_and_watch_and_the_latest_listed() -> None:
    tally = Tally(limit=2)
    tally.hear(article(minutes=5))
    tally.hear(article(backfill=True))
    for each in (story_alert(0), story_alert(0, 2), story_alert(1), story_alert(2, severity="low"), story_alert(1, 2)):
        tally.take(each)
    assert (tally.articles, tally.backfill, tally.first) == (2, 1, START)
    assert tally.watches["kim"] == {"alerts": 3, "high": 2, "low": 1, "updates": 2}
    assert tally.days[START.date()] == {"alerts": 1, "high": 1, "updates": 1}
    assert [(one.id, one.versions) for one in tally.rows.values()] == [("kim:s2", 1), ("kim:s1", 2)]


def test_two_versions_differ_by_more_less_and_the_same() -> None:
    diff, found = Diff(), Differences(limit=1)
    diff.take([story_alert(0), story_alert(1)], [story_alert(1)])
    diff.take([], [story_alert(2), story_alert(1, 2)])
    closed = list(diff.settled(START + timedelta(days=1)))
    assert [(pair.change, pair.row.id) for pair in closed] == [("less", "kim:s0")]
    for pair in (*closed, *diff.rest()):
        found.take(pair)
    assert found.watches["kim"] == {"less": 1, "same": 1, "more": 1}
    assert [(pair.change, pair.row.id) for pair in found.shown] == [("more", "kim:s2")]
    assert diff.open == {}


RUNS = Config(watches=(Watch("kim", any=("Kim",), to=("desk",)), Watch("train", query="train")), hash="c0ffee")


def test_a_query_takes_the_place_of_a_watchs_words_or_stands_alone() -> None:
    asked = versions(RUNS, None, "kim", "Kim NOT sport")
    assert asked.edited
    assert asked.runs.watches == RUNS.watches[:1]
    assert asked.tried.watches == (Watch("kim", query="Kim NOT sport", to=("desk",)),)
    assert versions(RUNS, None, None, "ferry").tried.watches == (Watch("query", query="ferry"),)
    assert not versions(RUNS, None, "train", None).edited
    assert versions(RUNS, None, None, None).tried is RUNS


def test_what_cannot_be_tried_is_told(tmp_path: Path) -> None:
    with pytest.raises(click.ClickException, match="there is no watch 'ferry'"):
        versions(RUNS, None, "ferry", None)
    with pytest.raises(click.ClickException, match="there is no watch 'ferry' to give the query to"):
        versions(RUNS, None, "ferry", "ferry")
    with pytest.raises(click.ClickException, match="column 5"):
        versions(RUNS, None, "kim", "Kim AND")
    (tmp_path / "edited.toml").write_text("[[watches]]\nid = 'kim'\nquery = 'a AND'\n")
    with pytest.raises(InvalidConfig) as caught:
        versions(RUNS, tmp_path / "edited.toml", None, None)
    assert [(problem.file, problem.line) for problem in caught.value.problems] == [(tmp_path / "edited.toml", 3)]


def test_an_edited_file_is_tried_on_the_bus_in_use(tmp_path: Path) -> None:
    (tmp_path / "edited.toml").write_text("bus = 'sqlite:other.db'\n[[watches]]\nid = 'ferry'\nany = ['ferry']\n")
    asked = versions(RUNS, tmp_path / "edited.toml", None, None)
    assert (asked.edited, asked.tried.bus, [watch.id for watch in asked.tried.watches]) == (True, RUNS.bus, ["ferry"])
    only = versions(RUNS, tmp_path / "edited.toml", "ferry", None)
    assert (only.runs.watches, len(only.tried.watches)) == ((), 1)
