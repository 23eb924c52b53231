"""The badge of a story: one word for how sure it is, with a shape, so that colour is never needed to tell it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from monitor.messages import Alert, Origin, Standing


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


def basis_of(alert: Alert) -> datetime | str | None:
    """Return since when a confirmation or a denial stands, or whether who reports is named; None if that says nothing."""
    match alert.standing:
        case "confirmed":
            return min(_verdicts(alert.origins, "confirmed"), default=None)
        case "disputed" | "denied":
            return min(_verdicts(alert.origins, "denied"), default=None)
        case "reported":
            return "named" if any(each.kind == "named" for each in alert.origins) else "by role"
    return None


def _verdicts(origins: tuple[Origin, ...], stance: Literal["confirmed", "denied"]) -> Iterator[datetime]:
    """Yield when each origin that stands at *stance* first took it."""
    for origin in origins:
        moments = [moment for name in origin.names if (moment := getattr(name, stance))]
        if origin.stance == stance and moments:
            yield min(moments)
