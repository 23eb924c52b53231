"""The lines that are no sentences: who wrote the article or took the picture, and when it was published or changed. Pure."""

from collections.abc import Sequence
from itertools import pairwise

from consumers.stories.developments.days import NO_DAYS, Days
from consumers.stories.developments.sentence_words import May, Word
from monitor.text.languages import DevelopmentWords
from monitor.text.sentences import STOPS

ENDS = f".!?…:;,{STOPS}"
"""What ends a sentence or a part of one, before the quotation marks and brackets of CLOSING."""
CLOSING = "\"'”’»)]』」"
MAX_BEFORE = 2
"""The most words before that which begins the names of the authors, or tells a change: additional reporting by."""
OF_SENTENCES = May.LOWER | May.CONTENT


def is_byline(words: Sequence[Word], lang: DevelopmentWords) -> bool:
    """Return whether a line names the authors: By Ana Ruiz in Lomo, Editing by Sam Orrin."""
    places = [place for place, word in enumerate(words[: MAX_BEFORE + 1]) if word.text in lang.bylines]
    if not any(word.may & May.NAME for place in places for word in words[place + 1 : place + 2]):
        return False
    return 2 * sum(bool(word.may & May.LOWER) for word in words) <= len(words)


def is_about_article(text: str, words: Sequence[Word], may: int, days: Days, lang: DevelopmentWords) -> bool:
    """Return whether the line *text* tells when the article was published or changed, or who contributed to it.

    The caller makes sure that there are no numbers: which of them an article corrects is news.
    """
    if not any(word.text in lang.edits for word in words):
        return False
    pairs = map(" ".join, pairwise(word.text for word in words))
    if not lang.itself.isdisjoint(pairs):
        return True
    is_at_start = any(word.text in lang.edits for word in words[: MAX_BEFORE + 1])
    return is_at_start and not _ends(text) and (days is not NO_DAYS or bool(may & May.TIME_OF_DAY))


def is_label(text: str, words: Sequence[Word], may: int) -> bool:
    """Return whether the line *text* is only names, such as those of a photographer and an agency.

    It ends like no sentence, and has no word for a step, and none in lower case that tells something. A language without
    capitals has no such lines.
    """
    if not may & May.CAPITAL or _ends(text):
        return False
    return not any(word.firm_steps or (word.may & OF_SENTENCES == OF_SENTENCES and not word.may & May.DAY) for word in words)


def _ends(text: str) -> bool:
    return text.rstrip(CLOSING)[-1:] in ENDS
