"""The live view of the demo shows the newest change first, and fits into the terminal."""

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from rich.console import Console

from monitor.demo.day import read_bundled_day
from monitor.demo.view import Totals, View
from monitor.messages import Alert
from tests.make import START, alert, article_stories

DAY = read_bundled_day("train")
LONG = "The harbour commission postpones its decision on the northern breakwater for the third time this year"


def raised(number: int, watch: str = "harbour", version: int = 1, **fields: Any) -> Alert:
    """The alert of *watch* on the story *number*, changed that many minutes after the start."""
    story, updated = f"s{number}", START + timedelta(minutes=number + 60 * (version - 1))
    title = f"{number}. {LONG}"
    return alert(version, id=f"{watch}:{story}", watch=watch, story=story, title=title, updated=updated, **fields)


def shown(messages: list[Any], width: int = 80, height: int | None = 24) -> list[str]:
    """The lines of the view after *messages*."""
    totals = Totals()
    for message in messages:
        totals.add(message)
    view = View(DAY, None)
    view.update(totals, DAY.start)
    console = Console(width=width, height=height, file=io.StringIO(), record=True)
    console.print(view.screen(console, height))
    return console.export_text().splitlines()


@pytest.mark.parametrize(("width", "height"), [(80, 24), (80, 10), (40, 24), (120, 50), (200, 12), (30, 8)])
def test_the_newest_alert_is_shown_in_any_terminal(width: int, height: int) -> None:
    articles = [article_stories(LONG, minutes=number) for number in range(20)]
    lines = shown([*articles, *map(raised, range(40))], width, height)
    text = "\n".join(lines)
    assert "39. The" in text
    assert re.search(r"and \d\d mo", text)
    assert len(lines) <= height
    assert max(map(len, lines)) <= width


def test_the_newest_change_is_first() -> None:
    text = "\n".join(shown([raised(1), raised(2), raised(3), raised(1, version=2)]))
    assert text.index("1. The") < text.index("3. The") < text.index("2. The")


def test_a_story_is_one_entry_with_all_its_watches() -> None:
    lines = shown([raised(1), raised(1, "breakwater"), raised(1, "summits")])
    text = "\n".join(lines)
    assert text.count("1. The") == 1
    assert all(watch in text for watch in ("harbour", "breakwater", "summits"))


def test_all_alerts_are_shown_without_a_height() -> None:
    text = "\n".join(shown([raised(number) for number in range(30)], 120, None))
    assert all(f"{number}. The" in text for number in range(30))
    assert "changed earlier" not in text
