"""The words of a sentence, with the numbers and signs that folding leaves out, and what each may be. Pure.

Most words of an article are frequent, so what a word may be is looked up once and remembered.
"""

import re
import zlib
from dataclasses import dataclass
from functools import cache

from monitor.text.languages import DevelopmentWords, LanguagePack, pack
from monitor.text.languages.developments import Phrase
from monitor.text.tokens import fold

MAX_REMEMBERED = 65_536
"""The most words of a language that are remembered. Then they are forgotten."""
MAX_WORD = 40
"""The code points of a word that are read: the rest of a longer one is left out."""
MIN_WORD = 3
"""The fewest letters of a name, or of a word that tells what a sentence is about."""
STEM = 5
"""The letters at the beginning of a word by which it is known again: most endings come after them."""
FILTER_BITS = 8192
"""The bits of a filter of words. Of 1,000 words, it takes 5 % of other words for known."""
WORD = re.compile(
    r"\d{1,15}(?:[.,:\u202f\xa0 ]\d{1,15}){0,5}"
    r"|(?:[^\W\d_]\.){2,4}"
    r"|[^\W\d_]+(?:['’][^\W\d_]{1,3}(?![^\W\d_]))?"
    r"|[%€$£¥°“”„«»\"(]"
)
"""A number, an abbreviation such as p.m., a word, or a sign with a meaning. A space may join the parts of a number: 1 200."""
SPACED = re.compile(r"\d{1,3}(?:[ \xa0\u202f]\d{3})+(?:[.,]\d{1,2})?")
"""A number whose thousands are set apart by spaces. Others with spaces are several numbers."""


class May:
    """What a word may be, as bits of a number. An enumeration takes ten times as long, and more than 30 bits are slower."""

    STEP = 1 << 20
    NUMBER = 1 << 0
    DAY = 1 << 1
    NAME = 1 << 2
    CAPITAL = 1 << 3
    LOWER = 1 << 4
    CONTENT = 1 << 5
    STEM = 1 << 6
    PLANNED = 1 << 7
    EARLIER = 1 << 8
    NOT_DONE = 1 << 9
    DONE_AFTER = 1 << 10
    DONE = 1 << 11
    BACKGROUND = 1 << 12
    ANALYST = 1 << 13
    SELF = 1 << 14
    OPENING = 1 << 15
    QUOTE = 1 << 16
    ADDRESS = 1 << 17
    QUESTION = 1 << 18
    ARTICLE = 1 << 21
    UNIT = 1 << 22
    TIME_OF_DAY = 1 << 23
    ROUNDING = 1 << 24
    AGE_OR_DISTANCE = 1 << 25
    PAST = 1 << 26
    PLACE_CUE = 1 << 27
    DONE_IN_TITLE = 1 << 28
    COMING = 1 << 29


@dataclass(frozen=True, slots=True, eq=False)
class Word:
    """A word as the article has it, and folded; numbers and signs are not folded.

    *may* is what it may be. *steps* are those that it tells alone, *firm_steps* those of them that it surely tells, and
    *phrases* those that it begins. *initials* are the first letters of their second words. *bits* are the positions of its
    stem in a filter of words.
    """

    raw: str
    text: str
    may: int
    steps: frozenset[str]
    firm_steps: frozenset[str]
    phrases: tuple[Phrase, ...]
    initials: frozenset[str]
    bits: tuple[int, int]


class Lexicon(dict[str, Word]):
    """The words of a language by how they are written. It is filled on demand."""

    def __init__(self, language: LanguagePack) -> None:
        super().__init__()
        self._language = language

    def __missing__(self, raw: str) -> Word:
        if len(self) >= MAX_REMEMBERED:
            self.clear()
        word = _describe(raw, self._language)
        if len(raw) <= MAX_WORD:
            self[raw] = word
        return word


@cache
def lexicon(code: str) -> Lexicon:
    """Return the words of the language *code*."""
    return Lexicon(pack(code))


def split_words(sentence: str, known: Lexicon) -> list[Word]:
    """Return the words of *sentence*, with its numbers and signs."""
    found = WORD.findall(sentence)
    if " " in "".join(found):
        found = [part for raw in found for part in ([raw] if SPACED.fullmatch(raw) else raw.split(" "))]
    return [known[raw] for raw in found]


