"""Convert feedparser's entries to items."""

import re
from dataclasses import dataclass
from typing import Any

from monitor.feeds.parsing import html_text
from monitor.feeds.parsing.elements import XHTML
from monitor.feeds.parsing.items import MAX_MEDIA, Item, Media
from monitor.feeds.parsing.tags import escape_unless_paired
from monitor.feeds.parsing.texts import Text, choose, to_line, to_text
from monitor.feeds.urls import is_web_url, web_link

_SUMMARIES = frozenset({"summary", "description", "abstract"})
"""The elements that feedparser may report as content, but that are a summary."""
_DATES = ("published", "created", "updated")
"""feedparser's names of the dates of an entry, the best first."""
_ENCLOSURE = frozenset({"enclosure", "http://www.iana.org/assignments/relation/enclosure"})
_HTML_TYPES = frozenset({"", "html", "xhtml", "text/html", XHTML})
_DATA_TYPE = re.compile(r".*[/+](?:xml|json)|application/(?:rss|atom)")
"""Matches media types of alternates that are for programs: the entry as Atom or JSON."""
_ALTERNATE = frozenset({"alternate", "http://www.iana.org/assignments/relation/alternate"})


@dataclass(frozen=True, slots=True)
class FeedContext:
    """The properties of a feed that affect how its entries are read.

    *url* is where it is from. See texts.repair for *trust_xhtml*. *authors* are those of a feed in Atom. With *html*, items
    have their sanitized markup too.
    """

    url: str
    is_atom: bool
    trust_xhtml: bool
    authors: tuple[str, ...] = ()
    html: bool = False


def to_item(entry: Any, raw_hash: str, feed: FeedContext) -> Item:
    """Return *entry* of *feed* as an item."""
    text = choose(*_texts(entry, feed))
    date, *other_dates = [date for key in _DATES if (date := get_string(entry, key))] or [""]
    plain, was_cut = html_text.cut(text.text)
    media, link, source = _enclosures(entry), _link(entry, is_atom=feed.is_atom), entry.get("source") or {}
    return Item(
        guid=get_string(entry, "id"),
        link=link,
        title=title_of(entry, feed, html_text.TITLE_CHARS),
        text=plain,
        date=date,
        other_dates=tuple(other_dates),
        # RFC 4287, 4.2.1
        authors=authors_of(entry) or (authors_of(source) or feed.authors if feed.is_atom else ()),
        categories=html_text.unique_names(
            get_string(tag, "label") or get_string(tag, "term") for tag in entry.get("tags") or ()
        ),
        source=_line_at(source, "title", feed, html_text.NAME_CHARS),
        source_url=get_string(source, "href") or _link(source, is_atom=feed.is_atom),
        lang=get_string(entry.get("title_detail") or {}, "language"),
        truncated=was_cut or len(text.markup) > html_text.MARKUP_CHARS,
        image=_image(entry, media),
        enclosures=tuple(media),
        html=_sanitized(text, link, feed) if feed.html else None,
        raw=raw_hash,
    )


def get_string(data: Any, key: str) -> str:
    """Return the string at *key* of one of feedparser's dictionaries, "" if there is none."""
    # Without the check by `in`, feedparser may return another field, and warns about it.
    value = data[key] if key in data else ""  # noqa: SIM401
    return value if isinstance(value, str) else ""


def title_of(data: Any, feed: FeedContext, limit: int) -> str:
    """Return the title of an entry or a feed as one line; if it has none, what other vocabularies give as the title."""
    others = ["dc_title", "itunes_title", *([] if _is_caption(data) else ["media_title"])]
    other = next((value for key in others if (value := get_string(data, key))), "")
    return _line_at(data, "title", feed, limit) or html_text.line(escape_unless_paired(other), limit)


def _line_at(data: Any, key: str, feed: FeedContext, limit: int) -> str:
    detail = data.get(f"{key}_detail") or {}
    return to_line(get_string(data, key), detail, limit, is_atom=feed.is_atom, trust_xhtml=feed.trust_xhtml)


def _texts(entry: Any, feed: FeedContext) -> tuple[list[Text], list[Text]]:
    """Return the contents and the summaries of *entry*; if it has neither, what other vocabularies say instead."""
    contents: list[Text] = []
    summaries: list[Text] = []
    for content in entry.get("content") or ():
        if _is_readable(content):
            text = to_text(get_string(content, "value"), content, is_atom=feed.is_atom, trust_xhtml=feed.trust_xhtml)
            (summaries if content.get("element") in _SUMMARIES else contents).append(text)
    if detail := entry.get("summary_detail"):
        summary = get_string(entry, "summary")
        summaries.append(to_text(summary, detail, is_atom=feed.is_atom, trust_xhtml=feed.trust_xhtml))
    if not any(text.text for text in (*contents, *summaries)):
        others = ["dc_description", "itunes_summary", *([] if _is_caption(entry) else ["media_description"])]
        other = next((value for key in others if (value := get_string(entry, key))), "")
        summaries.append(to_text(other, {}, is_atom=False, trust_xhtml=True))
    return contents, summaries


def _is_caption(entry: Any) -> bool:
    """Return whether Media RSS describes a picture, rather than a video or the item as a whole."""
    return any(map(_is_image, entry.get("media_content") or ()))


def _sanitized(text: Text, link: str, feed: FeedContext) -> str | None:
    base = text.base or web_link(link, feed.url) or feed.url
    return html_text.sanitize(text.markup, base) or None


def _link(data: Any, *, is_atom: bool) -> str:
    """Return the link of an entry or a source: FeedBurner's original one, else its own, else its guid if that is a URL.

    In RSS, what its own element link says comes before a link of Atom's. A web page comes before a file.
    """
    links = [link for link in data.get("links") or () if _is_alternate(link)]
    links.sort(key=lambda link: (bool(link.get("written")) is is_atom, _link_type(link) not in _HTML_TYPES))
    own = next((href for link in links if (href := get_string(link, "href"))), "")
    guid = get_string(data, "id") if data.get("guid_is_link", True) else ""
    return get_string(data, "feedburner_origlink") or own or (guid if is_web_url(guid) else "")


def _is_alternate(link: Any) -> bool:
    media_type = _link_type(link)
    return get_string(link, "rel") in _ALTERNATE and (media_type in _HTML_TYPES or not _DATA_TYPE.fullmatch(media_type))


def _link_type(link: Any) -> str:
    return get_string(link, "type").partition(";")[0].strip().lower()


def authors_of(data: Any) -> tuple[str, ...]:
    """Return the names of the authors of an entry, a source or a feed. A list in one name is not split."""
    authors = [author for author in data.get("authors") or () if isinstance(author, dict)]
    names = [get_string(author, "name") or get_string(author, "email") for author in authors]
    return html_text.unique_authors(name for name in names if name) or html_text.unique_authors(
        [get_string(data, "itunes_author")]
    )


def _is_readable(content: Any) -> bool:
    # A value without a slash is not a media type. Parameters such as the charset do not matter.
    media_type = get_string(content, "type").partition(";")[0].strip().lower()
    return "/" not in media_type or media_type == XHTML or media_type.startswith("text/")


def _enclosures(entry: Any) -> list[Media]:
    """Return the files attached to *entry* as enclosures or by Media RSS, each address once."""
    enclosures = [
        # feedparser gives a link without a type that of a web page, which no enclosure is.
        Media(get_string(link, "href"), get_string(link, "type").replace("text/html", ""), get_string(link, "length"))
        for link in entry.get("links") or ()
        if get_string(link, "rel").lower() in _ENCLOSURE
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
