"""Checks for redundancy: terms that add nothing to another one in the same OR, and watches with the same meaning. Pure."""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import zip_longest

from consumers.alerts.matching.compile import CompiledWatch
from consumers.alerts.query.ast import And, AtLeast, IndexTerm, Near, Node, Not, Or, Term, children
from consumers.alerts.query.fields import NAME_FIELDS
from consumers.alerts.query.validate import MIN_PREFIX
from consumers.alerts.tools.lint.finding import Finding, term_finding, watch_finding
from monitor.text import mediatopics

MAX_WORDS = 20
"""The number of words of a phrase that are compared."""


def find_contained(compiled: CompiledWatch) -> Iterator[Finding]:
    """Yield a finding for each term that matches only where another term of its OR does: 'summit talks' beside 'summit'.

    If two terms have the same meaning, the finding is about the later one.
    """
    for terms in _alternatives(compiled.ast):
        for term, other in _redundant_terms(terms):
            relation = "means the same as" if _index_terms(term) == _index_terms(other) else "adds nothing to"
            text = f"{term.text!r} {relation} {other.text!r}, which matches wherever it does: remove one of the two"
            yield term_finding("contained", compiled.watch, term, text)


def find_duplicates(compiled_watches: Sequence[CompiledWatch]) -> Iterator[tuple[Finding, frozenset[str]]]:
    """Yield a finding for each watch with the same meaning as an earlier one, and the ids of both watches."""
    first_with: dict[Hashable, str] = {}
    for compiled in compiled_watches:
        first_id = first_with.setdefault(canonical_form(compiled.ast), compiled.watch.id)
        if first_id != compiled.watch.id:
            text = f"it matches the same articles as watch {first_id!r}: remove one of the two, or give one both targets"
            yield watch_finding("overlap", compiled.watch, text), frozenset({first_id, compiled.watch.id})


def canonical_form(node: Node) -> Hashable:
    """Return a value that is equal for trees that differ only in wording, order or nesting.

    Raises TypeError if *node* is not resolved.
    """
    match node:
        case Term(_, _, index_terms, scope, exact_words, signs):
            return ("term", frozenset(zip_longest(index_terms, signs)), scope, exact_words)
        case And() | Or():
            parts = frozenset(_canonical_parts(node, type(node)))
            return next(iter(parts)) if len(parts) == 1 else (type(node).__name__, parts)
        case AtLeast(count, parts):
            return ("atleast", count, frozenset(Counter(map(canonical_form, parts)).items()))
        case Near(parts, operators):
            return ("near", tuple(map(canonical_form, parts)), operators)
        case Not(part):
            return ("not", canonical_form(part))
        case _:
            raise TypeError(f"not resolved: {node!r}")


def _canonical_parts(node: And | Or, kind: type[And | Or]) -> Iterable[Hashable]:
    for part in node.parts:
        if isinstance(part, And | Or) and isinstance(part, kind):
            yield from _canonical_parts(part, kind)
        else:
            yield canonical_form(part)


def _alternatives(node: Node) -> Iterator[list[Term]]:
    """Yield the terms of each OR in *node*. An OR directly inside another one counts as a part of it."""
    if isinstance(node, Or):
        parts = _flatten(node)
        yield [part for part in parts if isinstance(part, Term)]
    else:
        parts = list(children(node))
    for part in parts:
        yield from _alternatives(part)


def _flatten(node: Or) -> list[Node]:
    return [inner for part in node.parts for inner in (_flatten(part) if isinstance(part, Or) else [part])]


def _redundant_terms(terms: Sequence[Term]) -> Iterator[tuple[Term, Term]]:
    """Yield each term that is contained in another one of *terms*, with that other one."""
    # Of terms that are alike, the first two are enough to find another one for each.
    alike: dict[Hashable, int] = {}
    positions: dict[IndexTerm, set[int]] = {}
    for index, term in enumerate(terms):
        kind = (_index_terms(term), term.scope, term.exact_words, term.signs)
        alike[kind] = alike.get(kind, 0) + 1
        for index_term in _index_terms(term) if alike[kind] <= 2 else ():  # noqa: PLR2004  (the first two)
            positions.setdefault(index_term, set()).add(index)
    for index, term in enumerate(terms):
        containing = [
            set().union(*(positions.get(implied, ()) for implied in _implied_terms(index_term)))
            for index_term in _index_terms(term)
        ]
        for other_index in sorted(set.intersection(*containing) if containing else ()):
            other = terms[other_index]
            if other_index == index or not _covers(other, term):
                continue
            is_same = _index_terms(term) == _index_terms(other) and _covers(term, other)
            if other_index < index or not is_same:
                yield term, other
                break


def _covers(wide: Term, narrow: Term) -> bool:
    """Return whether *wide* accepts every scope and spelling that *narrow* does."""
    scopes = {"anywhere", narrow.scope} | ({"lead"} if narrow.scope == "title" else set())
    accepts_signs = not wide.signs or wide.signs == narrow.signs
    return wide.scope in scopes and accepts_signs and (not wide.exact_words or _is_part(wide.exact_words, narrow.exact_words))


def _index_terms(term: Term) -> frozenset[IndexTerm]:
    """Return the index terms of *term*; for an entity only the last one, its id, which all its names share."""
    is_entity = term.clause in NAME_FIELDS and term.index_terms[-1].field == term.clause
    return frozenset(term.index_terms[-1:] if is_entity else term.index_terms)


def _implied_terms(index_term: IndexTerm) -> Iterator[IndexTerm]:
    """Yield the index terms that every article with *index_term* has: parts of a phrase, stems of its words, broader topics."""
    yield index_term
    value = index_term.value
    match index_term.field:
        case "phrase" | "confusable":
            words = value[:MAX_WORDS]
            for start in range(len(words)):
                for end in range(start + 1, len(words) + 1):
                    yield IndexTerm(index_term.field, words[start:end])
            if max(map(len, words)) == 1 < len(words):
                # Initials: U S in a watch is U.S., and an article with that also has US.
                yield IndexTerm(index_term.field, ("".join(words),))
            for word in words:
                yield from (IndexTerm("prefix", (word[:end],)) for end in range(MIN_PREFIX, len(word) + 1))
        case "prefix":
            yield from (IndexTerm("prefix", (value[0][:end],)) for end in range(MIN_PREFIX, len(value[0])))
        case "topic":
            topic = mediatopics.concepts().get(value[0])
            yield from (IndexTerm("topic", (code,)) for code in (topic.broader if topic else ()))
        case _:
            pass


def _is_part(part: Sequence[str], whole: Sequence[str]) -> bool:
    return any(tuple(whole[start : start + len(part)]) == tuple(part) for start in range(len(whole) - len(part) + 1))
