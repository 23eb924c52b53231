"""The alerts of several watches as one entry for each story."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config import Watch
from monitor.grouping import add_alert, group_by_story, key_of
from monitor.messages import Alert
from tests.make import START, alert, article_stories, claim
from tests.unit.alerts.harness import AlertsHarness

DAYS = timedelta(days=4)


def version(watch: str, minutes: float, number: int = 1, **fields: Any) -> Alert:
    time = START + timedelta(minutes=minutes)
    return alert(number, id=f"{watch}:s1", watch=watch, updated=time, **fields)


def test_watches_of_one_story_are_one_entry() -> None:
    service = AlertsHarness(Watch("kim", any=("Kim",), severity="low"), Watch("train", any=("train",), severity="critical"))
    service.process(article_stories("A train with Kim", "It left.", outlet="a"))
    service.process(article_stories("A train", "Nobody was on it.", claims=(claim("denied", who="Ana Ruiz"),), outlet="b"))
    published = [each for each in service.published if isinstance(each, Alert)]
    assert [each.watch for each in published] == ["kim", "train", "train"]
    (entry,) = group_by_story(published)
    assert (entry.title, entry.watches, entry.severity) == ("A train with Kim", ("kim", "train"), "critical")
    assert (entry.state, entry.newest) == ("denied", published[-1])


def test_the_entry_with_the_newest_change_is_the_first() -> None:
    first, second = version("kim", 1), version("kim", 2, story="s2")
    later = version("train", 3, story="s1")
    assert [each.key for each in group_by_story([first, second, later])] == ["s1", "s2"]


@pytest.mark.parametrize("is_reversed", [False, True])
def test_of_the_versions_of_one_article_the_most_telling_is_the_newest(*, is_reversed: bool) -> None:
    known = [version("train", 0), version("train", 5, 2, change="development", state="developed", article_count=2)]
    joined = version("kim", 5, change="new", state="raised")
    alerts = [known[0], joined, known[1]] if is_reversed else [*known, joined]
    (entry,) = group_by_story(alerts)
    assert (entry.newest.change, entry.state) == ("development", "developed")


def test_a_further_watch_does_not_take_the_state_back() -> None:
    (entry,) = group_by_story(
        [version("train", 0, change="development", state="disputed", article_count=4), version("kim", 9, state="raised")]
    )
    assert (entry.newest.watch, entry.state) == ("kim", "disputed")


def test_an_entry_is_closed_when_no_version_came_for_long() -> None:
    entry = add_alert(None, version("train", 0, state="raised"))
    assert entry.state_at(START + DAYS - timedelta(seconds=1), DAYS) == "raised"
    assert entry.state_at(START + DAYS, DAYS) == "closed"
    again = add_alert(entry, version("train", 9000, 3, raised=START + timedelta(minutes=9000), state="raised"))
    assert again.state_at(START + timedelta(minutes=9000), DAYS) == "raised"


def test_an_alert_about_the_watch_itself_is_an_entry_of_its_own() -> None:
    burst = version("train", 3, change="burst")
    assert key_of(burst) == burst.id
    assert len(group_by_story([version("train", 1), burst])) == 2


VERSIONS = st.lists(
    st.builds(version, st.sampled_from(["kim", "train"]), st.integers(0, 9), st.integers(1, 9)), min_size=1, max_size=9
)


@given(VERSIONS, st.integers(0, 9))
def test_a_version_that_comes_again_changes_nothing(alerts: list[Alert], place: int) -> None:
    once = group_by_story(alerts)
    assert group_by_story([*alerts, alerts[place % len(alerts)]]) == once
