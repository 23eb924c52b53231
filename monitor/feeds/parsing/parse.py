"""Parse the bytes of a feed: RSS 0.9x to 2.0, RDF, Atom and JSON Feed. Runs in a worker process that can be killed."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from monitor.feeds.parsing import hints, html_text, jsonfeed
from monitor.feeds.parsing.charset import is_utf8, to_utf8
from monitor.feeds.parsing.elements import FeedparserError, parse_elements
from monitor.feeds.parsing.entries import FeedContext, authors_of, get_string, title_of, to_item
from monitor.feeds.parsing.incremental import DIGEST_DIGITS, replace_known_items
from monitor.feeds.parsing.items import MAX_ITEMS, NotAFeed, ParsedFeed
from monitor.feeds.parsing.scan import ScannedDocument, scan, without_items
from monitor.worker import limit_memory

MEMORY_BYTES = 2 * 1024 * 1024 * 1024
"""Memory limit of the parsing process; a document of 15 MiB needs a tenth of it."""
MAX_REDUCED_BYTES = 1024 * 1024
"""The largest document that is reduced before parsing, so that the reduction takes milliseconds at most."""
_WEB_PAGE = re.compile(rb"\s*+(?:<!--(?>.*?-->)\s*+)*+<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL)
"""The start of a web page. Possessive, so that a hundred comments in a row cause no backtracking."""
_BASE = re.compile(rb"base\s*=")
_RELATIVE_BASE = re.compile(rb"""xml:base\s*=\s*["'](?!https?:)""")
_NO_BASE = "magnet:?"
"""A base URL against which no link resolves. Relative links are resolved later, against the URL of the response. Without a
base, feedparser would apply the xml:base of one item to the items after it."""
_DECLARED_XHTML = re.compile(
    rb"""<(?:[\w.-]+:body[\s>]|body\s[^<>]*xmlns|"""
    rb"""(?:[\w.-]+:)?(?:title|summary|content)\s[^<>]*\b(?:type|mode)\s*=\s*["'](?:xhtml|[\w.+/-]*xml)["'])""",
    re.IGNORECASE,
)
"""Matches a declaration that a text is XHTML: Atom's type, Atom 0.3's mode, or an XHTML body in RSS."""


class AmbiguousReduction(Exception):
    """The reduced document is ambiguous; parse the whole document."""


ERRORS = (NotAFeed, FeedparserError, AmbiguousReduction)
"""What parse() raises. The process that calls it in a worker gets these errors as themselves."""


@dataclass(frozen=True)
class FeedDocument:
    """A server's response: *data* with its Content-Type, from *url*.

    *known_hashes* are the raw hashes of items that need not be parsed again. *html* requests the items' markup too.
    *placeholders* is the number of items that reduce_document has replaced; *data* is UTF-8 if there are any.
    """

    data: bytes
    content_type: str = ""
    url: str = ""
    known_hashes: frozenset[str] = frozenset()
    html: bool = False
    placeholders: int = 0


def reduce_document(document: FeedDocument) -> FeedDocument:
    """Return *document* with placeholders for its known items; *document* itself if that would be costly or have no effect.

    The reduced document is short, so that little is sent to the parsing process.
    """
    if not document.known_hashes or len(document.data) > MAX_REDUCED_BYTES or not is_utf8(document.data, document.content_type):
        return document
    by_digest = {raw_hash[:DIGEST_DIGITS]: raw_hash for raw_hash in document.known_hashes}
    data, replaced = replace_known_items(document.data, by_digest)
    if not replaced:
        return document
    return replace(document, data=data, known_hashes=document.known_hashes.difference(replaced), placeholders=len(replaced))


def make_parser() -> Callable[[FeedDocument], ParsedFeed]:
    """Limit the memory of this worker process (monitor/worker.py) and return its function."""
    limit_memory(MEMORY_BYTES)
    return parse


def parse(document: FeedDocument) -> ParsedFeed:
    """Return the feed in *document*.

    Raises NotAFeed if it is not a feed or not safe to parse, AmbiguousReduction if it was reduced and cannot be parsed so.
    """
    data, warning = to_utf8(document.data, "text/xml; charset=utf-8" if document.placeholders else document.content_type)
    if not data.strip():
        raise NotAFeed("the response is empty")
    if _WEB_PAGE.match(data[:4096]):
        raise NotAFeed("a web page, not a feed: a login, a captcha, or the wrong URL")
    if data.startswith(b"{"):
        return _with_warning(jsonfeed.parse(data, document.known_hashes, url=document.url, html=document.html), warning)
    base, scanned = _base_url(data, document.url), scan(data, has_placeholders=bool(document.placeholders))
    if base and base == document.url:
        # With this base, one item affects how the others are read.
        scanned = replace(scanned, raw_hashes=("",) * len(scanned.raw_hashes), placeholders=())
    if len(scanned.placeholders) != document.placeholders:
        raise AmbiguousReduction
    try:
        result, raw_hashes, skipped = _parse_unknown_items(scanned, document, base)
    except FeedparserError:
        if document.placeholders:
            raise AmbiguousReduction from None
        scanned = _without_unreadable_items(scanned, base)
        result, raw_hashes, skipped = _parse_unknown_items(scanned, document, base)
    if not result.get("version") and not result.entries:
        raise NotAFeed("neither RSS, Atom nor JSON Feed")
    return _with_warning(_to_feed(result, raw_hashes, skipped, scanned, document), warning)


