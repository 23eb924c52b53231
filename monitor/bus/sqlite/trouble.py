"""What is told of the records of the SQLite file: a clock that is wrong, and large removals."""

from collections.abc import Mapping

import structlog

from monitor.bus.sqlite.retention import DAY, SUPERSEDED, Removed

LARGE_REMOVAL = 1000
"""Records of a stream whose removal at once is told."""
CLOCK_AHEAD = "the clock is far ahead of the log: records expire more slowly until this is made up for"
CLOCK_BEHIND = "the clock is far behind the log: no record expires until this is made up for"

log = structlog.get_logger()


def clock_trouble(now: float, reached: float) -> str | None:
    """Log and return that the clock, which says *now*, is far from the time up to which records have expired."""
    if abs(now - reached) <= DAY:
        return None
    event = CLOCK_AHEAD if now > reached else CLOCK_BEHIND
    days, remedy = round(abs(now - reached) / DAY, 1), "correct the clock if it is wrong, and restart newsmonitor"
    log.warning(event, days=days, remedy=remedy)
    return f"{event} ({days} days); {remedy}"


def large_removals(done: Mapping[tuple[str, str], int]) -> list[Removed]:
    """Log the large ones of the removals *done*, by stream and reason. Return those with which something was lost."""
    large = [Removed(stream, records, reason) for (stream, reason), records in done.items() if records >= LARGE_REMOVAL]
    for each in large:
        event = "many old records of a stream removed or changed"
        log.info(event, stream=each.stream, records=each.records, reason=each.reason)
    return [each for each in large if each.reason != SUPERSEDED]
