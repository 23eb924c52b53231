"""What the words around an office say of whom it means: another time, another person, nobody in particular, a work. Pure.

"The Russian president" is who holds the office now, unless the sentence tells otherwise: in 1996, in a film, a future one.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from monitor.messages.articles import RoleRefusal
from monitor.text.languages import AttributionRules, LanguagePack, WordClass
from monitor.text.languages.roles import RoleRules
from monitor.text.sentences import split_sentences
from monitor.text.tokens import tokenize, tokens

MAX_AROUND = 160
"""The most code points of a sentence on each side of an office that are read."""
MAX_YEAR_BESIDE = 10
"""The most code points between an office and the end of a year that is its own: the president in 1999."""
MAX_WORDS_TO_YEAR = 3
"""The most words between a year and an office whose time it tells: in 2019 the then president."""
MAX_BEFORE = 60
"""The most code points before an office that are read as words of its noun group."""
MAX_ARTICLE = 8
"""The most code points of a quotation mark and the article after it, before a title."""
_YEAR = re.compile(r"(?<![\w.,$€£])(?:1[5-9]|20)\d\d(?!\w|[.,]\d)")
_ORDINAL = re.compile(r"(?<![\w.,])\d{1,3}(?:\.|[^\W\d_]{1,3}|-[^\W\d_]{1,3})\s(?:[\w.-]{1,20}\s)?$")
"""The 35th president; a German one is the 35., a Spanish one the 35º."""
_CLAUSE_END = re.compile(r"[,;:!?\"“”«»„()\[\]–—\n]|\.\s")
_OPENS = re.compile("[\"“„«‘'](?:\\w{1,4}\\s)?$")
_CLOSING = frozenset("\"”“»’'")
_JOINERS = " \u00a0\u2010\u2011-"
_JOINER = re.compile(f"[{_JOINERS}]")
_STOPS: tuple[WordClass, ...] = (
    "determiner", "possessive", "preposition", "conjunction", "agent", "time", "be", "auxiliary", "modal",
)  # fmt: skip
"""The classes of words that end what stands before an office as a part of its noun group."""


@dataclass(frozen=True, slots=True)
class Context:
    """Why an office is not that of the article's day, or None; and the *year* that the sentence tells, or None.

    *is_certain* is whether the year is that of the office, rather than of something else in the sentence.
    """

    refused: RoleRefusal | None = None
    year: int | None = None
    is_certain: bool = False


NOW = Context()
"""The context of an office whose sentence tells nothing but its day."""


def context_of(
    text: str, start: int, end: int, language: LanguagePack, day: date | None, *, is_title: bool, is_spokesperson: bool
) -> Context:
    """Return what the words around the office from code point *start* to *end* of *text* say of whom it means."""
    rules = language.roles or RoleRules()
    before, after = _sentence_before(text, start), _clause_after(text, end, language)
    year, is_certain = _year(before, text[end : end + MAX_YEAR_BESIDE], after, rules, day)
    words = _words_before(before)
    if rules.work.search(before) or _is_title(text, start, end):
        return Context("work")
    last = words[0] if words else ""
    is_role = last in rules.as_role and not is_title
    if is_role or rules.nobody.search(before) or (last in rules.indefinite and not is_spokesperson):
        return Context("nobody")
    if last in rules.then:
        return Context(None if year else "former", year, is_certain=True)
    if _ORDINAL.search(before) or _is_other(words, language):
        return Context("former")
    if rules.past.search(before) or rules.past.search(after):
        return Context("time" if year is None else None, year, is_certain)
    return Context(None, year, is_certain)


def _sentence_before(text: str, start: int) -> str:
    """Return what stands before code point *start* in its sentence."""
    window = text[max(start - MAX_AROUND, 0) : start]
    # The office itself goes on with the sentence, so a word stands in its place.
    last = max((begin for begin, _ in split_sentences(f"{window}x")), default=0)
    return window[last:]


def _clause_after(text: str, end: int, language: LanguagePack) -> str:
    """Return what stands after code point *end* in its clause, up to a verb that tells what somebody says."""
    speech = _speech(language.attribution)
    clause = _CLAUSE_END.split(text[end : end + MAX_AROUND])[0]
    cut = next((token.start for token in tokenize(clause) if token.text in speech), len(clause))
    return clause[:cut]


@lru_cache(maxsize=32)
def _speech(rules: AttributionRules | None) -> frozenset[str]:
    """Return the folded words with which a clause begins that tells of something else: said, that."""
    words = (*rules.verbs, *rules.words.get("complement", ())) if rules else ()
    return frozenset(token for word in words for token in tokens(word)[:1])


@lru_cache(maxsize=32)
def _bounds(rules: AttributionRules | None) -> frozenset[str]:
    """Return the folded words that are no part of the noun group of an office after them."""
    words = [word for name in _STOPS for word in rules.words.get(name, ())] if rules else []
    return frozenset(token for word in words for token in tokens(word)) | _speech(rules)


def _words_before(before: str) -> list[str]:
    """Return the folded words at the end of *before*, the last one first, up to a sign other than a hyphen."""
    near, words = before[-MAX_BEFORE:], []
    end = len(near)
    for token in reversed(tokenize(near)):
        if near[token.end : end].strip(_JOINERS):
            break
        words.append(token.text)
        end = token.start
    return words


def _is_other(words: Sequence[str], language: LanguagePack) -> bool:
    """Return whether *words* before an office, the last one first, make it another's: former, the first woman president."""
    rules = language.roles or RoleRules()
    if words[:1] and words[0] in rules.other:
        return True
    return len(words) > 1 and words[1] in rules.other and words[0] not in _bounds(language.attribution)


def _is_title(text: str, start: int, end: int) -> bool:
    """Return whether the office is in quotation marks, alone or with an article, and has capitals, as the title of a work."""
    if text[end : end + 1] not in _CLOSING or not _OPENS.search(text, max(start - MAX_ARTICLE, 0), start):
        return False
    return _JOINER.split(text[start:end])[-1][:1].isupper()


def _year(before: str, beside: str, after: str, rules: RoleRules, day: date | None) -> tuple[int | None, bool]:
    """Return the year, other than that of *day*, that is told around an office, and whether it is surely that of the office.

    0 is a time that is not clear, such as two years.
    """
    own = list(_YEAR.finditer(beside))
    told = [match for match in _YEAR.finditer(after) if rules.in_year.search(after, 0, match.start())]
    earlier = list(_YEAR.finditer(before))
    years = {int(match.group()) for match in (*earlier, *own, *told)}
    last = rules.last_year.search(before) or rules.last_year.search(after)
    if last and day:
        years.add(day.year - 1)
    if day:
        years.discard(day.year)
    if len(years) != 1:
        return (0 if years else None), False
    near = earlier[-1] if earlier else None
    leads = near is not None and rules.in_year.search(before, 0, near.start()) is not None
    is_near = near is not None and len(before[near.end() :].split()) <= MAX_WORDS_TO_YEAR
    return years.pop(), bool(own) or (leads and is_near) or rules.last_year.match(before.lstrip("\"“'‘")) is not None
