"""Report a clock that is far from the time up to which the records of the SQLite file have expired."""

from datetime import UTC, datetime

import structlog

from monitor.bus.sqlite.retention import CATCH_UP, DAY

BEHIND = "the clock is behind, so records are kept for longer than streams.days"
AHEAD = "what has expired is removed, a day of records each hour: the machine was off for days, or its clock is ahead"
FAR_AHEAD = "the clock is so far ahead that most of what is stored expires"

log = structlog.get_logger()


class ClockCheck:
    """Compares the clock with the time up to which records have expired.

    A clock that is behind is a trouble. One that is ahead by over a day is only logged, since as a rule the machine was off.
    It is a trouble, until what has expired is removed, if that is most of what was stored.
    """

    def __init__(self) -> None:
        self._found: str | None = None

    def trouble(self, now: float, reached: float, *, mostly_expires: bool) -> str | None:
        """Return what is wrong if the clock says *now*, and records have expired up to *reached*, in seconds since 1970.

        *mostly_expires* is whether most of what is stored will have expired once that has reached *now*.
        """
        ahead = (now - reached) / DAY
        before, self._found = self._found, self._compare(ahead, mostly_expires=mostly_expires)
        if self._found and self._found != before:
            (log.info if self._found == AHEAD else log.warning)(
                self._found, days=round(abs(ahead), 1), clock=_minute(now), expired_until=_minute(reached)
            )
        if self._found == BEHIND:
            return (
                f"{BEHIND}: it says {_minute(now)} now, and said {_minute(reached)} before; if it is wrong now, correct it"
                " and restart newsmonitor; if it was wrong then, nothing need be done"
            )
        if self._found == FAR_AHEAD:
            return (
                f"{FAR_AHEAD}, within {ahead * 24 / CATCH_UP:.0f} hours: it says {_minute(now)}; if that is wrong, correct it"
                " and restart newsmonitor; if the machine was off for long, or an old backup was restored, nothing need be done"
            )
        return None

    def _compare(self, ahead: float, *, mostly_expires: bool) -> str | None:
        """Return how the clock is *ahead* by so many days, or behind; None if it is as it should be."""
        if abs(ahead) <= 1:
            return None
        if ahead < 0:
            return BEHIND
        return FAR_AHEAD if mostly_expires or self._found == FAR_AHEAD else AHEAD


def _minute(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M} UTC"
