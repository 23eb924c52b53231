"""The output of the demo: a live view on a terminal, plain lines otherwise, and a summary at the end."""

import io
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from rich.console import Console, Group
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from monitor import logs
from monitor.demo.day import Day
from monitor.escape import printable
from monitor.format import describe_change, format_alert
from monitor.messages import Alert, ArticleStories
from monitor.output import echo

WIDTH = 120
"""Columns of the saved picture."""
LATEST_ARTICLES = 8
BORDER_LINES = 2
"""Lines of the border of a panel."""
PANEL_COLUMNS = 4
"""Columns of the border and the padding of a panel."""
TIME_WIDTH, WATCH_WIDTH, GAP = 5, 18, 2
"""Columns of the table and of the gap behind each."""
SEVERITY_COLOURS = {"low": "dim", "normal": "cyan", "high": "yellow", "critical": "bold red"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A story with the newest version of each of its alerts, the latest change first."""

    alerts: tuple[Alert, ...]

    @property
    def latest(self) -> Alert:
        """The alert that changed last."""
        return self.alerts[0]

    @property
    def watches(self) -> str:
        """The watches that it matches."""
        return ", ".join(sorted(alert.watch for alert in self.alerts))


@dataclass
class Totals:
    """The messages that the services have published so far."""

    alerts: dict[str, Alert] = field(default_factory=dict)
    """The newest version of each alert, by id, in the order of their last changes."""
    version_count: int = 0
    latest: list[ArticleStories] = field(default_factory=list)
    articles: int = 0
    stories: set[str] = field(default_factory=set)

    def add(self, message: Alert | ArticleStories) -> None:
        """Count *message*."""
        if isinstance(message, Alert):
            self.alerts.pop(message.id, None)
            self.alerts[message.id] = message
            self.version_count += 1
        else:
            self.articles += 1
            self.stories.add(message.story.id)
            self.latest = [*self.latest, message][-LATEST_ARTICLES:]

    def entries(self) -> list[Entry]:
        """Return an entry for each story with alerts, the newest change first."""
        by_story: dict[str, list[Alert]] = {}
        for alert in reversed(self.alerts.values()):
            by_story.setdefault(alert.story, []).append(alert)
        return [Entry(tuple(alerts)) for alerts in by_story.values()]


class View:
    """Displays the totals. *live* is None if the output is not a terminal."""

    def __init__(self, day: Day, live: Live | None) -> None:
        self.day, self.live = day, live
        self.totals: Totals | None = None
        self.now: datetime = day.start

    def update(self, totals: Totals, now: datetime) -> None:
        """Display *totals* with the simulated time *now*."""
        self.totals, self.now = totals, now
        if self.live:
            self.live.update(self.screen(self.live.console, self.live.console.height))

    def echo_alert(self, alert: Alert) -> None:
        """Print a version of an alert if there is no live view."""
        if not self.live:
            echo(format_alert(alert))

    def screen(self, console: Console, height: int | None = None) -> Group:
        """Return the view as it fits into the width of *console* and *height* lines: the newest alerts are never left out.

        If *height* is None, the view has all alerts.
        """
        totals = self.totals or Totals()
        article_lines = LATEST_ARTICLES if height is None else max(0, min(LATEST_ARTICLES, height // 3 - 6))
        free = None if height is None else height - BORDER_LINES - (article_lines + BORDER_LINES if article_lines else 0)
        counts = f"{totals.articles} articles, {len(totals.stories)} stories, {len(totals.alerts)} alerts"
        title = f"newsmonitor demo  {self.now:%Y-%m-%d %H:%M} UTC  {counts}"
        panels = [Panel(_story_table(totals.entries(), console, free), title=title, title_align="left")]
        if article_lines:
            articles = [message.article for message in totals.latest[-article_lines:]]
            lines = [f"{each.fetched:%H:%M}  {printable(each.outlet)}: {printable(each.title)}" for each in articles]
            text = Text("\n".join(lines), style="dim", no_wrap=True, overflow="ellipsis")
            panels.append(Panel(text, title="latest articles", title_align="left", height=article_lines + BORDER_LINES))
        return Group(*panels)

    def summary(self, picture: Path | None) -> None:
        """Print the totals of the day, and save the final view as the SVG file *picture*, if given."""
        totals = self.totals
        if totals is None:
            return
        if picture:
            console = Console(record=True, width=WIDTH, file=io.StringIO())
            console.print(self.screen(console))
            # A picture must look the same everywhere, so it must not load fonts from the network.
            svg = re.sub(r"@font-face \{.*?\}", "", console.export_svg(title="newsmonitor demo"), flags=re.DOTALL)
            picture.write_text(svg, encoding="utf-8")
        echo(
            f"\n{totals.articles} articles from {len(self.day.outlets)} outlets, grouped into {len(totals.stories)} stories. "
            f"{len(totals.alerts)} alerts raised, and updated {totals.version_count - len(totals.alerts)} times.\n"
            "Next: `newsmonitor init` creates a monitor.toml of your own."
        )


def _story_table(entries: Sequence[Entry], console: Console, height: int | None) -> Table:
    """Return the first of *entries* that fit into *height* lines, and the number of those that do not."""
    watch_width = min(WATCH_WIDTH, console.width // 4)
    text_width = console.width - TIME_WIDTH - watch_width - 3 * GAP - PANEL_COLUMNS
    table = Table.grid(padding=(0, GAP, 0, 0), expand=True)
    table.add_column(width=TIME_WIDTH)
    table.add_column(ratio=1)
    table.add_column(width=watch_width, style="dim")
    # One line is left for the number of entries that do not fit.
    free = None if height is None else height - 1
    for index, entry in enumerate(entries):
        text, watches = _story_text(entry), Text(entry.watches)
        if free is not None:
            free -= max(len(text.wrap(console, text_width)), len(watches.wrap(console, watch_width)))
            if free < 0 < index:
                table.add_row("", Text(f"and {len(entries) - index} more, changed earlier", style="dim", no_wrap=True))
                break
            if free < 0:
                # The newest entry is shown in any case, cut to its title.
                text, watches = Text(printable(entry.latest.title), no_wrap=True), Text(entry.watches, no_wrap=True)
        table.add_row(f"{entry.latest.updated:%H:%M}", text, watches)
    return table


def _story_text(entry: Entry) -> Text:
    """Return the title of the story, what is new, and who reports it."""
    alert = entry.latest
    text = Text(printable(alert.title), style=SEVERITY_COLOURS[alert.severity])
    if alert.version > 1:
        text.append(f"\nnew: {describe_change(alert)}", style="default")
    text.append(f"\n{printable(alert.certainty)}", style="default")
    return text


@contextmanager
def open_view(day: Day) -> Iterator[View]:
    """Yield a view of *day*, live if standard output is a terminal."""
    echo(f"{day.title}\nA recorded day, invented for this demo, from {len(day.outlets)} outlets on this machine.\n")
    if not sys.stdout.isatty():
        yield View(day, None)
        return
    with logs.held_back(), Live(console=Console(), refresh_per_second=8, transient=False) as live:
        yield View(day, live)
