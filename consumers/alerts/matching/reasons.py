"""What speaks for a query that holds: the positive half of explain.py, without its search for what is nearest."""

from collections.abc import Iterator
from itertools import islice

from consumers.alerts.matching.document import LENGTH, Document, Evidence
from consumers.alerts.matching.evaluate import chain, holds, of_words, term_at
from consumers.alerts.query.ast import Near, Node, Not, Term, children
from monitor.messages import Reason

REASONS = 20
"""The most reasons that an alert gives."""


def reasons(node: Node, reading: Document) -> tuple[Reason, ...]:
    """What speaks for *node*, resolved (see terms.py): each term that is there, with its first place, each place once."""
    return tuple(islice(_each_once(node, reading), REASONS))


def _each_once(node: Node, reading: Document) -> Iterator[Reason]:
    seen: set[object] = set()
    for term, evidence in _positive(node, reading):
        if (same := (term.clause, evidence.words, evidence.at)) not in seen:
            seen.add(same)
            yield Reason(term.clause, term.text[:LENGTH], evidence.words, evidence.at)


def _positive(node: Node, reading: Document) -> Iterator[tuple[Term, Evidence]]:
    """Each term that is there, in the parts of *node* that hold; nothing where *node* does not."""
    match node:
        case Term():
            yield from _of_term(node, reading)
        case Not():
            return
        case Near(parts):
            for part, place in zip(parts, chain(node, reading) or (), strict=False):
                yield term_at(part, place, reading), reading.evidence(place)
        case _ if holds(node, reading):
            for part in children(node):
                yield from _positive(part, reading)


def _of_term(term: Term, reading: Document) -> Iterator[tuple[Term, Evidence]]:
    if of_words(term):
        yield from ((term, reading.evidence(place)) for place in reading.places_of(term)[:1])
    else:
        yield from ((term, reading.facts[key]) for key in islice(filter(reading.facts.__contains__, term.keys), 1))
