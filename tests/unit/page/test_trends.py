"""Trends: what is named more than usual."""

from datetime import timedelta
from pathlib import Path

import pytest

from page.index import Index, IndexRow
from page.index.mentions import Mentions, most_named, stories_with
from page.views.trends import RULES, make_trend, order
from tests.make import START

NOW = START + timedelta(days=30)
DAY = timedelta(days=1)


def named(*ages: timedelta, name: str = "Kim") -> Mentions:
    """An entity that was named *ages* before now."""
    return Mentions(f"person:{name}", name, "person", tuple(sorted((NOW - age).timestamp() for age in ages)))


def steady(count: int, days: int = 30) -> list[timedelta]:
    """The ages of *count* articles a day, the last day excepted."""
    return [DAY * day + timedelta(hours=1 + number) for day in range(1, days) for number in range(count)]


def test_what_is_usual_is_the_mean_of_the_days_before() -> None:
    trend = make_trend(named(*steady(4), *[timedelta(hours=each) for each in range(1, 9)]), RULES["24h"], START, NOW)
    assert trend.count == 8
    assert trend.usual == pytest.approx(4, abs=0.5)
    assert trend.times == pytest.approx(2, abs=0.25)


def test_without_two_days_nothing_is_usual() -> None:
    trend = make_trend(named(timedelta(hours=1)), RULES["24h"], NOW - DAY, NOW)
    assert (trend.count, trend.usual, trend.times, trend.is_burst) == (1, None, None, False)


def test_a_burst_is_what_a_watch_would_tell_of() -> None:
    bursts = []
    for usual, count in ((4, 15), (4, 8), (1, 4), (1, 5)):
        mentions = named(*steady(usual), *[timedelta(minutes=each) for each in range(1, count + 1)])
        bursts.append(make_trend(mentions, RULES["24h"], START, NOW).is_burst)
    assert bursts == [True, False, False, True]


def test_what_is_furthest_above_the_usual_is_the_first() -> None:
    often = make_trend(named(*steady(20), *[timedelta(hours=1)] * 20, name="often"), RULES["24h"], START, NOW)
    sudden = make_trend(named(*[timedelta(hours=2)] * 6, name="sudden"), RULES["24h"], START, NOW)
    assert [each.name for each in order([often, sudden])] == ["sudden", "often"]


def test_the_bars_run_from_the_beginning_of_the_period_to_now() -> None:
    trend = make_trend(named(timedelta(hours=23.9), timedelta(minutes=1), timedelta(minutes=2)), RULES["24h"], START, NOW)
    assert trend.spark.values == (1, *[0] * 22, 2)
    assert (trend.spark.heights[0], trend.spark.heights[-1]) == (7, 14)


def test_an_article_counts_once_for_an_entity_whatever_its_versions(tmp_path: Path) -> None:
    index = Index(tmp_path / "index.db", "sqlite:news.db")
    kim, putin = ("person:kim", "Kim", "person"), ("person:putin", "Putin", "person")
    rows = [
        IndexRow("article", "a", 1, "s1", 10.0, b"{}", "", (kim, putin)),
        IndexRow("article", "a", 2, "s1", 12.0, b"{}", "", (kim,)),
        IndexRow("article", "b", 1, "s2", 20.0, b"{}", "", (kim,)),
    ]
    index.add(rows, {})
    found = most_named(index, 0, 100, 10)
    assert [(each.name, each.times) for each in found] == [("Kim", (10.0, 20.0)), ("Putin", (10.0,))]
    assert stories_with(index, "person:kim", 10) == [("s2", 1, 20.0), ("s1", 1, 10.0)]
    index.expire(15)
    assert [each.name for each in most_named(index, 0, 100, 10)] == ["Kim"]
    index.close()
