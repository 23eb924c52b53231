"""Terms that add nothing beside another of the same OR: 'summit talks' beside 'summit'. Pure."""

from collections.abc import Iterator, Sequence

from consumers.alerts.matching.compile import Query
from consumers.alerts.matching.resolve import ENTITIES
from consumers.alerts.query.ast import Key, Node, Or, Term, children
from consumers.alerts.query.validate import STEM
from consumers.alerts.tools.lint.finding import Finding, of_term
from monitor.text import mediatopics

LONGEST = 20
"""The most words of a phrase that are looked into."""


def contained(query: Query) -> Iterator[Finding]:
    """A remark for each term that holds only where another of its OR does, on the later one where they are alike."""
    for terms in _choices(query.tree):
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
    by_key: dict[Key, set[int]] = {}
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
    places = {"anywhere", term.where} | ({"lead"} if term.where == "title" else set())
    return other.where in places and (not other.written or _stands_in(other.written, term.written))


def _keys(term: Term) -> frozenset[Key]:
    """Those of *term*; of an entity the one that it is known by."""
    return frozenset(term.keys[-1:] if term.clause in ENTITIES else term.keys)


def _implied(key: Key) -> Iterator[Key]:
    """What an article that has *key* has too: parts of a phrase, stems of its words, broader topics."""
    yield key
    match key.kind:
        case "phrase" | "alike":
            row = key.value[:LONGEST]
            for start in range(len(row)):
                for end in range(start + 1, len(row) + 1):
                    yield Key(key.kind, row[start:end])
            for word in row:
                yield from (Key("prefix", (word[:end],)) for end in range(STEM, len(word) + 1))
        case "prefix":
            yield from (Key("prefix", (key.value[0][:end],)) for end in range(STEM, len(key.value[0])))
        case "topic":
            concept = mediatopics.concepts().get(key.value[0])
            yield from (Key("topic", (code,)) for code in (concept.broader if concept else ()))
        case _:
            pass


def _stands_in(part: Sequence[str], whole: Sequence[str]) -> bool:
    return any(tuple(whole[at : at + len(part)]) == tuple(part) for at in range(len(whole) - len(part) + 1))
