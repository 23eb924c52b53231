"""Secrets in the URLs that users configure: which parts of a URL are secret, and the URL without them. Pure."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote

HIDDEN = "***"
"""Stands for a secret in a URL or a text."""
MIN_RANDOM_CHARS = 16
"""The shortest part of a URL that is a secret because it looks random."""

MIN_CHANGES, CHARS_PER_CHANGE, MAX_PIECE_CHARS = 3, 6, 3
"""A part of a URL looks random if it changes this often, and once in so many characters, between kinds of characters. If it
has small and capital letters, it must also have short pieces, since words may be joined as in TopStoriesByRegion.

Of random hexadecimal, base64 and base32 texts of 16 characters or more, these find between 79 and 100 of 100.
"""

_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*://)([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.DOTALL)
_HOST_AND_PORT = re.compile(r"(?:\[[^\[\]]*\]|[^:]*)(?::[0-9]+)?")
_NAME_AND_PORT = re.compile(r"(?!localhost:)[^.:\[\]@]+:[0-9]+")
_LOGIN = re.compile(r"://[^/:@]*@|[^\s/:@]{0,64}+:(?P<password>[^\s/@]{1,128}+)@")
"""Matches the user and the password in a URL, with or without its scheme."""
_PAIR = re.compile(r"(?P<name>[A-Za-z][\w.-]{0,63}+)[\"'\]]{0,2}[=:][\"']?(?P<value>[^\s/&;,\"'][^\s&;,\"']*)")
"""Matches a name and a value in a segment of a path, or in a value that is a URL, a query or JSON itself."""
MAX_QUOTES = 3
"""How often a part of a URL may be quoted."""
_SECRET_NAME = re.compile(
    r".*(?:token|secret|passw(?:or)?d|passphrase|api_?key|sess(?:ion)?_?id|signature|credential)s?"
    r"|(?:.*[_.-])?(?:(?:api|access|app|auth|client|consumer|feed|private|rss|secret|user)?[_-]?key"
    r"|tok|jwt|bearer|auth|authorization|pass|pwd|pw|sig|hmac|session|private)s?",
    re.IGNORECASE,
)
"""The name of a parameter, or of the segment before one of a path, that is followed by a secret."""
_SHOWN_NAME = re.compile(
    r"feed|format|fmt|output|type|post_type|alt|lang|language|locale|hl|gl|ceid|country|region|area|city|state|location|place"
    r"|edition|cat|category|categories|cat_id|section|group|themes?|subject|topics?|tags?|channel|channel_id|playlist_id|desk|series|show|podcast|program"
    r"|team|league|event|sport|company|organi[sz]ations?|ministry|department|symbols?|ticker|author|publisher|source|site|siteid|partnerid|owner"
    r"|page|paged|limit|count|max|max_results|n|num|size|per_page|pagesize|start|offset|days|sort|order|orderby|sortby|action|mode|view|filter"
    r"|from|to|since|until|after|before|date|dateb|year|month|day|q|query|search|search_query|s|keywords?|terms?|text|name|title|include|exclude"
    r"|v|version|rev",
    re.IGNORECASE,
)
"""The name of a parameter that says what a feed contains. Its value is shown, unless it looks random."""
_PUBLIC_ID = re.compile(r"channel_id|playlist_id", re.IGNORECASE)
"""The name of a parameter whose value looks random, but is public (YouTube)."""
_PUBLIC_SEGMENT = re.compile(r"topics?|sections?|publications?", re.IGNORECASE)
"""The segment of a path before one that looks random, but is public (Google News)."""
_FEED_WORD = re.compile(
    r"(?:feeds?|rss[0-9]*|atom|index|news|all|latest|main|public|v[0-9]+|xml|json)?(?:\.[a-z]{2,5})?", re.IGNORECASE
)
"""A segment of a path that is no secret, whatever is before it."""
_HASHED = re.compile(r"~[0-9a-f]{16}")
"""A segment of a feed id that stands for a secret one."""
_PLAIN_VALUE = re.compile(
    r"[0-9]{1,8}|[0-9]{4}-[0-9]{2}-[0-9]{2}|[A-Za-z]{2}(?:[_-][A-Za-z]{2})?|true|false|yes|no|on|off|none", re.IGNORECASE
)
"""The value of a parameter that is no secret unless its name says so: a short number, a date, a language, or a switch."""
_URL_IN_TEXT = re.compile(r"\b[A-Za-z][A-Za-z0-9+.-]{0,20}+:/{1,2}[^\s'\"<>]*[^\s'\"<>.,:;!?)\]}]")
_LOGIN_IN_TEXT = re.compile(r"[^\s'\"/:@]{1,64}+:[^\s'\"@]{1,128}+@")
_PARAMETER_IN_TEXT = re.compile(r"(?<=[?&])[\w.%\[\]-]{1,64}+=[^\s'\"&]*[^\s'\"&.,:;!?)]")
_EXTENSION = re.compile(r"\.[A-Za-z]{2,5}$")
_RUN = re.compile(r"[A-Za-z0-9]+")
_CHANGE = re.compile(r"(?<=[A-Za-z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])|(?<=[a-z])(?=[A-Z])")
"""Matches between a letter and a digit, and between a small and a capital letter."""
_PIECE = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")
"""Matches a word or a number in words that are joined without a separator."""
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
    if ("@" in url[match.end(2) :] and not _HOST_AND_PORT.fullmatch(host)) or has_cut_password(url):
        return f"{scheme}{HIDDEN}"
    if private:
        return f"{scheme}{host}/{HIDDEN}"
    shown = "" if query is None else "?" + "&".join(_shown(part) for part in query.split("&"))
    return scheme + host + replace_segments(path, lambda _: HIDDEN) + shown


def has_cut_password(url: str) -> bool:
    """Return whether *url* may begin with a user and a password that contains a slash, as in ``https://kay:12/ab@example.org``.

    It is a valid URL of the host kay. The name of a user has no dot, and that of a host usually has one.
    """
    match = _URL.fullmatch(url)
    return bool(match and _NAME_AND_PORT.fullmatch(match[2]) and re.search(r"[^/]@", url[match.end(2) :]))


def hide_in_text(text: str) -> str:
    """Return *text*, such as an error message that quotes a config, with HIDDEN for each secret of a URL in it."""
    text = _URL_IN_TEXT.sub(lambda url: hide_secrets(url[0]), text)
    text = _LOGIN_IN_TEXT.sub(f"{HIDDEN}@", text)
    return _PARAMETER_IN_TEXT.sub(lambda parameter: _shown(parameter[0]), text)


def replace_segments(path: str, replacement: Callable[[str], str]) -> str:
    """Return *path* with each secret segment replaced by the *replacement* of it."""
    return "/".join(
        replacement(segment) if _is_secret_segment(previous, segment) else segment
        for previous, segment in _segments_after(path.split("/"))
    )


def _segments_after(segments: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield each of *segments* after the one before it, which is neither empty nor a dot."""
    previous = ""
    for segment in segments:
        yield previous, segment
        previous = previous if segment in {"", "."} else segment


