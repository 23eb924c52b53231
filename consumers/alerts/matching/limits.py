"""The limits of one watch, so that compiling and evaluating it takes a known time. Also the problems of sets of aliases."""

from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache
from itertools import islice

from consumers.alerts.query.fields import MAX_PHRASE_WORDS, Lookups, text_problem
from monitor.text.tokens import tokens

MAX_TERMS = 10_000
"""The most terms of a watch, each alias of its sets counted where the set is used. An alert's reasons look at all of them."""
MAX_NAMES = 10
"""The most names of sets that a message lists."""


def count_problem(terms: int) -> str | None:
    """Return a message if a watch with so many *terms* has too many; None if it has not."""
    if terms <= MAX_TERMS:
        return None
    return f"more than {MAX_TERMS:,} terms, counting the aliases of each set: divide them among several watches"


def count_terms(texts: Iterable[str], lookups: Lookups) -> int:
    """Return how many terms *texts* have with each @name replaced by the aliases of that set."""
    sets = lookups.alias_sets
    return sum(len(sets.get(text[1:], (text,))) if text.startswith("@") else 1 for text in texts)


def set_problem(name: str, lookups: Lookups) -> str | None:
    """Return why the set *name* cannot be used, and how to fix it; None if it can."""
    aliases = lookups.alias_sets.get(name)
    if aliases is None:
        return _unknown_set(name, lookups)
    message = _alias_problem(aliases)
    return f"set {name!r}: {message}" if message else None


@lru_cache(maxsize=1024)
def _alias_problem(aliases: tuple[str, ...]) -> str | None:
    return next((text_problem(alias) for alias in aliases if len(tokens(alias)) > MAX_PHRASE_WORDS), None)


def _unknown_set(name: str, lookups: Lookups) -> str:
    message = f"there is no set {name!r} in [sets]"
    if close := get_close_matches(name, lookups.alias_sets, n=1):
        return f"{message}: did you mean @{close[0]}?"
    set_names = ", ".join(f"@{each}" for each in islice(lookups.alias_sets, MAX_NAMES))
    set_names += f" and {len(lookups.alias_sets) - MAX_NAMES:,} more" if len(lookups.alias_sets) > MAX_NAMES else ""
    return f"{message}; known: {set_names}" if set_names else f"{message}, which has none; write [sets] and {name} = [...]"
