"""The numbers of a sentence, with what they measure. Pure."""

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import islice, pairwise
from typing import NamedTuple

from consumers.stories.developments.near_numbers import YEAR_DIGITS, around, counts_nothing, time_of_day, time_of_two
from consumers.stories.developments.number_words import HUNDRED, TEN, THOUSAND, read_value
from consumers.stories.developments.sentence_words import May, Word
from monitor.text.languages import DevelopmentWords
from monitor.text.languages.developments import Unit

COUNT, SHARE, DAYS, CLOCK, CELSIUS, FAHRENHEIT, LENGTH = "", "%", "d", "t", "c", "f", "m"
MONEY = "$"
"""What a number measures. Those of money begin with MONEY; other measures are only compared with each other."""
MAX_NUMBERS = 50
"""The most numbers of a sentence that are read."""
DURATION = re.compile(r"(\d{1,2}):(\d{2}):(\d{2})")
FREEZING_FAHRENHEIT = 32
FIRST_YEAR, LAST_YEAR = 1000, 2100
MAX_ROUNDING_WORDS = 3
"""The words before a number among which it may be called rounded."""
MAX_SMALL = 2
"""Counts up to this are in any text."""
DAYS_OF_A_YEAR = 365
KILOMETRE = 1000
MAX_WHOLE = 20
"""The most of which a part is told as a share: one in three."""
MAX_APART = 3
"""The most words from the beginning of a measure to that of its smaller part: five feet and three inches."""
DEGREES = frozenset({CELSIUS, FAHRENHEIT})


class Number(NamedTuple):
    """A number: its value in the base unit, what it measures, how it is rounded (about, above, below or nothing), its place.

    *bare* is the value without its unit, if it has one. *is_weak* is set if its being new says little: a small count, a share
    in words, the time of day, an age, or a time that is counted from another.
    """

    value: float
    kind: str
    rounding: str
    place: int
    is_weak: bool = False
    bare: float | None = None

    @property
    def bare_value(self) -> float:
        """The value without the unit."""
        return self.value if self.bare is None else self.bare

    @property
    def counts_years(self) -> bool:
        """Whether the number is one of years or longer times."""
        return self.kind == DAYS and abs(self.value) >= DAYS_OF_A_YEAR * abs(self.bare_value)

    def is_year(self, words: Sequence[Word]) -> bool:
        """Return whether the number may be a year: four digits without a unit. About 1500 homes are none."""
        raw = words[self.place].raw
        is_plain = self.kind == COUNT and len(raw) == YEAR_DIGITS and raw.isdecimal()
        counts = self.rounding and any(word.may & May.CONTENT for word in words[self.place + 1 : self.place + 2])
        return is_plain and not counts and FIRST_YEAR <= self.value <= LAST_YEAR


def find_numbers(words: Sequence[Word], may: int, lang: DevelopmentWords) -> list[Number]:
    """Return the numbers of a sentence, in which the words *may* be this together."""
    found = list[Number]()
    for number in islice(_numbers(words, may, lang), MAX_NUMBERS):
        if found and (whole := _with_part(found[-1], number)):
            found[-1] = whole
        else:
            found.append(number)
    return found


def _with_part(whole: Number, part: Number) -> Number | None:
    """Return the measure of which *part* is the smaller unit: five feet three inches. None if it is another measure."""
    is_measure = whole.kind == part.kind and whole.kind not in {COUNT, CELSIUS} and 1 < part.place - whole.place <= MAX_APART
    if not (is_measure and whole.bare and part.bare):
        return None
    unit = whole.value / whole.bare
    return whole._replace(value=whole.value + part.value) if max(part.value, part.value / part.bare) < unit else None


def _numbers(words: Sequence[Word], may: int, lang: DevelopmentWords) -> Iterator[Number]:
    """Yield the numbers of a sentence, those of two units as two."""
    end, kinds = 0, May.NUMBER | May.ARTICLE if may & May.UNIT else May.NUMBER
    for place in [place for place, word in enumerate(words) if word.may & kinds]:
        if place < end or not (words[place].may & May.NUMBER or _is_before_unit(words, place)):
            continue
        value, end = read_value(words, place, lang)
        if value is not None:
            whole, after = _whole(words, end, lang)
            if whole is not None and value < whole <= MAX_WHOLE:
                yield Number(HUNDRED * value / whole, SHARE, "about", place, is_weak=True, bare=value)
                yield Number(whole, COUNT, "", after - 1, is_weak=True)
                end = after
                continue
            if may & May.TIME_OF_DAY and (time := time_of_two(words, place, end, value, lang)):
                minutes, end = time
                yield Number(minutes, CLOCK, "", place, is_weak=True)
                continue
            yield from _number(words, place, end, value, may, lang)
            continue
        if (part := _part_or_rank(words, place, lang)) is not None:
            yield part


