"""The report of a backtest for a terminal: totals, counts by day and watch, and a table of alerts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from consumers.alerts.tools.backtest.results import AlertSummary, Differences, Totals
from monitor.config import durations
from monitor.escape import printable
from monitor.format import pluralize
from monitor.output import echo

WIDTH = 120
"""Columns of the output if it is not a terminal."""
BAR_WIDTH = 40
"""Columns of the longest bar."""
SEVERITIES = ("critical", "high", "normal", "low")
CHANGES = ("more", "less", "same")


def print_totals(totals: Totals, period: timedelta) -> None:
    """Print the alerts that would have been raised in *period*."""
    if totals.first is None or totals.last is None:
        echo(f"the log holds no article from the last {durations.format_duration(period)}", err=True)
        return
    counts = sum(totals.watches.values(), Counter[str]())
    backfill = (
        f" ({totals.backfill_count:,} of them from before their feed was watched; these raise nothing)"
        if totals.backfill_count
        else ""
    )
    echo(
        f"{pluralize(counts['alerts'], 'alert')} and {pluralize(counts['updates'], 'update')} "
        f"in {pluralize(totals.article_count, 'article')}{backfill}, "
        f"{totals.first:%Y-%m-%d %H:%M} to {totals.last:%Y-%m-%d %H:%M} UTC"
    )
    console = _console()
    columns = ("alerts", *(severity for severity in SEVERITIES if counts.get(severity)), "updates")
    if counts:
        console.print(_counts_table("day", totals.days, columns, bar="alerts"))
    if len(totals.watches) > 1:
        console.print(_counts_table("watch", totals.watches, columns, bar="alerts"))
    if totals.latest:
        console.print(_alerts_table([(None, summary) for summary in totals.latest.values()]))
    if len(totals.latest) < counts["alerts"]:
        echo(f"the {len(totals.latest)} latest of {pluralize(counts['alerts'], 'alert')}; --limit shows more, --json all")


def print_differences(differences: Differences, period: timedelta, *, is_edited: bool) -> None:
    """Print how two sides differ over *period*: an edit and the current config, or the current config and the log."""
    counts = sum(differences.watches.values(), Counter[str]())
    if not counts:
        echo(f"neither side raises an alert from the articles of the last {durations.format_duration(period)}")
        return
    subject = "the edit raises" if is_edited else "compared with what was raised, the current config would raise"
    echo(f"{subject} {pluralize(counts['more'], 'alert')} more, {counts['less']:,} less, {counts['same']:,} the same")
    console = _console()
    console.print(_counts_table("day", differences.days, CHANGES))
    if len(differences.watches) > 1:
        console.print(_counts_table("watch", differences.watches, CHANGES))
    if differences.latest:
        console.print(_alerts_table([(pair.change, pair.summary) for pair in differences.latest]))
    if len(differences.latest) < counts["more"] + counts["less"]:
        echo(f"the {len(differences.latest)} latest that differ; --limit shows more, --json all")


def _console() -> Console:
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=WIDTH)


def _counts_table(
    heading: str, counts_by_name: Mapping[Any, Counter[str]], columns: Sequence[str], bar: str | None = None
) -> Table:
    """Return a table with a row for each name, in order, and a bar for the column called *bar*."""
    table = Table(box=None, pad_edge=False)
    table.add_column(heading, no_wrap=True)
    for column in columns:
        table.add_column(column, justify="right")
    table.add_column("")
    largest = max((counts[bar] for counts in counts_by_name.values()), default=0) if bar else 0
    for name, counts in sorted(counts_by_name.items(), key=lambda item: str(item[0])):
        blocks = "█" * round(counts[bar] / largest * BAR_WIDTH) if bar and largest else ""
        table.add_row(printable(str(name)), *(f"{counts[column]:,}" for column in columns), blocks)
    return table


def _alerts_table(alerts: Sequence[tuple[str | None, AlertSummary]]) -> Table:
    """Return a table of alerts, with a column for the change if they have one."""
    table = Table(box=None, pad_edge=False, expand=True)
    with_change = any(change for change, _ in alerts)
    for column in (*(("change",) if with_change else ()), "raised (UTC)", "watch", "severity"):
        table.add_column(column, no_wrap=True)
    table.add_column("versions", justify="right")
    table.add_column("outlets", justify="right")
    table.add_column("story", no_wrap=True, overflow="ellipsis", ratio=1)
    for change, alert in alerts:
        first = (change,) if change else ()
        cells = (
            f"{alert.raised:%Y-%m-%d %H:%M}",
            printable(alert.watch),
            alert.severity,
            str(alert.versions),
            str(alert.outlets),
        )
        table.add_row(*first, *cells, Text(printable(alert.title)))
    return table