def has_hashed_segment(feed_id: str) -> bool:
    """Return whether a secret segment in *feed_id* is replaced by a hash."""
    return any(map(_HASHED.fullmatch, feed_id.split("/")))


@dataclass(frozen=True, slots=True)
class Secret:
    """A part of a URL that is hidden. *kind* is what it is, *before* the name of the parameter or the segment before it.

    *is_explicit* is true if the URL says that it is a secret, and false if only nothing says what else it is. A segment
    without one before it is a whole path.
    """

    text: str
    kind: Literal["user", "password", "value", "segment", "private segment"]
    before: str = ""
    is_explicit: bool = True


def secrets_of(url: str, *, private: bool = False) -> list[Secret]:
    """Return the secrets in *url*, as they are written; with *private*, every value and every segment but feed words."""
    match = _URL.fullmatch(url)
    if not match:
        return []
    _, authority, path, query, _ = match.groups()
    segments, parameters = _secret_segments(path, private=private), _secret_values(query or "", private=private)
    return [each for each in (*_credentials(authority), *segments, *parameters) if each.text]


def _shown(parameter: str) -> str:
    """Return a *parameter* of a query with HIDDEN for its value, unless the value is surely no secret."""
    name, equals, value = parameter.partition("=")
    if not equals:
        # A query without names, such as ?rss2 or ?1f8a...
        return parameter if _FEED_WORD.fullmatch(name) or _PLAIN_VALUE.fullmatch(name) else HIDDEN
    plain = _FEED_WORD.fullmatch(value) or _PLAIN_VALUE.fullmatch(value) or _SHOWN_NAME.fullmatch(_plain_name(name))
    is_secret = _is_secret_value(name, value) or not plain
    return f"{name}={HIDDEN}" if is_secret and value else parameter


