"""An index that finds which index terms of the watches an article contains."""

from collections.abc import Iterable
from typing import Literal

from consumers.alerts.matching.document import Document
from consumers.alerts.matching.phrase_index import KEY_WORDS, PhraseIndex, Words
from consumers.alerts.matching.word_graph import WordGraph
from consumers.alerts.query.ast import IndexTerm
from consumers.alerts.query.fields import Value
from consumers.alerts.query.validate import MIN_PREFIX

ALWAYS = 0
"""The number of a term that every article contains."""


class TermIndex:
    """Index terms, each with a number and a reference count. Adding or removing one takes microseconds."""

    def __init__(self) -> None:
        self._numbers: dict[IndexTerm, int] = {}
        self._references: dict[IndexTerm, int] = {}
        self._next_number = ALWAYS + 1
        self._phrases, self._confusables = PhraseIndex(), PhraseIndex()
        self._stems: dict[str, dict[str, int]] = {}
        self._values: dict[str, dict[Value, int]] = {}

    def __len__(self) -> int:
        return len(self._numbers)

    def acquire(self, index_terms: Iterable[IndexTerm]) -> frozenset[int]:
        """Count one more reference to each of *index_terms*, and return their numbers."""
        return frozenset([self._acquire(each) for each in index_terms])

    def release(self, index_terms: Iterable[IndexTerm]) -> None:
        """Count one reference less to each of *index_terms*, and remove those without any. Undoes acquire."""
        for each in index_terms:
            self._references[each] -= 1
            if not self._references[each]:
                del self._references[each], self._numbers[each]
                self._remove(each)

    def find(self, document: Document) -> set[int]:
        """Return the numbers of the index terms that *document* contains."""
        numbers = {ALWAYS}
        self._phrases.find(document.words, numbers)
        if self._confusables:
            self._confusables.find(document.words_without_confusables, numbers)
        if self._stems:
            self._find_prefixes(document.words, numbers)
        if document.variants:
            self._find_variants(document, numbers)
        for field_name, values in self._values.items():
            numbers.update(map(values.__getitem__, values.keys() & document.values(field_name).keys()))
        return numbers

    def _acquire(self, index_term: IndexTerm) -> int:
        number = self._numbers.get(index_term)
        if number is None:
            number = self._numbers[index_term] = self._next_number
            self._next_number += 1
            self._add(index_term, number)
        self._references[index_term] = self._references.get(index_term, 0) + 1
        return number

    def _add(self, index_term: IndexTerm, number: int) -> None:
        match index_term.field:
            case "phrase":
                self._phrases.add(index_term.value, number)
            case "confusable":
                self._confusables.add(index_term.value, number)
            case "prefix":
                stem = index_term.value[0]
                self._stems.setdefault(stem[:MIN_PREFIX], {})[stem] = number
            case _:
                self._values.setdefault(index_term.field, {})[index_term.value] = number

    def _remove(self, index_term: IndexTerm) -> None:
        match index_term.field:
            case "phrase":
                self._phrases.remove(index_term.value)
            case "confusable":
                self._confusables.remove(index_term.value)
            case "prefix":
                stem = index_term.value[0]
                del self._stems[stem[:MIN_PREFIX]][stem]
                if not self._stems[stem[:MIN_PREFIX]]:
                    del self._stems[stem[:MIN_PREFIX]]
            case _:
                del self._values[index_term.field][index_term.value]
                if not self._values[index_term.field]:
                    del self._values[index_term.field]

    def _find_variants(self, document: Document, numbers: set[int]) -> None:
        """Add the numbers of the index terms that *document* contains by a variant of its words."""
        if not self._phrases.vocabulary.keys().isdisjoint(document.variant_words):
            self._find_variant_phrases("phrase", self._phrases, document, document.graph, numbers)
        if not self._confusables.vocabulary.keys().isdisjoint(document.variant_words_without_confusables):
            self._find_variant_phrases("confusable", self._confusables, document, document.graph_without_confusables, numbers)
        if self._stems:
            self._find_prefixes(document.variant_words, numbers)

    def _find_variant_phrases(
        self,
        kind: Literal["phrase", "confusable"],
        phrases: PhraseIndex,
        document: Document,
        graph: WordGraph,
        numbers: set[int],
    ) -> None:
        def occurs(phrase: Words) -> bool:
            return bool(document.positions(IndexTerm(kind, phrase)))

        for window in graph.windows(phrases.vocabulary.keys(), KEY_WORDS):
            phrases.find_at_start(window, numbers, occurs)

    def _find_prefixes(self, words: Iterable[str], numbers: set[int]) -> None:
        for word in set(words):
            for stem, number in self._stems.get(word[:MIN_PREFIX], {}).items():
                if word.startswith(stem):
                    numbers.add(number)
