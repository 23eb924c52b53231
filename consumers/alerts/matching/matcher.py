"""Finding the watches that an article matches, in a time that hardly depends on the number of watches."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import TypeAlias

from consumers.alerts.matching.compile import CompiledWatch
from consumers.alerts.matching.document import Document
from consumers.alerts.matching.evaluate import holds
from consumers.alerts.matching.plan import Plan, make_plan
from consumers.alerts.matching.term_index import ALWAYS, TermIndex
from consumers.alerts.query.ast import IndexTerm
from consumers.alerts.query.fields import FIELDS, Fields

MAX_RANKED_WORDS = 20
"""A phrase with more words counts as no rarer, so that its cost stays a number that can be compared."""


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A watch in the index.

    *required* and *excluded* are those of its plan, with numbers in place of index terms. The index lists the watch under
    each of *pairs*. ALWAYS is the second number of a pair if one index term leads to the watch, and both if none does.
    """

    compiled: CompiledWatch
    plan: Plan
    required: tuple[frozenset[int], ...]
    excluded: frozenset[int]
    pairs: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Candidates:
    """The watches that a document may match, and the numbers of the index terms that it contains."""

    present: set[int]
    entries: set[Entry]

    def evaluate(self, document: Document) -> Iterator[CompiledWatch | None]:
        """Yield the watches that *document* matches, and None for each other candidate, so that no step is long."""
        for entry in self.entries:
            yield entry.compiled if entry.plan.exact or self._is_match(entry, document) else None

    def _is_match(self, entry: Entry, document: Document) -> bool:
        """Return whether *document* satisfies the plan of *entry*."""
        if not entry.excluded.isdisjoint(self.present):
            return False
        if any(disjunction.isdisjoint(self.present) for disjunction in entry.required):
            return False
        return all(holds(node, document) for node in entry.plan.residual)


Entries: TypeAlias = list[Entry] | dict[Entry, None]
"""The entries that share an index term or a pair: a list, which is small, or the keys of a dict, which are removed fast."""
MAX_LISTED = 32
"""The most entries in a list."""