def _part_or_rank(words: Sequence[Word], place: int, lang: DevelopmentWords) -> Number | None:
    """Return the share, the measure or the rank that a word tells alone: every tenth, half a mile, a fifth body."""
    word, following = words[place].text, around(words, place + 1, place + 2)
    before = words[place - 1].text if place else ""
    if before in lang.each and word in lang.ordinals:
        return Number(HUNDRED / lang.ordinals[word], SHARE, "about", place, is_weak=True)
    kind, factor, _ = _unit(words, place, place + 1, lang)
    part = None if word in lang.ordinals else lang.fractions.get(word, 1.0 if word in lang.articles else None)
    if part is not None and kind not in {COUNT, SHARE}:
        return Number(part * factor, kind, "", place, is_weak=True, bare=part)
    is_cut = before in lang.articles and not (words[place + 1 : place + 2] and words[place + 1].may & May.CONTENT)
    is_part = is_cut or before in lang.numbers or not lang.out_of.isdisjoint(following)
    if word in lang.fractions and (word not in lang.ordinals or is_part) and lang.clock.isdisjoint(following):
        return Number(HUNDRED * lang.fractions[word], SHARE, "about", place, is_weak=True)
    return Number(lang.ordinals[word], COUNT, "", place) if word in lang.ordinals else None


def _is_before_unit(words: Sequence[Word], place: int) -> bool:
    return place + 1 < len(words) and bool(words[place + 1].may & May.UNIT)


def _whole(words: Sequence[Word], end: int, lang: DevelopmentWords) -> tuple[float | None, int]:
    """Return of how many the number before *end* is a part, and where that ends: one in three, one pupil in six."""
    at = next((each for each in (end, end + 1) if each < len(words) and words[each].text in lang.out_of), None)
    if at is None:
        return None, end
    whole = read_value(words, at + 1, lang)
    return whole if whole[0] is not None or at + 2 >= len(words) else read_value(words, at + 2, lang)


def _number(words: Sequence[Word], place: int, end: int, value: float, may: int, lang: DevelopmentWords) -> Iterator[Number]:
    """Yield the number *value* that words[place:end] tell; twice if it may be a weight or money.

    Most sentences have few of the words that decide what a number is, so *may* says which of them are searched for.
    """
    if other_measure := _share_or_time(words, place, end, value, may, lang):
        yield other_measure
        return
    following = words[end].text if end < len(words) else ""
    kind, factor, other = _unit(words, place, end, lang) if may & May.UNIT else (COUNT, 1.0, None)
    if (
        kind == COUNT
        and may & May.UNIT
        and following in lang.ranges
        and (after := read_value(words, end + 1, lang))[0] is not None
    ):
        kind, factor, other = _unit(words, end + 1, after[1], lang)
        # 4.8 to 5.6 billion.
        multiplier = lang.multipliers.get(words[after[1] - 1].text, 1.0)
        value *= multiplier if value < THOUSAND <= multiplier else 1.0
    rounding = _rounding(words, place, lang) if may & May.ROUNDING else ""
    near = around(words, place - 2, place) + around(words, end, end + 3) if may & May.AGE_OR_DISTANCE else ()
    if (kind in {COUNT, DAYS} and not lang.ages.isdisjoint(near)) or (
        kind == COUNT and counts_nothing(words, place, end, value, lang)
    ):
        yield Number(value, COUNT, rounding, place, is_weak=True)
        return
    if following in lang.others and kind == COUNT:
        # 36 other applicants are 37 with the one who is told.
        yield Number(value + 1, COUNT, rounding, place, is_weak=True)
    is_weak = (kind == DAYS and not lang.distance.isdisjoint(near)) or (kind == COUNT and value <= MAX_SMALL)
    # Two and a half, without a unit, is a measure of which the unit is told elsewhere.
    is_weak = (
        is_weak or following in lang.listed or (kind == COUNT and value % 1 != 0 and words[end - 1].text in lang.fractions)
    )
    bare = None if kind == COUNT else value
    if kind in DEGREES and _is_negative(words, place, end, lang):
        value = -value
    if kind == FAHRENHEIT:
        kind, value = CELSIUS, (value - FREEZING_FAHRENHEIT) * 5 / 9
    yield Number(value * factor, kind, rounding, place, is_weak, bare)
    if other:
        yield Number(value * other[1], other[0], rounding, place, is_weak=True)


