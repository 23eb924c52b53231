"""Terms that add nothing beside another of the same OR: 'summit talks' beside 'summit'. Pure."""

from collections.abc import Iterator, Sequence

from consumers.alerts.matching.compile import CompiledWatch
from consumers.alerts.query.ast import IndexTerm, Node, Or, Term, children
from consumers.alerts.query.fields import ENTITY_TYPES
from consumers.alerts.query.validate import MIN_PREFIX
from consumers.alerts.tools.lint.finding import Finding, of_term
from monitor.text import mediatopics

LONGEST = 20
"""The most words of a phrase that are looked into."""


def contained(query: CompiledWatch) -> Iterator[Finding]:
    """A remark for each term that holds only where another of its OR does, on the later one where they are alike."""
    for terms in _choices(query.ast):
        for term, other in _needless(terms):
            alike = _keys(term) == _keys(other)
            why = "says the same as" if alike else "adds nothing beside"
            said = f"{term.text!r} {why} {other.text!r}, which holds wherever it does: remove one of them"
            yield of_term("contained", query.watch, term, said)


def _choices(node: Node) -> Iterator[list[Term]]:
    """The terms of each OR in *node*, those of an OR in an OR with the outer one's."""
    if isinstance(node, Or):
        parts = _flat(node)
        yield [part for part in parts if isinstance(part, Term)]
    else:
        parts = list(children(node))
    for part in parts:
        yield from _choices(part)


def _flat(node: Or) -> list[Node]:
    return [inner for part in node.parts for inner in (_flat(part) if isinstance(part, Or) else [part])]


def _needless(terms: Sequence[Term]) -> Iterator[tuple[Term, Term]]:
    """Each of *terms* that another one holds wherever it does, with that other."""
    by_key: dict[IndexTerm, set[int]] = {}
    for index, term in enumerate(terms):
        for key in _keys(term):
            by_key.setdefault(key, set()).add(index)
    for index, term in enumerate(terms):
        wider = [set().union(*(by_key.get(each, ()) for each in _implied(key))) for key in _keys(term)]
        for other in sorted(set.intersection(*wider) if wider else ()):
            if other != index and _as_wide(terms[other], term) and (other < index or not _as_wide_back(terms[other], term)):
                yield term, terms[other]
                break


def _as_wide_back(other: Term, term: Term) -> bool:
    """Whether *term* and *other*, which holds wherever *term* does, are alike, so that only the later is needless."""
    return _keys(term) == _keys(other) and _as_wide(term, other)


def _as_wide(other: Term, term: Term) -> bool:
    """Whether *other* is as free in place and writing as *term*."""
    places = {"anywhere", term.scope} | ({"lead"} if term.scope == "title" else set())
    return other.scope in places and (not other.exact_words or _stands_in(other.exact_words, term.exact_words))


def _keys(term: Term) -> frozenset[IndexTerm]:
    """Those of *term*; of an entity the one that it is known by."""
    return frozenset(term.index_terms[-1:] if term.clause in ENTITY_TYPES else term.index_terms)


def _implied(key: IndexTerm) -> Iterator[IndexTerm]:
    """What an article that has *key* has too: parts of a phrase, stems of its words, broader topics."""
    yield key
    match key.field:
        case "phrase" | "lookalike":
            row = key.value[:LONGEST]
            for start in range(len(row)):
                for end in range(start + 1, len(row) + 1):
                    yield IndexTerm(key.field, row[start:end])
            for word in row:
                yield from (IndexTerm("prefix", (word[:end],)) for end in range(MIN_PREFIX, len(word) + 1))
        case "prefix":
            yield from (IndexTerm("prefix", (key.value[0][:end],)) for end in range(MIN_PREFIX, len(key.value[0])))
        case "topic":
            concept = mediatopics.concepts().get(key.value[0])
            yield from (IndexTerm("topic", (code,)) for code in (concept.broader if concept else ()))
        case _:
            pass


def _stands_in(part: Sequence[str], whole: Sequence[str]) -> bool:
    return any(tuple(whole[at : at + len(part)]) == tuple(part) for at in range(len(whole) - len(part) + 1))
