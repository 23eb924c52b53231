"""The badge of a story: one word for how sure it is, with a shape, so that colour is never needed to tell it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from monitor.format import BADGES
from monitor.messages import Alert, Change, Origin, Standing


@dataclass(frozen=True, slots=True)
class Badge:
    """*code* is the value of the filter `certainty`, *symbol* the shape in the page's set, *hue* the class of its colour."""

    code: str
    word: str
    symbol: str
    hue: str


def _badge(code: Standing | Change, symbol: str, hue: str) -> Badge:
    return Badge(code, BADGES[code], symbol, hue)


STANDINGS: Mapping[Standing, Badge] = {
    "confirmed": _badge("confirmed", "b-ok", "ok"),
    "disputed": _badge("disputed", "b-dis", "dis"),
    "denied": _badge("denied", "b-no", "no"),
    "reported": _badge("reported", "b-rep", "rep"),
    "unnamed": _badge("unnamed", "b-unn", "rep"),
    "stated": _badge("stated", "b-own", "own"),
}
"""The badges of stories, in the order in which the page lists them."""
OF_WATCH: Mapping[str, Badge] = {
    "burst": _badge("burst", "b-brs", "own"),
    "silence": _badge("silence", "b-sil", "own"),
    "health": _badge("health", "b-sil", "own"),
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
