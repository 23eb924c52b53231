"""How long the mark of a reader holds. Pure."""

from collections.abc import Iterable
from datetime import datetime

from monitor.messages import Alert, Change, Mark

BRINGS_BACK: frozenset[Change] = frozenset({"stance", "correction"})
"""The changes after which an acknowledged alert is told again."""


def holds(mark: Mark, versions: Iterable[Alert], now: datetime) -> bool:
    """Return whether *mark* holds at *now*. Of *versions*, those of its alert, the ones after the mark count."""
    match mark.state:
        case "muted":
            return True
        case "acknowledged":
            return brought_back_by(mark, versions) is None
        case "snoozed":
            return now < mark.until if mark.until else brought_back_by(mark, versions) is None
        case "open":
            return False


def brought_back_by(mark: Mark, versions: Iterable[Alert]) -> Alert | None:
    """Return the first of *versions* that ends *mark*, whatever the time; None if there is none."""
    later = (each for each in versions if each.version > mark.version)
    if mark.state == "acknowledged":
        return next((each for each in later if each.change in BRINGS_BACK), None)
    if mark.state == "snoozed" and mark.until is None:
        return next((each for each in later if each.standing != mark.standing), None)
    return None
