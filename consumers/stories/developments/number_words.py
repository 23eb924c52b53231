"""The value of a number in digits or words: 1,500, seven and a half, half a dozen. Pure."""

import re
from collections.abc import Sequence

from consumers.stories.developments.sentence_words import Word
from monitor.text.languages import DevelopmentWords

GROUPED = re.compile(r"\d{1,3}(?:[., \xa0\u202f]\d{3})+")
MAX_BETWEEN = 1
"""The most words between a fraction and what it is of: half a million."""
TEN, TWENTY, HUNDRED, THOUSAND = 10, 20, 100, 1000


def read_value(words: Sequence[Word], place: int, lang: DevelopmentWords) -> tuple[float | None, int]:
    """Return the number that begins at *place*, in digits or words or both, and where it ends; None if there is none."""
    if part := _fraction_of_many(words, place, lang):
        return part
    total, current, at = 0.0, None, place
    while at < len(words):
        raw, text = words[at].raw, words[at].text
        factor, value = lang.multipliers.get(text), lang.numbers.get(text)
        if raw[0].isdecimal() and current is None:
            current = _digits(raw, lang.decimal)
        elif factor is not None and current is not None:
            total, current = (total, current * factor) if factor < THOUSAND else (total + current * factor, 0.0)
        elif value is not None and (current is None or _may_follow(current, value)):
            current = (current or 0.0) + value
        elif current is not None and (rest := _fraction_after(words, at, lang)):
            current, at = current + rest[0], rest[1]
        elif text not in lang.joins or current is None or not _goes_on(words, at + 1, current, lang):
            break
        at += 1
    return (None, place) if current is None else (total + current, at)


def _fraction_after(words: Sequence[Word], at: int, lang: DevelopmentWords) -> tuple[float, int] | None:
    """Return the fraction after a word such as "and", and its place: seven and a half."""
    places = range(at + 1, min(at + MAX_BETWEEN + 2, len(words))) if words[at].text in lang.joins else range(0)
    found = next((each for each in places if words[each].text in lang.fractions), None)
    return (lang.fractions[words[found].text], found) if found else None


def _fraction_of_many(words: Sequence[Word], at: int, lang: DevelopmentWords) -> tuple[float, int] | None:
    """Return the number that a fraction of a multiplier is, and where it ends: half a dozen."""
    fraction = lang.fractions.get(words[at].text) if at < len(words) else None
    places = range(at + 1, min(at + MAX_BETWEEN + 2, len(words)))
    found = next((each for each in places if words[each].text in lang.multipliers), None) if fraction else None
    return (fraction * lang.multipliers[words[found].text], found + 1) if fraction and found else None


def _may_follow(current: float, value: float) -> bool:
    """Return whether the spelled number *value* may be a part of the one after *current*: twenty, three."""
    if current == 0:
        return True
    if current % HUNDRED == 0:
        return value < HUNDRED
    return current % TEN == 0 and current >= TWENTY and value < TEN


def _goes_on(words: Sequence[Word], at: int, current: float, lang: DevelopmentWords) -> bool:
    """Return whether a spelled number goes on at *at*, after a word such as "and"."""
    value = lang.numbers.get(words[at].text) if at < len(words) else None
    return value is not None and current > 0 and _may_follow(current, value)


def _digits(raw: str, decimal: str) -> float:
    """Return the value of a number in digits. Three digits after each sign are thousands, but not after the decimal sign."""
    if GROUPED.fullmatch(raw) and raw.count(decimal) != 1:
        return float(re.sub(r"\D", "", raw))
    other = "," if decimal == "." else "."
    plain = re.sub(r"[\s:]", "", raw).replace(other, "" if decimal in raw else ".").replace(decimal, ".")
    whole, _, rest = plain.partition(".")
    return float(f"{whole}.{rest.replace('.', '')}" if rest else whole)
