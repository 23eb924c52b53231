"""An article prepared for the evaluation of queries: its folded words, and the values of its fields."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from consumers.alerts.matching.postings import MAX_INDEXES, Postings, beginning_with
from consumers.alerts.matching.reading import BREAK, Reading, Variant, plain, read, without_breaks
from consumers.alerts.matching.signs import RUN_SIGNS, has_signs
from consumers.alerts.matching.word_graph import Path, PlacedVariant, TokenRange, WordGraph, place_variants
from consumers.alerts.query.ast import TEXT_TERMS, IndexTerm, Sign, Term
from consumers.alerts.query.fields import FIELDS, MAX_EXCERPT, Excerpt, Field, Fields, Value
from monitor.messages import ArticleStories, Span
from monitor.text.scripts import boundaries, proclitics
from monitor.text.tokens import compose, replace_confusables, spans, tokens

MANY_STARTS = 32
"""If the first word of a phrase occurs more often, the phrase is searched for at its rarest word."""
MAX_CHECKED = 200
"""The most places of a term where the letters beside it are looked at, which takes a tenth of a millisecond. Further places
count as words of their own."""


@dataclass(frozen=True)
class Document:
    """An article. Each property is computed on first use and cached."""

    message: ArticleStories
    fields: Fields = FIELDS

    @cached_property
    def _readings(self) -> tuple[Reading, Reading]:
        """The readings of title and text."""
        return read(self.message.article.title), read(self.message.article.text)

    @cached_property
    def title(self) -> tuple[str, ...]:
        """The folded words of the title."""
        return without_breaks(self._readings[0].words)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The folded words of title and text, with BREAK where a phrase ends, and an empty word between title and text."""
        title, text = self._readings
        return (*title.words, "", *text.words)

    @cached_property
    def tokens(self) -> tuple[str, ...]:
        """The same words, without BREAK. Positions are indexes of these."""
        return without_breaks(self.words)

    @cached_property
    def words_without_confusables(self) -> tuple[str, ...]:
        """The same as *words*, with Latin letters in place of the Cyrillic and Greek ones that look like them."""
        return replace_confusables(self.words)

    @cached_property
    def variants(self) -> tuple[Variant, ...]:
        """Other spellings of words of the title, and then of the text."""
        title, text = self._readings
        return title.variants + text.variants

    @property
    def is_cut(self) -> bool:
        """Whether some words are read only as they are written, because the article has too many signs."""
        return any(reading.is_cut for reading in self._readings)

    @property
    def has_unused_places(self) -> bool:
        """Whether a word occurs more often than its places are used."""
        return len(self.tokens) > MAX_INDEXES and max(Counter(self.tokens).values()) > MAX_INDEXES

    @cached_property
    def lead_end(self) -> int:
        """The index after the last word of the text's first paragraph, which ends at an empty line."""
        return len(self.title) + 1 + len(tokens(plain(self.message.article.text.lstrip().split("\n\n", 1)[0])))

    @cached_property
    def graph(self) -> WordGraph:
        """The words and their variants."""
        return WordGraph(self.tokens, self._breaks, self.placed_variants)

    @cached_property
    def graph_without_confusables(self) -> WordGraph:
        """The same as *graph*, with Latin letters as in *words_without_confusables*."""
        variants = ((replace_confusables(words), place) for words, place in self.placed_variants)
        return WordGraph(self._confusable_tokens, self._breaks, variants)

    @cached_property
    def variant_words(self) -> frozenset[str]:
        """The words of all variants."""
        return frozenset(word for variant in self.variants for word in variant.words)

    @cached_property
    def _has_runs(self) -> bool:
        """Whether there is any sign that a letter alone must not have after it."""
        article = self.message.article
        return any(sign in article.title or sign in article.text for sign in RUN_SIGNS)

    @cached_property
    def placed_variants(self) -> Sequence[PlacedVariant]:
        """The variants with the words in whose place they stand."""
        title, text = self._readings
        return (*place_variants(title, 0), *place_variants(text, len(self.title) + 1))

    @cached_property
    def _breaks(self) -> frozenset[int]:
        """The indexes in *tokens* of the words before which a phrase ends."""
        indexes = (index for index, word in enumerate(self.words) if word == BREAK)
        return frozenset(index - count for count, index in enumerate(indexes))

    @cached_property
    def _fields_by_name(self) -> Mapping[str, Field]:
        return {field.name: field for field in self.fields}

    @cached_property
    def _field_values(self) -> dict[str, Mapping[Value, Excerpt]]:
        return {}

    @cached_property
    def _postings(self) -> Postings:
        return Postings(self.tokens)

    @cached_property
    def _confusable_tokens(self) -> tuple[str, ...]:
        return replace_confusables(self.tokens)

    @cached_property
    def variant_words_without_confusables(self) -> frozenset[str]:
        """The same words, with Latin letters as in *words_without_confusables*."""
        return frozenset(replace_confusables(self.variant_words))

    @cached_property
    def _confusable_postings(self) -> Postings:
        return Postings(self._confusable_tokens)

    @cached_property
    def may_have_runs(self) -> bool:
        """Whether the article may have words that no spaces separate. It has none if its letters come before those of Thai."""
        article = self.message.article
        return not (article.title.isascii() and article.text.isascii()) and max(self.tokens) >= "\u0e01"

    @cached_property
    def stem_positions(self) -> Mapping[str, Sequence[int]]:
        """The indexes of the words that are written together with an Arabic or Hebrew prefix, by the word behind the prefix."""
        article = self.message.article
        if article.title.isascii() and article.text.isascii():
            return {}
        has_prefixes = any(letter in article.title or letter in article.text for letter in proclitics.MARKERS)
        return proclitics.stem_positions(self.tokens) if has_prefixes else {}

    @cached_property
    def _sorted_words(self) -> Sequence[str]:
        return sorted(self._postings.complete())

    @cached_property
    def _spans(self) -> Sequence[tuple[int, int]]:
        """The start and end of each of *tokens* in the original title or text."""
        article = self.message.article
        return (*spans(plain(article.title)), (0, 0), *spans(plain(article.text)))

    def values(self, field_name: str) -> Mapping[Value, Excerpt]:
        """Return the article's values of a field, each with the words to quote for it. Empty for an unknown field."""
        values = self._field_values.get(field_name)
        if values is None:
            field = self._fields_by_name.get(field_name)
            values = self._field_values[field_name] = field.values(self.message) if field else {}
        return values

    def has(self, index_term: IndexTerm) -> bool:
        """Return whether the article contains *index_term*."""
        if index_term.field in TEXT_TERMS:
            return bool(self.positions(index_term))
        return index_term.value in self.values(index_term.field)

    def positions(self, index_term: IndexTerm) -> list[TokenRange]:
        """Return the positions of *index_term*, whose field must be in TEXT_TERMS, in order."""
        if index_term.field == "prefix":
            return self._prefix_positions(index_term.value[0])
        phrase, length = index_term.value, len(index_term.value)
        is_confusable = index_term.field == "confusable"
        variant_words = self.variant_words_without_confusables if is_confusable else self.variant_words
        if not variant_words.isdisjoint(phrase) or BREAK in phrase:
            return self._whole(index_term, sorted({(path[0][0], path[-1][1]) for path in self._paths(index_term)}))
        starts = (self._confusable_postings if is_confusable else self._postings)[phrase[0]]
        if self.stem_positions and (behind_prefix := self._starts_behind_prefix(index_term)):
            starts = sorted((*starts, *behind_prefix))
        if length == 1:
            return self._whole(index_term, [(start, start + 1) for start in starts])
        words, rest = self._confusable_tokens if is_confusable else self.tokens, phrase[1:]
        if len(starts) > MANY_STARTS and not self.stem_positions:
            starts = (self._confusable_postings if is_confusable else self._postings).possible_starts(phrase)
        found = [(start, start + length) for start in starts if words[start + 1 : start + length] == rest]
        if found:
            found = [(start, end) for start, end in found if self._breaks.isdisjoint(range(start + 1, end))]
        return self._whole(index_term, found)

    def _prefix_positions(self, stem: str) -> list[TokenRange]:
        """Return the positions of the words that begin with *stem*, in order."""
        starts = [start for word in beginning_with(stem, self._sorted_words) for start in self._postings[word]]
        if proclitics.takes_prefix((stem,)):
            behind_prefix = beginning_with(stem, sorted(self.stem_positions))
            starts += [start for word in behind_prefix for start in self.stem_positions[word]]
        found = [(start, start + 1) for start in starts]
        found += [place for words, place in self.placed_variants if any(word.startswith(stem) for word in words)]
        return sorted(set(found))

    def _starts_behind_prefix(self, index_term: IndexTerm) -> Sequence[int]:
        """Return the indexes of the words that are the first one of *index_term* behind an Arabic or Hebrew prefix."""
        if index_term.field == "confusable" or not proclitics.takes_prefix(index_term.value):
            return ()
        return self.stem_positions.get(index_term.value[0], ())

    def _whole(self, index_term: IndexTerm, positions: Iterable[TokenRange]) -> list[TokenRange]:
        """Return those of *positions* that are not known to be within a longer word, if *index_term* must not be."""
        if index_term.field != "whole":
            return list(positions)
        dictionary = boundaries.is_installed()
        places = ((position, *self._locate(position)) for position in positions)
        return [
            position
            for number, (position, source, start, end) in enumerate(places)
            if number >= MAX_CHECKED or boundaries.is_whole_word(source, start, end, dictionary=dictionary)
        ]

    def term_positions(self, term: Term) -> list[TokenRange]:
        """Return the positions of the text term *term* that have its scope and spelling, in order."""
        if len(term.index_terms) == 1 and not term.signs:
            positions = self.positions(term.index_terms[0])
        else:
            positions = sorted(set(self._all_positions(term)))
        if term.scope == "anywhere" and not term.exact_words:
            return positions
        return [position for position in positions if self._is_in_scope(position, term) and self._is_exact(position, term)]

    def contains(self, term: Term) -> bool:
        """Return whether the text term *term* occurs in its scope and spelling."""
        return any(self._is_in_scope(each, term) and self._is_exact(each, term) for each in self._all_positions(term))

    def _all_positions(self, term: Term) -> Iterator[TokenRange]:
        """Yield the positions of *term* with its signs, in any scope."""
        for index, index_term in enumerate(term.index_terms):
            if not term.signs or not (self._has_runs or any(sign.text or sign.side != "after" for sign in term.signs[index])):
                yield from self.positions(index_term)
            else:
                paths = self._paths(index_term)
                found = ((path[0][0], path[-1][1]) for path in paths if self._has_signs(path, term.signs[index]))
                yield from self._whole(index_term, found)

    def _paths(self, index_term: IndexTerm) -> list[Path]:
        phrase = index_term.value
        if index_term.field == "confusable":
            return self.graph_without_confusables.paths(phrase, self._confusable_postings[phrase[0]])
        return self.graph.paths(phrase, self._postings[phrase[0]], self._starts_behind_prefix(index_term))

    def _has_signs(self, path: Path, signs: Iterable[Sign]) -> bool:
        in_title = path[0][0] < len(self.title)
        source = self.message.article.title if in_title else self.message.article.text
        return has_signs(source, [(self._spans[start][0], self._spans[end - 1][1]) for start, end in path], signs)

    def in_same_part(self, one: TokenRange, other: TokenRange) -> bool:
        """Return whether both are in the title, or both in the text."""
        return (one[0] < len(self.title)) == (other[0] < len(self.title))

    def excerpt(self, position: TokenRange) -> Excerpt:
        """Return the words at *position* in their original spelling."""
        source, start, end = self._locate(position)
        in_title = position[0] < len(self.title)
        return Excerpt(source[start:end][:MAX_EXCERPT], Span("title" if in_title else "text", start, end))

    def _locate(self, position: TokenRange) -> tuple[str, int, int]:
        """Return the title or the text, and where in it the words at *position* start and end."""
        article = self.message.article
        source = article.title if position[0] < len(self.title) else article.text
        return source, self._spans[position[0]][0], self._spans[position[1] - 1][1]

    def _is_in_scope(self, position: TokenRange, term: Term) -> bool:
        match term.scope:
            case "title":
                return position[1] <= len(self.title)
            case "text":
                return position[0] > len(self.title)
            case "lead":
                return position[1] <= self.lead_end
            case _:
                return True

    def _is_exact(self, position: TokenRange, term: Term) -> bool:
        """Return whether the original spelling at *position* is the one that *term* requires, if it requires one."""
        if not term.exact_words:
            return True
        article = self.message.article
        source = article.title if position[0] < len(self.title) else article.text
        originals = self._spans[position[0] : position[1]]
        spelling = [compose(plain(source[start:end])) for start, end in originals]
        return spelling == [compose(plain(word)) for word in term.exact_words]
