"""From one article to the watches that it matches, however many there are."""

from dataclasses import dataclass
from itertools import chain, product

from consumers.alerts.matching.compile import Query
from consumers.alerts.matching.document import Document
from consumers.alerts.matching.evaluate import holds
from consumers.alerts.matching.plan import Plan, plan
from consumers.alerts.matching.term_index import ALWAYS, TermIndex
from consumers.alerts.query.ast import Key

PRIOR = {"topic": 2.0, "feed": 3.0, "site": 3.0, "source": 3.0, "country": 4.0, "lang": 5.0}
"""How often a kind of key is met beside words, which are below 1, and persons and the like, which are 1: an order alone.

Counting words in the articles that were read, and choosing anew by these counts, made matching no faster.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A query in the index, its plan in numbers."""

    query: Query
    plan: Plan
    needs: tuple[frozenset[int], ...]
    none: frozenset[int]
    pairs: tuple[tuple[int, int], ...]


class Matcher:
    """Watches, found by what they ask for. Adding or removing one takes microseconds, and matching goes on meanwhile.

    A query is listed under each pair of keys of its two rarest needs, or of two parts of an atleast (plan.py). The keys
    that an article has are found in one pass; set intersections then give the queries of which it has a pair, and what
    else these ask for is looked at.
    """

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}
        self._vocabulary = TermIndex()
        self._alone: dict[int, list[Entry]] = {}
        self._pairs: dict[int, dict[int, list[Entry]]] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, query: Query) -> None:
        """Let *query* be found, in place of the one of the same watch if there is one."""
        self.remove(query.watch.id)
        self._entries[query.watch.id] = entry = self._entry(query)
        for one, other in entry.pairs:
            lists = self._alone if other == ALWAYS else self._pairs.setdefault(one, {})
            lists.setdefault(other or one, []).append(entry)

    def remove(self, watch: str) -> None:
        """Let the watch with that id be found no more; nothing where there is none."""
        entry = self._entries.pop(watch, None)
        if entry is None:
            return
        planned = entry.plan
        self._vocabulary.drop(key for keys in (*planned.needs, planned.none, *chain(*planned.starts)) for key in keys)
        for one, other in entry.pairs:
            lists = self._alone if other == ALWAYS else self._pairs[one]
            lists[other or one].remove(entry)
            if not lists[other or one]:
                del lists[other or one]
            if other != ALWAYS and not lists:
                del self._pairs[one]

    def match(self, reading: Document) -> list[Query]:
        """The queries that the article matches, in no order."""
        found = self._vocabulary.find(reading)
        near: set[Entry] = set()
        for one in found & self._alone.keys():
            near.update(self._alone[one])
        for one in found & self._pairs.keys():
            partners = self._pairs[one]
            if not partners.keys().isdisjoint(found):
                for other in partners.keys() & found:
                    near.update(partners[other])
        return [entry.query for entry in near if entry.plan.sure or _holds(entry, found, reading)]

    def _entry(self, query: Query) -> Entry:
        planned = plan(query.tree, _cost)
        needs = tuple(map(self._vocabulary.take, planned.needs))
        none = self._vocabulary.take(planned.none)
        pairs: set[tuple[int, int]] = set()
        for start in planned.starts:
            first, second, *_ = (*map(self._vocabulary.take, start), frozenset([ALWAYS]), frozenset([ALWAYS]))
            pairs.update(product(first, second))
        return Entry(query, planned, needs, none, tuple(pairs))


def _cost(key: Key) -> float:
    """How often *key* is met, roughly: long words are rarer than short ones, phrases rarer than words."""
    if key.kind in {"phrase", "alike"}:
        return 1 / (1 + max(map(len, key.value))) / 8.0 ** (len(key.value) - 1)
    return PRIOR.get(key.kind, 1.0)


def _holds(entry: Entry, found: set[int], reading: Document) -> bool:
    """Whether all that *entry* asks for is so, *found* being what the article has."""
    if not entry.none.isdisjoint(found):
        return False
    if any(need.isdisjoint(found) for need in entry.needs):
        return False
    return all(holds(node, reading) for node in entry.plan.rest)
