"""Secrets in the URLs that users configure: which parts of a URL are secret, and the URL without them. Pure."""

import re
from collections.abc import Callable, Iterator
from urllib.parse import unquote, unquote_plus

HIDDEN = "***"
"""Stands for a secret in a URL or a text."""
MIN_SECRET_CHARS = 8
"""The shortest secret that is looked for in other texts. A shorter one could be part of an ordinary word."""
MIN_RANDOM_CHARS = 16
"""The shortest part of a URL that is a secret because it looks random."""

MIN_CHANGES, CHARS_PER_CHANGE = 3, 6
"""A part of a URL looks random if it changes this often, and once in so many characters, between kinds of characters.

Of random hexadecimal, base64 and base32 texts of 16 characters or more, these find between 86 and 100 of 100.
"""

_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*://)([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.DOTALL)
_HOST_AND_PORT = re.compile(r"(?:\[[^\[\]]*\]|[^:]*)(?::[0-9]+)?")
_LOGIN = re.compile(r"://[^/]*@")
"""Matches the user and the password in a URL."""
_SECRET_NAME = re.compile(
    r"(?:.*[_.-])?(?:(?:api|access|app|auth|client|consumer|feed|private|rss|secret|user)?[_-]?(?:key|token|secret|id_token)|tok|jwt|bearer"
    r"|auth|authorization|password|passwd|passphrase|pass|pwd|pw|credentials?|signature|sig|hmac|session|sessionid|private)s?",
    re.IGNORECASE,
)
"""The name of a parameter, or of the segment before one of a path, that is followed by a secret."""
_SHOWN_NAME = re.compile(
    r"feed|format|fmt|output|type|alt|lang|language|locale|hl|gl|ceid|country|region|edition|cat|category|section|tag|topic|channel"
    r"|channel_id|playlist_id|page|paged|limit|count|max|n|num|size|per_page|days|sort|order|orderby|q|query|search|s|keywords?"
    r"|v|version|rev",
    re.IGNORECASE,
)
"""The name of a parameter that says what a feed contains. Its value is shown, unless it looks random."""
_PUBLIC_ID = re.compile(r"channel_id|playlist_id", re.IGNORECASE)
"""The name of a parameter whose value looks random, but is public (YouTube)."""
_FEED_WORD = re.compile(
    r"(?:feeds?|rss[0-9]*|atom|index|news|all|latest|main|public|v[0-9]+|xml|json)?(?:\.[a-z]{2,5})?", re.IGNORECASE
)
"""A segment of a path that is no secret, whatever is before it."""
_HASHED = re.compile(r"~[0-9a-f]{16}")
"""A segment of a feed id that stands for a secret one."""
_SHORT_NUMBER = re.compile(r"[0-9]{1,8}")
_EXTENSION = re.compile(r"\.[A-Za-z]{2,5}$")
_RUN = re.compile(r"[A-Za-z0-9]+")
_CHANGE = re.compile(r"(?<=[A-Za-z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])|(?<=[a-z])(?=[A-Z])")
"""Matches between a letter and a digit, and between a small and a capital letter."""
_LETTER_AND_DIGIT = re.compile(r"(?=[^A-Za-z]*[A-Za-z])[^0-9]*[0-9]")
"""Matches, from the start, a text with a letter and a digit. A server chooses the URL that it redirects to, at any length."""
_HEX = re.compile(r"[0-9a-f]{16,}|[0-9A-F]{16,}")


def hide_secrets(url: str, *, private: bool = False) -> str:
    """Return *url* without user, password and fragment, and with HIDDEN for each secret in its path and query.

    With *private* only scheme and host remain. Of a text that is no absolute URL, what is before a @ is left out, too. If a
    password may have ended the host or the path too early, HIDDEN stands for all that follows the scheme.
    """
    match = _URL.fullmatch(url)
    if not match:
        path, _, query = url.partition("#")[0].partition("?")
        if "@" in url[len(path) :]:
            return HIDDEN
        return replace_segments(path.rpartition("@")[2], lambda _: HIDDEN) + (f"?{HIDDEN}" if query else "")
    scheme, authority, path, query, _ = match.groups()
    host = authority.rpartition("@")[2]
    if "@" in url[match.end(2) :] and not _HOST_AND_PORT.fullmatch(host):
        return f"{scheme}{HIDDEN}"
    if private:
        return f"{scheme}{host}/{HIDDEN}"
    shown = "" if query is None else "?" + "&".join(_shown(part) for part in query.split("&"))
    return scheme + host + replace_segments(path, lambda _: HIDDEN) + shown


