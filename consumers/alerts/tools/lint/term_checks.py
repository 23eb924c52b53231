"""Checks of single terms: short names that many people or places share, and countries that no feed has. Pure."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

from consumers.alerts.matching.compile import CompiledWatch
from consumers.alerts.query.ast import And, AtLeast, Node, Not, Or, Term
from consumers.alerts.query.fields import FIELDS
from consumers.alerts.tools.lint.finding import Finding, positive_terms, term_finding
from monitor.text import gazetteer
from monitor.text.tokens import tokens

MAX_EXAMPLES = 3
"""Most names that are given as examples."""
WORD_CLAUSES = frozenset({"any", "all", "phrase", "case"})
ORIGIN_FIELDS = frozenset(field.name for field in FIELDS if field.is_origin)
"""Fields that narrow a watch, but do not tell one Kim from another."""


def find_ambiguous(query: CompiledWatch) -> Iterator[Finding]:
    """Yield a finding for each name of one word that is enough for the watch to match, and that several entities share."""
    for term in _sufficient_terms(query.ast):
        words = tokens(term.text)
        if len(words) == 1 and term.clause in WORD_CLAUSES and (reason := _shared_name(words[0])):
            advice = f"write the full name, or a word that must be near it, such as: {term.text} NEAR/5 minister"
            yield term_finding("ambiguous", query.watch, term, f"{term.text!r} alone {reason}: {advice}")


def find_unknown_countries(query: CompiledWatch, countries: frozenset[str]) -> Iterator[Finding]:
    """Yield a finding for each country that no feed has. *countries* are those of the feeds, in lower case."""
    for term in positive_terms(query.ast):
        if term.clause == "country" and term.text.casefold() not in countries:
            text = f"no feed has the country {term.text!r}, so this never matches: set the country of a feed, or remove it"
            yield term_finding("dead", query.watch, term, text)


def _shared_name(word: str) -> str | None:
    """Return why *word* is not enough to name one entity; None if it is."""
    names = _names_by_word().get(word, ())
    if len(names) > 1:
        more = f" and {len(names) - MAX_EXAMPLES} more" if len(names) > MAX_EXAMPLES else ""
        return f"is part of several known names ({', '.join(names[:MAX_EXAMPLES])}{more})"
    return "is a common family name" if word in _family_names() else None


def _sufficient_terms(node: Node) -> Iterator[Term]:
    """Yield the terms of which any one is enough for *node* to hold, apart from its filters."""
    match node:
        case Term():
            yield node
        case Or(parts) | AtLeast(1, parts):
            for part in parts:
                yield from _sufficient_terms(part)
        case And(parts):
            required = [part for part in parts if not _is_filter(part)]
            if len(required) == 1:
                yield from _sufficient_terms(required[0])
        case _:
            pass


def _is_filter(node: Node) -> bool:
    match node:
        case Term(clause=clause):
            return clause in ORIGIN_FIELDS
        case Or(parts) | And(parts):
            return all(map(_is_filter, parts))
        case _:
            return isinstance(node, Not)


@cache
def _names_by_word() -> Mapping[str, tuple[str, ...]]:
    """Return the persons and places that have a word in their name, by word. Words that are a whole name are left out."""
    names: dict[str, dict[str, None]] = {}
    whole_names: set[str] = set()
    for entity in gazetteer.load().values():
        for alias in (entity.name, *entity.aliases, *entity.exact):
            words = tokens(alias)
            if len(words) == 1:
                whole_names.add(words[0])
            elif entity.type in {"person", "place"}:
                for word in words:
                    names.setdefault(word, {})[entity.name] = None
    return {word: tuple(entities) for word, entities in names.items() if word not in whole_names}


@cache
def _family_names() -> frozenset[str]:
    lines = (files(__package__) / "family_names.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in tokens(line))
