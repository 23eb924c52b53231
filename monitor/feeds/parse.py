"""From the bytes of a feed to its items: RSS 0.9x to 2.0, RDF, Atom and JSON Feed. Runs in a process that can be ended."""

import contextlib
import io
import re
import resource
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import feedparser

from monitor.feeds import hints, jsonfeed, plain
from monitor.feeds.items import Item, NotAFeed, Parsed
from monitor.feeds.scan import ITEMS, scan

MEMORY = 2 * 1024 * 1024 * 1024
"""What the parsing process may take, in bytes: a body of 15 MiB takes a tenth of it."""
_PAGE = re.compile(rb"(\xef\xbb\xbf)?\s*(<!--.*?-->\s*)*<(!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL)
_UTF7 = re.compile(r"utf-?7", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Body:
    """What a server gave: bytes, and the Content-Type beside them."""

    data: bytes
    content_type: str = ""


def parser() -> Callable[[Body], Parsed]:
    """What the child (monitor/child.py) is set up with: the process's memory is bounded from here on."""
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    return parse


def parse(body: Body) -> Parsed:
    """The feed in *body*. Raises NotAFeed where there is none in it, or one that is dangerous to read."""
    start = body.data[:4096]
    if not body.data.strip():
        raise NotAFeed("the answer is empty")
    if _PAGE.match(start):
        raise NotAFeed("a web page, not a feed: a login, a captcha, or the wrong URL")
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return jsonfeed.parse(body.data)
    if _UTF7.search(body.content_type) or _UTF7.search(start[:200].decode("latin-1")):
        raise NotAFeed("UTF-7 is not read")
    scanned = scan(body.data)
    # A bare path or URL would be opened by feedparser if it were not wrapped.
    found = feedparser.parse(
        io.BytesIO(scanned.body),
        response_headers={"content-type": body.content_type},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not found.version and not found.entries:
        raise NotAFeed("neither RSS, Atom nor JSON Feed")
    items = tuple(_item(entry) for entry in found.entries[:ITEMS])
    return Parsed(
        title=plain.line(_text(found.feed, "title"), 512),
        lang=_text(found.feed, "language"),
        items=items,
        partial=scanned.partial,
        ttl=hints.ttl(_text(found.feed, "ttl")),
        period=hints.period(_text(found.feed, "sy_updateperiod"), _text(found.feed, "sy_updatefrequency")),
        skip_hours=hints.skip_hours(scanned.body),
    )


def _item(entry: Any) -> Item:
    markups = [_text(content, "value") for content in entry.get("content") or () if _readable(content)]
    texts = [plain.text(markup) for markup in (*markups, _text(entry, "summary"))]
    text, cut = plain.cut(max(texts, key=len))
    return Item(
        guid=_text(entry, "id"),
        link=_text(entry, "feedburner_origlink") or _text(entry, "link"),
        title=plain.line(_text(entry, "title"), 4096),
        text=text,
        date=_text(entry, "published") or _text(entry, "created") or _text(entry, "updated"),
        authors=plain.names(_authors(entry)),
        categories=plain.names(_text(tag, "label") or _text(tag, "term") for tag in entry.get("tags") or ()),
        source=plain.line(_text(entry.get("source") or {}, "title"), 512),
        lang=_text(entry.get("title_detail") or {}, "language"),
        truncated=cut or any(len(markup) > plain.MARKUP_CHARS for markup in markups),
    )


def _authors(entry: Any) -> list[str]:
    named = [_text(author, "name") for author in entry.get("authors") or () if author]
    return [name for name in named if name] or [_text(entry, "author")]


def _readable(content: Any) -> bool:
    return _text(content, "type") in {"", "text/plain", "text/html", "application/xhtml+xml"}


def _text(data: Any, key: str) -> str:
    """What stands under *key*. Asked for by ``in`` first: feedparser warns where it would answer with another field."""
    value = data[key] if key in data else ""  # noqa: SIM401
    return value if isinstance(value, str) else ""
