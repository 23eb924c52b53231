"""Reading an article's text: its words, the places where a phrase ends, and other spellings of some of the words. Pure."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from typing import NamedTuple
from unicodedata import is_normalized

from monitor.text.languages import spelling
from monitor.text.scripts.joins import normalize_joins
from monitor.text.sentences import STOPS, ends_sentence
from monitor.text.tokens import ALONE, INNER, compose, straighten, tokens

BREAK = "\0"
"""A word that stands for the end of a sentence, a paragraph or a list item."""
MAX_JOINED = 4
"""The most parts of a word with hyphens or apostrophes that are read as one word: state-of-the-art."""
MAX_PARTS = 8
"""The most parts of a word with hyphens or apostrophes. One with more, such as a-a-a-a-a-a-a-a-a, is no name."""
MAX_JOINED_VARIANTS, MAX_VARIANTS = 4_000, 8_000
"""The most variants of joined words, and of all kinds. The longest article in ordinary French or German has fewer."""
MAX_SPOTS = 20_000
"""The most signs that are looked at, which may end a phrase or be part of a name: twice as many as the longest article has in
ordinary text."""
DIGRAPHS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "đ": "dj"}
    | {"Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "Ø": "Oe", "Å": "Aa", "Đ": "Dj"}
)
"""Letters with the two letters that stand for them where they cannot be typed."""
_LOOKALIKES = tuple(zip("ʻʼʽʾʿˈʹ′＇ʹꞌ՚‐‑‒−－﹣＆﹠＃＠．", "''''''''''''------&&#@.", strict=True))
"""Letters and signs that stand for an ASCII sign in names, such as the okina."""
CLITICS = spelling.alternatives(spelling.CLITICS)
_SPOT = r"""
    [.!?\n'&\#@_%(stops)s-]
    (?: (?<=[.!?]) ["')\]]*+ \s++ (?= ["'(\[$*\#@-]*+ ([^\W_a-z]) )           # perhaps the end of a sentence
    |   (?<=\n) \s*\n | (?<=\n) (?= [^\S\n]* (?:[*-]|\d{1,3}[.)]) \s )       # a paragraph, a list item
    |   (?<=[^\W_]') (?=[^\W_%(alone)s]) (?! (?i:%(clitics)s) (?![^\W_%(alone)s]) )  # a name with an apostrophe
    |   (?<=[^\W_][_-]) (?=[^\W_%(alone)s])                                   # a name with a hyphen
    |   (?<=[^\W\d_]\.) (?= [^\W\d_%(alone)s]{1,4} (?![^\W_%(alone)s]) | \ [^\W\d_]\. )  # initials
    |   (?<=&) | (?<=[#@]) (?=[^\W\d_])
    %(more)s)
"""
_ASCII_SPOT = re.compile(_SPOT % {"stops": "", "clitics": CLITICS, "alone": "", "more": ""}, re.VERBOSE | re.ASCII)
_AFTER_STOP = rf"| (?<=[{STOPS}]) [\s\"'」』）)]*+"
_ALONE, _LETTER = re.compile(f"[{ALONE}]"), f"[^\\W_{ALONE}]"
_WORD = re.compile(rf"(?:{_LETTER}+|{INNER}+)+")
_NEXT_WORD = re.compile(r"\s*(?=[^\W_])")
_CONTINUED = re.compile(f"{_LETTER}|{INNER}")
_INITIALS = re.compile(rf"(?:\.[^\W\d_{ALONE}]{{1,4}}(?!{_LETTER})){{1,7}}+")
_SPACED_INITIALS = re.compile(rf"(?:\.\ [^\W\d_{ALONE}](?=\.(?!{_LETTER}))){{1,7}}+")
_INITIAL = re.compile(r"(?<![^\W_])[^\W\d_]\.\ \Z")
"""What stands before an initial that is not the first one."""
_TAG = re.compile(rf"(?:\w|{INNER})+")
_DIGRAPH_LETTER = re.compile("[äöüøåđÄÖÜØÅĐ]")
MAX_TAG = 200
"""The most characters of a hashtag or handle that is read as words."""
_FAR = 60
"""The most characters of two words that are read as one."""
_WITH_BREAKS = {code: chr(code) if chr(code).isalnum() or not code else " " for code in range(128)}


class Variant(NamedTuple):
    """Other *words* that some consecutive words of a text also stand for.

    *start* is an offset inside or directly after the first of these words, *end* one directly before the last of them.
    """

    words: tuple[str, ...]
    start: int
    end: int


class Reading(NamedTuple):
    """The folded words of a text, with BREAK where a phrase ends, its variants, and the text that they refer to.

    *is_cut* is whether there are more signs or variants than are read: the rest of the text is read as it is written.
    """

    words: tuple[str, ...]
    variants: tuple[Variant, ...]
    plain: str
    is_cut: bool = False


def plain(text: str) -> str:
    """Return *text*, of the same length, with ASCII signs for typographic signs, look-alikes of the apostrophe and others."""
    text = straighten(text)
    if not text.isascii():
        for sign, ascii_sign in _LOOKALIKES:
            if sign in text:
                text = text.replace(sign, ascii_sign)
        text = normalize_joins(text)
    return text


def read(text: str) -> Reading:
    """Return the reading of *text*. The words without BREAK are those of tokens(plain(text))."""
    text = plain(text).replace(BREAK, " ")
    if not text:
        return Reading((), (), "")
    is_ascii = text.isascii()
    if not is_ascii and not is_normalized("NFC", text):
        text = compose(text)
    breaks: list[int] = []
    variants: list[Variant] = []
    chain = _Chain()
    spots = (_ASCII_SPOT if is_ascii else _any_spot()).finditer(text)
    for spot in islice(spots, MAX_SPOTS):
        offset, end = spot.span()
        if spot.lastindex and ends_sentence(text, offset, spot.start(1)):
            breaks.append(end)
            continue
        sign = text[offset]
        if sign in "'-_":
            _add_joined(text, offset, chain, variants)
        elif sign in _FINDERS:
            if len(variants) < MAX_JOINED_VARIANTS:
                variants += _FINDERS[sign](text, offset)
        elif not spot.lastindex:
            breaks.append(end)
    is_cut = len(variants) >= MAX_JOINED_VARIANTS or next(spots, None) is not None
    if not is_ascii:
        variants += islice(_digraphs(text), MAX_VARIANTS - len(variants))
    is_cut = is_cut or len(variants) >= MAX_VARIANTS
    return Reading(_words(text, breaks, is_ascii=is_ascii), tuple(variants), text, is_cut)


@dataclass(slots=True)
class _Chain:
    """The start and end of the latest words that signs join, and how many words the signs before them join."""

    words: list[tuple[int, int]] = field(default_factory=list)
    length: int = 0


@cache
def _any_spot() -> re.Pattern[str]:
    """Return the pattern for any text. It is compiled on first use, since that takes 20 ms."""
    return re.compile(_SPOT % {"stops": STOPS, "clitics": CLITICS, "alone": ALONE, "more": _AFTER_STOP}, re.VERBOSE)


def _words(text: str, breaks: Sequence[int], *, is_ascii: bool) -> tuple[str, ...]:
    pieces = [text[start:end] for start, end in zip((0, *breaks), (*breaks, len(text)), strict=True)]
    if is_ascii:
        return tuple(f" {BREAK} ".join(pieces).lower().translate(_WITH_BREAKS).split())
    words = list(tokens(pieces[0]))
    for piece in pieces[1:]:
        words.append(BREAK)
        words += tokens(piece)
    return tuple(words)


def _add_joined(text: str, offset: int, chain: _Chain, variants: list[Variant]) -> None:
    """Add variants that join the words around the sign at *offset*, post-war or O'Brien, to *variants*.

    *chain* is brought up to date. Nothing is done if there are MAX_JOINED_VARIANTS.
    """
    if len(variants) >= MAX_JOINED_VARIANTS:
        return
    words = chain.words
    end = _WORD.match(text, offset + 1).end()  # type: ignore[union-attr]  # a letter follows
    if not words or words[-1][1] != offset:
        start = _word_start(text, offset)
        words[:], chain.length = [(start, offset), (offset + 1, end)], 2
        joined = text[start:offset] + text[offset + 1 : end]
        if start < offset and len(joined) < _FAR and joined.isascii():
            # By far the most frequent case: two words.
            variants.append(Variant((joined.lower(),), offset, offset + 1))
            return
    else:
        words.append((offset + 1, end))
        chain.length += 1
    if words[0][0] == offset or end - words[-2][0] > _FAR or chain.length > MAX_PARTS:
        del words[:-1]
        return
    del words[:-MAX_JOINED]
    for first in range(len(words) - 1):
        joined = "".join([text[start:end] for start, end in words[first:]])
        variants += [Variant(spelling, words[first][1], offset + 1) for spelling in _spellings(joined)]


def _word_start(text: str, end: int, limit: int = _FAR) -> int:
    """Return where the word that ends at *end* begins, at most *limit* characters before."""
    start = max(text.rfind(" ", max(0, end - limit), end) + 1, end - limit)
    word = text[start:end]
    if word.isalnum() and (word.isascii() or not _ALONE.search(word)):
        return start
    start = end
    while start > max(0, end - limit) and _CONTINUED.match(text, start - 1):
        start -= 1
    return start


def _spellings(word: str) -> set[tuple[str, ...]]:
    """Return *word* folded, and with digraphs; nothing if it is not a single word."""
    if word.isascii():
        return {(word.lower(),)}
    return {words for words in (tokens(word), tokens(word.translate(DIGRAPHS))) if len(words) == 1}


def _initials(text: str, offset: int) -> tuple[Variant, ...]:
    """Return a variant if the full stop at *offset* is the first one of initials, such as U.S. or J. K."""
    start = _word_start(text, offset, limit=3)
    if not 1 <= offset - start <= 2 or text[start - 1 : start] == ".":  # noqa: PLR2004  (a group has one letter or two)
        return ()
    found = _INITIALS.match(text, offset)
    if found is None:
        found = _SPACED_INITIALS.match(text, offset)
        if (
            found is None
            or _INITIAL.search(text, max(0, start - 4), start)
            or not (text[start:offset] + found.group()).isupper()
        ):
            return ()
    words = tokens((text[start:offset] + found.group()).replace(".", "").replace(" ", ""))
    last = max(found.group().rfind("."), found.group().rfind(" ")) + 1
    return (Variant(words, offset, offset + last),) if len(words) == 1 else ()


def _ampersand(text: str, offset: int) -> tuple[Variant, ...]:
    found = _NEXT_WORD.match(text, offset + 1)
    if found is None:
        return ()
    start = found.end()
    word = _WORD.match(text, start)
    end = word.end() if word else start + 1
    return (Variant((spelling.AMPERSAND, *tokens(text[start : end + _FAR])[:1]), end, start),)


def _tag(text: str, offset: int) -> tuple[Variant, ...]:
    """Return the words of the hashtag or handle at *offset* where they are run together: #KimSummit, @KimSummit."""
    tag = _TAG.match(text, offset + 1)
    if tag is None or tag.end() - tag.start() > MAX_TAG or text[max(0, offset - 1) : offset].isalnum():
        return ()
    found = ((split_capitals(word.group()), word) for word in _WORD.finditer(text, *tag.span()))
    return tuple(Variant(words, word.end(), word.start()) for words, word in found if len(words) > 1)


def split_capitals(word: str) -> tuple[str, ...]:
    """Return the folded words that capitals show in *word*, and a year at its end: KIMSummit2026 is kim, summit, 2026."""
    starts = [0]
    for index in range(1, len(word)):
        before, char, after = word[index - 1], word[index], word[index + 1 : index + 2]
        is_start = char.isupper() and (not before.isupper() or after.islower())
        if is_start or (before.isalpha() and len(word) - index == 4 and word[index:].isdecimal()):  # noqa: PLR2004  (digits of a year)
            starts.append(index)
    return tokens(" ".join(word[start:end] for start, end in zip(starts, [*starts[1:], len(word)], strict=True)))


def _digraphs(text: str) -> Iterator[Variant]:
    """Yield each word of *text* that has an umlaut or a similar letter, with digraphs instead: mueller for Müller."""
    position = 0
    while letter := _DIGRAPH_LETTER.search(text, position):
        start = _word_start(text, letter.start(), letter.start() - position)
        end = _WORD.match(text, letter.start()).end()  # type: ignore[union-attr]  # it matches the letter
        words = tokens(text[start:end].translate(DIGRAPHS))
        if len(words) == 1:
            yield Variant(words, end, end - 1)
        position = end


_FINDERS: Mapping[str, Callable[[str, int], tuple[Variant, ...]]] = {".": _initials, "&": _ampersand, "#": _tag, "@": _tag}
"""The functions that find variants at a sign, by the sign."""


def without_breaks(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return *words* without BREAK."""
    return tuple([word for word in words if word != BREAK]) if BREAK in words else words
