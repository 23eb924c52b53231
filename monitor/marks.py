"""How long the mark of a reader holds, and when its alert is told again. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from monitor.messages import Alert, Change, Delivery, Mark

BRINGS_BACK: frozenset[Change] = frozenset({"stance", "correction"})
"""The changes after which an acknowledged alert is told again."""


def later_mark(known: Mark | None, mark: Mark) -> Mark:
    """Return the later of two marks of an alert. Of two at the same time it is *mark*, which was read after *known*."""
    return known if known and known.at > mark.at else mark


def time_of_mark(known: Mark | None, now: datetime) -> datetime:
    """Return the time of a mark that is made at *now*: after *known*, which a clock that was ahead may have stamped."""
    return max(now, known.at + timedelta(microseconds=1)) if known else now


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
        return next((each for each in later if each.standing != mark.standing or each.change == "correction"), None)
    return None


def tells_again(mark: Mark, record: Delivery, accepted: int = 0) -> bool:
    """Return True if the alert in *record* is told again although it has *mark*.

    It brings a stance or a correction after an acknowledgement, also in an earlier version of which it took the place and which
    its target has not had: the last that it has *accepted* is older. Or it is what a snooze has held.
    """
    alert = record.body
    if alert is None or alert.version <= mark.version:
        return False
    if mark.state == "acknowledged" and record.brings_back and record.brings_back > max(mark.version, accepted):
        return True
    if mark.state == "snoozed" and mark.until:
        return (record.since or alert.updated) < mark.until
    return brought_back_by(mark, (alert,)) is not None
