"""Whether words that are spelt like a name of the gazetteer are that name, by language, case, script and place. Pure.

A name is refused where its language writes something else like it: 'Nyt' is Finnish for 'now', 'Того' Russian for 'of that',
and 수단 Korean for 'means'.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from itertools import pairwise
from typing import Literal

from monitor.text.scripts import boundaries
from monitor.text.tokens import ALONE, Token, fold, tokens

Verdict = Literal["name", "doubtful", "other word"]
"""What is doubtful counts where the same text names the entry for certain elsewhere."""
MIN_STYLED = 4
"""The fewest letters of an acronym that is also written as a word: Nato, Unesco."""
MIN_HANGUL = 3
"""The fewest syllables of a Hangul name that may be part of a longer word, such as 러시아군."""
MAX_ENDING = 6
"""The most syllables of the particles after a Hangul name."""
MAX_LOOK_BACK = 40
_SENTENCE_START = re.compile(r"(?:^|[.!?…:|\n]['\"”’»)\]]*\s+|\n)[\s'\"“‘„«(\[¿¡—–-]*$")
"""Matches before the first word of a sentence, whose capital is no sign of a name."""
_HANGUL = re.compile("[\uac00-\ud7a3]")
_HANGUL_RUN = re.compile("[\uac00-\ud7a3]*")
_AFTER_QUOTE = re.compile(r"[\w'\"’”」』)\]]['\"’”」』)\]]$")
"""Matches before a particle that is written after a closing quotation mark."""
_PARTICLES = re.compile(
    "(?:님|씨|들|측|발|산|행|계|군|인|어)?(?:께서|에게서|에게|에서|한테|까지|부터|처럼|보다|마다|조차|밖에|이라고|라고|이라는|라는|이라며|라며|이란|이나|이며|이고|"
    "이자|인|이다|으로서|으로써|로서|로써|으로|로|와의|과의|와|과|의|이|가|은|는|을|를|에|도|만|나|랑|이랑|엔|에는|에도|에선|에서는|에서도|로의|으로의|로는|과는|와는)?"
    "(?:는|은|도|만|의)?"
)
"""What is written together with a Hangul name: a suffix, and particles."""
_ALONE = re.compile(f"[{ALONE}]")
_TRANSLITERATING = frozenset("斯尔爾姆克特德顿頓奥奧蒂琳莱萊娜诺諾伦倫森莎妮丝絲桑贝貝洛维維弗夫戈弥彌彭蓬兰蘭达達")
"""Ideographs that, after a name in Chinese, are mostly the rest of a longer foreign name: 马里 (Mali) in 马里兰 (Maryland)."""


@dataclass(frozen=True, slots=True)
class Alias:
    """A name of the entry with the id *entry*: its folded *words*, and the *text* as it is written.

    *exact* is the only spelling that matches, or None if any does. *languages* are those in which it counts, all if empty. In
    a *strict* one every capital counts, so that 'El tiempo' is not the newspaper El Tiempo.
    """

    words: tuple[str, ...]
    entry: str
    text: str
    exact: str | None = None
    languages: frozenset[str] = frozenset()
    strict: bool = False


@dataclass(frozen=True)
class Writing:
    """A text, with what its letters show."""

    text: str
    language: str

    @cached_property
    def is_capitals(self) -> bool:
        """Whether all letters are capitals, so that they are no sign of a name."""
        return self.text.isupper()

    @cached_property
    def is_lower(self) -> bool:
        """Whether no letter is a capital."""
        return self.text.islower()


def judge(writing: Writing, found: Sequence[Token], alias: Alias, *, is_form: bool = False) -> Verdict:
    """Return what the words *found* of a text are. *is_form* is whether they are an inflected form of *alias*."""
    if alias.languages and writing.language not in alias.languages:
        return "other word"
    if _ALONE.match(alias.words[0]):
        return "name" if _is_whole(writing, found, alias) else "other word"
    start, written = found[0].start, writing.text[found[0].start : found[-1].end]
    if not is_form and not _is_in_case(writing, found, alias):
        return "other word"
    if is_form and not written[0].isupper():
        return "other word"
    words = homographs().get(writing.language)
    folded = " ".join(alias.words)
    if words is None or (folded not in words and not is_form):
        return "name"
    if alias.text[0].lower() == alias.text[0].upper():
        return "other word" if folded in words else "name"
    if folded in words and not written.isascii() and alias.text.isascii():
        return "other word"
    return "name" if folded not in words or _shows_name(writing, start) else "doubtful"


def is_sentence_start(text: str, start: int) -> bool:
    """Return whether a word that starts at *start* may be the first one of a sentence or of a quotation."""
    return bool(_SENTENCE_START.search(text, max(0, start - MAX_LOOK_BACK), start)) or start == 0


@cache
def homographs() -> Mapping[str, frozenset[str]]:
    """Return, by language, the folded names that are also common words of that language."""
    lines = (files("monitor.text") / "data" / "homographs.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return {language: frozenset(map(fold, words.split("|"))) for languages, words in rows for language in languages.split(",")}


def _shows_name(writing: Writing, start: int) -> bool:
    return not (writing.is_capitals or writing.is_lower or is_sentence_start(writing.text, start))


def _is_in_case(writing: Writing, found: Sequence[Token], alias: Alias) -> bool:
    """Return whether the words have the capitals that *alias* has, or the text shows none by its case."""
    text = writing.text
    written = text[found[0].start : found[-1].end]
    if alias.exact is not None:
        is_word = alias.words[0] in homographs().get(writing.language, ())
        return written == alias.exact or (writing.is_capitals and written == alias.exact.upper() and not is_word)
    if not alias.text[0].isupper() and alias.text.islower():
        return True
    if writing.is_lower:
        return len(alias.words) > 1 or len(alias.words[0]) >= MIN_STYLED
    if alias.text.isupper() and len(alias.words) == 1:
        return written.isupper() or (len(alias.text) >= MIN_STYLED and written[0].isupper())
    capitals = [token for token, word in zip(found, _words(alias.text), strict=False) if word[0].isupper()]
    return all(text[token.start].isupper() for token in (capitals if alias.strict else capitals[:1]))


@cache
def _words(text: str) -> tuple[str, ...]:
    """Return the words of an alias as they are written, or an empty tuple if folding divides it otherwise."""
    words = tuple(re.findall(r"[^\W_]+", text))
    return words if len(words) == len(tokens(text)) else ()


def _is_whole(writing: Writing, found: Sequence[Token], alias: Alias) -> bool:
    """Return whether a name in a script whose letters are single tokens is no part of a longer word."""
    text, start, end = writing.text, found[0].start, found[-1].end
    is_parted = any(mine.end != after.start for mine, after in pairwise(found))
    if is_parted and text[start:end] != alias.text and _is_joined(alias.text):
        return False
    if " ".join(alias.words) in homographs().get(writing.language, ()):
        return False
    if _HANGUL.match(text, start):
        return _is_whole_hangul(text, start, end)
    if writing.language == "zh" and text[end : end + 1] in _TRANSLITERATING and text[end : end + 1]:
        return False
    return boundaries.is_whole_word(text, start, end, dictionary=False)


@cache
def _is_joined(text: str) -> bool:
    """Return whether nothing stands between the letters of an alias."""
    return text.isalpha()


def is_alone_in_hangul(text: str, start: int, end: int) -> bool:
    """Return whether text[start:end] is a word in Hangul with nothing but particles after it."""
    run = _HANGUL_RUN.match(text, end, end + MAX_ENDING + 1)
    return not _HANGUL.match(text, start - 1 if start else len(text)) and bool(_PARTICLES.fullmatch(run.group() if run else ""))


def _is_whole_hangul(text: str, start: int, end: int) -> bool:
    if start and (_HANGUL.match(text, start - 1) or _AFTER_QUOTE.search(text, max(0, start - 2), start)):
        return False
    run = _HANGUL_RUN.match(text, end, end + MAX_ENDING + 1)
    rest = run.group() if run else ""
    return not rest or end - start >= MIN_HANGUL or bool(_PARTICLES.fullmatch(rest))
