"""Convert feedparser's entries to items."""

import re
from typing import Any

from monitor.feeds.parsing import html_text
from monitor.feeds.parsing.items import MAX_MEDIA, Item, Media

_XHTML = "application/xhtml+xml"
_ESCAPED_TYPES = frozenset({"text/html", "text/plain"})
_TAG = re.compile(r"<[a-zA-Z/!?]")


def to_item(entry: Any, raw_hash: str, *, html: bool, trust_xhtml: bool) -> Item:
    """Return *entry* as an item; with *html*, it has its sanitized markup too. See get_markup for *trust_xhtml*."""
    contents = [
        _repair(get_string(content, "value"), content, trust_xhtml=trust_xhtml)
        for content in entry.get("content") or ()
        if _is_readable(content)
    ]
    markups = (*contents, get_markup(entry, "summary", trust_xhtml=trust_xhtml))
    texts = [html_text.text(markup) for markup in markups]
    longest = max(range(len(texts)), key=lambda index: len(texts[index]))
    text, was_cut = html_text.cut(texts[longest])
    media = _enclosures(entry)
    return Item(
        guid=get_string(entry, "id"),
        link=get_string(entry, "feedburner_origlink") or get_string(entry, "link"),
        title=html_text.line(get_markup(entry, "title", trust_xhtml=trust_xhtml), html_text.TITLE_CHARS),
        text=text,
        date=get_string(entry, "published") or get_string(entry, "created") or get_string(entry, "updated"),
        authors=html_text.unique_names(_authors(entry)),
        categories=html_text.unique_names(
            get_string(tag, "label") or get_string(tag, "term") for tag in entry.get("tags") or ()
        ),
        source=html_text.line(get_markup(entry.get("source") or {}, "title", trust_xhtml=trust_xhtml), html_text.NAME_CHARS),
        lang=get_string(entry.get("title_detail") or {}, "language"),
        truncated=was_cut or any(len(content) > html_text.MARKUP_CHARS for content in contents),
        image=_image(entry, media),
        enclosures=tuple(media),
        html=(html_text.sanitize(markups[longest]) or None) if html else None,
        raw=raw_hash,
    )


def get_string(data: Any, key: str) -> str:
    """Return the string at *key* of one of feedparser's dictionaries, "" if there is none."""
    # Without the check by `in`, feedparser may return another field, and warns about it.
    value = data[key] if key in data else ""  # noqa: SIM401
    return value if isinstance(value, str) else ""


def get_markup(data: Any, key: str, *, trust_xhtml: bool) -> str:
    """Return the markup at *key* of one of feedparser's dictionaries, "" if there is none.

    Feeds escape the markup in their texts. If such a text contains a tag, feedparser treats all of it as XHTML, in which
    escaped markup is text. *trust_xhtml* is false for a broken document that declares no XHTML. There the tag is damage,
    and escaped markup is still markup.
    """
    return _repair(get_string(data, key), data.get(f"{key}_detail") or {}, trust_xhtml=trust_xhtml)


def _repair(value: str, detail: Any, *, trust_xhtml: bool) -> str:
    if trust_xhtml or get_string(detail, "type") in _ESCAPED_TYPES:
        return value
    # feedparser unescapes text that it does not treat as XHTML in the same way.
    markup = value.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    text = html_text.text(markup)
    # The stray tag may be inside another tag, whose remains then look like a tag in the text. Read that as markup again.
    return text if _TAG.search(text) else markup


def _authors(entry: Any) -> list[str]:
    names = [get_string(author, "name") for author in entry.get("authors") or () if author]
    return [name for name in names if name] or [get_string(entry, "author")]


def _is_readable(content: Any) -> bool:
    return get_string(content, "type") in {"", _XHTML, *_ESCAPED_TYPES}


def _enclosures(entry: Any) -> list[Media]:
    """Return the files attached to *entry* as enclosures or by Media RSS, each address once."""
    enclosures = [
        Media(get_string(link, "href"), get_string(link, "type"), get_string(link, "length"))
        for link in entry.get("links") or ()
        if get_string(link, "rel") == "enclosure"
    ]
    contents = [
        Media(get_string(content, "url"), _media_type(content), get_string(content, "filesize"))
        for content in entry.get("media_content") or ()
    ]
    by_url = {media.url: media for media in reversed((*enclosures, *contents)) if media.url}
    return list(by_url.values())[::-1][:MAX_MEDIA]


def _media_type(content: Any) -> str:
    medium = get_string(content, "medium")
    return get_string(content, "type") or (f"{medium}/*" if medium in {"image", "audio", "video"} else "")


def _image(entry: Any, enclosures: list[Media]) -> str:
    """Return the address of the picture of *entry*: the widest of Media RSS, else that of iTunes, else an enclosure."""
    contents = [content for content in entry.get("media_content") or () if _is_image(content)]
    for pictures in (contents, entry.get("media_thumbnail") or ()):
        widest: Any = max(pictures, key=_width, default={})
        if url := get_string(widest, "url"):
            return url
    enclosed = (media.url for media in enclosures if media.type.startswith("image/"))
    return get_string(entry.get("image") or {}, "href") or next(enclosed, "")


def _is_image(content: Any) -> bool:
    return get_string(content, "medium") == "image" or get_string(content, "type").startswith("image/")


def _width(picture: Any) -> int:
    """Return the width in pixels, 0 if it is missing or absurd."""
    width = get_string(picture, "width")
    return int(width) if width.isdecimal() and len(width) < 6 else 0  # noqa: PLR2004  (digits)