def bits_of(stem: str) -> tuple[int, int]:
    """Return the positions of *stem* in a filter of words."""
    digest = zlib.crc32(stem.encode())
    return digest % FILTER_BITS, (digest >> 16) % FILTER_BITS


def stem_of(word: str) -> str:
    """Return the letters by which a folded word is known again."""
    return word[:STEM]


def _describe(raw: str, language: LanguagePack) -> Word:
    text = _fold(raw[:MAX_WORD])
    steps = language.developments.steps_of(text)
    # The longest phrase that fits counts, so the longest is the first.
    phrases = sorted((each for each in steps if each[1]), key=lambda each: -len(each[1]))
    alone = frozenset(name for name, following, _ in steps if not following)
    firm = frozenset(name for name, following, is_vague in steps if not following and not is_vague)
    may = _may_be(raw, text, language) | (May.STEP if steps else 0)
    initials = frozenset(following[0][0] for _, following, _ in phrases)
    return Word(raw, text, may, alone, firm, tuple(phrases), initials, bits_of(stem_of(text)))


def _may_be(raw: str, text: str, language: LanguagePack) -> int:
    lang, calendar = language.developments, language.developments.calendar
    is_capital, is_word = raw[0].isupper(), text.isalpha()
    is_counted = text in lang.numbers or text in lang.multipliers
    is_long = is_word and len(text) >= MIN_WORD and text not in language.stopwords and text not in lang.numbers
    is_day = text in calendar.months or text in calendar.weekdays or text in calendar.relative
    is_name = is_capital and is_long and text not in lang.peoples and text not in lang.units and not is_day
    found = {
        May.NUMBER: raw[0].isdecimal() or is_counted or text in lang.fractions or text in lang.ordinals,
        May.DAY: is_day,
        May.NAME: is_name,
        May.CAPITAL: is_capital,
        May.LOWER: raw[0].islower(),
        May.CONTENT: is_long and text not in lang.multipliers,
        May.STEM: is_word,
        May.PLANNED: text in lang.planned,
        May.EARLIER: text in lang.earlier,
        May.NOT_DONE: text in lang.not_done or raw.endswith(lang.not_done_endings),
        May.DONE_AFTER: text in lang.done_after,
        May.DONE: _is_done(text, lang) or (raw[0].islower() and text in lang.preterites),
        May.DONE_IN_TITLE: text in lang.done_in_titles,
        May.BACKGROUND: text in lang.background,
        May.ANALYST: text in lang.analysts,
        # A letter in lower case is no word for oneself (point i), nor is an abbreviation (US).
        May.SELF: text in lang.self and (raw.islower() != (len(raw) == 1) or raw.istitle()),
        May.ARTICLE: text in lang.articles,
        May.UNIT: text in lang.first_of_units,
        May.TIME_OF_DAY: text in lang.clock or text in lang.day_parts or text in lang.hour_cues or ":" in raw,
        May.ROUNDING: text in lang.about or text in lang.above or text in lang.below or text in lang.rounding_pairs,
        May.AGE_OR_DISTANCE: text in lang.ages or text in lang.distance,
        May.PAST: text in lang.ago or any(text == past.rpartition(" ")[2] for past in lang.past),
        May.PLACE_CUE: text in lang.place_cues,
        May.COMING: text in lang.planned and text not in lang.able,
        May.ADDRESS: (text in lang.address or raw.lower().replace("’", "'") in lang.address) and not raw.isupper(),
        May.OPENING: raw in '"“”„«»(',
        May.QUOTE: raw in '"“”„«»',
    }
    return sum(flag for flag, is_set in found.items() if is_set)


def _is_done(text: str, lang: DevelopmentWords) -> bool:
    return text in lang.done or (text.endswith(lang.done_endings) and text not in lang.multipliers)


def _fold(word: str) -> str:
    if not word[0].isalpha():
        return word
    return fold(word.replace(".", "") if "." in word else word.replace("’", "'").partition("'")[0])
