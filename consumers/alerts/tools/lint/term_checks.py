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
"""The most names to give as examples."""
MAX_INITIALS = 2
"""An acronym of so many letters stands for many things, unless the gazetteer knows it."""
WORD_CLAUSES = frozenset({"any", "all", "phrase", "case"})
ORIGIN_FIELDS = frozenset(field.name for field in FIELDS if field.is_origin)
"""Fields that narrow a watch but do not show which bearer of a name is meant."""


def find_ambiguous(compiled: CompiledWatch) -> Iterator[Finding]:
    """Yield a finding for each one-word name that several entities share, if it alone makes the watch match."""
    for term in _sufficient_terms(compiled.ast):
        words = tokens(term.text)
        if len(words) == 1 and term.clause in WORD_CLAUSES and (reason := _ambiguity(words[0], term.text)):
            advice = f"write the full name, or a word that must be near it, such as: {term.text} NEAR/5 minister"
            yield term_finding("ambiguous", compiled.watch, term, f"{term.text!r} alone {reason}: {advice}")


def find_unknown_countries(compiled: CompiledWatch, countries: frozenset[str]) -> Iterator[Finding]:
    """Yield a finding for each country that no feed has. *countries* are those of the feeds, case-folded."""
    for term in positive_terms(compiled.ast):
        if term.clause == "country" and term.text.casefold() not in countries:
            text = f"no feed has the country {term.text!r}, so this never matches: set the country of a feed, or remove it"
            yield term_finding("dead", compiled.watch, term, text)


def _ambiguity(word: str, text: str) -> str | None:
    """Return why *word*, written as *text*, may name several entities, as the end of a sentence; None if it names one."""
    if len(word) <= MAX_INITIALS and text.isascii() and text.isupper() and gazetteer.resolve(text) is None:
        return "is too short to stand for one thing"
    names = _names_by_word().get(word, ())
    if len(names) > 1:
        more = f" and {len(names) - MAX_EXAMPLES} more" if len(names) > MAX_EXAMPLES else ""
        return f"is part of several known names ({', '.join(names[:MAX_EXAMPLES])}{more})"
    return "is a common family name" if word in _family_names() else None


def _sufficient_terms(node: Node) -> Iterator[Term]:
    """Yield the terms each of which alone makes *node* hold, if its exclusions and conditions on the origin hold too."""
    match node:
        case Term():
            yield node
        case Or(parts) | AtLeast(1, parts):
            for part in parts:
                yield from _sufficient_terms(part)
        case And(parts):
            required = [part for part in parts if not _only_narrows(part)]
            if len(required) == 1:
                yield from _sufficient_terms(required[0])
        case _:
            pass


def _only_narrows(node: Node) -> bool:
    """Return whether *node* is an exclusion or a condition on the origin, so that it names no subject."""
    match node:
        case Term(clause=clause):
            return clause in ORIGIN_FIELDS
        case Or(parts) | And(parts):
            return all(map(_only_narrows, parts))
        case _:
            return isinstance(node, Not)


@cache
def _names_by_word() -> Mapping[str, tuple[str, ...]]:
    """Return the names of persons and places by each of their words, except words that are a whole name by themselves."""
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
