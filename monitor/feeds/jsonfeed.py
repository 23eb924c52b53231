"""JSON Feed 1.0 and 1.1 (jsonfeed.org) to items."""

from typing import Any

import orjson

from monitor.feeds import plain
from monitor.feeds.items import Item, NotAFeed, Parsed
from monitor.feeds.scan import ITEMS


def parse(body: bytes) -> Parsed:
    """The feed in *body*; a field of the wrong type counts as missing. Raises NotAFeed."""
    try:
        data = orjson.loads(body.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError:
        raise NotAFeed("JSON that is ill-formed") from None
    if not isinstance(data, dict) or not isinstance(data.get("items"), list) or "jsonfeed.org" not in _text(data, "version"):
        raise NotAFeed("JSON, but no JSON Feed")
    items = tuple(_item(item) for item in data["items"][:ITEMS] if isinstance(item, dict))
    return Parsed(plain.line(_text(data, "title"), 512), _text(data, "language"), items)


def _item(data: dict[str, Any]) -> Item:
    words = max(plain.text(_text(data, "content_html")), plain.text(_text(data, "content_text")), key=len)
    text, truncated = plain.cut(words or plain.text(_text(data, "summary")))
    authors = data.get("authors") if isinstance(data.get("authors"), list) else [data.get("author")]
    tags = data.get("tags") if isinstance(data.get("tags"), list) else []
    return Item(
        guid=_text(data, "id"),
        link=_text(data, "url") or _text(data, "external_url"),
        title=plain.line(_text(data, "title"), 4096),
        text=text,
        date=_text(data, "date_published") or _text(data, "date_modified"),
        authors=plain.names(_text(author, "name") for author in authors or () if isinstance(author, dict)),
        categories=plain.names(tag for tag in tags or () if isinstance(tag, str)),
        lang=_text(data, "language"),
        truncated=truncated,
    )


def _text(data: dict[str, Any], key: str) -> str:
    value = data.get(key)
    # Numbers as ids are against the standard and common.
    return value if isinstance(value, str) else str(value) if key == "id" and isinstance(value, int | float) else ""
