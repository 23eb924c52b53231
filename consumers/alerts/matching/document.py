"""One article as the matcher reads it: its folded words in a row, and all else that can be asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple
from unicodedata import normalize
from urllib.parse import urlsplit

from consumers.alerts.query.ast import Key, Term
from monitor.messages import ArticleStories, Span, health_of
from monitor.text.tokens import Token, replace_lookalikes, tokenize, tokens

Place = tuple[int, int]
"""From the number of a first word to that behind the last one."""
LENGTH = 1024
"""The most characters of an article's words that are shown."""
_folded = lru_cache(maxsize=4096)(tokens)


class Evidence(NamedTuple):
    """The words that show something, and where; a topic stands nowhere in particular."""

    words: str
    at: Span | None


@dataclass(frozen=True)
class Document:
    """What is asked of an article, worked out when it is asked for and kept."""

    message: ArticleStories

    @cached_property
    def title(self) -> tuple[str, ...]:
        """The title's words."""
        return tokens(self.message.article.title)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words of title and text, an empty one between them."""
        return (*self.title, "", *tokens(self.message.article.text))

    @cached_property
    def alike(self) -> tuple[str, ...]:
        """The same, with Latin letters in place of those that look like them."""
        return replace_lookalikes(self.words)

    @cached_property
    def facts(self) -> Mapping[Key, Evidence]:
        """What the article has beside its words."""
        return _facts(self.message)

    @cached_property
    def lead(self) -> int:
        """The number behind the last word of the text's first paragraph, which ends at an empty line."""
        return len(self.title) + 1 + len(tokens(self.message.article.text.lstrip().split("\n\n", 1)[0]))

    @cached_property
    def _index(self) -> Mapping[str, Sequence[int]]:
        return _positions(self.words)

    @cached_property
    def _alike_index(self) -> Mapping[str, Sequence[int]]:
        return _positions(self.alike)

    @cached_property
    def _tokens(self) -> Sequence[Token]:
        article = self.message.article
        return (*tokenize(article.title), Token("", 0, 0), *tokenize(article.text))

    def has(self, key: Key) -> bool:
        """Whether the article has *key*."""
        if key.kind in {"phrase", "alike", "prefix"}:
            return bool(self.places(key))
        return key in self.facts

    def places(self, key: Key) -> list[Place]:
        """Where the words of *key* stand, in order."""
        if key.kind == "prefix":
            stem = key.value[0]
            return sorted((at, at + 1) for word, ats in self._index.items() if word.startswith(stem) for at in ats)
        plain = key.kind == "phrase"
        row, index = (self.words, self._index) if plain else (self.alike, self._alike_index)
        starts = index.get(key.value[0], ())
        length = len(key.value)
        if length == 1:
            return [(at, at + 1) for at in starts]
        return [(at, at + length) for at in starts if row[at : at + length] == key.value]

    def places_of(self, term: Term) -> list[Place]:
        """Where *term*, which is of words, stands as it asks to, in order."""
        found = self.places(term.keys[0]) if len(term.keys) == 1 else sorted(p for key in term.keys for p in self.places(key))
        if term.where == "anywhere" and not term.written:
            return found
        return [place for place in found if self._is_in(place, term) and self._is_written(place, term)]

    def stands(self, term: Term) -> bool:
        """Whether *term*, which is of words, stands anywhere as it asks to."""
        return any(
            self._is_in(place, term) and self._is_written(place, term) for key in term.keys for place in self.places(key)
        )

    def same_field(self, one: Place, other: Place) -> bool:
        """Whether both stand in the title, or both in the text."""
        return (one[0] < len(self.title)) == (other[0] < len(self.title))

    def evidence(self, place: Place) -> Evidence:
        """The words at *place* as they stand in the original."""
        name = "title" if place[0] < len(self.title) else "text"
        source = self.message.article.title if name == "title" else self.message.article.text
        start, end = self._tokens[place[0]].start, self._tokens[place[1] - 1].end
        return Evidence(source[start:end][:LENGTH], Span("title" if name == "title" else "text", start, end))

    def _is_in(self, place: Place, term: Term) -> bool:
        match term.where:
            case "title":
                return place[1] <= len(self.title)
            case "text":
                return place[0] > len(self.title)
            case "lead":
                return place[1] <= self.lead
            case _:
                return True

    def _is_written(self, place: Place, term: Term) -> bool:
        if not term.written:
            return True
        article = self.message.article
        source = article.title if place[0] < len(self.title) else article.text
        found = [normalize("NFC", source[token.start : token.end]) for token in self._tokens[place[0] : place[1]]]
        return found == [normalize("NFC", word) for word in term.written]


def _positions(row: Sequence[str]) -> dict[str, list[int]]:
    index: dict[str, list[int]] = {}
    for at, word in enumerate(row):
        index.setdefault(word, []).append(at)
    return index


def _facts(message: ArticleStories) -> dict[Key, Evidence]:
    found: dict[Key, Evidence] = {}
    article = message.article
    for entity in message.entities:
        at = entity.mentions[0]
        text = article.title if at.field == "title" else article.text
        evidence = Evidence(text[at.start : at.end][:LENGTH], at)
        found.setdefault(Key(entity.type, (entity.id,)), evidence)
        found.setdefault(Key(entity.type, _folded(entity.name)), evidence)
    for topic in message.topics:
        for code in (topic.code, *topic.broader):
            found.setdefault(Key("topic", (code,)), Evidence(topic.name, None))
    if kind := health_of(article):
        found[Key("health", (kind,))] = Evidence(article.title[:LENGTH], None)
    for lang in filter(None, (message.language.code, article.lang)):
        for code in (lang.casefold(), lang.casefold().split("-")[0]):
            found[Key("lang", (code,))] = Evidence(lang, None)
    if article.country:
        found[Key("country", (article.country.casefold(),))] = Evidence(article.country, None)
    for source in (article.source, article.outlet):
        found[Key("source", _folded(source))] = Evidence(source[:LENGTH], None)
    found[Key("feed", (article.feed,))] = Evidence(article.feed[:LENGTH], None)
    for site in _sites(article.url or article.outlet):
        found[Key("site", (site,))] = Evidence(site[:LENGTH], None)
    return found


@lru_cache(maxsize=256)
def _host(url: str) -> str:
    try:
        return (urlsplit(url if "://" in url else f"//{url}").hostname or "").casefold()
    except ValueError:
        return ""


def _sites(url: str) -> list[str]:
    """The host of *url* and all domains it is in, short of the last label."""
    labels = _host(url).split(".")
    return [".".join(labels[start:]) for start in range(len(labels) - 1)]
