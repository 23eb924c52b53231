"""Parse JSON Feed 1.0 and 1.1 (jsonfeed.org)."""

from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

import orjson

from monitor.feeds.parsing import dates, html_text
from monitor.feeds.parsing.items import MAX_ITEMS, MAX_MEDIA, Item, Media, NotAFeed, ParsedFeed
from monitor.feeds.parsing.texts import Text, choose, plain_text
from monitor.feeds.urls import is_web_url, web_link


def parse(data: bytes, known_hashes: frozenset[str] = frozenset(), *, url: str = "", html: bool = False) -> ParsedFeed:
    """Return the feed in *data*, from *url*, without the items with a raw hash in *known_hashes*.

    *html* requests the items' markup too.

    A field of the wrong type counts as missing. Raises NotAFeed.
    """
    try:
        feed = orjson.loads(data)
    except orjson.JSONDecodeError:
        raise NotAFeed("ill-formed JSON") from None
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list) or "jsonfeed.org" not in _string(feed, "version"):
        raise NotAFeed("JSON, but not a JSON Feed")
    items = [item for item in feed["items"] if isinstance(item, dict)]
    kept = _newest(items)
    raw_hashes = [blake2b(orjson.dumps(item), digest_size=8).hexdigest() for item in kept]
    return ParsedFeed(
        title=html_text.plain_line(html_text.without_references(_string(feed, "title")), html_text.NAME_CHARS),
        lang=_string(feed, "language"),
        items=tuple(
            _to_item(item, raw_hash, feed, url=url, html=html)
            for item, raw_hash in zip(kept, raw_hashes, strict=True)
            if raw_hash not in known_hashes
        ),
        skipped=tuple((index, raw_hash) for index, raw_hash in enumerate(raw_hashes) if raw_hash in known_hashes),
        truncated=len(items) - len(kept),
    )


def _newest(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return at most MAX_ITEMS items, from the end that has the newer date."""
    if len(items) <= MAX_ITEMS:
        return items
    return items[-MAX_ITEMS:] if _timestamp(items[-1]) > _timestamp(items[0]) else items[:MAX_ITEMS]


def _to_item(data: dict[str, Any], raw_hash: str, feed: dict[str, Any], *, url: str, html: bool) -> Item:
    markup, guid = _string(data, "content_html"), _string(data, "id")
    contents = [Text(markup, html_text.text(markup)), plain_text(_string(data, "content_text"))]
    chosen = choose(contents, [plain_text(_string(data, "summary"))])
    text, truncated = html_text.cut(chosen.text)
    link = _string(data, "url") or _string(data, "external_url") or (guid if is_web_url(guid) else "")
    tags = data.get("tags") if isinstance(data.get("tags"), list) else []
    enclosures = tuple(_enclosures(data.get("attachments")))[:MAX_MEDIA]
    images = (media.url for media in enclosures if media.type.startswith("image/"))
    return Item(
        guid=guid,
        link=link,
        title=html_text.plain_line(html_text.without_references(_string(data, "title")), html_text.TITLE_CHARS),
        text=text,
        date=_string(data, "date_published") or _string(data, "date_modified"),
        authors=_authors(data) or _authors(feed),
        categories=html_text.unique_names(tag for tag in tags or () if isinstance(tag, str)),
        lang=_string(data, "language"),
        truncated=truncated,
        image=_string(data, "image") or _string(data, "banner_image") or next(images, ""),
        enclosures=enclosures,
        html=(html_text.sanitize(chosen.markup, web_link(link, url) or url) or None) if html else None,
        raw=raw_hash,
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
            size = attachment.get("size_in_bytes")
            yield Media(
                _string(attachment, "url"), _string(attachment, "mime_type"), str(size) if isinstance(size, int) else ""
            )


def _timestamp(item: dict[str, Any]) -> float:
    moment = dates.parse(_string(item, "date_published") or _string(item, "date_modified"))
    return moment.timestamp() if moment else 0.0


def _string(data: dict[str, Any], key: str) -> str:
    """Return the string at *key*, "" if there is none. Numbers as ids are accepted: not standard, but common."""
    value = data.get(key)
    return value if isinstance(value, str) else str(value) if key == "id" and isinstance(value, int | float) else ""
