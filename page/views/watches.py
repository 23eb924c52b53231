"""The page of watches: what each has raised in the last days, and what waits."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from consumers.alerts.raising.rules.at_least import counted_reports
from monitor.config import AtLeast, Watch
from monitor.format import pluralize
from monitor.messages import Alert, Held, Severity
from page.records import Records
from page.views.bars import Bars
from page.watches.check import Remark

DAYS = 7


@dataclass(frozen=True, slots=True)
class WatchRow:
    """A watch of the config. *days* has the number of alerts on each day, the last is today; *held* says what waits for more.

    *problem* is why its words cannot be used: then those before stay in use.
    """

    id: str
    severity: Severity
    days: Bars
    count: int
    last: Alert | None
    targets: tuple[str, ...]
    held: str
    problem: Remark | None


def list_watches(
    watches: Sequence[Watch],
    records: Records,
    problems: Mapping[str, Remark],
    now: datetime,
    zone: ZoneInfo,
    open_for: timedelta,
) -> list[WatchRow]:
    """Return a row for each watch, those with a problem first, and then in the order of the config.

    A story is open for *open_for*: until then more outlets may tell it.
    """
    alerts: dict[str, list[Alert]] = {}
    for alert in records.alerts.values():
        alerts.setdefault(alert.watch, []).append(alert)
    held = list_waiting(records, now, open_for)
    rows = [
        _row(each, alerts.get(each.id, ()), held.get(each.id, ()), problems.get(each.id), now.astimezone(zone))
        for each in watches
    ]
    return sorted(rows, key=lambda row: row.problem is None)


def list_waiting(records: Records, now: datetime, open_for: timedelta) -> dict[str, list[Held]]:
    """Return the stories that wait for more outlets or articles, by watch."""
    held: dict[str, list[Held]] = {}
    for each in records.held.values():
        if each.id not in records.alerts and each.at > now - open_for:
            held.setdefault(each.watch, []).append(each)
    return held


def _row(watch: Watch, alerts: Sequence[Alert], held: Iterable[Held], problem: Remark | None, now: datetime) -> WatchRow:
    days = Counter((now.date() - each.raised.astimezone(now.tzinfo).date()).days for each in alerts)
    counts = [days[ago] for ago in reversed(range(DAYS))]
    last = max(alerts, key=lambda each: each.raised, default=None)
    return WatchRow(
        watch.id,
        watch.severity,
        Bars(tuple(counts)),
        sum(counts),
        last,
        watch.to,
        describe_held(held, watch.at_least) if watch.at_least else "",
        problem,
    )


def describe_held(held: Iterable[Held], rule: AtLeast) -> str:
    """Return how many stories wait for how many more outlets or articles: "2 stories wait for 1 outlet"."""
    unit, needed = ("outlet", rule.outlets) if rule.outlets else ("article", rule.articles)
    missing = Counter((needed or 1) - len(counted_reports(each, rule)) for each in held if each.reports)
    parts = [
        f"{'1 story waits' if count == 1 else f'{count} stories wait'} for {pluralize(more, unit)}"
        for more, count in sorted(missing.items())
        if more > 0
    ]
    return ", ".join(parts)
