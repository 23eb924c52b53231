"""The words by which sources are told apart, of all languages together: a story's articles may be in several."""

from functools import cache

from monitor.text.languages import OriginWords, join_origin_words, packs


@cache
def vocabulary() -> OriginWords:
    """Return the words of all language packs."""
    return join_origin_words([each.origins for each in packs() if each.origins])
