"""Parse JSON Feed 1.0 and 1.1 (jsonfeed.org)."""

from collections.abc import Iterator
from hashlib import blake2b
from typing import Any, NamedTuple

import orjson

from monitor.feeds.parsing import dates, html_text
from monitor.feeds.parsing.hints import MAX_LINKS
from monitor.feeds.parsing.items import MAX_ITEMS, MAX_MEDIA, Item, Media, NotAFeed, ParsedFeed
from monitor.feeds.parsing.lenient_json import read_feed
from monitor.feeds.parsing.texts import Text, choose, plain_text
from monitor.feeds.urls import is_web_url, web_link

ILL_FORMED = "ill-formed JSON; what is readable is read; only the publisher can fix it"
MAX_EXACT = 2**63
"""Numbers beyond this are rounded."""


class _Entry(NamedTuple):
    """An item of the feed, its hash, and whether all its members were read."""

    item: dict[str, Any]
    raw_hash: str
    complete: bool


def parse(data: bytes, known_hashes: frozenset[str] = frozenset(), *, url: str = "", html: bool = False) -> ParsedFeed:
    """Return the feed in *data*, from *url*, without the items with a raw hash in *known_hashes*.

    *html* requests the items' markup too.

    A field of the wrong type counts as missing. What cannot be read of ill-formed JSON is left out. Raises NotAFeed.
    """
    lenient = None
    try:
        feed = orjson.loads(data)
    except orjson.JSONDecodeError:
        lenient = read_feed(data.decode())
        if not lenient.complete:
            raise NotAFeed("ill-formed JSON") from None
        feed = lenient.members
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list) or "jsonfeed.org" not in _string(feed, "version"):
        raise NotAFeed("JSON, but not a JSON Feed")
    complete = lenient.complete if lenient else [True] * len(feed["items"])
    entries = [_Entry(item, _raw_hash(item), whole) for item, whole in zip(feed["items"], complete, strict=True)]
    kept = _newest([entry for entry in entries if entry.raw_hash])
    return ParsedFeed(
        title=html_text.plain_line(html_text.without_references(_string(feed, "title")), html_text.NAME_CHARS),
        lang=_string(feed, "language"),
        items=tuple(_to_item(entry, feed, url=url, html=html) for entry in kept if entry.raw_hash not in known_hashes),
        skipped=tuple((index, entry.raw_hash) for index, entry in enumerate(kept) if entry.raw_hash in known_hashes),
        partial=lenient is not None and lenient.partial,
        truncated=len(entries) - len(kept) + (lenient.unreadable if lenient else 0),
        warnings=(ILL_FORMED,) if lenient else (),
        hubs=tuple(_hubs(feed.get("hubs"))),
        own_url=_string(feed, "feed_url"),
    )


def _hubs(hubs: Any) -> Iterator[str]:
    """Yield the URLs of the WebSub hubs in the member *hubs*; there are other types of hubs."""
    for hub in hubs[:MAX_LINKS] if isinstance(hubs, list) else ():
        if isinstance(hub, dict) and _string(hub, "type").lower() == "websub" and (url := _string(hub, "url")):
            yield url


def _raw_hash(item: Any) -> str:
    """Return the hash of an item, "" if it is not an object or nested too deep."""
    try:
        return blake2b(orjson.dumps(item), digest_size=8).hexdigest() if isinstance(item, dict) else ""
    except TypeError:
        return ""


def _newest(entries: list[_Entry]) -> list[_Entry]:
    """Return at most MAX_ITEMS entries, from the end that has the newer date."""
    if len(entries) <= MAX_ITEMS:
        return entries
    is_oldest_first = _timestamp(entries[-1].item) > _timestamp(entries[0].item)
    return entries[-MAX_ITEMS:] if is_oldest_first else entries[:MAX_ITEMS]


def _to_item(entry: _Entry, feed: dict[str, Any], *, url: str, html: bool) -> Item:
    data = entry.item
    markup, guid = _string(data, "content_html"), _string(data, "id")
    contents = [Text(markup, html_text.text(markup)), plain_text(_string(data, "content_text"))]
    chosen = choose(contents, [plain_text(_string(data, "summary"))])
    text, truncated = html_text.cut(chosen.text)
    link = _string(data, "url") or _string(data, "external_url") or (guid if is_web_url(guid) else "")
    tags = data.get("tags") if isinstance(data.get("tags"), list) else []
    enclosures = tuple(_enclosures(data.get("attachments")))[:MAX_MEDIA]
    images = (media.url for media in enclosures if media.type.lower().startswith("image/"))
    date, *other_dates = [date for key in ("date_published", "date_modified") if (date := _date(data, key))] or [""]
    return Item(
        guid=guid,
        link=link,
        title=html_text.plain_line(html_text.without_references(_string(data, "title")), html_text.TITLE_CHARS),
        text=text,
        date=date,
        other_dates=tuple(other_dates),
        authors=_authors(data) or _authors(feed),
        categories=html_text.unique_names(tag for tag in tags or () if isinstance(tag, str)),
        lang=_string(data, "language"),
        truncated=truncated or not entry.complete,
        image=_string(data, "image") or _string(data, "banner_image") or next(images, ""),
        enclosures=enclosures,
        html=(html_text.sanitize(chosen.markup, web_link(link, url) or url) or None) if html else None,
        raw=entry.raw_hash,
    )


def _authors(data: dict[str, Any]) -> tuple[str, ...]:
    """Return the names of the authors of an item or a feed: authors of version 1.1, else author of 1.0."""
    authors = data.get("authors")
    authors = authors if isinstance(authors, list) and authors else [data.get("author")]
    names = [_string(author, "name") for author in authors if isinstance(author, dict)]
    return tuple(dict.fromkeys(name for each in names if (name := html_text.plain_line(each, html_text.NAME_CHARS))))[
        : html_text.MAX_NAMES
    ]


def _enclosures(attachments: Any) -> Iterator[Media]:
    for attachment in attachments if isinstance(attachments, list) else ():
        if isinstance(attachment, dict) and _string(attachment, "url"):
            yield Media(_string(attachment, "url"), _string(attachment, "mime_type"), _size(attachment.get("size_in_bytes")))


def _size(value: Any) -> str:
    """Return a number of bytes as text. Some feeds write it as text, or with a fraction of 0."""
    if isinstance(value, str):
        return value.strip()
    return f"{value:.0f}" if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _date(data: dict[str, Any], key: str) -> str:
    """Return the date at *key* as text, "" if there is none. A value that is not a text is kept, and flagged later."""
    value = data.get(key)
    if isinstance(value, float):
        return f"{value:.0f}"
    return "" if value is None else str(value)[: dates.MAX_CHARS]


def _timestamp(item: dict[str, Any]) -> float:
    moment = dates.parse(_date(item, "date_published") or _date(item, "date_modified"))
    return moment.timestamp() if moment else 0.0


def _string(data: dict[str, Any], key: str) -> str:
    """Return the string at *key*, "" if there is none. Numbers as ids are accepted: not standard, but common.

    An inexact number is not accepted as an id, because several items could have it.
    """
    value = data.get(key)
    if key == "id" and isinstance(value, int | float) and abs(value) < MAX_EXACT:
        return str(value)
    return value if isinstance(value, str) else ""
