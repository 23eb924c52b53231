"""The output of the demo: a live view on a terminal, plain lines otherwise, and a summary at the end."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.text import Text

from monitor.demo.day import Day
from monitor.escape import printable
from monitor.format import format_alert
from monitor.messages import Alert, ArticleStories, Counted
from monitor.output import echo
from monitor.terminal.board import Board
from monitor.terminal.live import live_view, open_console
from monitor.terminal.screen import Size, screen

WIDTH, HEIGHT = 120, 60
"""Columns and lines of the saved picture."""
LATEST_ARTICLES = 8
BORDER_LINES = 2
"""Lines of the border of a panel."""


@dataclass
class Totals:
    """The messages that the services have published so far."""

    board: Board = field(default_factory=Board)
    version_count: int = 0
    latest: list[ArticleStories] = field(default_factory=list)
    articles: int = 0
    stories: set[str] = field(default_factory=set)

    def add(self, message: Alert | Counted | ArticleStories) -> None:
        """Count *message*."""
        if isinstance(message, ArticleStories):
            self.articles += 1
            self.stories.add(message.story.id)
            self.latest = [*self.latest, message][-LATEST_ARTICLES:]
            return
        self.board.add(message)
        self.version_count += isinstance(message, Alert)


class View:
    """Displays the totals. *live* is None if the output is not a terminal."""

    def __init__(self, day: Day, live: Live | None, url: str | None = None) -> None:
        self.day, self.live, self.url = day, live, url
        self.totals: Totals | None = None
        self.now: datetime = day.start

    def update(self, totals: Totals, now: datetime) -> None:
        """Display *totals* with the simulated time *now*."""
        self.totals, self.now = totals, now
        if self.live:
            screen = self.screen(self.live.console, self.live.console.height - 1)
            self.live.update(Group(self._hint(), *screen.renderables), refresh=True)

    def _hint(self) -> Text:
        """Return the line that says where the page is, and how the demo is stopped."""
        page = Text.assemble("In a browser: ", (self.url, f"link {self.url}"), "  ") if self.url else Text()
        return Text.assemble(page, "Ctrl-C ends the demo", style="dim", no_wrap=True, overflow="ellipsis")

    def echo_alert(self, alert: Alert) -> None:
        """Print a version of an alert if there is no live view."""
        if not self.live:
            echo(format_alert(alert))

    def screen(self, console: Console, height: int | None = None) -> Group:
        """Return the view as it fits into the width of *console* and *height* lines: the newest change is never left out.

        If *height* is None, the view has all alerts in full.
        """
        totals = self.totals or Totals()
        article_lines = LATEST_ARTICLES if height is None else max(0, min(LATEST_ARTICLES, height // 3 - 6))
        below = article_lines + BORDER_LINES if article_lines else 0
        counts = f"{totals.articles} articles, {len(totals.stories)} stories, {totals.board.alert_count} alerts"
        title = f"newsmonitor demo  {self.now:%Y-%m-%d %H:%M} UTC  {counts}"
        size = Size(console.width, None if height is None else height - below)
        parts: list[RenderableType] = [screen(title, totals.board.cards(self.now), console, size, self.now)]
        if article_lines:
            articles = [message.article for message in totals.latest[-article_lines:]]
            lines = [f"{each.fetched:%H:%M}  {printable(each.outlet)}: {printable(each.title)}" for each in articles]
            text = Text("\n".join(lines), style="dim", no_wrap=True, overflow="ellipsis")
            parts.append(Panel(text, title="latest articles", title_align="left", height=below))
        return Group(*parts)

    def summary(self, picture: Path | None) -> None:
        """Print the totals of the day, and save the final view as the SVG file *picture*, if given."""
        totals = self.totals
        if totals is None:
            return
        if picture:
            console = Console(record=True, width=WIDTH, height=HEIGHT, file=io.StringIO())
            console.print(self.screen(console, HEIGHT))
            # A picture must look the same everywhere, so it must not load fonts from the network.
            svg = re.sub(r"@font-face \{.*?\}", "", console.export_svg(title="newsmonitor demo"), flags=re.DOTALL)
            picture.write_text(svg, encoding="utf-8")
        alerts = totals.board.alert_count
        echo(
            f"\n{totals.articles} articles from {len(self.day.outlets)} outlets, grouped into {len(totals.stories)} stories. "
            f"{alerts} alerts raised, and updated {totals.version_count - alerts} times.\n"
            "Next: `newsmonitor init` creates a monitor.toml of your own."
        )


@contextmanager
def open_view(day: Day, url: str | None = None) -> Iterator[View]:
    """Yield a view of *day*, live on a terminal. *url* is where the page shows it too."""
    echo(f"{day.title}\nA recorded day, invented for this demo, from {len(day.outlets)} outlets on this machine.\n")
    console = open_console()
    if console is None:
        yield View(day, None)
        return
    with live_view(console) as live:
        view = View(day, live, url)
        yield view
    console.print(view.screen(console, console.height))
