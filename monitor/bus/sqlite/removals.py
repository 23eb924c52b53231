"""What records were removed for: counted as they are removed, and stored, so that all processes report it."""

import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import structlog

from monitor.bus.sqlite.retention import DAY, EARLY, SUPERSEDED, Removed

LARGE_REMOVAL = 1000
"""Records of a stream whose removal within a day is reported for a day."""

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

    def notable(self) -> list[Removed]:
        """Return the removals that were not reported yet: those of many records, and those before their time."""
        counts = self._records.items()
        return [
            Removed(stream, records, reason)
            for (stream, reason), records in counts
            if records >= LARGE_REMOVAL or (records and reason == EARLY)
        ]

    def report(self, notable: Sequence[Removed]) -> None:
        """Log the *notable* removals, which are stored now."""
        for each in notable:
            event = "old records of a stream removed or changed"
            log.info(event, stream=each.stream, records=each.records, reason=each.reason)
            del self._records[each.stream, each.reason]

    def clear(self) -> None:
        """Forget the small removals."""
        self._records.clear()


def store_removals(db: sqlite3.Connection, notable: Sequence[Removed], now: float) -> None:
    """Store those of the *notable* removals until *now* with which something was lost.

    What follows within a day of the first, for the same reason, is added to it. After that day the next one begins a new sum,
    unless the last sum is larger and still reported.
    """
    db.executemany(
        "INSERT INTO removed VALUES (:stream, :reason, :now, :now, :records) ON CONFLICT (stream, reason) DO UPDATE SET"
        " since = iif(since > :now - :day, since, :now), time = :now,"
        " records = :records + iif(since > :now - :day, records, 0)"
        " WHERE since > :now - :day OR time <= :now - :day OR records <= :records",
        [
            {"stream": each.stream, "reason": each.reason, "now": now, "records": each.records, "day": DAY}
            for each in notable
            if each.reason != SUPERSEDED
        ],
    )


def stored_removals(db: sqlite3.Connection, now: float) -> dict[str, str]:
    """Return a sentence on each stream of which much was removed in the day before *now*, in seconds since 1970.

    If that was for several reasons, it is that of the most records.
    """
    rows = db.execute(
        "SELECT stream, reason, since, time, records FROM removed WHERE time >= ? AND records >= ? ORDER BY records, time",
        (now - DAY, LARGE_REMOVAL),
    ).fetchall()
    return {
        stream: f"{records:,} records of {stream} were removed or changed {_when(since, time)} ({reason}); streams.days and"
        " streams.max_mb say how many are kept"
        for stream, reason, since, time, records in rows
    }


def last_early_removal(db: sqlite3.Connection) -> float | None:
    """Return when records were last removed before their time, in seconds since 1970; None if they never were."""
    (time,) = db.execute("SELECT max(time) FROM removed WHERE reason = ?", (EARLY,)).fetchone()
    return None if time is None else float(time)


def _when(since: float, time: float) -> str:
    first, last = (f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M}" for at in (since, time))
    return f"at {last} UTC" if first == last else f"between {first} and {last} UTC"
