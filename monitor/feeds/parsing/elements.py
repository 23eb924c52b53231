"""Read the elements of a feed with feedparser. Only those that describe an item itself become the item's.

feedparser takes a title, link, date or text from any depth of an item: a picture's caption, a related story. Its two parsers
are extended here by the position of each element, because feedparser has no option for this.
"""

import io
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import feedparser

from monitor.feeds.parsing.items import NotAFeed
from monitor.feeds.parsing.xml_limits import check_limits

XHTML = "application/xhtml+xml"
_LISTS = frozenset({"rdf_seq", "rdf_bag", "rdf_alt"})
_PERSON = _LISTS | {"name", "email", "uri", "url", "homepage", "itunes_name", "itunes_email"}
_MEDIA = frozenset({"media_content", "media_thumbnail", "media_category", "media_keywords"})
_CHILDREN = {
    **dict.fromkeys(("author", "contributor", "dc_creator", "dc_author", "dc_contributor"), _PERSON),
    **dict.fromkeys(_LISTS, frozenset({"rdf_li"})),
    "source": frozenset({"title", "link", "id", "url", "author", "updated", "category", "rights", "subtitle"}),
    "media_group": _MEDIA | {"media_title", "media_description"},
    "itunes_category": frozenset({"itunes_category"}),
    **dict.fromkeys(("media_content", "link"), _MEDIA),
}
"""The elements inside an item that have child elements which are read, and these. Of all others, only the text is read."""
_UNREAD = frozenset({"image", "textinput"})
"""Elements of a channel that have a title, link and description of their own. Inside an item they are left out."""
_ITEMS = frozenset({"item", "entry"})
_SEPARATE = ("dc_title", "dc_description", "media_title", "media_description", "itunes_summary", "itunes_author")
"""Elements that feedparser takes for those of the feed's format. They get a key of their own in the entry."""
_TAG_NAME = re.compile(r"<(/?)([a-zA-Z][\w:.-]*)")
ORIGINAL_PARSERS = feedparser.api.StrictFeedParser, feedparser.api.LooseFeedParser
"""feedparser's own parsers, which the ones here replace in this process."""
_Parser: Any = object
"""Stands for the base class, one of feedparser's parsers, for the type checker."""
# feedparser would prefer libxml2's parser where it is installed, which lacks expat's protection against expansion.
feedparser.api.PREFERRED_XML_PARSERS.clear()


class FeedparserError(NotAFeed):
    """feedparser raised an exception for the document."""


