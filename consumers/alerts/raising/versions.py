"""When an alert is raised, and when it is raised again: pure."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from consumers.alerts.matching.matches import Match
from monitor.messages import Alert, ArticleStories, Report, Stance, Voice, health_of

Reports = tuple[Report, ...]
LISTED = 20
"""What a list in an alert holds; counts go on."""
OWN = frozenset({"burst", "silence"})
"""What an alert tells of the watch itself: it has one version, and no story."""
VOICES = 5
"""The most stances that are kept of one article."""
CORRECTION = re.compile(
    r"^\W*(correct(ed|ion|s)|clarification|retract(ed|ion))\b|\b(corrects|corrected|correction)\W*$", re.IGNORECASE
)
"""How English headlines say that an earlier one was wrong."""


@dataclass
class Raised:
    """An alert as it stands, and what its lists are too short to hold."""

    alert: Alert
    outlets: set[str] = field(default_factory=set)
    stances: dict[str, set[Stance]] = field(default_factory=dict)
    corrections: set[tuple[str, int]] = field(default_factory=set)


@dataclass
class Alerts:
    """All that was raised for stories that are still open: the fold of alert.v1."""

    raised: dict[str, Raised] = field(default_factory=dict)

    def apply(self, alert: Alert, keep: timedelta) -> None:
        """Take *alert* in, and forget those raised more than *keep* before it: their stories are closed."""
        if alert.change in OWN:
            return
        fresh = alert.id not in self.raised
        known = self.raised.setdefault(alert.id, Raised(alert))
        known.alert = alert
        for report in alert.articles if fresh else alert.articles[-1:]:
            known.outlets.add(report.outlet)
            known.stances.setdefault(report.outlet, set()).update(voice.stance for voice in report.voices)
        if alert.change == "correction":
            known.corrections.add((alert.articles[-1].id, alert.articles[-1].version))
        while (oldest := next(iter(self.raised.values())).alert).raised < alert.updated - keep:
            del self.raised[oldest.id]


def next_version(
    known: Raised | None, hit: Match, message: ArticleStories, config_hash: str, watch_hash: str, earlier: Reports = ()
) -> Alert | None:
    """The alert for *hit*, or its next version; None where *message* brings nothing new, or was there before we listened.

    *earlier* are the articles that had to wait for it.
    """
    article, watch, health = message.article, hit.watch, health_of(message.article)
    if article.backfill:
        return None
    report = report_of(message)
    change = news(known, message, report.voices)
    if change is None:
        return None
    before = known.alert if known else None
    new = (*earlier, report) if before is None else (report,)
    articles = (*before.articles, report) if before else new
    taken = _taken(known, new)
    stances = Counter(stance for each in taken.values() for stance in each)
    return Alert(
        id=f"{watch.id}:{message.story.id}",
        version=before.version + 1 if before else article.version if health else 1,
        change=change,
        watch=watch.id,
        watch_hash=watch_hash,
        config_hash=config_hash,
        severity=watch.severity,
        to=watch.to,
        story=message.story.id,
        title=article.title if health else (before or articles[0]).title,
        url=(before or articles[0]).url,
        raised=before.raised if before else article.fetched,
        updated=article.fetched,
        certainty=article.text[:1024] if health else certainty(articles, len(taken)),
        reasons=hit.reasons,
        article_count=before.article_count + 1 if before else len(articles),
        articles=articles if len(articles) <= LISTED else (articles[0], *articles[1 - LISTED :]),
        outlet_count=len(taken),
        outlets=tuple(dict.fromkeys((*(before.outlets if before else ()), *(each.outlet for each in new))))[:LISTED],
        stances=dict(sorted(stances.items())),
        stamps=message.stamps,
    )


def _taken(known: Raised | None, new: Reports) -> dict[str, set[Stance]]:
    """The stances that each outlet has taken, with those of *new*."""
    taken = {**(known.stances if known else {})}
    for each in new:
        taken[each.outlet] = taken.get(each.outlet, set()) | {voice.stance for voice in each.voices}
    return taken


def news(
    known: Raised | None, message: ArticleStories, voices: tuple[Voice, ...]
) -> Literal["new", "outlet", "stance", "correction", "health"] | None:
    """What *message* brings that *known* has not; the weightiest where several."""
    article = message.article
    if known is None:
        return "new"
    if health_of(article):
        return "health" if article.version > known.alert.articles[-1].version else None
    if CORRECTION.search(article.title) and (article.id, article.version) not in known.corrections:
        return "correction"
    heard = set().union(*known.stances.values())
    if any(voice.stance not in heard for voice in voices if voice.stance != "asserted"):
        return "stance"
    return "outlet" if article.outlet not in known.outlets else None


def report_of(message: ArticleStories) -> Report:
    """What an alert tells of *message*."""
    article = message.article
    return Report(article.id, article.version, article.outlet, article.title, article.url, article.fetched, voices_of(message))


def voices_of(message: ArticleStories) -> tuple[Voice, ...]:
    """The article's stances, strongest first, each once; its own voice where the rules found none."""
    voices: dict[Stance, Voice] = {}
    for claim in message.claims:
        voices.setdefault(claim.stance, Voice(claim.stance, claim.source, claim.who))
    return tuple(voices.values())[:VOICES] or (Voice("asserted", "none", None),)


def certainty(articles: tuple[Report, ...], outlets: int) -> str:
    """Who reported it and how sure they are, in one line."""
    parts = [f"{outlets} outlet{'s' if outlets != 1 else ''}"]
    for stance, words in WORDS.items():
        voices = [(article.outlet, voice) for article in articles for voice in article.voices if voice.stance == stance]
        if voices:
            parts.append(f"{words} {_who([voice for _, voice in voices])}".strip())
    return "; ".join(parts)[:1024]


WORDS: Mapping[Stance, str] = {
    "confirmed": "confirmed by",
    "denied": "denied by",
    "declined": "no comment from",
    "reported": "reported by",
    "asserted": "told in the outlet's own voice",
}


def _who(voices: list[Voice]) -> str:
    """Up to two sources, the latest named first."""
    if all(voice.stance == "asserted" for voice in voices):
        return ""
    named = list(dict.fromkeys(voice.who for voice in reversed(voices) if voice.who))
    return " and ".join(named[:2]) or (
        "unnamed sources" if any(v.source == "anonymous" for v in voices) else "a source not named here"
    )


def closed_after(days: float) -> timedelta:
    """How long after an alert was raised its story may still bring articles; a day more for what comes late."""
    return timedelta(days=days + 1)
