"""From the bytes of a feed to its items: RSS 0.9x to 2.0, RDF, Atom and JSON Feed. Runs in a process that can be ended."""

import contextlib
import io
import re
import resource
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import feedparser

from monitor.feeds.parsing import hints, jsonfeed, plain
from monitor.feeds.parsing.charset import to_utf8
from monitor.feeds.parsing.entries import item, text
from monitor.feeds.parsing.items import NotAFeed, Parsed
from monitor.feeds.parsing.scan import ITEMS, Scanned, check, scan, without

MEMORY = 2 * 1024 * 1024 * 1024
"""What the parsing process may take, in bytes: a body of 15 MiB takes a tenth of it."""
_PAGE = re.compile(rb"\s*+(?:<!--(?>.*?-->)\s*+)*+<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL)
"""How a web page begins. Nothing is tried twice: a hundred comments in a row must not be read in every way there is."""
_RELATIVE_BASE = re.compile(rb"""xml:base\s*=\s*["'](?!https?:)""")
_NO_BASE = "magnet:?"
"""A base that resolves nothing. Relative links are judged later, against the URL that answered; and feedparser, given no
base at all, lets the xml:base of one item stand for those after it."""
# feedparser would look for libxml2's parser before each document, and what it finds is not bounded as expat is.
feedparser.api.PREFERRED_XML_PARSERS.clear()


class _Unreadable(NotAFeed):
    """feedparser fails on it."""


@dataclass(frozen=True, slots=True)
class Body:
    """What a server gave: bytes, and the Content-Type beside them, from *url*.

    *known* are the raw hashes of items that need not be parsed again; *html* asks for the items' markup too.
    """

    data: bytes
    content_type: str = ""
    url: str = ""
    known: frozenset[str] = frozenset()
    html: bool = False


def parser() -> Callable[[Body], Parsed]:
    """What the child (monitor/child.py) is set up with: the process's memory is bounded from here on."""
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    return parse


def parse(body: Body) -> Parsed:
    """The feed in *body*. Raises NotAFeed where there is none in it, or one that is dangerous to read."""
    data = to_utf8(body.data, body.content_type)
    if not data.strip():
        raise NotAFeed("the answer is empty")
    if _PAGE.match(data[:4096]):
        raise NotAFeed("a web page, not a feed: a login, a captcha, or the wrong URL")
    if data.startswith(b"{"):
        return jsonfeed.parse(data, body.known, html=body.html)
    scanned = scan(data)
    # A base is told only where one is needed: feedparser resolves guids too, which must not change with the feed's address.
    base = body.url if _RELATIVE_BASE.search(data) else ""
    try:
        found, raws, skipped = _read(scanned, body.known, base or _NO_BASE)
    except _Unreadable:
        scanned = _readable(scanned, base or _NO_BASE)
        found, raws, skipped = _read(scanned, body.known, base or _NO_BASE)
    if not found.get("version") and not found.entries:
        raise NotAFeed("neither RSS, Atom nor JSON Feed")
    items = (item(entry, raw, html=body.html) for entry, raw in zip(found.entries[:ITEMS], raws, strict=True))
    return Parsed(
        title=plain.line(text(found.feed, "title"), 512),
        lang=text(found.feed, "language"),
        items=tuple(items),
        partial=scanned.partial,
        skipped=skipped,
        truncated=scanned.truncated + max(0, len(found.entries) - ITEMS),
        ttl=hints.ttl(text(found.feed, "ttl")),
        period=hints.period(text(found.feed, "sy_updateperiod"), text(found.feed, "sy_updatefrequency")),
        skip_hours=hints.skip_hours(data),
    )


def _read(scanned: Scanned, known: frozenset[str], base: str) -> tuple[Any, Sequence[str], tuple[tuple[int, str], ...]]:
    """What feedparser makes of the items that are not *known*, their raw hashes, and the others' places and hashes.

    Where feedparser sees other items than the scan did, or reads loosely, it is given the whole, and no hash is trusted.
    """
    skipped = tuple((number, raw) for number, raw in enumerate(scanned.raws) if raw in known)
    if skipped:
        rest = without(scanned, {number for number, _ in skipped})
        found = _feedparser(rest.body, base)
        if len(found.entries) == len(rest.items) and found.get("version") and not found.bozo:
            return found, rest.raws, skipped
    found = _feedparser(scanned.body, base)
    alike = len(found.entries) == len(scanned.raws) and not found.bozo
    return found, scanned.raws if alike else [""] * min(len(found.entries), ITEMS), ()


def _readable(scanned: Scanned, base: str) -> Scanned:
    """*scanned* without the items on which feedparser fails, each being tried alone."""
    numbers = range(len(scanned.items))
    bad = set()
    for number in numbers:
        try:
            _feedparser(without(scanned, {*numbers} - {number}).body, base)
        except _Unreadable:
            bad.add(number)
    return replace(without(scanned, bad), truncated=scanned.truncated + len(bad))


def _feedparser(data: bytes, base: str) -> Any:
    check(data)
    try:
        # A bare path or URL would be opened by feedparser if it were not wrapped.
        return feedparser.parse(
            io.BytesIO(data),
            response_headers={"content-type": "application/xml; charset=utf-8", "content-location": base},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except MemoryError:
        raise
    except Exception as error:
        # Such as gml:pos without georss:where: a few elements out of place are faults to it.
        raise _Unreadable(f"it holds what no parser can read ({type(error).__name__})") from error
