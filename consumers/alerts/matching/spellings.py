"""The forms of a term: the sequences of folded words that stand for it in an article, and the signs that each must have."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import product
from math import prod
from typing import NamedTuple

from consumers.alerts.matching.reading import BREAK, CLITICS, DIGRAPHS, plain
from consumers.alerts.matching.signs import signs_after, signs_before
from consumers.alerts.query.ast import Sign
from monitor.text.languages import spelling
from monitor.text.sentences import STOPS, ends_sentence
from monitor.text.tokens import tokenize, tokens

MAX_FORMS = 16
"""The most forms of one term. A term with more has only the one as written, and the one with all parts joined."""
_CAPITALS = frozenset("BCDEFGHJKLMNOPQRSTUVWXYZ")
"""Letters that are names by themselves. A and I are words, and letters in lower case are often ends of words: 's, 't."""
_PLAIN = re.compile(r"(?:[A-Za-z0-9]{2,}|[a-z0-9])(?:\ (?:[A-Za-z0-9]{2,}|[a-z0-9]))*+")
"""A term with only one form: words without signs, of which none is a capital alone."""
_AMPERSAND = re.compile(r"(?<=[^\s&＆﹠])\s*[&＆﹠][\s&＆﹠]*+(?=\S)")
"""One ampersand between two words, or several: each would be a word, and a text may have only so many."""
_SPACED_INITIALS = re.compile(r"(?<!\w)([^\W\d_]\.)\s(?=[^\W\d_]\.(?!\w))")
_STOP = re.compile(f"([{STOPS}])[{STOPS}]*+")
_JOINER = re.compile(rf"(?<=[^\W_])(?:'(?!{CLITICS}(?![^\W_]))|[_-])(?=[^\W_])", re.IGNORECASE)
_INITIALS = re.compile(r"(?<!\w)(?<!\w\.)[^\W\d_]{1,2}(?:\.[^\W\d_]{1,4})+(?!\w)")
_LAST_STOP = re.compile(rf"[.!?{STOPS}][\"'\])」』）]*\Z")


class Form(NamedTuple):
    """Folded words, which may contain BREAK, and the signs that an article must have beside them."""

    words: tuple[str, ...]
    signs: tuple[Sign, ...] = ()


@lru_cache(maxsize=4096)
def forms_of(text: str, *, exact: bool = False) -> tuple[Form, ...]:
    """Return the forms of the term *text*, sorted. If *exact*, there is only its own spelling."""
    if _PLAIN.fullmatch(text):
        return (Form(tokens(text)),)
    text = _STOP.sub(r"\1 ", text)
    if not exact:
        text = _SPACED_INITIALS.sub(r"\1", _AMPERSAND.sub(f" {spelling.AMPERSAND} ", text))
    chunks = [chunk for chunk in text.split() if tokens(plain(chunk))]
    parts: list[list[Form]] = []
    for number, chunk in enumerate(chunks):
        parts.append(_forms_of_chunk(chunk, is_alone=len(chunks) == 1, exact=exact))
        if number < len(chunks) - 1 and _may_end_sentence(chunk):
            parts.append([Form(()), Form((BREAK,))])
    if prod(map(len, parts)) > MAX_FORMS:
        parts_of_forms: Iterable[Iterable[Form]] = ([part[0] for part in parts], [part[-1] for part in parts])
    else:
        parts_of_forms = product(*parts)
    return tuple(sorted({form.words: form for form in map(_concatenate, parts_of_forms) if form.words}.values()))


def exact_words(text: str) -> tuple[str, ...]:
    """Return the words of *text* in their original spelling."""
    return tuple(text[token.start : token.end] for token in tokenize(plain(text)))


def stems_of(stem: str) -> tuple[str, ...]:
    """Return the folded forms of *stem*, the word before a star."""
    return tuple(sorted({word for form in (stem, stem.translate(DIGRAPHS)) for word in tokens(plain(form))[:1]}))


def _concatenate(parts: Iterable[Form]) -> Form:
    words: list[str] = []
    signs: list[Sign] = []
    count = 0
    for part in parts:
        signs += (sign._replace(word=sign.word + count) for sign in part.signs)
        words += part.words
        # BREAK has no place in an article, so it does not count.
        count += len(part.words) - part.words.count(BREAK)
    return Form(tuple(words), tuple(signs))


def _forms_of_chunk(chunk: str, *, is_alone: bool, exact: bool) -> list[Form]:
    """Return the forms of *chunk*, which contains no space, as written first. *is_alone* is whether it is the whole term."""
    base = tokenize(plain(chunk))
    forms = {tuple(token.text for token in base): _signs_of(chunk, is_alone=is_alone, exact=exact)}
    if exact:
        return [Form(*item) for item in forms.items()]
    before = signs_before(chunk[: base[0].start], 0)
    for words, capitals in _other_words(plain(chunk)):
        after = signs_after(chunk[base[-1].end :], len(words) - 1, is_alone=is_alone and len(base) == 1)
        forms.setdefault(words, (*before, *after, *capitals))
    return [Form(*item) for item in forms.items()]


def _other_words(chunk: str) -> Iterator[tuple[tuple[str, ...], tuple[Sign, ...]]]:
    """Yield other words for *chunk*: with digraphs, with joined initials, and with joined parts; with a sign for initials."""
    joined = _JOINER.sub("", chunk)
    for written in (chunk, joined):
        yield tokens(written), ()
        yield tokens(written.translate(DIGRAPHS)), ()
    if initials := _INITIALS.search(chunk):
        letters = initials.group().replace(".", "")
        sign = (Sign(len(tokens(chunk[: initials.start()])), "capitals", ""),)
        words = tokens(chunk[: initials.start()] + letters + chunk[initials.end() :])
        yield words, () if letters != letters.upper() and letters != letters.lower() else sign


def _signs_of(chunk: str, *, is_alone: bool, exact: bool) -> tuple[Sign, ...]:
    """Return the signs of the words of *chunk* as written."""
    words = tokenize(plain(chunk))
    signs: list[Sign] = []
    for number, word in enumerate(words):
        if number == 0:
            signs += signs_before(chunk[: word.start], 0)
        after = chunk[word.end : words[number + 1].start] if number + 1 < len(words) else chunk[word.end :]
        found = signs_after(after, number, is_alone=is_alone and len(words) == 1)
        if exact and not found and "&" in plain(after):
            found = (Sign(number, "after", "&"),)
        if not found and chunk in _CAPITALS:
            found = (Sign(0, "after", ""),)
        signs += found
    return tuple(signs)


def _may_end_sentence(chunk: str) -> bool:
    """Return whether a sentence may end after *chunk* in an article."""
    stop = _LAST_STOP.search(chunk)
    return stop is not None and (chunk[stop.start()] in STOPS or ends_sentence(f"{chunk} X", stop.start(), len(chunk) + 1))