def replace_segments(path: str, replacement: Callable[[str], str]) -> str:
    """Return *path* with each secret segment replaced by the *replacement* of it."""
    segments = path.split("/")
    return "/".join(
        replacement(segment) if _is_secret_segment(previous, segment) else segment
        for previous, segment in zip(["", *segments], segments, strict=False)
    )


def secrets_of(url: str, *, private: bool = False) -> frozenset[str]:
    """Return the secrets in *url* that are long enough to be looked for in other texts, as written and unquoted.

    The value of a parameter is one if the name says so, or if it looks random, or if the name is unknown and the value has
    letters and digits; with *private*, every value and segment is one.
    """
    match = _URL.fullmatch(url)
    if not match:
        return frozenset()
    _, authority, path, query, _ = match.groups()
    found = [*_credentials(authority), *_secret_segments(path, private=private), *_secret_values(query or "", private=private)]
    forms = {form for secret in found for form in (secret, unquote(secret), unquote_plus(secret))}
    return frozenset(form for form in forms if len(form) >= MIN_SECRET_CHARS)


def scrub(text: str, secrets: frozenset[str]) -> str:
    """Return *text* with HIDDEN for each of *secrets*, the longest first."""
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return text


def _shown(parameter: str) -> str:
    """Return a *parameter* of a query with HIDDEN for its value, unless the value is surely no secret."""
    name, equals, value = parameter.partition("=")
    if not equals:
        # A query without names, such as ?rss2 or ?1f8a...
        return parameter if _FEED_WORD.fullmatch(name) or _SHORT_NUMBER.fullmatch(name) else HIDDEN
    plain = _FEED_WORD.fullmatch(value) or _SHORT_NUMBER.fullmatch(value) or _SHOWN_NAME.fullmatch(name)
    is_secret = _is_secret_value(name, value) or not plain
    return f"{name}={HIDDEN}" if is_secret and value else parameter


def _credentials(authority: str) -> Iterator[str]:
    user, at, _ = authority.rpartition("@")
    if at:
        yield from user.partition(":")[::2]


def _secret_segments(path: str, *, private: bool) -> Iterator[str]:
    segments = path.split("/")
    for previous, segment in zip(["", *segments], segments, strict=False):
        if _is_secret_segment(previous, segment) or (private and not _FEED_WORD.fullmatch(segment)):
            yield _EXTENSION.sub("", segment)


def _secret_values(query: str, *, private: bool) -> Iterator[str]:
    for parameter in query.split("&"):
        name, equals, value = parameter.partition("=")
        if private or _is_secret_value(name if equals else "", value or name):
            yield value or name
        elif _shown(parameter) != parameter and _LETTER_AND_DIGIT.match(value or name):
            # Nothing says what it is. A word of letters alone may be one of the texts.
            yield value or name


def _is_secret_value(name: str, value: str) -> bool:
    if _PUBLIC_ID.fullmatch(name):
        return False
    # The value may be a URL of its own.
    return bool(_SECRET_NAME.fullmatch(name)) or looks_random(value) or bool(_LOGIN.search(unquote(value)))


def _is_secret_segment(previous: str, segment: str) -> bool:
    if not segment or _FEED_WORD.fullmatch(segment) or _HASHED.fullmatch(segment):
        return False
    name, equals, value = segment.rpartition("=")
    # A parameter in a path, such as token=1f8a or ;key=1f8a.
    has_secret_parameter = bool(equals and value and _SECRET_NAME.fullmatch(name.rpartition(";")[2]))
    return has_secret_parameter or _SECRET_NAME.fullmatch(previous) is not None or looks_random(_EXTENSION.sub("", segment))


def looks_random(text: str) -> bool:
    """Return whether *text*, a part of a URL, looks like a token or a UUID rather than like words, a date or a number.

    A run of letters and digits looks random if it is hexadecimal and long, or changes often between letters and digits, or
    between small and capital letters. Words that are joined by hyphens, as in the address of a page, do not.
    """
    text = unquote(text)
    if len(text) < MIN_RANDOM_CHARS:
        return False
    runs = _RUN.findall(text)
    if any(_HEX.fullmatch(run) and not run.isdigit() for run in runs):
        return True
    changes = sum(len(_CHANGE.findall(run)) for run in runs)
    letters_and_digits = sum(map(len, runs))
    return changes >= MIN_CHANGES and changes * CHARS_PER_CHANGE >= letters_and_digits
