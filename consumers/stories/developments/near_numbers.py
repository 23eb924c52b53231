"""What the words around a number tell: that it is a time of day, or that it counts nothing, such as an age. Pure."""

import re
from collections.abc import Sequence

from consumers.stories.developments.number_words import HUNDRED, read_value
from consumers.stories.developments.sentence_words import May, Word
from monitor.text.languages import DevelopmentWords

CLOCK_TIME = re.compile(r"(\d{1,2})[:.](\d{2})")
NOON, HOURS, MINUTES = 12, 24, 60
YEAR_DIGITS = 4
MIN_AGE, MAX_AGE = 10, 110
"""What a count directly after a name, or alone after "who is", may be: the age of a person."""
MAX_BEFORE_AGE = 4
"""The most words before an age of which one is a pronoun of a person: who are well over 80."""


def around(words: Sequence[Word], start: int, end: int) -> list[str]:
    """Return the folded words from *start* up to *end*, which may be outside the sentence."""
    return [word.text for word in words[max(0, start) : max(0, end)]]


def end_of_time(words: Sequence[Word], place: int, end: int, lang: DevelopmentWords) -> int | None:
    """Return where the time of day in two numbers ends, of which words[place:end] are the first. None if there is none."""
    return _end_of_hour(words, place, end, lang) or _end_of_minutes(words, end, lang)


def _end_of_hour(words: Sequence[Word], place: int, end: int, lang: DevelopmentWords) -> int | None:
    """Return where the hour ends to which the number is the minutes: at twenty to seven."""
    if not place or words[place - 1].text not in lang.hour_cues or end >= len(words) or words[end].text not in lang.ranges:
        return None
    hour, after = read_value(words, end + 1, lang)
    return after if hour is not None and hour <= NOON and _is_alone(words, after) else None


def _end_of_minutes(words: Sequence[Word], end: int, lang: DevelopmentWords) -> int | None:
    """Return where the minutes end that follow the hour that ends at *end*: 9 h 12."""
    if end >= len(words) or words[end].text not in lang.clock:
        return None
    minutes, after = read_value(words, end + 1, lang)
    return after if minutes is not None and minutes < MINUTES and _is_alone(words, after) else None


def _is_alone(words: Sequence[Word], end: int) -> bool:
    """Return whether no noun follows at *end*, which a number before it would count."""
    return end == len(words) or not words[end].may & (May.CONTENT | May.UNIT | May.QUOTE)


def time_of_day(words: Sequence[Word], place: int, end: int, value: float, lang: DevelopmentWords) -> float | None:
    """Return the minutes after noon or midnight, if the number is a time of day: 16:00, 4 p.m., half past eleven."""
    is_in = not lang.out_of.isdisjoint(around(words, end, end + 1))
    is_in_part = is_in and not lang.day_parts.isdisjoint(around(words, end + 1, end + 3))
    near = around(words, place - 1, place) + around(words, end, end + 1)
    clock = CLOCK_TIME.fullmatch(words[place].raw) if end == place + 1 else None
    is_hour = value.is_integer() or clock is not None
    is_alone = place > 0 and words[place - 1].text in lang.hour_cues and _is_alone(words, end) and is_hour
    is_named = is_in_part or is_alone or not lang.clock.isdisjoint(near)
    if clock and int(clock[1]) < HOURS and int(clock[2]) < MINUTES and (is_named or ":" in words[place].raw):
        return float(clock[1]) % NOON * MINUTES + float(clock[2])
    if is_named and len(words[place].raw) == YEAR_DIGITS and words[place].raw.isdecimal() and value < HOURS * HUNDRED:
        return value // 100 % NOON * MINUTES + value % 100
    return value % NOON * MINUTES if is_named and value < HOURS else None


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
    is_of_who = is_alone and not lang.who.isdisjoint(before)
    return is_of_who or (place > 1 and bool(words[place - 1].may & May.NAME))
