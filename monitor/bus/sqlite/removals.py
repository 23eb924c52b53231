"""What many records were removed for: counted as they are removed, and stored, so that all processes report it for a day."""

import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import structlog

from monitor.bus.sqlite.retention import DAY, SUPERSEDED, Removed

LARGE_REMOVAL = 1000
"""Records of a stream whose removal in one run is reported."""

Steps = Iterator[Removed | None]
"""Runs a short transaction with each value, and yields what it has removed."""

log = structlog.get_logger()


class RemovalCounts:
    """Counts what is removed, by stream and reason, until it is known that no step failed."""

    def __init__(self) -> None:
        self._records: Counter[tuple[str, str]] = Counter()

    def run_step(self, steps: Steps) -> bool:
        """Run the next of *steps*, and count what it removes. Return False if there is none."""
        for step in steps:
            if step is not None:
                self._records[step.stream, step.reason] += step.records
            return True
        return False

    def large(self) -> list[Removed]:
        """Return the removals of many records that were not reported yet."""
        counts = self._records.items()
        return [Removed(stream, records, reason) for (stream, reason), records in counts if records >= LARGE_REMOVAL]

    def report(self, large: Sequence[Removed]) -> None:
        """Log the *large* removals, which are stored now."""
        for each in large:
            event = "many old records of a stream removed or changed"
            log.info(event, stream=each.stream, records=each.records, reason=each.reason)
            del self._records[each.stream, each.reason]

    def clear(self) -> None:
        """Forget the small removals."""
        self._records.clear()


def store_removals(db: sqlite3.Connection, large: Sequence[Removed], now: float) -> None:
    """Store those of the *large* removals until *now* with which something was lost. Add up what is for one reason in a day."""
    db.executemany(
        "INSERT INTO removals VALUES (?, ?, ?, ?) ON CONFLICT (stream) DO UPDATE SET"
        " records = excluded.records + iif(reason = excluded.reason AND time > excluded.time - ?, records, 0),"
        " time = excluded.time, reason = excluded.reason",
        [(each.stream, now, each.records, each.reason, DAY) for each in large if each.reason != SUPERSEDED],
    )


def stored_removals(db: sqlite3.Connection, now: float) -> dict[str, str]:
    """Return a sentence on each stream of which much was removed in the day before *now*, in seconds since 1970."""
    rows = db.execute("SELECT stream, time, records, reason FROM removals WHERE time >= ?", (now - DAY,)).fetchall()
    return {
        stream: f"{records:,} records of {stream} were removed or changed in one run ({reason}), the last of them at"
        f" {datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M} UTC; streams.days and streams.max_mb say how many are kept"
        for stream, at, records, reason in rows
    }
