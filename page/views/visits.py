"""Since when what a reader sees is new to them: the end of their visit before this one."""

from datetime import UTC, datetime, timedelta

from monitor.messages.base import isoformat

VISIT = "visit"
"""The cookie of a visit."""
PAUSE = timedelta(minutes=30)
"""After a pause this long a reader comes back: what has changed since is new."""


def visit(cookie: str, now: datetime) -> tuple[datetime, str]:
    """Return since when changes are new to the reader whose cookie is *cookie*, and the next value of the cookie.

    The cookie has two times: since when changes are new, and of the latest request. A reader without one, or with one of
    another clock, has seen nothing of the last 24 hours.
    """
    since, _, last = cookie.partition("_")
    try:
        known, latest = _read(since), _read(last)
        known = latest if now - latest > PAUSE else known
        if latest - now > PAUSE:
            # The cookie is of another clock, such as that of the demo.
            known = now - timedelta(hours=24)
    except (ValueError, OverflowError):
        known = now - timedelta(hours=24)
    return known, f"{isoformat(known)}_{isoformat(now)}"


def _read(text: str) -> datetime:
    """Return the time *text* in UTC. Raises ValueError, and OverflowError if it has no year there."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment.astimezone(UTC)
