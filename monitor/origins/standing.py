"""One word for how a story stands by its origins. The first rule that holds gives it."""

from collections.abc import Sequence
from datetime import datetime

from monitor.messages import Origin, Stance, Standing

REPORTS: frozenset[Stance] = frozenset({"said", "reported", "announced", "corrected", "confirmed"})
"""The stances by which an origin tells the story."""


def standing_of(origins: Sequence[Origin]) -> Standing:
    """Return how a story with *origins* stands."""
    identified = [each for each in origins if each.kind != "anonymous"]
    confirmed = _newest(identified, "confirmed")
    denied = _newest(origins, "denied")
    reports = [each for each in origins if each.stance in REPORTS]
    if confirmed and not (denied and denied > confirmed):
        return "confirmed"
    if denied:
        return "disputed" if reports else "denied"
    if any(each.kind != "anonymous" for each in reports):
        return "reported"
    return "unnamed" if reports else "stated"


def count_origins(origins: Sequence[Origin]) -> int:
    """Return how many of *origins* say anything: one that only declines to comment does not."""
    return sum(each.stance != "declined" for each in origins)


def _newest(origins: Sequence[Origin], stance: Stance) -> datetime | None:
    return max((each.at for each in origins if each.stance == stance and each.at), default=None)
