"""From an entry as feedparser gives it to an item."""

from typing import Any

from monitor.feeds.parsing import html_text
from monitor.feeds.parsing.items import Item, Media


def item(entry: Any, raw: str, *, html: bool) -> Item:
    """The item that *entry* is; *raw* is the hash of its bytes. *html* asks for its markup too."""
    markups = [text(content, "value") for content in entry.get("content") or () if _readable(content)]
    texts = [html_text.text(markup) for markup in (*markups, text(entry, "summary"))]
    longest = max(range(len(texts)), key=lambda index: len(texts[index]))
    words, cut = html_text.cut(texts[longest])
    media = _media(entry)
    return Item(
        guid=text(entry, "id"),
        link=text(entry, "feedburner_origlink") or text(entry, "link"),
        title=html_text.line(text(entry, "title"), 4096),
        text=words,
        date=text(entry, "published") or text(entry, "created") or text(entry, "updated"),
        authors=html_text.names(_authors(entry)),
        categories=html_text.names(text(tag, "label") or text(tag, "term") for tag in entry.get("tags") or ()),
        source=html_text.line(text(entry.get("source") or {}, "title"), 512),
        lang=text(entry.get("title_detail") or {}, "language"),
        truncated=cut or any(len(markup) > html_text.MARKUP_CHARS for markup in markups),
        image=_image(entry, media),
        enclosures=tuple(media),
        html=html_text.markup((*markups, text(entry, "summary"))[longest]) if html else "",
        raw=raw,
    )


def text(data: Any, key: str) -> str:
    """What stands under *key*. Asked for by ``in`` first: feedparser warns where it would answer with another field."""
    value = data[key] if key in data else ""  # noqa: SIM401
    return value if isinstance(value, str) else ""


def _authors(entry: Any) -> list[str]:
    named = [text(author, "name") for author in entry.get("authors") or () if author]
    return [name for name in named if name] or [text(entry, "author")]


def _readable(content: Any) -> bool:
    return text(content, "type") in {"", "text/plain", "text/html", "application/xhtml+xml"}


def _media(entry: Any) -> list[Media]:
    """The files that are enclosed, in the format's own way or in that of Media RSS; each address once."""
    enclosed = [
        Media(text(link, "href"), text(link, "type"), text(link, "length"))
        for link in entry.get("links") or ()
        if text(link, "rel") == "enclosure"
    ]
    contents = [
        Media(text(content, "url"), text(content, "type") or _type(text(content, "medium")), text(content, "filesize"))
        for content in entry.get("media_content") or ()
    ]
    return list({media.url: media for media in reversed((*enclosed, *contents)) if media.url}.values())[::-1][:20]


def _type(medium: str) -> str:
    return f"{medium}/*" if medium in {"image", "audio", "video"} else ""


def _image(entry: Any, media: list[Media]) -> str:
    """The address of the picture that goes with *entry*: the widest of Media RSS, else iTunes's, else an enclosed one."""
    contents = [content for content in entry.get("media_content") or () if _is_image(content)]
    for pictures in (contents, entry.get("media_thumbnail") or ()):
        widest: Any = max(pictures, key=_width, default={})
        if url := text(widest, "url"):
            return url
    return text(entry.get("image") or {}, "href") or next((one.url for one in media if one.type.startswith("image/")), "")


def _is_image(content: Any) -> bool:
    return text(content, "medium") == "image" or text(content, "type").startswith("image/")


def _width(picture: Any) -> int:
    width = text(picture, "width")
    return int(width) if width.isdecimal() and len(width) < 6 else 0  # noqa: PLR2004  (as pixels go)
