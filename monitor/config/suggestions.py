"""Which name is probably meant by a misspelt one."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any


def suggest(word: Any, choices: Iterable[Any]) -> str:
    """Return "; did you mean ...?" with the most similar of *choices*, or "" if none is similar."""
    close = nearest(str(word), [str(choice) for choice in choices])
    return f"; did you mean {close!r}?" if close else ""


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """Return the most similar of *choices*, whatever its case; None if none is similar."""
    by_folded = {choice.casefold(): choice for choice in choices}
    close = get_close_matches(word[:200].casefold(), by_folded, n=1)
    return by_folded[close[0]] if close else None
