"""From the HTML of an article's page to its text: what trafilatura finds, mended where it loses text."""

import re

import trafilatura

from monitor.feeds.fulltext.page import Markup, Page
from monitor.feeds.fulltext.repair import mended, names
from monitor.feeds.parsing import html_text

_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)


def read(markup: Markup) -> Page:
    """The article in *markup*, cut as a feed's text is; the text is empty where none is found."""
    html = _decoded(markup)
    tree = trafilatura.load_html(html)
    if tree is None:
        return Page("", "")
    found = mended([line for line in alone(html).split("\n") if line.strip()], tree)
    text, truncated = html_text.cut("\n\n".join(filter(None, map(html_text.text, found))))
    return Page(html_text.line(next(iter(names(tree)), ""), 4096), text, truncated)


def alone(html: bytes | str) -> str:
    """What trafilatura finds by itself, without comments: a line for each paragraph."""
    return trafilatura.extract(html, include_comments=False) or ""


def _decoded(markup: Markup) -> bytes | str:
    """The text where the server names a charset that fits; else the bytes, which may name one themselves."""
    if named := _CHARSET.search(markup.content_type):
        try:
            return markup.data.decode(named[1])
        except (LookupError, UnicodeError):
            return markup.data
    return markup.data
