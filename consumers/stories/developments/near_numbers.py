"""What the words around a number tell: that it is a time of day, or that it counts nothing, such as an age. Pure."""

import re
from collections.abc import Sequence

from consumers.stories.developments.number_words import HUNDRED, read_value
from consumers.stories.developments.sentence_words import May, Word
from monitor.text.languages import DevelopmentWords

CLOCK_TIME = re.compile(r"(\d{1,2})[:.](\d{2})")
NOON, HOURS, MINUTES = 12, 24, 60
YEAR_DIGITS = 4
MINUTES_TO_HOUR = frozenset({5, 10, 20, 25})
"""The minutes that are told before the hour: twenty to seven. Others are more often a score."""
MAX_BEFORE_LEVEL = 3
"""The most words up to the number among which one tells that it is a level: the toll stands at 12."""
MIN_AGE, MAX_AGE = 10, 110
"""What a count directly after a name, or alone after "who is", may be: the age of a person."""
MAX_BEFORE_AGE = 4
"""The most words before an age of which one is a pronoun of a person: who are well over 80."""


def around(words: Sequence[Word], start: int, end: int) -> list[str]:
    """Return the folded words from *start* up to *end*, which may be outside the sentence."""
    return [word.text for word in words[max(0, start) : max(0, end)]]


def time_of_two(words: Sequence[Word], place: int, end: int, value: float, lang: DevelopmentWords) -> tuple[float, int] | None:
    """Return the time of day that two numbers tell, in minutes after noon or midnight, and where it ends.

    The first number is *value*, in words[place:end]: at twenty to seven, 9 Uhr 20. None if there is no such time.
    """
    if end >= len(words):
        return None
    other, after = read_value(words, end + 1, lang)
    is_letter = len(words[end].text) == 1
    if other is None or not (is_letter or _is_alone(words, after)):
        return None
    if words[end].text in lang.before_hours and value in MINUTES_TO_HOUR and other <= NOON and _is_at_hour(words, place, lang):
        return other % NOON * MINUTES - value, after
    is_verb_next = after < len(words) and bool(words[after].may & (May.DONE_AFTER | May.EARLIER))
    if words[end].text in lang.before_minutes and value < HOURS and other < MINUTES and (is_letter or not is_verb_next):
        return value % NOON * MINUTES + other, after
    return None


def _is_alone(words: Sequence[Word], end: int) -> bool:
    """Return whether no noun follows at *end*, which a number before it would count."""
    return end == len(words) or not words[end].may & (May.CONTENT | May.UNIT | May.QUOTE)


def _is_at_hour(words: Sequence[Word], place: int, lang: DevelopmentWords) -> bool:
    """Return whether the word before the number at *place* is that before an hour: at nine; but not: the toll stands at 12."""
    if not place or words[place - 1].text not in lang.hour_cues:
        return False
    return lang.levels.isdisjoint(around(words, place - MAX_BEFORE_LEVEL, place - 1))


def time_of_day(words: Sequence[Word], place: int, end: int, value: float, lang: DevelopmentWords) -> float | None:
    """Return the minutes after noon or midnight, if the number is a time of day: 16:00, 4 p.m., half past eleven."""
    is_in = not lang.out_of.isdisjoint(around(words, end, end + 1))
    is_in_part = is_in and not lang.day_parts.isdisjoint(around(words, end + 1, end + 3))
    is_past = not lang.before_hours.isdisjoint(around(words, place - 1, place)) and place > 1 and _is_part(words[place - 2])
    clock = CLOCK_TIME.fullmatch(words[place].raw) if end == place + 1 else None
    # At nine, the crews hope: an hour without a noun.
    is_hour = (value.is_integer() or clock is not None) and _is_alone(words, end) and _is_at_hour(words, place, lang)
    is_named = is_in_part or is_hour or is_past or not lang.clock.isdisjoint(around(words, end, end + 1))
    if clock and int(clock[1]) < HOURS and int(clock[2]) < MINUTES and (is_named or ":" in words[place].raw):
        return float(clock[1]) % NOON * MINUTES + float(clock[2])
    if is_named and len(words[place].raw) == YEAR_DIGITS and words[place].raw.isdecimal() and value < HOURS * HUNDRED:
        return value // 100 % NOON * MINUTES + value % 100
    return value % NOON * MINUTES if is_named and value < HOURS else None


def _is_part(word: Word) -> bool:
    """Return whether *word* is a part of an hour: half, ten."""
    return bool(word.may & May.NUMBER)


def counts_nothing(words: Sequence[Word], place: int, end: int, value: float, lang: DevelopmentWords) -> bool:
    """Return whether a number is a rank (55th), a decade (40s), part of a label (phase 3), or an age (who is 48)."""
    following = words[end].text if end < len(words) else ""
    if words[place].raw[0].isdecimal() and following in lang.rank_endings:
        return True
    before = around(words, place - MAX_BEFORE_AGE, place)
    if before[-1:] and before[-1] in lang.labels:
        return True
    if not MIN_AGE <= value <= MAX_AGE:
        return False
    is_alone = end == len(words) or not words[end].may & (May.CONTENT | May.UNIT | May.NUMBER)
    if is_alone and not lang.who.isdisjoint(before):
        return True
    # Dolan, 54, said; but 14 people, and in Lomo 14.
    is_after_name = place > 1 and bool(words[place - 1].may & May.NAME) and not words[place - 2].may & May.PLACE_CUE
    return is_after_name and (is_alone or bool(words[end].may & May.DONE))