def _share_or_time(
    words: Sequence[Word], place: int, end: int, value: float, may: int, lang: DevelopmentWords
) -> Number | None:
    """Return the share in words, the time of day or the duration with hours and minutes that words[place:end] tell."""
    following = words[end].text if end < len(words) else ""
    if following in lang.fractions and value < TEN:
        return Number(HUNDRED * value * lang.fractions[following], SHARE, "about", place, is_weak=True)
    if not may & May.TIME_OF_DAY:
        return None
    minutes = time_of_day(words, place, end, value, lang)
    if minutes is not None:
        return Number(minutes, CLOCK, "", place, is_weak=True)
    duration = DURATION.fullmatch(words[place].raw) if end == place + 1 else None
    return Number(_days(*map(int, duration.groups())), DAYS, "", place, is_weak=True, bare=value) if duration else None


def _days(hours: int, minutes: int, seconds: int) -> float:
    return timedelta(hours=hours, minutes=minutes, seconds=seconds) / timedelta(days=1)


def _is_negative(words: Sequence[Word], place: int, end: int, lang: DevelopmentWords) -> bool:
    """Return whether degrees are below zero."""
    is_after = not lang.frost.isdisjoint(around(words, end + 1, end + 3))
    return is_after or not lang.negative.isdisjoint(around(words, place - 1, place))


def _rounding(words: Sequence[Word], place: int, lang: DevelopmentWords) -> str:
    texts = around(words, place - MAX_ROUNDING_WORDS, place)
    before = [*texts, *map(" ".join, pairwise(texts))]
    for rounding, known in (("about", lang.about), ("above", lang.above), ("below", lang.below)):
        if not known.isdisjoint(before):
            return rounding
    return ""


def _unit_before(words: Sequence[Word], place: int, end: int, lang: DevelopmentWords) -> Unit | None:
    """Return the unit before the number in words[place:end]: a currency, or where something is along a way (kilometre 38).

    What follows another number may be the unit of that one: 5 €, 14 Menschen; but in 2026 $7 billion.
    """
    unit = lang.units.get(words[place - 1].text) if place else None
    if unit is None or unit[0] == SHARE:
        return None
    is_after_number = place > 1 and bool(words[place - 2].may & May.NUMBER)
    if not words[place - 1].text.isalpha():
        return unit if lang.signs_first or not is_after_number else None
    is_way = unit[0] == LENGTH and unit[1] >= KILOMETRE
    is_before_noun = end < len(words) and bool(words[end].may & May.CONTENT)
    return unit if is_way and not is_after_number and not is_before_noun else None


def _unit(words: Sequence[Word], place: int, end: int, lang: DevelopmentWords) -> tuple[str, float, Unit | None]:
    """Return what the number in words[place:end] measures, the factor of its unit, and what else that unit may be."""
    if before := _unit_before(words, place, end, lang):
        return (*before, None)
    # The sign before the next number: in 2026 $7 billion.
    if end + 1 < len(words) and lang.signs_first and not words[end].text.isalpha() and words[end + 1].may & May.NUMBER:
        return (SHARE, 1.0, None) if lang.units.get(words[end].text, ("",))[0] == SHARE else (COUNT, 1.0, None)
    # Few words may be between: 400 square kilometres. Another noun would be what is counted.
    for at in (end, end + 1):
        if at + 1 < len(words) and (unit := lang.units.get(f"{words[at].text} {words[at + 1].text}")):
            return (*unit, None)
        if at < len(words) and (unit := lang.units.get(words[at].text)):
            return (*unit, lang.other_units.get(words[at].text))
        if at < len(words) and words[at].text not in lang.between:
            break
    return COUNT, 1.0, None
