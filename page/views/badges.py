"""The badge of a story: one word for how sure it is, with a shape, so that colour is never needed to tell it."""

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.messages import Alert, Standing


@dataclass(frozen=True, slots=True)
class Badge:
    """*code* is the value of the filter `certainty`, *symbol* the shape in the page's set, *hue* the class of its colour."""

    code: str
    word: str
    symbol: str
    hue: str


STANDINGS: Mapping[Standing, Badge] = {
    "confirmed": Badge("confirmed", "Confirmed", "b-ok", "ok"),
    "disputed": Badge("disputed", "Disputed", "b-dis", "dis"),
    "denied": Badge("denied", "Denied", "b-no", "no"),
    "reported": Badge("reported", "Reported", "b-rep", "rep"),
    "unnamed": Badge("unnamed", "Unnamed only", "b-unn", "rep"),
    "stated": Badge("stated", "Stated", "b-own", "own"),
}
"""The badges of stories, in the order in which the page lists them."""
OF_WATCH: Mapping[str, Badge] = {
    "burst": Badge("burst", "Burst", "b-brs", "own"),
    "silence": Badge("silence", "Silence", "b-sil", "own"),
    "health": Badge("health", "Feed health", "b-sil", "own"),
}
"""The badges of alerts that tell of a watch or a feed, by change."""


def badge_of(alert: Alert) -> Badge:
    """Return the badge of the newest version of an alert."""
    return OF_WATCH.get(alert.change) or STANDINGS[alert.standing or "stated"]
