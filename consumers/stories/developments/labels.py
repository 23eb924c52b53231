"""The lines that are no sentences: who wrote the article or took the picture, and when it was published or changed. Pure."""

from collections.abc import Sequence
from itertools import pairwise

from consumers.stories.developments.numbers import CLOCK, Number
from consumers.stories.developments.sentence_words import May, Word
from monitor.text.languages import DevelopmentWords
from monitor.text.sentences import STOPS

ENDS = f".!?…:;,{STOPS}"
"""What ends a sentence, or a part of one."""
CLOSING = "\"'”’»)]』」"
"""The marks that may follow one of ENDS."""
BAR = " | "
"""What stands before the name of the outlet at the end of a title."""
MAX_BEFORE = 2
"""The most words before that which begins the names of the authors: additional reporting by."""
ALLOWED = May.DAY | May.UNIT | May.TIME_OF_DAY
"""What a line may have that only tells when an article was published."""
STEPS_OF_EDITS = frozenset({"publish", "correct"})


def is_label(text: str, words: Sequence[Word], numbers: Sequence[Number], may: int, lang: DevelopmentWords) -> bool:
    """Return whether the line *text* only names people or a source, or tells when the article was published or changed.

    *numbers* are those of the line besides its days, and *may* what its words may be together. A line with a number that may be
    news is none, and nor is one in a script without capitals.
    """
    if any(not each.is_weak for each in numbers) or _has_caseless(text):
        return False
    if _is_credit(text, words, lang) or _is_about_article(words, lang):
        return not any(word.firm_steps - STEPS_OF_EDITS and not word.may & May.DAY for word in words)
    if words[0].text in lang.edits and _is_dated(numbers, may) and not _ends(text):
        return not any(_tells(word) for word in words if word.text not in lang.edits)
    if _is_byline(words, lang):
        is_first = words[0].text in lang.bylines
        return not any(_tells(word) or (_may_step(word) and not is_first) for word in words if word.text not in lang.bylines)
    if _ends(text) or text.isupper() or any(_tells(word) or _may_step(word) for word in words):
        return False
    return _has_full_name(words) or _is_dated(numbers, may)


def title_end(title: str, words: Sequence[Word]) -> int:
    """Return where *title* ends without the name of the outlet ("| The Daily Harrow"). *words* are those after its last bar."""
    head, bar, tail = title.rpartition(BAR)
    is_name = _has_full_name(words) and not any(_tells(word) or _may_step(word) or word.may & May.NUMBER for word in words)
    return len(head.rstrip()) if bar and len(tail) < len(head) and is_name and not _has_caseless(tail) else len(title)


def _is_byline(words: Sequence[Word], lang: DevelopmentWords) -> bool:
    """Return whether a line begins with the names of the authors: By Ana Ruiz in Lomo, Additional reporting by Sam Orrin."""
    starts = [place for place, word in enumerate(words[: MAX_BEFORE + 1]) if word.text in lang.bylines]
    return any(
        _has_full_name(words[place + 1 : place + 3]) and all(before.text in lang.bylines for before in words[1:place])
        for place in starts
    )


def _is_credit(text: str, words: Sequence[Word], lang: DevelopmentWords) -> bool:
    """Return whether a line is a word for who made it, a colon and a name: "Photo: Jan Verhulst/Picture Agency"."""
    return words[0].text in lang.bylines and text[len(words[0].raw) :].startswith(":") and not _ends(text)


def _is_about_article(words: Sequence[Word], lang: DevelopmentWords) -> bool:
    """Return whether a sentence says that the article was changed, or who contributed to it."""
    pairs = map(" ".join, pairwise(word.text for word in words))
    return any(word.text in lang.edits for word in words) and not lang.itself.isdisjoint(pairs)


def _tells(word: Word) -> bool:
    """Return whether *word* tells something: it is in lower case, and no day, unit or hour."""
    return bool(word.may & May.LOWER and word.may & May.CONTENT) and not word.may & ALLOWED


def _may_step(word: Word) -> bool:
    """Return whether *word* may tell a step, also with a capital, as in "Verdict on Monday"."""
    return bool(word.may & May.STEP and word.may & May.CONTENT) and not word.may & ALLOWED


def _is_dated(numbers: Sequence[Number], may: int) -> bool:
    return bool(may & May.DAY) or any(each.kind == CLOCK for each in numbers)


def _has_full_name(words: Sequence[Word]) -> bool:
    return any(one.may & other.may & May.NAME for one, other in pairwise(words))


def _has_caseless(text: str) -> bool:
    return any(letter.isalpha() and letter.lower() == letter.upper() for letter in text)


def _ends(text: str) -> bool:
    stripped = text.rstrip(CLOSING)
    return stripped.endswith(tuple(ENDS))
