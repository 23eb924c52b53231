"""Backtest: the configs that it runs, and the results that it counts."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
import pytest

from consumers.alerts.tools.backtest.configs import select_configs
from consumers.alerts.tools.backtest.results import AlertPairing, Differences, Totals
from monitor.config import Config, Watch
from monitor.config.problems import InvalidConfig
from monitor.messages import Alert
from tests.make import START, alert, article

CURRENT = Config(watches=(Watch("kim", any=("Kim",), to=("desk",)), Watch("train", query="train")), hash="c0ffee")


def story_alert(number: int, version: int = 1, **other: Any) -> Alert:
    """Return an alert for a story that began *number* days after START; each version comes six hours later."""
    raised = START + timedelta(days=number)
    updated = raised + timedelta(hours=6 * version)
    plain = alert(version, change="outlet" if version > 1 else "new", id=f"kim:s{number}", raised=raised, updated=updated)
    return replace(plain, **other)


def test_alerts_are_counted_by_day_and_watch_and_the_latest_are_kept() -> None:
    totals = Totals(limit=2)
    totals.add_article(article(minutes=5))
    totals.add_article(article(backfill=True))
    for each in (story_alert(0), story_alert(0, 2), story_alert(1), story_alert(2, severity="low"), story_alert(1, 2)):
        totals.add_alert(each)
    assert (totals.article_count, totals.backfill_count, totals.first) == (2, 1, START)
    assert totals.watches["kim"] == {"alerts": 3, "high": 2, "low": 1, "updates": 2}
    assert totals.days[START.date()] == {"alerts": 1, "high": 1, "updates": 1}
    assert [(summary.id, summary.versions) for summary in totals.latest.values()] == [("kim:s2", 1), ("kim:s1", 2)]


def test_alerts_before_and_after_an_edit_are_more_less_or_the_same() -> None:
    pairing, differences = AlertPairing(), Differences(limit=1)
    pairing.add([story_alert(0), story_alert(1)], [story_alert(1)])
    pairing.add([], [story_alert(2), story_alert(1, 2)])
    closed = list(pairing.close(START + timedelta(days=1)))
    assert [(pair.change, pair.summary.id) for pair in closed] == [("less", "kim:s0")]
    for pair in (*closed, *pairing.close()):
        differences.add(pair)
    assert differences.watches["kim"] == {"less": 1, "same": 1, "more": 1}
    assert [(pair.change, pair.summary.id) for pair in differences.latest] == [("more", "kim:s2")]
    assert pairing.open_pairs == {}


def test_a_query_replaces_the_words_of_a_watch_or_stands_alone() -> None:
    configs = select_configs(CURRENT, None, "kim", "Kim NOT sport")
    assert configs.is_edited
    assert configs.current.watches == CURRENT.watches[:1]
    assert configs.edited.watches == (Watch("kim", query="Kim NOT sport", to=("desk",)),)
    assert select_configs(CURRENT, None, None, "ferry").edited.watches == (Watch("query", query="ferry"),)
    assert not select_configs(CURRENT, None, "train", None).is_edited
    assert select_configs(CURRENT, None, None, None).edited is CURRENT


def test_an_unknown_watch_or_an_invalid_query_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(click.ClickException, match="there is no watch 'ferry'"):
        select_configs(CURRENT, None, "ferry", None)
    with pytest.raises(click.ClickException, match="there is no watch 'ferry' for the query"):
        select_configs(CURRENT, None, "ferry", "ferry")
    with pytest.raises(click.ClickException, match="column 5"):
        select_configs(CURRENT, None, "kim", "Kim AND")
    (tmp_path / "edited.toml").write_text("[[watches]]\nid = 'kim'\nquery = 'a AND'\n")
    with pytest.raises(InvalidConfig) as caught:
        select_configs(CURRENT, tmp_path / "edited.toml", None, None)
    assert [(problem.file, problem.line) for problem in caught.value.problems] == [(tmp_path / "edited.toml", 3)]


def test_an_edited_file_is_run_on_the_current_bus(tmp_path: Path) -> None:
    (tmp_path / "edited.toml").write_text("bus = 'sqlite:other.db'\n[[watches]]\nid = 'ferry'\nany = ['ferry']\n")
    configs = select_configs(CURRENT, tmp_path / "edited.toml", None, None)
    assert (configs.is_edited, configs.edited.bus) == (True, CURRENT.bus)
    assert [watch.id for watch in configs.edited.watches] == ["ferry"]
    reduced = select_configs(CURRENT, tmp_path / "edited.toml", "ferry", None)
    assert (reduced.current.watches, len(reduced.edited.watches)) == ((), 1)