def parse_elements(data: bytes, base: str) -> Any:
    """Return feedparser's result for *data*. Raises NotAFeed, or FeedparserError if feedparser fails.

    In the entries, each text's ``_detail`` and each content names its *element*, and whether its type is *declared*; a link
    that is the text of its element is *written*; *guid_is_link* is false if the feed says that the guid is no link.
    """
    check_limits(data)
    try:
        # feedparser would open a document that is just a path or URL; a stream is read as it is.
        return feedparser.parse(
            io.BytesIO(data),
            response_headers={"content-type": "application/xml; charset=utf-8", "content-location": base},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except MemoryError:
        raise
    except Exception as error:
        # feedparser fails on a few misplaced elements, such as gml:pos outside georss:where.
        raise FeedparserError(f"feedparser cannot read it ({type(error).__name__})") from error


class _ItemElements(_Parser):  # type: ignore[misc]
    """The common part of both parsers.

    *open_elements* are those open inside an item, each with whether it is left out; not the inline markup of a text.
    *namespace* is that of the latest element, *item_namespace* that of the item. *balanced* are the names of elements that
    have an end tag for each start tag; None stands for all. feedparser calls the methods _start_NAME and _end_NAME.
    """

    open_elements: list[tuple[str, bool]]
    balanced: frozenset[str] | None = None
    namespace = item_namespace = element = ""

    def __init__(self, *arguments: Any) -> None:
        self.open_elements = []
        super().__init__(*arguments)

    def unknown_starttag(self: Any, tag: str, attrs: list[tuple[str, str]]) -> None:
        name = self.standard_name(tag)
        if name in _ITEMS and not (self.open_elements and self.is_closed(tag)):
            self.open_elements.clear()
            self.item_namespace = self.namespace
        if self.inentry and not self.in_inline_markup():
            if self.leaves_out() or (self.is_closed(tag) and self.is_left_out(name)):
                self.track(tag, name, left_out=True)
                return
            self.element = name
            super().unknown_starttag(tag, attrs)
            if not self.incontent and name not in _ITEMS:
                self.track(tag, name, left_out=False)
        else:
            self.element = name
            super().unknown_starttag(tag, attrs)

    def unknown_endtag(self: Any, tag: str) -> None:
        name, left_out = self.standard_name(tag), self.leaves_out()
        if self.open_elements and (left_out or not self.incontent):
            names = [each for each, _ in self.open_elements]
            if name in names:
                index = len(names) - 1 - names[::-1].index(name)
                left_out = self.open_elements[index][1]
                del self.open_elements[index:]
            elif name in _ITEMS:
                self.open_elements.clear()
                left_out = False
        if not left_out:
            super().unknown_endtag(tag)

    def handle_data(self: Any, text: str, escape: int = 1) -> None:
        if not self.leaves_out():
            super().handle_data(text, escape)

    def handle_charref(self: Any, ref: str) -> None:
        if not self.leaves_out():
            super().handle_charref(ref)

    def handle_entityref(self: Any, ref: str) -> None:
        if not self.leaves_out():
            super().handle_entityref(ref)

    def standard_name(self: Any, tag: str) -> str:
        """Return the name by which feedparser looks for the methods of *tag*."""
        prefix, _, local = tag.rpartition(":")
        prefix = self.namespacemap.get(prefix, prefix) if prefix else ""
        return f"{prefix}_{local}" if prefix else local

    def in_inline_markup(self: Any) -> bool:
        """Return whether tags here belong to the markup of a text."""
        content_type = self.contentparams.get("type", "xml")
        return bool(self.incontent) and (content_type == XHTML or not content_type.endswith("xml"))

    def leaves_out(self) -> bool:
        """Return whether the parser is inside an element that is left out."""
        return bool(self.open_elements) and self.open_elements[-1][1]

    def is_left_out(self: Any, name: str) -> bool:
        """Return whether the element *name*, which starts inside an item, is left out."""
        if self.open_elements:
            return name not in _CHILDREN.get(self.open_elements[-1][0], ())
        # Elements nested in XML that is not a text, or of another vocabulary, describe something else.
        return bool(self.incontent) or name in _UNREAD or self.is_foreign(name)

    def is_foreign(self: Any, name: str) -> bool:
        """Return whether *name* has no prefix, but is in a namespace that is unknown and not the item's."""
        namespace = self.namespace.lower()
        is_known = namespace in self._matchnamespaces or "backend.userland.com/rss" in namespace
        return "_" not in name and bool(namespace) and not is_known and namespace != self.item_namespace.lower()

    def is_closed(self, tag: str) -> bool:
        """Return whether the element *tag*, which starts here, has an end tag."""
        return self.balanced is None or tag.lower() in self.balanced

    def track(self, tag: str, name: str, *, left_out: bool) -> None:
        if self.is_closed(tag):
            self.open_elements.append((name, left_out))

    def push_content(self: Any, tag: str, attrs_d: dict[str, str], default_type: str, expecting_text: int) -> None:
        super().push_content(tag, attrs_d, default_type, expecting_text)
        self.contentparams["element"] = self.element
        self.contentparams["declared"] = not attrs_d.keys().isdisjoint({"type", "mode"})

    def _start_link(self: Any, attrs_d: dict[str, str]) -> None:
        is_written = attrs_d.keys().isdisjoint({"href", "url", "uri"})
        super()._start_link(attrs_d)
        if links := self._get_context().get("links"):
            links[-1]["written"] = is_written

    def _start_guid(self: Any, attrs_d: dict[str, str]) -> None:
        super()._start_guid(attrs_d)
        self._get_context()["guid_is_link"] = attrs_d.get("ispermalink", "").strip().lower() != "false"

    _start_id = _start_guid

    def _sync_author_detail(self: Any, key: str = "author") -> None:
        # feedparser would take addresses of mail out of the text, and leave the brackets around them.
        context = self._get_context()
        authors = context.get(f"{key}s")
        if authors and not authors[-1] and (text := context.get(key)):
            authors[-1]["name"] = text

    def _start_rdf_li(self: Any, attrs_d: dict[str, str]) -> None:
        if self.inauthor:
            self._start_author(attrs_d)
        else:
            self.push("rdf_li", 1)

    def _end_rdf_li(self: Any) -> None:
        if self.inauthor:
            self._end_author()
            self.inauthor = 1
        else:
            self.pop("rdf_li")


def _text_methods(name: str) -> dict[str, Callable[..., None]]:
    """Return the methods that store the text of the element *name* at the key *name*."""

    def start(self: Any, _: dict[str, str]) -> None:
        self.push(name, 1)

    def end(self: Any) -> None:
        self.pop(name)

    return {f"_start_{name}": start, f"_end_{name}": end}


for _name in _SEPARATE:
    for _method_name, _method in _text_methods(_name).items():
        setattr(_ItemElements, _method_name, _method)


class _StrictParser(_ItemElements, feedparser.api.StrictFeedParser):  # type: ignore[misc]
    """Parses well-formed XML."""

    def startElementNS(self, name: tuple[str | None, str], qname: str | None, attrs: Any) -> None:  # noqa: N802  (SAX)
        self.namespace = name[0] or ""
        super().startElementNS(name, qname, attrs)


class _LooseParser(_ItemElements, feedparser.api.LooseFeedParser):  # type: ignore[misc]
    """Parses anything. An element without an end tag may contain all that follows, so where it ends is unknown."""

    def feed(self, data: str) -> None:
        counts = Counter[str]()
        for match in _TAG_NAME.finditer(data):
            counts[match[2].lower()] += -1 if match[1] else 1
        self.balanced = frozenset(name for name, count in counts.items() if not count)
        super().feed(data)

    def unknown_starttag(self, tag: str, attrs: list[tuple[str, str]]) -> None:
        self.namespace = dict(attrs).get("xmlns", "")
        super().unknown_starttag(tag, attrs)


feedparser.api.StrictFeedParser, feedparser.api.LooseFeedParser = _StrictParser, _LooseParser
