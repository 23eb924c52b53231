"""What a backtest has found, for a person: in number, by day, and in a table."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from consumers.alerts.tools.backtest.results import Differences, Row, Tally
from monitor.config import durations
from monitor.format import pluralize, printable

WIDTH = 120
"""Columns where the output is no terminal."""
SEVERITIES = ("critical", "high", "normal", "low")
CHANGES = ("more", "less", "same")
BAR = 40
"""The most columns of a day's bar."""


def show_tally(tally: Tally, asked: timedelta) -> None:
    """What would have been raised in the time that was *asked* for."""
    if tally.first is None or tally.last is None:
        click.echo(f"the log holds no article from the last {durations.format_duration(asked)}", err=True)
        return
    totals = sum(tally.watches.values(), Counter[str]())
    backfill = (
        f" ({tally.backfill:,} of them from before their feed was watched, which raise nothing)" if tally.backfill else ""
    )
    click.echo(
        f"{pluralize(totals['alerts'], 'alert')} and {pluralize(totals['updates'], 'update')} "
        f"in {pluralize(tally.articles, 'article')}{backfill}, "
        f"{tally.first:%Y-%m-%d %H:%M} to {tally.last:%Y-%m-%d %H:%M} UTC"
    )
    console = _console()
    if totals:
        console.print(_counts("day", tally.days, ("alerts", *_used(SEVERITIES, totals), "updates"), "alerts"))
    if len(tally.watches) > 1:
        console.print(_counts("watch", tally.watches, ("alerts", *_used(SEVERITIES, totals), "updates"), "alerts"))
    if tally.rows:
        console.print(_alerts([(None, row) for row in tally.rows.values()]))
    if len(tally.rows) < totals["alerts"]:
        click.echo(f"the {len(tally.rows)} latest of {pluralize(totals['alerts'], 'alert')}; --limit shows more, --json all")


def show_differences(found: Differences, asked: timedelta, *, edited: bool) -> None:
    """How two versions differ; *edited* where the other is an edit, else it is the config as it stands beside the log."""
    totals = sum(found.watches.values(), Counter[str]())
    if not totals:
        click.echo(f"neither version raises anything by the articles of the last {durations.format_duration(asked)}")
        return
    what = "the edit raises" if edited else "beside what was raised, the config as it stands would raise"
    click.echo(f"{what} {pluralize(totals['more'], 'alert')} more, {totals['less']:,} less, {totals['same']:,} the same")
    console = _console()
    console.print(_counts("day", found.days, CHANGES, None))
    if len(found.watches) > 1:
        console.print(_counts("watch", found.watches, CHANGES, None))
    if found.shown:
        console.print(_alerts([(pair.change, pair.row) for pair in found.shown]))
    if len(found.shown) < totals["more"] + totals["less"]:
        click.echo(f"the {len(found.shown)} latest that differ; --limit shows more, --json all")


def _console() -> Console:
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=WIDTH)


def _used(names: Sequence[str], totals: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(name for name in names if totals.get(name))


def _counts(head: str, counts: Mapping[Any, Counter[str]], columns: Iterable[str], drawn: str | None) -> Table:
    """A line for each of *counts*, in order, with a bar for the column *drawn*."""
    columns = tuple(columns)
    table = Table(box=None, pad_edge=False)
    table.add_column(head, no_wrap=True)
    for column in columns:
        table.add_column(column, justify="right")
    table.add_column("")
    most = max((each[drawn] for each in counts.values()), default=0) if drawn else 0
    for name, each in sorted(counts.items(), key=lambda item: str(item[0])):
        bar = "█" * round(each[drawn] / most * BAR) if drawn and most else ""
        table.add_row(printable(str(name)), *(f"{each[column]:,}" for column in columns), bar)
    return table


def _alerts(rows: Sequence[tuple[str | None, Row]]) -> Table:
    table = Table(box=None, pad_edge=False, expand=True)
    changed = any(change for change, _ in rows)
    for column in (*(("change",) if changed else ()), "raised (UTC)", "watch", "severity"):
        table.add_column(column, no_wrap=True)
    table.add_column("versions", justify="right")
    table.add_column("outlets", justify="right")
    table.add_column("story", no_wrap=True, overflow="ellipsis", ratio=1)
    for change, row in rows:
        first = (change,) if change else ()
        cells = (f"{row.raised:%Y-%m-%d %H:%M}", row.watch, row.severity, str(row.versions), str(row.outlets))
        table.add_row(*first, *cells, Text(printable(row.title)))
    return table
