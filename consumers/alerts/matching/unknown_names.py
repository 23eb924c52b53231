"""Names of persons, organisations and places that the names table does not know, though it knows a similar one. Pure."""

from collections.abc import Mapping
from difflib import SequenceMatcher, get_close_matches
from functools import cache, lru_cache
from typing import get_args

from monitor.messages import EntityType
from monitor.text import gazetteer, mediatopics
from monitor.text.tokens import fold, tokens

CLOSE_ENOUGH = 0.84
"""The least similarity, from 0 to 1, of a name that is suggested."""
MAX_LENGTH = 80
"""The longest name to compare, in characters."""
MIN_LENGTH = 5
"""The shortest name to compare: shorter ones are near to too many."""
_NOUNS: Mapping[str, str] = {"person": "a person", "org": "an organisation", "place": "a place", "event": "an event"}


@lru_cache(maxsize=8192)
def name_hint(text: str, entity_type: EntityType) -> str | None:
    """Return a hint if *text* is not a known name of *entity_type* but probably means one; None otherwise."""
    if not tokens(text) or gazetteer.resolve(text, entity_type):
        return None
    for other in get_args(EntityType):
        entry = gazetteer.resolve(text, other)
        if entry and entry.name.casefold() == text.casefold():
            return f"{text!r} is known as {_NOUNS[other]}, not as {_NOUNS[entity_type]}: write {other} instead of {entity_type}"
    if name := nearest_name(text, entity_type):
        return f"{text!r} is not a known name: did you mean {name!r}?"
    return None


@lru_cache(maxsize=8192)
def subject_hint(text: str) -> str | None:
    """Return a hint if *text* is no known name of anything, but probably means one or is a topic; None otherwise."""
    if not tokens(text) or gazetteer.resolve(text):
        return None
    if mediatopics.resolve(text):
        return f"{text!r} is a topic, not a name: write topic instead of about"
    names = dict.fromkeys(name for each in get_args(EntityType) if (name := nearest_name(text, each)))
    return f"{text!r} is not a known name: did you mean {next(iter(names))!r}?" if len(names) == 1 else None


def nearest_name(text: str, entity_type: EntityType) -> str | None:
    """Return the known name that *text* is probably a misspelling or a part of; None if there is none, or no single one."""
    names, words = _names(entity_type), tokens(text)
    if not MIN_LENGTH <= len(fold(text)) <= MAX_LENGTH:
        return None
    reordered = " ".join(sorted(words))
    if len(words) > 1 and reordered in _sorted_names(entity_type):
        return _sorted_names(entity_type)[reordered]
    close = [name for name in get_close_matches(fold(text), names, n=3, cutoff=CLOSE_ENOUGH) if _is_misspelt(words, name)]
    if close:
        return names[close[0]]
    bearers = {name for folded, name in names.items() if len(words) == 1 and words[0] == folded.split(" ")[-1]}
    return bearers.pop() if len(bearers) == 1 else None


def _is_misspelt(words: tuple[str, ...], name: str) -> bool:
    """Return whether each of *words* resembles the word of *name* in its place: two persons may share most of their names."""
    others = name.split(" ")
    return len(words) == len(others) and all(
        SequenceMatcher(None, word, other).ratio() >= CLOSE_ENOUGH - 0.1 for word, other in zip(words, others, strict=True)
    )


@cache
def _names(entity_type: EntityType) -> Mapping[str, str]:
    """Return the names of all entries of *entity_type* by their folded aliases in Latin letters."""
    entries = [entry for entry in gazetteer.load().values() if entry.type == entity_type]
    aliases = {fold(alias): entry.name for entry in entries for alias in entry.aliases if alias[:1] < "\u0250"}
    return aliases | {fold(entry.name): entry.name for entry in entries}


@cache
def _sorted_names(entity_type: EntityType) -> Mapping[str, str]:
    return {" ".join(sorted(folded.split(" "))): name for folded, name in _names(entity_type).items()}
