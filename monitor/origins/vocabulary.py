"""The words by which sources are told apart, of all languages together: a story's articles may be in several."""

from functools import cache

from monitor.text import gazetteer
from monitor.text.languages import OriginWords, join_origin_words, packs


@cache
def vocabulary() -> OriginWords:
    """Return the words of all language packs."""
    return join_origin_words([each.origins for each in packs() if each.origins])


def load_words() -> None:
    """Load the words and the known names. It takes tenths of a second, so a service does it in a thread at its start."""
    vocabulary()
    gazetteer.load_aliases()
