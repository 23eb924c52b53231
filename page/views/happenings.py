"""What happened in a story: the articles that changed its alerts, and those that brought nothing new."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.escape import printable
from monitor.format import describe_news
from monitor.grouping import CHANGES
from monitor.messages import Alert, ArticleStories, Claim, Stance
from page.views.lanes import WORDS
from page.views.quotes import Quote, quote
from page.views.strips import STRONGEST, SYMBOLS

VERDICTS: Mapping[str, Stance] = {"confirmed": "confirmed", "denied": "denied", "disputed": "denied"}
"""The stance by which an article brings an alert into a state."""


@dataclass(frozen=True, slots=True)
class Happening:
    """An article that made versions of alerts: what is new in it, its headline and link, and the sentence that says it."""

    at: datetime
    symbol: str
    change: str
    outlet: str
    version: int
    title: str
    url: str | None
    language: str
    quote: Quote | None


@dataclass(frozen=True, slots=True)
class Repetitions:
    """Successive articles that brought nothing new: the outlet and the time of each. *at* is the time of the newest."""

    at: datetime
    articles: tuple[tuple[str, datetime], ...]


def list_happenings(versions: Iterable[Alert], articles: Sequence[ArticleStories]) -> list[Happening | Repetitions]:
    """Return what happened, the newest first. *versions* are those of all alerts of the story."""
    by_article = _versions_by_article(versions)
    happened: list[Happening | Repetitions] = []
    quiet: list[ArticleStories] = []
    known: set[tuple[Stance, str | None]] = set()
    for article in sorted(articles, key=lambda each: each.article.fetched):
        claims = [claim for claim in article.claims if (claim.stance, claim.entity or claim.who) not in known]
        known.update((claim.stance, claim.entity or claim.who) for claim in article.claims)
        alerts = by_article.get((article.article.id, article.article.version), [])
        if alerts:
            happened += [*_repetitions(quiet), _happening(article, alerts, sorted(claims, key=_strength))]
            quiet = []
        else:
            quiet.append(article)
    return [*happened, *_repetitions(quiet)][::-1]


def _strength(claim: Claim) -> tuple[int, bool]:
    """Return what puts the claim that says most first, and of equal ones that of the text, which has a whole sentence."""
    return STRONGEST.index(claim.stance), claim.cue.field == "title"


def _versions_by_article(versions: Iterable[Alert]) -> Mapping[tuple[str, int], list[Alert]]:
    found: dict[tuple[str, int], list[Alert]] = {}
    for alert in versions:
        if alert.articles:
            newest = alert.articles[-1]
            found.setdefault((newest.id, newest.version), []).append(alert)
    return found


def _happening(article: ArticleStories, alerts: Sequence[Alert], claims: Sequence[Claim]) -> Happening:
    """Return what *article* has brought. *claims* are those that nobody had made before, the strongest first."""
    telling = max(alerts, key=lambda each: (CHANGES.index(each.change), each.article_count))
    change, _ = describe_news(telling)
    if claims and (telling.change == "stance" or (telling.change == "standing" and telling.state != "corroborated")):
        # An article that confirms tells of the denial before it, too: its own verdict is that of the alert.
        verdict = VERDICTS.get(telling.state or "")
        claims = sorted(claims, key=lambda each: each.stance != verdict)
        change = WORDS[claims[0].stance]
    return Happening(
        at=article.article.fetched,
        symbol=_symbol(telling, claims),
        change=change,
        outlet=printable(article.article.outlet),
        version=max(each.version for each in alerts),
        title=printable(article.article.title),
        url=article.article.url,
        language=article.language.code,
        quote=_quote(article, telling, claims),
    )


def _quote(article: ArticleStories, alert: Alert, claims: Sequence[Claim]) -> Quote | None:
    """Return the sentence that says what is new: the development, else the strongest new claim, if the text has it."""
    if alert.change == "development" and article.developments:
        return quote(article.article, article.developments[0].at)
    claim = next((each for each in claims if each.stance == claims[0].stance and each.cue.field == "text"), None)
    return quote(article.article, claim.cue) if claim else None


def _symbol(alert: Alert, claims: Sequence[Claim]) -> str:
    if alert.change == "correction":
        return SYMBOLS["corrected"][0]
    if not claims:
        return SYMBOLS["repeated"][0]
    unnamed = claims[0].source == "anonymous" and claims[0].stance in {"reported", "said"}
    return SYMBOLS["unnamed" if unnamed else claims[0].stance][0]


def _repetitions(quiet: Sequence[ArticleStories]) -> list[Repetitions]:
    if not quiet:
        return []
    articles = tuple((printable(each.article.outlet), each.article.fetched) for each in quiet)
    return [Repetitions(quiet[-1].article.fetched, articles)]
