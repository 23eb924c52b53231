"""An article prepared for the evaluation of queries: its folded words, and the values of its fields."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from unicodedata import normalize

from consumers.alerts.query.ast import TEXT_TERMS, IndexTerm, Term
from consumers.alerts.query.fields import FIELDS, MAX_EXCERPT, Excerpt, Field, Fields, Value
from monitor.messages import ArticleStories, Span
from monitor.text.tokens import Token, replace_confusables, tokenize, tokens

TokenRange = tuple[int, int]
"""Consecutive words of Document.tokens: indexes from start to end (exclusive)."""


@dataclass(frozen=True)
class Document:
    """An article. Each property is computed on first use and cached."""

    message: ArticleStories
    fields: Fields = FIELDS

    @cached_property
    def title(self) -> tuple[str, ...]:
        """The folded words of the title."""
        return tokens(self.message.article.title)

    @cached_property
    def tokens(self) -> tuple[str, ...]:
        """The folded words of title and text, with an empty word between them so that no phrase spans both."""
        return (*self.title, "", *tokens(self.message.article.text))

    @cached_property
    def tokens_without_confusables(self) -> tuple[str, ...]:
        """The same words, with Latin letters in place of the Cyrillic and Greek ones that look like them."""
        return replace_confusables(self.tokens)

    @cached_property
    def lead_end(self) -> int:
        """The index after the last word of the text's first paragraph, which ends at an empty line."""
        return len(self.title) + 1 + len(tokens(self.message.article.text.lstrip().split("\n\n", 1)[0]))

    @cached_property
    def _fields_by_name(self) -> Mapping[str, Field]:
        return {field.name: field for field in self.fields}

    @cached_property
    def _field_values(self) -> dict[str, Mapping[Value, Excerpt]]:
        return {}

    @cached_property
    def _postings(self) -> Mapping[str, Sequence[int]]:
        return _postings(self.tokens)

    @cached_property
    def _confusable_postings(self) -> Mapping[str, Sequence[int]]:
        return _postings(self.tokens_without_confusables)

    @cached_property
    def _original_tokens(self) -> Sequence[Token]:
        article = self.message.article
        return (*tokenize(article.title), Token("", 0, 0), *tokenize(article.text))

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
            stem = index_term.value[0]
            postings_lists = (starts for word, starts in self._postings.items() if word.startswith(stem))
            return sorted((start, start + 1) for starts in postings_lists for start in starts)
        is_phrase = index_term.field == "phrase"
        words = self.tokens if is_phrase else self.tokens_without_confusables
        postings = self._postings if is_phrase else self._confusable_postings
        starts = postings.get(index_term.value[0], ())
        length = len(index_term.value)
        if length == 1:
            return [(start, start + 1) for start in starts]
        return [(start, start + length) for start in starts if words[start : start + length] == index_term.value]

    def term_positions(self, term: Term) -> list[TokenRange]:
        """Return the positions of the text term *term* that have its scope and spelling, in order."""
        if len(term.index_terms) == 1:
            positions = self.positions(term.index_terms[0])
        else:
            positions = sorted(position for each in term.index_terms for position in self.positions(each))
        if term.scope == "anywhere" and not term.exact_words:
            return positions
        return [position for position in positions if self._is_in_scope(position, term) and self._is_exact(position, term)]

    def contains(self, term: Term) -> bool:
        """Return whether the text term *term* occurs in its scope and spelling."""
        return any(
            self._is_in_scope(position, term) and self._is_exact(position, term)
            for index_term in term.index_terms
            for position in self.positions(index_term)
        )

    def in_same_part(self, one: TokenRange, other: TokenRange) -> bool:
        """Return whether both are in the title, or both in the text."""
        return (one[0] < len(self.title)) == (other[0] < len(self.title))

    def excerpt(self, position: TokenRange) -> Excerpt:
        """Return the words at *position* in their original spelling."""
        in_title = position[0] < len(self.title)
        source = self.message.article.title if in_title else self.message.article.text
        start, end = self._original_tokens[position[0]].start, self._original_tokens[position[1] - 1].end
        return Excerpt(source[start:end][:MAX_EXCERPT], Span("title" if in_title else "text", start, end))

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
        originals = self._original_tokens[position[0] : position[1]]
        spelling = [normalize("NFC", source[token.start : token.end]) for token in originals]
        return spelling == [normalize("NFC", word) for word in term.exact_words]


def _postings(words: Sequence[str]) -> dict[str, list[int]]:
    """Return the indexes at which each of *words* occurs."""
    postings: dict[str, list[int]] = {}
    for index, word in enumerate(words):
        postings.setdefault(word, []).append(index)
    return postings
