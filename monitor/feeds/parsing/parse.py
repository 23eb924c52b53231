"""From the bytes of a feed to its items: RSS 0.9x to 2.0, RDF, Atom and JSON Feed. Runs in a process that can be ended."""

import contextlib
import io
import re
import resource
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import feedparser

from monitor.feeds.parsing import hints, html_text, jsonfeed
from monitor.feeds.parsing.charset import is_utf8, to_utf8
from monitor.feeds.parsing.entries import item, text
from monitor.feeds.parsing.incremental import DIGITS, condense
from monitor.feeds.parsing.items import NotAFeed, ParsedFeed
from monitor.feeds.parsing.scan import ITEMS, Scanned, scan, without
from monitor.feeds.parsing.xml_limits import check

MEMORY = 2 * 1024 * 1024 * 1024
"""What the parsing process may take, in bytes: a body of 15 MiB takes a tenth of it."""
SMALL = 1024 * 1024
"""The largest body that is condensed, in bytes, so that it takes milliseconds at most."""
_PAGE = re.compile(rb"\s*+(?:<!--(?>.*?-->)\s*+)*+<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL)
"""How a web page begins. Nothing is tried twice: a hundred comments in a row must not be read in every way there is."""
_BASE = re.compile(rb"base\s*=")
_RELATIVE_BASE = re.compile(rb"""xml:base\s*=\s*["'](?!https?:)""")
_NO_BASE = "magnet:?"
"""A base that resolves nothing. Relative links are judged later, against the URL that answered; but feedparser, given no
base at all, lets the xml:base of one item stand for those after it."""
# feedparser would look for libxml2's parser before each document, and what it finds is not bounded as expat is.
feedparser.api.PREFERRED_XML_PARSERS.clear()


class Incomplete(Exception):
    """From what a condensed body holds it cannot be told what the whole says."""


class _Unreadable(NotAFeed):
    """feedparser fails on it."""


@dataclass(frozen=True)
class FeedDocument:
    """What a server gave: bytes, and the Content-Type beside them, from *url*.

    *known* are the raw hashes of items that need not be parsed again; *html* asks for the items' markup too.
    *stand_ins* is for how many more there are stand-ins in *data*, which is UTF-8 then.
    """

    data: bytes
    content_type: str = ""
    url: str = ""
    known: frozenset[str] = frozenset()
    html: bool = False
    stand_ins: int = 0


def condensed(body: FeedDocument) -> FeedDocument:
    """*body* without the items that are known, as far as that is cheap and changes nothing; *body* itself where it is not.

    Before anything else in it is parsed: the rest is short, and costs little to send to the process that parses.
    """
    if not body.known or len(body.data) > SMALL or not is_utf8(body.data, body.content_type):
        return body
    data, cut = condense(body.data, {raw[:DIGITS]: raw for raw in body.known})
    return replace(body, data=data, known=body.known.difference(cut), stand_ins=len(cut)) if cut else body


def parser() -> Callable[[FeedDocument], ParsedFeed]:
    """What the child (monitor/child.py) is set up with: the process's memory is bounded from here on."""
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    return parse


def parse(body: FeedDocument) -> ParsedFeed:
    """The feed in *body*. Raises NotAFeed where there is none in it, or one that is dangerous to read.

    Raises Incomplete where *body* was condensed, and the whole must be read.
    """
    data = to_utf8(body.data, "text/xml; charset=utf-8" if body.stand_ins else body.content_type)
    if not data.strip():
        raise NotAFeed("the answer is empty")
    if _PAGE.match(data[:4096]):
        raise NotAFeed("a web page, not a feed: a login, a captcha, or the wrong URL")
    if data.startswith(b"{"):
        return jsonfeed.parse(data, body.known, html=body.html)
    base, scanned = _base(data, body.url), scan(data, condensed=bool(body.stand_ins))
    if base and base == body.url:
        # One item's base then bears on how the others are read.
        scanned = replace(scanned, raws=("",) * len(scanned.raws), stand_ins=())
    if len(scanned.stand_ins) != body.stand_ins:
        raise Incomplete
    try:
        found, raws, skipped = _read(scanned, body, base)
    except _Unreadable:
        if body.stand_ins:
            raise Incomplete from None
        scanned = _readable(scanned, base)
        found, raws, skipped = _read(scanned, body, base)
    if not found.get("version") and not found.entries:
        raise NotAFeed("neither RSS, Atom nor JSON Feed")
    items = (item(entry, raw, html=body.html) for entry, raw in zip(found.entries[:ITEMS], raws, strict=True))
    return ParsedFeed(
        title=html_text.line(text(found.feed, "title"), 512),
        lang=text(found.feed, "language"),
        items=tuple(items),
        partial=scanned.partial,
        skipped=skipped,
        truncated=scanned.truncated + max(0, len(found.entries) - ITEMS),
        ttl=hints.ttl(text(found.feed, "ttl")),
        period=hints.period(text(found.feed, "sy_updateperiod"), text(found.feed, "sy_updatefrequency")),
        skip_hours=_skip_hours(scanned),
    )


def _base(data: bytes, url: str) -> str:
    """What links are resolved against: *url* only where it is needed, since guids are resolved too and must outlive a move."""
    if url and _RELATIVE_BASE.search(data):
        return url
    return _NO_BASE if _BASE.search(data) else ""


def _skip_hours(scanned: Scanned) -> tuple[int, ...]:
    """The feed's; what an item says of hours is no business of its feed's."""
    return hints.skip_hours(without(scanned, range(len(scanned.items))).body) if hints.skip_hours(scanned.body) else ()


def _read(scanned: Scanned, body: FeedDocument, base: str) -> tuple[Any, Sequence[str], tuple[tuple[int, str], ...]]:
    """What feedparser makes of the items that are not known, their raw hashes, and the others' places and hashes.

    Where feedparser sees other items than the scan did, or reads loosely, it is given the whole, and no hash is trusted.
    """
    stand_ins = {*scanned.stand_ins}
    skipped = tuple((number, raw) for number, raw in enumerate(scanned.raws) if number in stand_ins or raw in body.known)
    if skipped:
        rest = without(scanned, {number for number, _ in skipped})
        found = _feedparser(rest.body, base)
        if len(found.entries) == len(rest.items) and found.get("version") and not found.bozo:
            return found, rest.raws, skipped
    if body.stand_ins:
        raise Incomplete
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
