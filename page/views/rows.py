"""The rows of the list of alerts: a story each, whichever watches it has."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.escape import printable
from monitor.format import describe_news, describe_source, join_first, leading_report
from monitor.grouping import StoryEntry
from monitor.messages import SEVERITIES, Alert, Origin, Severity, Stance
from page.records import Records
from page.views.attention import Attention, Show, alerts_of, attention_of, least_settled
from page.views.badges import Badge, badge_of, basis_of
from page.views.strips import SYMBOLS, Axis, Strip, make_strip

MAX_NAMES = 2
"""The most sources that a row names at one stance."""
SETTLING: Mapping[Stance, tuple[str, str]] = {
    "confirmed": (" confirms", " confirm"),
    "denied": (" denies", " deny"),
    "declined": (": no comment", ": no comment"),
}
"""What follows the name of one source with this stance, and the names of several. Those that settle most come first."""


@dataclass(frozen=True, slots=True)
class Voice:
    """Who says so, with the symbol of what they say."""

    symbol: str
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A story in the list. *acted* are the *alerts* that an act on it changes. *new* is what is new in the newest version.

    *basis* is what the badge stands on (basis_of).
    """

    key: str
    alerts: tuple[Alert, ...]
    acted: tuple[Alert, ...]
    newest: Alert
    severity: Severity
    headline: str
    change: str
    new: str
    voices: tuple[Voice, ...]
    badge: Badge
    basis: datetime | str | None
    strip: Strip
    attention: Attention
    raised: datetime
    is_new: bool

    @property
    def watches(self) -> tuple[str, ...]:
        """The ids of the watches."""
        return tuple(alert.watch for alert in self.alerts)

    @property
    def show(self) -> Show:
        """The list in which the row stands."""
        return self.attention.show

    @property
    def updated(self) -> datetime:
        """When its newest article came."""
        return self.newest.updated

    @property
    def why(self) -> tuple[str, ...]:
        """The words for which the newest alert matched."""
        return tuple(dict.fromkeys(reason.words or reason.term for reason in self.newest.reasons))


def make_row(
    entry: StoryEntry, records: Records, axis: Axis, now: datetime, since: datetime, watches: Collection[str] = ()
) -> Row:
    """Return the row of *entry*, one of *records*. It is new if it has changed after *since*.

    An act changes the alerts of *watches*, if any.
    """
    entry = records.whole_entry(entry)
    acted = alerts_of(entry, watches)
    alerts = tuple(sorted(entry.alerts.values(), key=lambda each: (-SEVERITIES.index(each.severity), each.raised, each.id)))
    newest = entry.newest
    report = newest.articles[-1] if newest.articles else leading_report(newest)
    change, new = describe_news(newest)
    return Row(
        key=entry.key,
        alerts=alerts,
        acted=tuple(acted),
        newest=newest,
        severity=entry.severity,
        headline=printable(report.title if report and newest.change not in {"health", "burst", "silence"} else newest.title),
        change=change,
        new=new,
        voices=tuple(list_voices(newest)),
        badge=badge_of(newest),
        basis=basis_of(newest),
        strip=make_strip(max(alerts, key=lambda each: each.article_count).articles, axis),
        attention=least_settled([attention_of(alert, records, now) for alert in acted]),
        raised=min(alert.raised for alert in alerts),
        is_new=newest.updated > since,
    )


def list_voices(alert: Alert) -> list[Voice]:
    """Return who stands behind the story."""
    if not alert.origins:
        return [Voice("o", f"{printable(alert.outlets[0])}, in its own voice")] if alert.outlets else []
    voices = []
    for stance, (one, several) in SETTLING.items():
        if names := [printable(each.who) for each in alert.origins if each.stance == stance]:
            voices.append(Voice(SYMBOLS[stance][0], f"{join_first(names, MAX_NAMES)}{one if len(names) == 1 else several}"))
    others = [each for each in alert.origins if each.stance not in SETTLING]
    named = [printable(each.who) for each in others if each.kind != "anonymous"]
    if named:
        voices.append(Voice("r", join_first(named, MAX_NAMES)))
    voices += _unnamed([each for each in others if each.kind == "anonymous"])
    return voices or [Voice("o", describe_source(alert.articles[-1].voices[0]))]


def _unnamed(origins: Sequence[Origin]) -> list[Voice]:
    if len(origins) == 1:
        return [Voice("u", f"{printable(origins[0].who)}, not named")]
    return [Voice("u", f"{len(origins)} unnamed")] if origins else []
