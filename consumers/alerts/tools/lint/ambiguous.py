"""Short names that many have, such as Kim, where one is enough for a watch to match. Pure."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

from consumers.alerts.matching.compile import CompiledWatch
from consumers.alerts.query.ast import And, AtLeast, Node, Not, Or, Term
from consumers.alerts.query.fields import FIELDS
from consumers.alerts.tools.lint.finding import Finding, of_term
from monitor.text import gazetteer
from monitor.text.tokens import tokens

NAMED = 3
"""The most names that are given as examples."""
SCOPE = frozenset(field.name for field in FIELDS if field.is_origin)
"""What narrows a watch down, but tells no Kim from another."""


def ambiguous(query: CompiledWatch) -> Iterator[Finding]:
    """A remark for each term of one word that decides by itself, and is part of several names."""
    for term in _deciding(query.ast):
        if len(tokens(term.text)) != 1 or term.clause not in {"any", "all", "phrase", "case"}:
            continue
        (word,) = tokens(term.text)
        bearers = _bearers().get(word, ())
        if len(bearers) > 1:
            more = f" and {len(bearers) - NAMED} more" if len(bearers) > NAMED else ""
            why = f"is part of several known names ({', '.join(bearers[:NAMED])}{more})"
        elif word in _family_names():
            why = "is a common family name"
        else:
            continue
        said = f"{term.text!r} alone {why}: give the full name, or what must be near it, as in: {term.text} NEAR/5 minister"
        yield of_term("ambiguous", query.watch, term, said)


def _deciding(node: Node) -> Iterator[Term]:
    """The terms of which one is enough for *node* to hold, but for its scope."""
    match node:
        case Term():
            yield node
        case Or(parts) | AtLeast(1, parts):
            for part in parts:
                yield from _deciding(part)
        case And(parts):
            asked = [part for part in parts if not _is_scope(part)]
            if len(asked) == 1:
                yield from _deciding(asked[0])
        case _:
            pass


def _is_scope(node: Node) -> bool:
    match node:
        case Term(clause=clause):
            return clause in SCOPE
        case Or(parts) | And(parts):
            return all(map(_is_scope, parts))
        case _:
            return isinstance(node, Not)


@cache
def _bearers() -> Mapping[str, tuple[str, ...]]:
    """From a word to the persons and places that it is a part of the name of; not where it is a whole name too."""
    found: dict[str, dict[str, None]] = {}
    whole: set[str] = set()
    for name in gazetteer.load().values():
        for alias in (name.name, *name.aliases, *name.exact):
            parts = tokens(alias)
            if len(parts) == 1:
                whole.add(parts[0])
            elif name.type in {"person", "place"}:
                for part in parts:
                    found.setdefault(part, {})[name.name] = None
    return {word: tuple(bearers) for word, bearers in found.items() if word not in whole}


@cache
def _family_names() -> frozenset[str]:
    lines = (files(__package__) / "family_names.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in tokens(line))
