"""An index that finds which index terms of the watches an article contains."""

from collections.abc import Iterable
from typing import Literal

from consumers.alerts.matching.document import Document
from consumers.alerts.matching.phrase_index import KEY_WORDS, ByLength, PhraseIndex, Words
from consumers.alerts.matching.word_graph import WordGraph
from consumers.alerts.query.ast import IndexTerm
from consumers.alerts.query.fields import Value
from consumers.alerts.query.validate import MIN_PREFIX
from monitor.text.scripts.proclitics import takes_prefix

ALWAYS = 0
"""The number of a term that every article contains."""


class TermIndex:
    """Index terms, each with a number and a reference count. Adding or removing one takes microseconds."""

    def __init__(self) -> None:
        self._numbers: dict[IndexTerm, int] = {}
        self._references: dict[IndexTerm, int] = {}
        self._next_number = ALWAYS + 1
        self._phrases, self._wholes, self._confusables = PhraseIndex(), PhraseIndex(), PhraseIndex()
        self._whole_terms: dict[int, IndexTerm] = {}
        self._prefixable: dict[str, dict[IndexTerm, int]] = {}
        self._stems: dict[str, ByLength[str]] = {}
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
                del self._references[each]
                self._remove(each, self._numbers.pop(each))

    def find(self, document: Document) -> set[int]:
        """Return the numbers of the index terms that *document* contains."""
        numbers = {ALWAYS}
        self._phrases.find(document.words, numbers)
        if self._prefixable:
            self._find_behind_prefixes(document, numbers)
        if self._wholes and document.may_have_runs:
            self._find_wholes(document, numbers)
        if self._confusables:
            self._confusables.find(document.words_without_confusables, numbers)
        if self._stems:
            self._find_prefixes(document.words, numbers)
            self._find_prefixes(document.stem_positions, numbers)
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
                if takes_prefix(index_term.value):
                    self._prefixable.setdefault(index_term.value[0], {})[index_term] = number
            case "whole":
                self._wholes.add(index_term.value, number)
                self._whole_terms[number] = index_term
            case "confusable":
                self._confusables.add(index_term.value, number)
            case "prefix":
                stem = index_term.value[0]
                self._stems.setdefault(stem[:MIN_PREFIX], ByLength()).add(stem, number)
            case _:
                self._values.setdefault(index_term.field, {})[index_term.value] = number

    def _remove(self, index_term: IndexTerm, number: int) -> None:
        match index_term.field:
            case "phrase":
                self._phrases.remove(index_term.value)
                if takes_prefix(index_term.value):
                    del self._prefixable[index_term.value[0]][index_term]
                    if not self._prefixable[index_term.value[0]]:
                        del self._prefixable[index_term.value[0]]
            case "whole":
                self._wholes.remove(index_term.value)
                del self._whole_terms[number]
            case "confusable":
                self._confusables.remove(index_term.value)
            case "prefix":
                stem = index_term.value[0]
                self._stems[stem[:MIN_PREFIX]].remove(stem)
                if not self._stems[stem[:MIN_PREFIX]].numbers:
                    del self._stems[stem[:MIN_PREFIX]]
            case _:
                del self._values[index_term.field][index_term.value]
                if not self._values[index_term.field]:
                    del self._values[index_term.field]

    def _find_behind_prefixes(self, document: Document, numbers: set[int]) -> None:
        """Add the phrases whose first word is written together with an Arabic or Hebrew prefix."""
        for first in self._prefixable.keys() & document.stem_positions.keys():
            numbers.update(number for term, number in self._prefixable[first].items() if document.positions(term))

    def _find_wholes(self, document: Document, numbers: set[int]) -> None:
        """Add the phrases that occur as whole words, of scripts without spaces between words."""
        found: set[int] = set()
        self._wholes.find(document.words, found)
        if not self._wholes.vocabulary.keys().isdisjoint(document.variant_words):
            self._find_variant_phrases("whole", self._wholes, document, document.graph, found)
        numbers.update(number for number in found if document.positions(self._whole_terms[number]))

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
        kind: Literal["phrase", "whole", "confusable"],
        phrases: PhraseIndex,
        document: Document,
        graph: WordGraph,
        numbers: set[int],
    ) -> None:
        def occurs(phrase: Words) -> bool:
            return bool(document.positions(IndexTerm(kind, phrase)))

        for window in graph.windows(phrases.vocabulary.keys(), KEY_WORDS):
            phrases.find_at_start(window, numbers, occurs)
        if kind == "confusable":
            words, variant_words = document.words_without_confusables, document.variant_words_without_confusables
        else:
            words, variant_words = document.words, document.variant_words
        phrases.find_continued(words, variant_words, numbers, occurs)

    def _find_prefixes(self, words: Iterable[str], numbers: set[int]) -> None:
        for word in set(words):
            if stems := self._stems.get(word[:MIN_PREFIX]):
                for length in stems.lengths:
                    if (number := stems.numbers.get(word[:length])) is not None:
                        numbers.add(number)
