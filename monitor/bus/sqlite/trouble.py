"""Report a clock that is far from the time up to which the records of the SQLite file have expired."""

import structlog

from monitor.bus.sqlite.retention import CATCH_UP, DAY

CLOCK_BEHIND = "the clock is far behind the log: no record expires until it is corrected"
REMEDY = "correct the clock, and restart newsmonitor"
LAGS = "what has expired is removed over the next hours: the machine was off for days, or its clock is ahead"

log = structlog.get_logger()


class ClockCheck:
    """Compares the clock with the time up to which records have expired.

    If the clock is behind, that is a trouble. If it is ahead, the machine was off as a rule, as over a weekend, and nothing has
    to be done. So that is logged once.
    """

    def __init__(self) -> None:
        self._lagged = False

    def trouble(self, now: float, reached: float) -> str | None:
        """Return what is wrong if the clock says *now*, and records have expired up to *reached*, in seconds since 1970."""
        lagged, self._lagged = self._lagged, now - reached > DAY
        if self._lagged and not lagged:
            log.info(LAGS, days=_days(now - reached), hours=round((now - reached) / CATCH_UP / 3600, 1))
        if reached - now <= DAY:
            return None
        days = _days(reached - now)
        log.warning(CLOCK_BEHIND, days=days, remedy=REMEDY)
        return f"{CLOCK_BEHIND} ({days} days); {REMEDY}"


def _days(seconds: float) -> float:
    return round(seconds / DAY, 1)
