"""Checks of how terms are spelt: acronyms that are also words, letters of two alphabets, names that nobody knows. Pure."""

import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from consumers.alerts.matching.compile import CompiledWatch
from consumers.alerts.matching.unknown_names import name_hint, subject_hint
from consumers.alerts.query.ast import Node, Or, Term, children, walk
from consumers.alerts.query.fields import ENTITY_TYPES
from consumers.alerts.tools.lint.finding import Finding, positive_terms, term_finding
from monitor.text import gazetteer
from monitor.text.tokens import replace_confusables, tokens

TEXT_CLAUSES = frozenset({"any", "all", "phrase"})
"""The clauses in which case does not matter."""
WIKIDATA_ID = "Q"


def find_word_like(compiled: CompiledWatch) -> Iterator[Finding]:
    """Yield a finding for each name in capitals that, as case does not matter, is also found as a common word: US, IT, WHO."""
    for term in _text_terms(compiled.ast):
        words = tokens(term.text)
        if len(words) == 1 and term.text.isupper() and words[0] in _common_words():
            advice = f'write case("{term.text}") in a query'
            text = f"{term.text!r} also matches the word {words[0]!r}, as case does not matter: {advice}"
            yield term_finding("ambiguous", compiled.watch, term, text)


def find_mixed_scripts(compiled: CompiledWatch) -> Iterator[Finding]:
    """Yield a finding for each word with letters of two alphabets, which no text has: 'Рutin' with a Cyrillic letter."""
    for term in _text_terms(compiled.ast, "case", "prefix"):
        foreign = [char for word in term.text.split() for char in _foreign_letters(word)]
        if foreign and not compiled.watch.confusables:
            named = ", ".join(f"{char!r} ({unicodedata.name(char).lower()})" for char in dict.fromkeys(foreign))
            latin = "".join(replace_confusables([char.casefold()])[0] if char in foreign else char for char in term.text)
            text = (
                f"{term.text!r} has letters that only look like Latin ones: {named}; type it anew ({latin}), or set confusables"
            )
            yield term_finding("look-alike", compiled.watch, term, text)


def find_look_alikes(compiled: CompiledWatch) -> Iterator[Finding]:
    """Yield a finding for each term that differs from another one of the same OR only by letters that look the same."""
    if compiled.watch.confusables:
        return
    for node in walk(compiled.ast):
        if not isinstance(node, Or):
            continue
        first: dict[tuple[str, ...], Term] = {}
        for term in node.parts:
            if not isinstance(term, Term) or term.clause not in TEXT_CLAUSES or any(map(_foreign_letters, term.text.split())):
                continue
            other = first.setdefault(replace_confusables(tokens(term.text)), term)
            if tokens(other.text) != tokens(term.text):
                text = f"{term.text!r} looks the same as {other.text!r} but has letters of another alphabet: is each meant?"
                yield term_finding("look-alike", compiled.watch, term, text)


def find_unknown_names(compiled: CompiledWatch) -> Iterator[Finding]:
    """Yield a note for each person, organisation or place that is not in the names table, so that no alias of it is known."""
    for term in positive_terms(compiled.ast):
        is_id = term.text.startswith(WIKIDATA_ID) and term.text[1:].isdecimal()
        entity_type = next((each for each in ENTITY_TYPES if each == term.clause), None)
        is_unknown = entity_type and not is_id and gazetteer.resolve(term.text, entity_type) is None
        if entity_type and is_unknown and name_hint(term.text, entity_type) is None:
            text = f"{term.text!r} is not a known name, so it matches only where an article has it in this spelling"
            yield term_finding("note", compiled.watch, term, text)
        if term.clause == "about" and term.scope == "title" and subject_hint(term.text) is None:
            text = (
                f"{term.text!r} is not a known name, so it matches where a title has it, or the article is about that very name"
            )
            yield term_finding("note", compiled.watch, term, text)


def _text_terms(node: Node, *more: str) -> Iterator[Term]:
    """Yield the terms of *node* that are found in the text, also those inside a NOT."""
    if isinstance(node, Term) and node.clause in {*TEXT_CLAUSES, *more}:
        yield node
    for part in children(node):
        yield from _text_terms(part, *more)


def _foreign_letters(word: str) -> list[str]:
    """Return the Cyrillic and Greek letters of *word* that look like Latin ones, if it has Latin letters too."""
    foreign = [char for char in word if not char.isascii() and replace_confusables([char.casefold()]) != (char.casefold(),)]
    # Small Greek letters are part of names and units, such as μTorrent.
    foreign = [char for char in foreign if "CYRILLIC" in unicodedata.name(char, "") or char.isupper()]
    return foreign if any(char.isascii() and char.isalpha() for char in word) else []


@cache
def _common_words() -> frozenset[str]:
    lines = (files(__package__) / "common_words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
