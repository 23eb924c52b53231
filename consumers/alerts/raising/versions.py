"""Alert versions: whether an article raises an alert or a new version of one, and the contents of that version. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from consumers.alerts.matching.matches import Match
from consumers.alerts.raising.counting import count_with
from consumers.alerts.raising.origins import with_origins
from consumers.alerts.raising.state import OpenAlert
from consumers.alerts.raising.states import has_other_standing, with_state
from monitor.format import STANCE_WORDS, describe_source, join_names, names_source, split_names
from monitor.messages import (
    Alert,
    AlertEntity,
    AlertTopic,
    ArticleStories,
    Change,
    Claim,
    Counted,
    Report,
    Stance,
    Voice,
    health_of,
)
from monitor.text.languages import pack

Reports = tuple[Report, ...]
MAX_LISTED = 20
"""The longest list of articles or outlets in an alert. The counts of both are not bounded."""
MAX_ATTRIBUTIONS = 5
"""The most attributions of one article in an alert."""
WEAK_STANCES = frozenset({"asserted", "said"})
"""The stances that make no new version of an alert: nearly every article has one of them."""
MAX_WHO = 512
"""The longest source of an attribution, in code points."""
MAX_CERTAINTY = 1024
"""The longest certainty text, in code points."""


@dataclass(frozen=True, slots=True)
class History:
    """What came before a version of an alert.

    *open_alert* is None before the first version, *held_reports* are the earlier articles of a first one. *closed_version* is
    the latest version if the alert was closed. *counted* are the articles that made no version of the open alert.
    """

    open_alert: OpenAlert | None
    held_reports: Reports = ()
    closed_version: int = 0
    counted: Counted | None = None


def next_version(history: History, match: Match, message: ArticleStories, config_hash: str, watch_hash: str) -> Alert | None:
    """Return the next version of the alert with this *history*. None if *message* adds nothing, or is backfill."""
    if message.article.backfill:
        return None
    report, is_health = report_of(message), bool(health_of(message.article))
    change = change_of(history.open_alert, message, report.voices)
    # Only who says something can change how the story stands.
    if change is None and (is_health or not message.claims):
        return None
    version = _version(history, match, message, report)
    version = replace(version, change=change or version.change, config_hash=config_hash, watch_hash=watch_hash)
    if is_health:
        return version
    previous = history.open_alert.latest if history.open_alert else None
    version = with_origins(version, previous, message, history.held_reports)
    if change in {None, "outlet"} and previous:
        if has_other_standing(previous, version):
            version = replace(version, change="standing")
        elif change is None:
            return None
    return with_state(version, previous)


def _version(history: History, match: Match, message: ArticleStories, report: Report) -> Alert:
    """Return the version that *message* makes if it changes how the story stands, without origins and hashes of the config."""
    open_alert, article, watch, health = history.open_alert, message.article, match.watch, health_of(message.article)
    previous = open_alert.latest if open_alert else None
    new_reports = (report,) if previous else (*history.held_reports, report)
    reports = (*(previous.articles if previous else ()), *new_reports)
    stances = _stances_by_outlet(open_alert, new_reports)
    outlets = dict.fromkeys((*(previous.outlets if previous else ()), *(each.outlet for each in new_reports)))
    return Alert(
        id=f"{watch.id}:{message.story.id}",
        version=previous.version + 1 if previous else max(history.closed_version + 1, article.version if health else 1),
        change="standing",
        watch=watch.id,
        watch_hash="",
        config_hash="",
        severity=watch.severity,
        to=watch.to,
        story=message.story.id,
        title=article.title if health else (previous or reports[0]).title,
        url=(previous or reports[0]).url,
        raised=previous.raised if previous else article.fetched,
        updated=article.fetched,
        certainty=article.text[:MAX_CERTAINTY] if health else certainty(reports, len(stances)),
        reasons=match.reasons,
        article_count=count_with(open_alert, history.counted, article) if open_alert else len(reports),
        articles=reports if len(reports) <= MAX_LISTED else (reports[0], *reports[1 - MAX_LISTED :]),
        outlet_count=len(stances),
        outlets=tuple(outlets)[:MAX_LISTED],
        stances=dict(sorted(Counter(stance for each in stances.values() for stance in each).items())),
        stamps=message.stamps,
        developments=message.developments if previous else (),
        published=article.published,
        language=message.language.code,
        entities=tuple(AlertEntity(each.id, each.type, each.name) for each in message.entities[:MAX_LISTED]),
        topics=tuple(AlertTopic(each.code, each.name) for each in message.topics),
    )


def change_of(open_alert: OpenAlert | None, message: ArticleStories, attributions: tuple[Voice, ...]) -> Change | None:
    """Return the most important change that *message* makes to *open_alert*, which is None before the first version.

    Return None if *message* adds nothing. *attributions* are those of *message*. How the story stands by its origins is not
    considered: it is known once they are folded.
    """
    article = message.article
    if open_alert is None:
        return "new"
    if health_of(article):
        return "health" if all(article.version > each.version for each in open_alert.latest.articles[-1:]) else None
    if _is_correction(open_alert, message):
        return "correction"
    previous_stances = set().union(*open_alert.stances.values())
    if any(each.stance not in previous_stances for each in attributions if each.stance not in WEAK_STANCES):
        return "stance"
    if message.developments:
        return "development"
    return "outlet" if article.outlet not in open_alert.outlets else None


def _is_correction(open_alert: OpenAlert, message: ArticleStories) -> bool:
    """Return whether the publisher marks the article as a correction that *open_alert* does not have yet.

    The mark is in its title, or a note in the text of an edited article. Later edits keep the note, so it counts once.
    """
    article, language = message.article, pack(message.language.code)
    if language.correction.search(article.title):
        return (article.id, article.version) not in open_alert.corrections
    has_note = article.version > 1 and language.correction_note.search(article.text) is not None
    return has_note and article.id not in {ident for ident, _ in open_alert.corrections}


def report_of(message: ArticleStories) -> Report:
    """Return the entry for *message* in an alert's list of articles."""
    article = message.article
    return Report(
        article.id, article.version, article.outlet, article.title, article.url, article.fetched, attributions_of(message)
    )


