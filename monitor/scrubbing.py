"""Replace the secrets of a URL where a publisher repeats them in links and texts. Pure.

A secret that no ordinary text contains is replaced wherever it is. One that may be an ordinary word, such as the password
"elections", is replaced only where it stands as in the URL: as the value of the same parameter, after the same segment, or
before an @. Elsewhere it would be missing from the news, and the gap would tell what it is.
"""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote, unquote_plus

from monitor.redaction import HIDDEN, Secret, looks_random, secrets_of

MIN_CHARS, MIN_JOINED_CHARS = 6, 8
"""The shortest secrets that are replaced anywhere: as a word of its own, and as a part of one."""
MIN_VALUE_CHARS = 4
"""The shortest secret that is replaced as the value of any parameter, and as any password."""
MAX_WORD_CHARS, MAX_WORDS_CHARS = 20, 15
"""The longest text of letters that may be an ordinary word, or several, rather than a secret."""
MAX_NUMBERS_IN_WORDS = 2
_WORD = re.compile(r"[^\W\d_]+")
_SIGN = re.compile(r"[^\w\s/-]")
_NUMBER = re.compile(r"[0-9]+")
_START = r"(?:(?<![A-Za-z0-9])|(?<=%[0-9A-F]{2}))"
_END = r"(?![\w-])"


@dataclass(frozen=True, slots=True)
class Scrubber:
    """Replaces secrets in texts. Each match of *pattern* contains one of *needles*, which are in small letters."""

    pattern: re.Pattern[str]
    needles: tuple[str, ...]

    def scrub(self, text: str) -> str:
        """Return *text* with HIDDEN for each secret."""
        lower = text.lower()
        return self.pattern.sub(HIDDEN, text) if any(needle in lower for needle in self.needles) else text


def scrubber_for(urls: Iterable[str], *, private: bool = False) -> Scrubber | None:
    """Return what replaces the secrets in *urls*; None if they have none."""
    forms = {(secret, form) for url in urls for secret in secrets_of(url, private=private) for form in _forms(secret.text)}
    ordered = sorted(forms, key=lambda each: (-len(each[1]), each[1], each[0].kind, each[0].before))
    if not ordered:
        return None
    patterns = dict.fromkeys(pattern for secret, form in ordered for pattern in _patterns(secret, form))
    return Scrubber(re.compile("|".join(patterns), re.IGNORECASE), tuple({form.lower() for _, form in ordered}))


def may_be_ordinary(secret: Secret) -> bool:
    """Return whether the text of *secret* may be one or two ordinary words, and so a part of any text.

    If the URL does not say that it is a secret, numbers may be among the words, as in covid-19 or worldcup2026.
    """
    text = unquote(secret.text)
    words, numbers = _WORD.findall(text), _NUMBER.findall(text)
    if looks_random(text) or (secret.is_explicit and (numbers or _SIGN.search(text))) or len(numbers) > MAX_NUMBERS_IN_WORDS:
        return False
    if any(word not in {word.lower(), word.upper(), word.capitalize()} for word in words):
        return False
    if len(words) == 1 and words[0] != words[0].lower() and words[0].isupper() and len(text) >= MIN_JOINED_CHARS:
        return False  # as in base32
    return len(text) <= (MAX_WORD_CHARS if len(words) == 1 else MAX_WORDS_CHARS)


def _forms(text: str) -> set[str]:
    """Return the ways to write *text*: quoted as in the URL, not at all, in full, and as in HTML."""
    plain = {text, unquote(text), unquote_plus(text)}
    return {*plain, *(quote(each, safe="", errors="replace") for each in plain), *map(html.escape, plain)}


def _patterns(secret: Secret, form: str) -> Iterator[str]:
    """Yield a pattern for each place where the *form* of *secret* is replaced."""
    text = re.escape(form)
    if not may_be_ordinary(secret) and len(form) >= MIN_CHARS:
        yield text if len(form) >= MIN_JOINED_CHARS else rf"{_START}{text}(?![A-Za-z0-9])"
        return
    if secret.kind == "private segment":
        return
    before = re.escape(secret.before)
    if secret.kind == "user":
        yield rf"(?<=//){text}(?=[:@])"
    elif secret.kind == "segment" and (secret.before or "/" in form):
        for slash in ("/", "%2F"):
            yield rf"(?<={slash}{before}{slash}){text}{_END}" if secret.before else rf"(?<=[^/]/){text}{_END}"
    elif not secret.before and secret.kind == "value":
        yield rf"(?:(?<=\?)|(?<=%3F)){text}{_END}"
    if len(form) >= MIN_VALUE_CHARS and secret.is_explicit:
        yield rf"(?:(?<==)|(?<=%3D)){text}{_END}"
        yield rf"(?:(?<=:)|(?<=%3A)){text}(?=@|%40)"
    elif secret.kind == "password":
        yield rf"(?<={before}:){text}(?=@)"
    elif secret.before:
        yield rf"(?:(?<={before}=)|(?<={before}%3D)){text}{_END}"
