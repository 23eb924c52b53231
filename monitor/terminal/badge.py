"""The badge of a story: a shape and a word for how it stands. The colour says the same again, so none is needed to read it."""

from collections.abc import Mapping
from typing import NamedTuple

from monitor.format import BADGES
from monitor.messages import Alert, Change, OriginKind, Severity, Standing


class Badge(NamedTuple):
    """A shape of one column, a word, and the style of both."""

    shape: str
    word: str
    style: str


# The shapes are narrow in East Asian terminals too.
STANDINGS: Mapping[Standing, Badge] = {
    "confirmed": Badge("✓", BADGES["confirmed"], "green"),
    "disputed": Badge("⬖", BADGES["disputed"], "yellow"),
    "denied": Badge("⊗", BADGES["denied"], "red"),
    "reported": Badge("◉", BADGES["reported"], "blue"),
    "unnamed": Badge("◌", BADGES["unnamed"], "blue"),
    "stated": Badge("❝", BADGES["stated"], "default"),
}
OTHERS: Mapping[Change, Badge] = {
    "burst": Badge("◦", BADGES["burst"], "default"),
    "silence": Badge("◦", BADGES["silence"], "default"),
    "health": Badge("◦", BADGES["health"], "default"),
}
"""The badges of alerts that tell of a watch or a feed."""
WITHOUT_STANDING = Badge("◦", "Alert", "default")
"""The badge of alerts of versions of newsmonitor that did not know how a story stands."""
ORIGIN_SHAPES: Mapping[OriginKind, str] = {"named": "●", "role": "○", "anonymous": "◌"}
WEIGHTS: Mapping[Severity, str] = {"low": "dim", "normal": "default", "high": "bold", "critical": "bold underline"}
"""The style of a title: the higher the severity, the heavier the type."""
WIDTH = max(len(f"{each.shape} {each.word}") for each in (*STANDINGS.values(), *OTHERS.values()))
"""The columns of the longest badge."""


def badge_of(alert: Alert) -> Badge:
    """Return the badge of the story of *alert*."""
    if alert.change in OTHERS:
        return OTHERS[alert.change]
    return STANDINGS[alert.standing] if alert.standing else WITHOUT_STANDING
