"""The output of the demo: a live view on a terminal, plain lines otherwise, and a summary at the end."""

import io
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console, Group
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from monitor.demo.day import Day
from monitor.format import format_alert, printable
from monitor.messages import Alert, ArticleStories

WIDTH = 120
"""Columns of the saved picture."""
LATEST_ARTICLES = 8
SEVERITY_COLOURS = {"low": "dim", "normal": "cyan", "high": "yellow", "critical": "bold red"}


@dataclass
class Totals:
    """The messages that the services have published so far."""

    alerts: dict[str, Alert] = field(default_factory=dict)
    versions: list[Alert] = field(default_factory=list)
    latest: list[ArticleStories] = field(default_factory=list)
    articles: int = 0
    stories: set[str] = field(default_factory=set)

    def add(self, message: Alert | ArticleStories) -> None:
        """Count *message*."""
        if isinstance(message, Alert):
            self.alerts[message.id] = message
            self.versions.append(message)
        else:
            self.articles += 1
            self.stories.add(message.story.id)
            self.latest = [*self.latest, message][-LATEST_ARTICLES:]


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
            self.live.update(self.screen())

    def echo_alert(self, alert: Alert) -> None:
        """Print a version of an alert if there is no live view."""
        if not self.live:
            click.echo(format_alert(alert))

    def screen(self) -> Group:
        """Return the whole view."""
        totals = self.totals
        alerts = sorted(totals.alerts.values(), key=lambda alert: alert.raised) if totals else []
        counts = f"{totals.articles} articles, {len(totals.stories)} stories, {len(alerts)} alerts" if totals else ""
        articles = [message.article for message in totals.latest] if totals else []
        lines = [f"{each.fetched:%H:%M}  {each.outlet}: {printable(each.title)}"[: WIDTH - 6] for each in articles]
        title = f"newsmonitor demo  {self.now:%Y-%m-%d %H:%M} UTC  {counts}"
        return Group(
            Panel(_alert_table(alerts), title=title, title_align="left"),
            Panel(Text("\n".join(lines), style="dim"), title="latest articles", title_align="left", height=LATEST_ARTICLES + 2),
        )

    def summary(self, picture: Path | None) -> None:
        """Print the totals of the day, and save the final view as the SVG file *picture*, if given."""
        totals = self.totals
        if totals is None:
            return
        if picture:
            console = Console(record=True, width=WIDTH, file=io.StringIO())
            console.print(self.screen())
            # A picture must look the same everywhere, so it must not load fonts from the network.
            svg = re.sub(r"@font-face \{.*?\}", "", console.export_svg(title="newsmonitor demo"), flags=re.DOTALL)
            picture.write_text(svg, encoding="utf-8")
        click.echo(
            f"\n{totals.articles} articles from {len(self.day.outlets)} outlets, grouped into {len(totals.stories)} stories. "
            f"{len(totals.alerts)} alerts raised, and updated {len(totals.versions) - len(totals.alerts)} times.\n"
            "Next: `newsmonitor init` creates a monitor.toml of your own."
        )


def _alert_table(alerts: Sequence[Alert]) -> Table:
    table = Table(expand=True, show_edge=False, pad_edge=False)
    table.add_column("raised", width=6)
    table.add_column("watch", width=19)
    table.add_column("alert: title, and how certain the outlets are", ratio=1)
    for alert in alerts:
        text = Text(printable(alert.title), style=SEVERITY_COLOURS[alert.severity])
        text.append(f"\n{printable(alert.certainty)}", style="default")
        text.append(f"  [version {alert.version}: {alert.change}]" if alert.version > 1 else "", style="dim")
        table.add_row(f"{alert.raised:%H:%M}", alert.watch, text)
    return table


@contextmanager
def open_view(day: Day) -> Iterator[View]:
    """Yield a view of *day*, live if standard output is a terminal."""
    click.echo(f"{day.title}\nA recorded day, invented for this demo, from {len(day.outlets)} outlets on this machine.\n")
    if not sys.stdout.isatty():
        yield View(day, None)
        return
    with Live(console=Console(), refresh_per_second=8, transient=False) as live:
        yield View(day, live)