def attributions_of(message: ArticleStories) -> tuple[Voice, ...]:
    """Return the article's attributions, one for each stance, strongest first: that of the first claim that has a source.

    An article without claims has one: asserted, in the outlet's own voice.
    """
    first: dict[Stance, Claim] = {}
    for claim in message.claims:
        known = first.setdefault(claim.stance, claim)
        if known.source == "none" != claim.source:
            first[claim.stance] = claim
    attributions = [_attribution(claim, message.claims) for claim in first.values()]
    return tuple(attributions)[:MAX_ATTRIBUTIONS] or (Voice("asserted", "none", None),)


def _attribution(claim: Claim, claims: Sequence[Claim]) -> Voice:
    """Return the attribution of *claim*, with all sources that its words have in *claims*."""
    sources = [each for each in claims if each.cue == claim.cue and each.stance == claim.stance]
    names = list(dict.fromkeys(each.who for each in sources if each.who))
    who = join_names(names)[:MAX_WHO] if names else None
    entity = None if names[1:] else claim.entity
    return Voice(claim.stance, claim.source, who, entity=entity, through=claim.through, words=claim.words)


def certainty(reports: Reports, outlet_count: int) -> str:
    """Return one line on who reported the story and how sure they are."""
    parts = [f"{outlet_count} outlet{'s' if outlet_count != 1 else ''}"]
    for stance, words in STANCE_WORDS.items():
        attributions = [each for report in reports for each in report.voices if each.stance == stance]
        if attributions:
            parts.append(f"{words} {_sources(attributions)}".strip())
    return "; ".join(parts)[:MAX_CERTAINTY]


def _sources(attributions: list[Voice]) -> str:
    """Return up to two sources, the latest first; an empty string for assertions, which have no source."""
    if all(each.stance == "asserted" for each in attributions):
        return ""
    names: list[str] = []
    for each in reversed(attributions):
        # A source that is named with others is not named again alone.
        if names_source(each) and not any(describe_source(each) in split_names(name) for name in names):
            names.append(describe_source(each))
    two = list(dict.fromkeys(names))[:2]
    # One that has an "and" itself: "both governments, and Kremlin and KCNA".
    joined = ", and ".join(two) if any(" and " in name for name in two) else join_names(two)
    return joined or describe_source(attributions[-1])


def _stances_by_outlet(open_alert: OpenAlert | None, new_reports: Reports) -> dict[str, set[Stance]]:
    """Return the stances that each outlet has taken, including those of *new_reports*."""
    stances = {**(open_alert.stances if open_alert else {})}
    for report in new_reports:
        stances[report.outlet] = stances.get(report.outlet, set()) | {each.stance for each in report.voices}
    return stances
