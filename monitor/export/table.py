"""Alerts as a table in CSV, with one row for each version of an alert."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

from monitor.escape import printable
from monitor.format import STANDING_WORDS, describe_change, leading_report, list_claims
from monitor.messages import Alert

Cell = str | int | datetime | None
COLUMNS: Mapping[str, Callable[[Alert], Cell]] = {
    "alert": lambda alert: alert.id,
    "version": lambda alert: alert.version,
    "change": lambda alert: alert.change,
    "state": lambda alert: alert.state,
    "watch": lambda alert: alert.watch,
    "severity": lambda alert: alert.severity,
    "raised": lambda alert: alert.raised,
    "updated": lambda alert: alert.updated,
    "published": lambda alert: alert.published,
    "story": lambda alert: alert.story,
    "title": lambda alert: alert.title,
    "what_is_new": describe_change,
    "headline": lambda alert: report.title if (report := leading_report(alert)) else alert.title,
    "outlet": lambda alert: report.outlet if (report := leading_report(alert)) else None,
    "url": lambda alert: report.url if (report := leading_report(alert)) else alert.url,
    "who_says_it": lambda alert: _join(list_claims(alert)),
    "standing": lambda alert: STANDING_WORDS[alert.standing] if alert.standing else None,
    "certainty": lambda alert: alert.certainty,
    "outlets": lambda alert: _join(alert.outlets),
    "outlet_count": lambda alert: alert.outlet_count,
    "article_count": lambda alert: alert.article_count,
    "reasons": lambda alert: _join(f"{reason.clause} {reason.words}" for reason in alert.reasons),
    "entities": lambda alert: _join(entity.name for entity in alert.entities),
    "topics": lambda alert: _join(topic.name for topic in alert.topics),
    "language": lambda alert: alert.language,
}
"""The columns and what stands in them. Columns are only ever added at the end. docs/subscribe.md describes them."""
_SIGNS = r"[=+\-@＝＋－＠\t\r\n]"
_FORMULA = re.compile(rf"^(?=\s*{_SIGNS})|;(?=[\s\"]*{_SIGNS})")
"""Where a spreadsheet may read a formula: at the start of a cell, and after a semicolon, at which some split a row. Of such a
part of a row, quotation marks at its start are no text."""


def table_header() -> str:
    """Return the row with the names of the columns."""
    return _row(COLUMNS)


def table_row(alert: Alert) -> str:
    """Return the row of *alert*. No spreadsheet takes what a feed says for a formula."""
    return _row(_cell(value_of(alert)) for value_of in COLUMNS.values())


def _row(cells: Iterable[str | int]) -> str:
    """Return *cells* as a line of CSV by RFC 4180."""
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


def _cell(value: Cell) -> str | int:
    """Return *value* as it is written: a number as it is, a time in UTC, a text without formulas and hidden characters."""
    if isinstance(value, int):
        return value
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return _FORMULA.sub(r"\g<0>'", printable(value or ""))


def _join(names: Iterable[str]) -> str:
    return "; ".join(names)
