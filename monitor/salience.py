"""Salience: what an article is about, against what it only mentions. Pure, and the same in every language.

An article is about an entity that its headline names and its text takes up, or that its lead names and that then stands in a
good part of its sentences. A name counts for nothing where it only tells who says something: "..., Reuters reported". What is
not news (NotNews) counts for nothing either. A name that the analysis has found somewhere counts wherever it is written so.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from monitor.messages import ArticleEntities, Claim, Entity, Span
from monitor.text.not_news import NotNews, mask
from monitor.text.sentences import split_sentences
from monitor.text.tokens import tokens

Field = Literal["title", "text"]
Words = tuple[str, ...]
LEAD_CHARS = 400
"""The lead: this much of the beginning of the text says who did what, and where."""
TAKEN_UP = 3
"""The text takes up an entity of the headline if at least this number of its sentences name it ..."""
TAKEN_UP_SHARE = 4
"""... or at least one sentence in this number."""
MIN_SENTENCES = 3
"""The fewest sentences that name an entity of the lead, if the article is about it and the headline does not name it."""
DOMINANT_SHARE = 3
"""Such an entity is also named in at least one sentence in this number."""
MIN_OWN = 2
"""An entity is more than a source if at least this number of sentences name it outside the words for a source."""
MIN_FORM = 3
"""The fewest code points of a name that is searched for."""
MAX_LOOKS = 10_000
"""The most places of an article that are looked at for its names."""


@dataclass(frozen=True, slots=True)
class Prominence:
    """Where an article names an entity: in the headline, in the lead, and in how many of the sentences of its text."""

    in_title: bool
    in_lead: bool
    sentences: int
    of: int

    def __str__(self) -> str:
        text = f"{self.sentences} of {self.of} sentences" if self.of else ""
        if not self.in_title:
            return f"in {text}" if text else "nowhere"
        return f"in the headline and {text}" if text else "in the headline"


class _Places:
    """The sentences of an article, and the places where its claims name their sources."""

    def __init__(
        self, title: str, text: str, entities: Sequence[Entity], claims: Iterable[Claim], not_news: Sequence[NotNews]
    ) -> None:
        claims, news = tuple(claims), mask(text, not_news)
        self._texts: Mapping[Field, str] = {"title": title, "text": news}
        self.sentences = list(split_sentences(news))
        self._starts = [start for start, _ in self.sentences]
        self._sources = [claim.who_at for claim in claims if claim.who_at]
        self._beside_title = [claim.who_at for claim in claims if claim.who_at and _is_beside(claim)]
        self._carried = {(tokens(claim.through), self.sentence(claim.cue)) for claim in claims if claim.through}
        self._by_name = _by_name(entities)
        self._missed = self._find_missed(entities)

    def of(self, entity: Entity) -> list[Span]:
        """Return the places where the article names *entity*, also by a part of its name, and as something of another type."""
        words = tokens(entity.name)
        parts = {words[:end] for end in range(1, len(words) + 1)} | {words[start:] for start in range(1, len(words))}
        same = [each for part in parts for each in self._by_name.get(part, ()) if each.id != entity.id]
        return [
            *entity.mentions,
            *self._missed.get(entity.id, ()),
            *(span for each in same for span in (*each.mentions, *self._missed.get(each.id, ()))),
        ]

    def _find_missed(self, entities: Sequence[Entity]) -> Mapping[str, Sequence[Span]]:
        """Return, by id, the places where a name that one of *entities* has elsewhere stands outside all mentions."""
        taken = {field: bytearray(len(text) + 1) for field, text in self._texts.items()}
        bearers: dict[str, set[str]] = {}
        for entity in entities:
            for span in entity.mentions:
                taken[span.field][span.start : span.end] = b"\1" * len(taken[span.field][span.start : span.end])
                bearers.setdefault(self._texts[span.field][span.start : span.end], set()).add(entity.id)
        missed: dict[str, list[Span]] = {}
        looks = 0
        for form, ids in bearers.items():
            # The mask has only spaces in the place of a name in a caption.
            if len(ids) > 1 or len(form) < MIN_FORM or form.islower() or form.isspace():
                continue
            for field, text in self._texts.items():
                start = text.find(form)
                while start >= 0 and looks < MAX_LOOKS:
                    end, looks = start + len(form), looks + 1
                    if not taken[field][start] and not text[start - 1 : start].isalnum() and not text[end : end + 1].isalnum():
                        missed.setdefault(min(ids), []).append(Span(field, start, end))
                    start = text.find(form, end)
        return missed

    def sentence(self, span: Span) -> int:
        """Return the number of the sentence in which *span* starts; -1 for the title."""
        return bisect_right(self._starts, span.start) - 1 if span.field == "text" else -1

    def is_news(self, span: Span) -> bool:
        """Return whether *span* is in the title, or in the text outside what is not news."""
        return span.field == "title" or not self._texts["text"][span.start : span.start + 1].isspace()

    def is_source(self, span: Span) -> bool:
        """Return whether *span* is in the words for the source of a claim."""
        return any(_contains(each, span) for each in self._sources)

    def is_beside_title(self, span: Span) -> bool:
        """Return whether *span* names the source beside a headline, rather than who acts in it."""
        return any(_contains(each, span) for each in self._beside_title)

    def is_carrier(self, entity: Entity, span: Span) -> bool:
        """Return whether *span* of *entity* names the outlet through which a claim comes."""
        return bool(self._carried) and (tokens(entity.name), self.sentence(span)) in self._carried


def _by_name(entities: Sequence[Entity]) -> Mapping[Words, Sequence[Entity]]:
    """Return the entities that are not known subjects by their folded name, which may be that or a part of another's.

    A part that the names of several entities have is left out: Kim is nobody in particular beside two of that name.
    """
    named: dict[Words, list[Entity]] = {}
    whole: dict[Words, set[Words]] = {}
    for entity in entities:
        words = tokens(entity.name)
        if entity.kind is None and entity.refused is None:
            named.setdefault(words, []).append(entity)
        for part in {words[:end] for end in range(1, len(words))} | {words[start:] for start in range(1, len(words))}:
            whole.setdefault(part, set()).add(words)
    return {words: each for words, each in named.items() if len(whole.get(words, ())) <= 1}


def _is_beside(claim: Claim) -> bool:
    """Return whether the source of *claim* stands apart from the headline: "No talks, Kremlin says", "Kremlin: no talks"."""
    if claim.cue.field != "title" or claim.who_at is None or claim.words_at is None:
        return False
    is_sign = claim.cue.end - claim.cue.start == 1
    return is_sign or claim.words_at.end <= claim.who_at.start


def _contains(one: Span, other: Span) -> bool:
    return one.field == other.field and one.start <= other.start and other.end <= one.end


def is_in_lead(mention: Span) -> bool:
    """Return whether *mention* is in the title or the lead, where an article names those whom it is about."""
    return mention.field == "title" or mention.start < LEAD_CHARS


def is_titled(entity: Entity) -> bool:
    """Return whether the title names *entity*."""
    return any(mention.field == "title" for mention in entity.mentions)


def with_salience(
    title: str, text: str, entities: Sequence[Entity], claims: Iterable[Claim], not_news: Sequence[NotNews] = ()
) -> tuple[Entity, ...]:
    """Return *entities*, with those marked that the article is about."""
    places = _Places(title, text, entities, claims, not_news)
    return tuple(replace(entity, about=True) if _is_subject(entity, places) else entity for entity in entities)


def prominence(message: ArticleEntities, entity: Entity) -> Prominence:
    """Return where the article of *message* names *entity* other than as a source, as `with_salience` counts it."""
    article = message.article
    places = _Places(article.title, article.text, message.entities, message.claims, message.not_news)
    return _prominence(entity, places)


def _prominence(entity: Entity, places: _Places) -> Prominence:
    named = [span for span in places.of(entity) if places.is_news(span) and not places.is_carrier(entity, span)]
    in_title = any(span.field == "title" and not places.is_beside_title(span) for span in named)
    in_text = [span for span in named if span.field == "text"]
    own = [span for span in in_text if not places.is_source(span)]
    # Who acts in the headline, or in the text itself, is also whom the text is about where it quotes them.
    acts = in_title or len({places.sentence(span) for span in own}) >= MIN_OWN
    counted = in_text if acts else own
    return Prominence(
        in_title,
        any(map(is_in_lead, own)),
        len({places.sentence(span) for span in counted}),
        len(places.sentences),
    )


def _is_subject(entity: Entity, places: _Places) -> bool:
    found = _prominence(entity, places)
    if found.in_title:
        return found.sentences >= TAKEN_UP or found.sentences * TAKEN_UP_SHARE >= found.of
    return found.in_lead and found.sentences >= MIN_SENTENCES and found.sentences * DOMINANT_SHARE >= found.of