def _credentials(authority: str) -> Iterator[Secret]:
    credentials, at, _ = authority.rpartition("@")
    if at:
        user, _, password = credentials.partition(":")
        yield Secret(user, "user", is_explicit=False)
        yield Secret(password, "password", user)


def _secret_segments(path: str, *, private: bool) -> Iterator[Secret]:
    segments = path.split("/")
    for previous, segment in _segments_after(segments):
        if _is_secret_segment(previous, segment):
            yield from list(_inner_secrets(segment)) or [Secret(_EXTENSION.sub("", segment), "segment", previous)]
        elif private and not _FEED_WORD.fullmatch(segment):
            yield Secret(_EXTENSION.sub("", segment), "private segment")
    if private:
        while segments and _FEED_WORD.fullmatch(segments[-1]):
            segments.pop()
        yield Secret(_EXTENSION.sub("", "/".join(segments)).strip("/"), "segment")


def _secret_values(query: str, *, private: bool) -> Iterator[Secret]:
    for parameter in query.split("&"):
        name, equals, value = parameter.partition("=")
        if not equals and (private or _shown(parameter) != parameter):
            yield Secret(name, "value")
        elif equals and (private or _shown(parameter) != parameter):
            yield from _inner_secrets(value)
            yield Secret(value, "value", name, is_explicit=private or _is_secret_value(name, value))


def _plain_name(name: str) -> str:
    """Return the *name* of a parameter without quotes and brackets, as in ``topics%5B%5D``."""
    return unquote(name).rstrip("[]")


def _is_secret_value(name: str, value: str) -> bool:
    if _PUBLIC_ID.fullmatch(name):
        return False
    return bool(_SECRET_NAME.fullmatch(_plain_name(name))) or looks_random(value) or _has_inner_secret(value)


def _has_inner_secret(part: str) -> bool:
    """Return whether *part* of a URL contains a login, or a parameter with a secret, as it does if it is a URL itself."""
    plain = _unquoted(part)
    return bool(_LOGIN.search(plain)) or any(_SECRET_NAME.fullmatch(pair["name"]) for pair in _PAIR.finditer(plain))


def _inner_secrets(part: str) -> Iterator[Secret]:
    """Yield the secrets inside *part* of a URL (see `_has_inner_secret`), unquoted."""
    plain = _unquoted(part)
    for pair in _PAIR.finditer(plain):
        if _SECRET_NAME.fullmatch(pair["name"]):
            yield Secret(_EXTENSION.sub("", pair["value"]), "value", pair["name"])
    for login in _LOGIN.finditer(plain):
        if password := login["password"]:
            yield Secret(password, "password")


def _unquoted(part: str) -> str:
    for _ in range(MAX_QUOTES):
        if (plain := unquote(part)) == part:
            break
        part = plain
    return part


def _is_secret_segment(previous: str, segment: str) -> bool:
    if segment in {"", "."} or _FEED_WORD.fullmatch(segment) or _HASHED.fullmatch(segment):
        return False
    # A parameter or a URL in a path, such as token=1f8a, ;key=1f8a or kay:1f8a@example.org.
    if _SECRET_NAME.fullmatch(unquote(previous)) or _has_inner_secret(segment):
        return True
    return looks_random(_EXTENSION.sub("", segment)) and not _PUBLIC_SEGMENT.fullmatch(previous)


def looks_random(text: str) -> bool:
    """Return whether *text*, a part of a URL, looks like a token or a UUID rather than like words, a date or a number.

    A run of letters and digits looks random if it is hexadecimal and long, or changes often between letters and digits, or
    between small and capital letters. Words that are joined by hyphens or by capitals do not.
    """
    text = unquote(text)
    if len(text) < MIN_RANDOM_CHARS:
        return False
    runs = _RUN.findall(text)
    if any(_HEX.fullmatch(run) and not run.isdigit() for run in runs):
        return True
    changes = sum(len(_CHANGE.findall(run)) for run in runs)
    joined = "".join(runs)
    if changes < MIN_CHANGES or changes * CHARS_PER_CHANGE < len(joined):
        return False
    pieces = sum(len(_PIECE.findall(run)) for run in runs)
    return joined.islower() or joined.isupper() or pieces * MAX_PIECE_CHARS >= len(joined)