def _with_warning(feed: ParsedFeed, warning: str) -> ParsedFeed:
    return replace(feed, warnings=(warning, *feed.warnings)) if warning else feed


def _to_feed(
    result: Any,
    raw_hashes: Sequence[str],
    skipped: tuple[tuple[int, str], ...],
    scanned: ScannedDocument,
    document: FeedDocument,
) -> ParsedFeed:
    """Return the feed in feedparser's *result*."""
    feed = result.feed
    is_atom = (result.get("version") or "").startswith("atom")
    context = FeedContext(
        document.url,
        is_atom,
        trust_xhtml=not result.bozo or _DECLARED_XHTML.search(scanned.data) is not None,
        authors=authors_of(feed) if is_atom else (),
        html=document.html,
    )
    entries = zip(result.entries[:MAX_ITEMS], raw_hashes, strict=True)
    return ParsedFeed(
        title=title_of(feed, context, html_text.NAME_CHARS),
        lang=get_string(feed, "language"),
        items=tuple(to_item(entry, raw_hash, context) for entry, raw_hash in entries),
        partial=scanned.partial,
        skipped=skipped,
        truncated=scanned.truncated + max(0, len(result.entries) - MAX_ITEMS),
        ttl=hints.ttl(get_string(feed, "ttl")),
        period=hints.period(get_string(feed, "sy_updateperiod"), get_string(feed, "sy_updatefrequency")),
        skip_hours=_skip_hours(scanned),
        hubs=tuple(hints.linked(feed, "hub")),
        own_url=next(hints.linked(feed, "self"), ""),
    )


def _base_url(data: bytes, url: str) -> str:
    """Return the base for relative links: *url* only if an xml:base needs it.

    feedparser resolves ids against it too, and ids must not change when a feed moves.
    """
    if url and _RELATIVE_BASE.search(data):
        return url
    return _NO_BASE if _BASE.search(data) else ""


def _skip_hours(scanned: ScannedDocument) -> tuple[int, ...]:
    """Return the feed's skipHours. Those inside an item do not count."""
    if not hints.skip_hours(scanned.data):
        return ()
    return hints.skip_hours(without_items(scanned, range(len(scanned.items))).data)


def _parse_unknown_items(
    scanned: ScannedDocument, document: FeedDocument, base: str
) -> tuple[Any, Sequence[str], tuple[tuple[int, str], ...]]:
    """Return feedparser's result for the unknown items, their raw hashes, and the indices and hashes of the known ones.

    If feedparser finds other items than the scan did, or parses leniently, the whole document is parsed, without raw
    hashes. Raises AmbiguousReduction if the document was reduced in that case.
    """
    placeholders = {*scanned.placeholders}
    skipped = tuple(
        (index, raw_hash)
        for index, raw_hash in enumerate(scanned.raw_hashes)
        if index in placeholders or raw_hash in document.known_hashes
    )
    if skipped:
        unknown = without_items(scanned, {index for index, _ in skipped})
        result = parse_elements(unknown.data, base)
        if len(result.entries) == len(unknown.items) and result.get("version") and not result.bozo:
            return result, unknown.raw_hashes, skipped
    if document.placeholders:
        raise AmbiguousReduction
    result = parse_elements(scanned.data, base)
    agrees = len(result.entries) == len(scanned.raw_hashes) and not result.bozo
    return result, scanned.raw_hashes if agrees else [""] * min(len(result.entries), MAX_ITEMS), ()


def _without_unreadable_items(scanned: ScannedDocument, base: str) -> ScannedDocument:
    """Return *scanned* without the items on which feedparser fails; each is tried alone."""
    indices = range(len(scanned.items))
    unreadable = set()
    for index in indices:
        try:
            parse_elements(without_items(scanned, {*indices} - {index}).data, base)
        except FeedparserError:
            unreadable.add(index)
    return replace(without_items(scanned, unreadable), truncated=scanned.truncated + len(unreadable))
