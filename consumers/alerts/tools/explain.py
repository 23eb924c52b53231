"""Why a query holds of an article or does not, part by part, for a person: see reasons.py for what an alert says."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from consumers.alerts.matching.document import Document, TokenRange
from consumers.alerts.matching.evaluate import find_chain, is_text_term, term_at
from consumers.alerts.query.ast import AtLeast, IndexTerm, Near, Node, Not, Or, Scope, Term, children
from consumers.alerts.query.fields import Excerpt
from monitor.text import gazetteer
from monitor.text.tokens import tokens

FOUND = 5
"""The most places of one term that are told."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is said of one part: *said* in short, whether it *holds*, and *why*."""

    said: str
    holds: bool
    why: str
    found: tuple[Excerpt, ...] = ()
    parts: tuple["Explanation", ...] = ()


def explain(node: Node, reading: Document) -> Explanation:
    """The verdict on *node*, resolved (see terms.py), and on each of its parts."""
    if isinstance(node, Term):
        return _of_term(node, reading)
    if isinstance(node, Near):
        return _of_near(node, reading)
    if isinstance(node, Not):
        part = explain(node.part, reading)
        why = "it is there, and must not be" if part.holds else "it is not there"
        return Explanation("NOT", not part.holds, why, parts=(part,))
    parts = tuple(explain(part, reading) for part in children(node))
    count = sum(part.holds for part in parts)
    need, said = _needed(node)
    return Explanation(said, count >= need, f"{count} of {len(parts)} hold; {need} must", parts=parts)


def _needed(node: Node) -> tuple[int, str]:
    """How many parts of *node* must hold, and what it is called."""
    match node:
        case AtLeast(count):
            return count, f"atleast {count}"
        case Or():
            return 1, "OR"
        case _:
            return len(children(node)), "AND"


def _of_term(term: Term, reading: Document) -> Explanation:
    if is_text_term(term):
        return _of_words(term, reading.term_positions(term), reading)
    found = tuple(reading.metadata[key] for key in term.index_terms if key in reading.metadata)[:1]
    said = f"{term.clause}:{term.text!r}"
    return Explanation(said, bool(found), "there" if found else _no_fact(term, reading), found)


def _of_words(term: Term, at: Sequence[TokenRange], reading: Document) -> Explanation:
    found = tuple(map(reading.excerpt, at[:FOUND]))
    why = f"there {len(at)} time{'s' if len(at) != 1 else ''}" if at else _no_words(term, reading)
    return Explanation(_said(term), bool(at), why, found)


def _of_near(node: Near, reading: Document) -> Explanation:
    """The parts' places are those of the first chain, so that they tell where the words are near."""
    links = ", ".join(f"{'ONEAR' if operator.ordered else 'NEAR'}/{operator.distance}" for operator in node.operators)
    if (found := find_chain(node, reading)) is None:
        parts = tuple(explain(part, reading) for part in node.parts)
        absent = not all(part.holds for part in parts)
        return Explanation(links, holds=False, why="not all are there" if absent else "they stand too far apart", parts=parts)
    parts = tuple(_at_place(part, place, reading) for part, place in zip(node.parts, found, strict=True))
    return Explanation(links, holds=True, why="they stand near each other", parts=parts)


def _at_place(node: Node, place: TokenRange, reading: Document) -> Explanation:
    return _of_words(term_at(node, place, reading), [place], reading)


def _said(term: Term) -> str:
    where = "" if term.scope == "anywhere" else f"{term.scope}:"
    return f"{where}case({term.text!r})" if term.exact_words else f"{where}{term.text!r}"


WHERE: dict[Scope, str] = {
    "anywhere": "title or text",
    "title": "the title",
    "lead": "the title or the first paragraph",
    "text": "the text",
}


def _no_words(term: Term, reading: Document) -> str:
    """What to say where the words of *term* are not where they should be: the nearest thing that is there."""
    said = f"no {term.text!r} in {WHERE[term.scope]}"
    folded = Term(term.clause, term.text, term.index_terms)
    if elsewhere := reading.term_positions(folded)[:1]:
        evidence = reading.excerpt(elsewhere[0])
        return f"{said}; nearest: {evidence.words!r} in the {evidence.span.field if evidence.span else 'article'}"
    if other := _other_name(term, reading):
        return f"{said}; nearest: {other!r}, another name of the same, not listed here"
    longest = max((word for key in term.index_terms for word in key.value), key=len, default="")
    close = get_close_matches(longest, sorted(set(reading.tokens) - {""}), n=1, cutoff=0.75)
    return f"{said}; nearest: {close[0]!r}" if close else said


def _other_name(term: Term, reading: Document) -> str | None:
    """Another known name of whom *term* names, that is in the article."""
    known = gazetteer.resolve(term.text)
    for alias in (known.name, *known.aliases) if known else ():
        if reading.positions(IndexTerm("phrase", tokens(alias))):
            return alias
    return None


def _no_fact(term: Term, reading: Document) -> str:
    there = [evidence.words for key, evidence in reading.metadata.items() if key.field == term.clause]
    return f"the article has {', '.join(map(repr, dict.fromkeys(there))) or 'none'}"
