"""JSON Feed 1.0 and 1.1 (jsonfeed.org) to items."""

from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

import orjson

from monitor.feeds.parsing import dates, html_text
from monitor.feeds.parsing.items import Item, Media, NotAFeed, ParsedFeed
from monitor.feeds.parsing.scan import ITEMS


def parse(body: bytes, known: frozenset[str] = frozenset(), *, html: bool = False) -> ParsedFeed:
    """The feed in *body*, without the items whose hash is *known*; a field of the wrong type counts as missing.

    *html* asks for the items' markup too. Raises NotAFeed.
    """
    try:
        data = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise NotAFeed("JSON that is ill-formed") from None
    if not isinstance(data, dict) or not isinstance(data.get("items"), list) or "jsonfeed.org" not in _text(data, "version"):
        raise NotAFeed("JSON, but no JSON Feed")
    whole = [item for item in data["items"] if isinstance(item, dict)]
    kept = whole if len(whole) <= ITEMS else whole[-ITEMS:] if _date(whole[-1]) > _date(whole[0]) else whole[:ITEMS]
    raws = [blake2b(orjson.dumps(item), digest_size=8).hexdigest() for item in kept]
    return ParsedFeed(
        title=html_text.line(_text(data, "title"), 512),
        lang=_text(data, "language"),
        items=tuple(_item(item, raw, html=html) for item, raw in zip(kept, raws, strict=True) if raw not in known),
        skipped=tuple((number, raw) for number, raw in enumerate(raws) if raw in known),
        truncated=len(whole) - len(kept),
    )


def _item(data: dict[str, Any], raw: str, *, html: bool) -> Item:
    markup = _text(data, "content_html")
    words = max(html_text.text(markup), html_text.text(_text(data, "content_text")), key=len)
    text, truncated = html_text.cut(words or html_text.text(_text(data, "summary")))
    authors = data.get("authors") if isinstance(data.get("authors"), list) else [data.get("author")]
    tags = data.get("tags") if isinstance(data.get("tags"), list) else []
    media = tuple(_media(data.get("attachments")))[:20]
    pictures = (one.url for one in media if one.type.startswith("image/"))
    return Item(
        guid=_text(data, "id"),
        link=_text(data, "url") or _text(data, "external_url"),
        title=html_text.line(_text(data, "title"), 4096),
        text=text,
        date=_text(data, "date_published") or _text(data, "date_modified"),
        authors=html_text.names(_text(author, "name") for author in authors or () if isinstance(author, dict)),
        categories=html_text.names(tag for tag in tags or () if isinstance(tag, str)),
        lang=_text(data, "language"),
        truncated=truncated,
        image=_text(data, "image") or _text(data, "banner_image") or next(pictures, ""),
        enclosures=media,
        html=html_text.markup(markup) if html else "",
        raw=raw,
    )


def _media(attachments: Any) -> Iterable[Media]:
    for one in attachments if isinstance(attachments, list) else ():
        if isinstance(one, dict) and _text(one, "url"):
            size = one.get("size_in_bytes")
            yield Media(_text(one, "url"), _text(one, "mime_type"), str(size) if isinstance(size, int) else "")


def _date(data: dict[str, Any]) -> float:
    moment = dates.read(_text(data, "date_published") or _text(data, "date_modified"))
    return moment.timestamp() if moment else 0.0


def _text(data: dict[str, Any], key: str) -> str:
    value = data.get(key)
    # Numbers as ids are against the standard and common.
    return value if isinstance(value, str) else str(value) if key == "id" and isinstance(value, int | float) else ""