class Matcher:
    """An index of watches. Adding or removing one takes microseconds, without a rebuild.

    An edit of many watches takes effect at once: its entries are inserted beside the old ones and put in force, and then the
    old ones are discarded.

    A watch is listed under pairs of index terms from its access paths (plan.py). One pass over the words of an article finds
    the index terms that it contains. Set intersections then give the candidates: the watches with a pair that the article
    contains. Only for the candidates is the rest of the plan evaluated.
    """

    def __init__(self, fields: Fields = FIELDS) -> None:
        self.fields = fields
        self._field_costs: dict[str, float] = {field.name: field.cost for field in fields}
        self.entries: dict[str, Entry] = {}
        """The entries in force, by the id of the watch."""
        self._hidden: set[Entry] = set()
        """The entries of the index that are not in force: they match nothing. Empty except while an edit is applied."""
        self._terms = TermIndex()
        self._by_term: dict[int, Entries] = {}
        self._by_pair: dict[int, dict[int, Entries]] = {}

    def __len__(self) -> int:
        return len(self.entries)

    def add(self, compiled: CompiledWatch) -> None:
        """Add a watch, and put it in force. It replaces the one with the same id, if there is one."""
        self.remove(compiled.watch.id)
        self.entries[compiled.watch.id] = entry = self.insert(compiled, self.plan(compiled))
        self._hidden.discard(entry)

    def remove(self, watch_id: str) -> None:
        """Remove the watch with the id *watch_id*. Does nothing if there is none."""
        if entry := self.entries.pop(watch_id, None):
            self.discard(entry)

    def plan(self, compiled: CompiledWatch) -> Plan:
        """Return the plan of a watch. May be called in another thread: it reads nothing that changes."""
        return make_plan(compiled.ast, self._cost)

    def insert(self, compiled: CompiledWatch, plan: Plan) -> Entry:
        """Add a watch to the index, and return its entry, which is not in force before `put_in_force`."""
        entry = self._make_entry(compiled, plan)
        self._hidden.add(entry)
        for first, second in entry.pairs:
            if second == ALWAYS:
                _add_entry(self._by_term, first, entry)
            else:
                _add_entry(self._by_pair.setdefault(first, {}), second, entry)
        return entry

    def put_in_force(self, entries: dict[str, Entry], replaced: Iterable[Entry]) -> None:
        """Put *entries* in force, by the id of the watch, in place of those before, of which *replaced* are not among them."""
        self.entries, self._hidden = entries, set(replaced)

    def discard(self, entry: Entry) -> None:
        """Remove *entry*, which is no longer in force, from the index."""
        self._hidden.discard(entry)
        self._terms.release(_references(entry.plan))
        for first, second in entry.pairs:
            if second == ALWAYS:
                _remove_entry(self._by_term, first, entry)
                continue
            _remove_entry(self._by_pair[first], second, entry)
            if not self._by_pair[first]:
                del self._by_pair[first]

    def match(self, document: Document) -> list[CompiledWatch]:
        """Return the watches that *document* matches, in no particular order."""
        return [compiled for compiled in self.candidates(document).evaluate(document) if compiled]

    def candidates(self, document: Document) -> Candidates:
        """Return the watches in force that *document* may match: those with a pair of index terms that it contains."""
        present = self._terms.find(document)
        candidates: set[Entry] = set()
        for number in present & self._by_term.keys():
            candidates.update(self._by_term[number])
        for first in present & self._by_pair.keys():
            by_second = self._by_pair[first]
            if not by_second.keys().isdisjoint(present):
                for second in by_second.keys() & present:
                    candidates.update(by_second[second])
        return Candidates(present, candidates - self._hidden if self._hidden else candidates)

    def _make_entry(self, compiled: CompiledWatch, plan: Plan) -> Entry:
        required = tuple(map(self._terms.acquire, plan.required))
        excluded = self._terms.acquire(plan.excluded)
        pairs: set[tuple[int, int]] = set()
        for path in plan.access_paths:
            first, second, *_ = (*map(self._terms.acquire, path), frozenset([ALWAYS]), frozenset([ALWAYS]))
            pairs.update(product(first, second))
        return Entry(compiled, plan, required, excluded, tuple(pairs))

    def _cost(self, index_term: IndexTerm) -> float:
        """Return roughly how frequent *index_term* is: long words are rarer than short ones, phrases rarer than words.

        Plans based on the frequencies of words in past articles made matching no faster.
        """
        if index_term.field in {"phrase", "whole", "confusable"}:
            return 1 / (1 + max(map(len, index_term.value))) / 8.0 ** min(len(index_term.value) - 1, MAX_RANKED_WORDS)
        return self._field_costs.get(index_term.field, 1.0)


def _add_entry(entries: dict[int, Entries], number: int, entry: Entry) -> None:
    """Add *entry* to those of *number*."""
    listed = entries.setdefault(number, [])
    if isinstance(listed, dict):
        listed[entry] = None
        return
    listed.append(entry)
    if len(listed) > MAX_LISTED:
        entries[number] = dict.fromkeys(listed)


def _remove_entry(entries: dict[int, Entries], number: int, entry: Entry) -> None:
    """Remove *entry* from those of *number*, and the number if none is left."""
    listed = entries[number]
    if isinstance(listed, dict):
        del listed[entry]
    else:
        listed.remove(entry)
    if not listed:
        del entries[number]


def _references(plan: Plan) -> Iterator[IndexTerm]:
    """Yield the index terms that *plan* uses, each as often as it is used."""
    for disjunction in (*plan.required, plan.excluded, *(disjunction for path in plan.access_paths for disjunction in path)):
        yield from disjunction
