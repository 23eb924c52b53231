"""From watches to an index, and from one article to the watches that match it: pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from consumers.alerts.query import Key, Query, Term, words_of
from monitor.config import Watch
from monitor.messages import ArticleStories, Reason, Span, health_of
from monitor.text import tokens

REASONS = 20
"""The most reasons that an alert gives."""
LENGTH = 1024
"""The most characters of the matched words that an alert shows."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A watch that matches, and why."""

    watch: Watch
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The words that show something, and where; a topic stands nowhere in particular."""

    words: str
    at: Span | None


@dataclass(frozen=True)
class Matcher:
    """Watches, found by what they ask for, so that an article is compared with those alone of which it has something."""

    wanted: frozenset[Key]
    """All that any watch asks for or rules out."""
    candidates: Mapping[Key, Sequence[Query]]
    """A key to the watches that cannot match without it, or without another of the same clause."""
    longest: Mapping[str, int]
    """The first word of phrases to the length of the longest of them, in words."""

    def find(self, message: ArticleStories) -> list[Hit]:
        """The watches that *message* matches, in the order of their ids."""
        found = self.evidence(message)
        queries = {query.watch.id: query for key in found for query in self.candidates.get(key, ())}
        hits = (Hit(query.watch, judge(query, message, found)) for _, query in sorted(queries.items()))
        return [hit for hit in hits if hit.reasons]

    def evidence(self, message: ArticleStories) -> dict[Key, Evidence]:
        """What *message* has of all that is wanted, each with the first place that shows it."""
        found: dict[Key, Evidence] = {}
        article = message.article
        for key, evidence in (
            *self._phrases("title", article.title),
            *self._phrases("text", article.text),
            *_entities(message),
            *_topics(message),
            *_health(message),
        ):
            if key in self.wanted:
                found.setdefault(key, evidence)
        return found

    def _phrases(self, field: Literal["title", "text"], text: str) -> Iterator[tuple[Key, Evidence]]:
        words = tokens(text)
        folded = tuple(word.text for word in words)
        for start, first in enumerate(folded):
            for end in range(start + 1, min(start + self.longest.get(first, 0), len(folded)) + 1):
                span = Span(field, words[start].start, words[end - 1].end)
                yield Key("phrase", folded[start:end]), Evidence(text[span.start : span.end][:LENGTH], span)


def build(queries: Iterable[Query]) -> Matcher:
    """The index of *queries*. Each is listed under the clause that is rarest by kind: phrases before names before topics."""
    wanted: set[Key] = set()
    candidates: dict[Key, list[Query]] = {}
    for query in queries:
        wanted |= query.none
        wanted.update(key for clause in query.needs for key in clause.keys)
        for key in min(query.needs, key=lambda clause: (clause.name == "topic", len(clause.keys))).keys:
            candidates.setdefault(key, []).append(query)
    longest: dict[str, int] = {}
    for key in wanted:
        if key.kind == "phrase":
            longest[key.value[0]] = max(longest.get(key.value[0], 0), len(key.value))
    return Matcher(frozenset(wanted), candidates, longest)


def judge(query: Query, message: ArticleStories, found: Mapping[Key, Evidence]) -> tuple[Reason, ...]:
    """Why *query* matches, clause by clause; nothing where it does not.

    What happens to feeds themselves is for the watches on health alone, and nothing else is for those.
    """
    if bool(query.watch.health) != (health_of(message.article) is not None):
        return ()
    if query.feeds and message.article.feed not in query.feeds:
        return ()
    if query.watch.lang and not {message.language.code, message.article.lang} & set(query.watch.lang):
        return ()
    if not query.none.isdisjoint(found):
        return ()
    reasons: list[Reason] = []
    for clause in query.needs:
        met = [(term, found[key]) for key, term in clause.keys.items() if key in found]
        if not met:
            return ()
        reasons += [_reason(clause.name, term, evidence) for term, evidence in met]
    return tuple(reasons[:REASONS])


def _reason(clause: Term, term: str, evidence: Evidence) -> Reason:
    return Reason(clause, term, evidence.words, evidence.at)


def _entities(message: ArticleStories) -> Iterator[tuple[Key, Evidence]]:
    for entity in message.entities:
        at = entity.mentions[0]
        text = message.article.title if at.field == "title" else message.article.text
        evidence = Evidence(text[at.start : at.end][:LENGTH], at)
        yield Key(entity.type, (entity.id,)), evidence
        yield Key(entity.type, words_of(entity.name)), evidence


def _health(message: ArticleStories) -> Iterator[tuple[Key, Evidence]]:
    if kind := health_of(message.article):
        yield Key("health", (kind,)), Evidence(message.article.title[:LENGTH], None)


def _topics(message: ArticleStories) -> Iterator[tuple[Key, Evidence]]:
    for topic in message.topics:
        for code in (topic.code, *topic.broader):
            yield Key("topic", (code,)), Evidence(topic.name, None)
