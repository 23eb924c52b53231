"""What the demo shows: a live view on a terminal, plain lines elsewhere, and a summary at the end."""

import io
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console, Group
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from monitor.demo.day import Day
from monitor.demo.totals import Totals
from monitor.format import format_alert, printable
from monitor.messages import Alert

WIDTH = 120
COLOURS = {"low": "dim", "normal": "cyan", "high": "yellow", "critical": "bold red"}


class View:
    """Shows what it is given; *live* is None where the output is no terminal."""

    def __init__(self, day: Day, live: Live | None) -> None:
        self.day, self.live = day, live
        self.seen: Totals | None = None
        self.now: datetime = day.start

    def update(self, seen: Totals, now: datetime) -> None:
        """Show the state at *now*."""
        self.seen, self.now = seen, now
        if self.live:
            self.live.update(self.screen())

    def raised(self, alert: Alert) -> None:
        """Tell of one version of an alert, where there is no live view."""
        if not self.live:
            click.echo(format_alert(alert))

    def screen(self) -> Group:
        """The whole view."""
        seen = self.seen
        alerts = sorted(seen.alerts.values(), key=lambda alert: alert.raised) if seen else []
        table = Table(expand=True, show_edge=False, pad_edge=False)
        table.add_column("raised", width=6)
        table.add_column("watch", width=19)
        table.add_column("alert: who reported it and how sure they are", ratio=1)
        for alert in alerts:
            text = Text(printable(alert.title), style=COLOURS[alert.severity])
            text.append(f"\n{printable(alert.certainty)}", style="default")
            text.append(f"  [version {alert.version}: {alert.change}]" if alert.version > 1 else "", style="dim")
            table.add_row(f"{alert.raised:%H:%M}", alert.watch, text)
        articles = [one.article for one in seen.latest] if seen else []
        told = [f"{each.fetched:%H:%M}  {each.outlet}: {printable(each.title)}"[: WIDTH - 6] for each in articles]
        latest = Text("\n".join(told), style="dim")
        counts = f"{seen.articles} articles, {len(seen.stories)} stories, {len(alerts)} alerts" if seen else ""
        return Group(
            Panel(table, title=f"newsmonitor demo  {self.now:%Y-%m-%d %H:%M} UTC  {counts}", title_align="left"),
            Panel(latest, title="coming in", title_align="left", height=10),
        )

    def summary(self, picture: Path | None) -> None:
        """What the day came to; with *picture*, the last view as an SVG file."""
        seen = self.seen
        if seen is None:
            return
        if picture:
            console = Console(record=True, width=WIDTH, file=io.StringIO())
            console.print(self.screen())
            # Fonts from the network have no place in a picture that must show the same everywhere.
            svg = re.sub(r"@font-face \{.*?\}", "", console.export_svg(title="newsmonitor demo"), flags=re.DOTALL)
            picture.write_text(svg, encoding="utf-8")
        click.echo(
            f"\n{seen.articles} articles from {len(self.day.outlets)} outlets told {len(seen.stories)} stories; "
            f"{len(seen.alerts)} alerts were raised, and {len(seen.versions) - len(seen.alerts)} times "
            "one was brought up to date.\n"
            "Next: `newsmonitor init` writes a monitor.toml of your own."
        )


@contextmanager
def shown(day: Day) -> Iterator[View]:
    """A view of *day*, live where standard output is a terminal."""
    click.echo(f"{day.title}\nA recorded day, invented for this demo, from {len(day.outlets)} outlets on this machine.\n")
    if not sys.stdout.isatty():
        yield View(day, None)
        return
    with Live(console=Console(), refresh_per_second=8, transient=False) as live:
        yield View(day, live)
