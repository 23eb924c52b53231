"""Extract the text of an article from the HTML of its page, with trafilatura and repairs of its omissions.

trafilatura is optional and heavy, so it is imported in the worker process only.
"""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass

from monitor.feeds.fulltext.repair import page_titles, repair
from monitor.feeds.parsing import html_text
from monitor.worker import limit_memory

MEMORY_BYTES = 2 * 1024 * 1024 * 1024
"""Memory limit of the worker process."""
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PageDocument:
    """The body of a page as the server sent it, and its Content-Type."""

    data: bytes
    content_type: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page's own title and the article's text, with an empty line between paragraphs; "" if no article was found."""

    title: str
    text: str
    truncated: bool = False


def make_extractor() -> Callable[[PageDocument], Page]:
    """Limit the memory of this worker process (monitor/worker.py) and return its function."""
    import trafilatura  # noqa: F401  (optional; loaded before the memory is limited)

    # The log events of the libraries are of no use to users.
    logging.disable()
    limit_memory(MEMORY_BYTES)
    return extract_page


def extract_page(document: PageDocument) -> Page:
    """Return the article in *document*, cut to the length of a feed's text."""
    import trafilatura  # optional

    html = _decode(document)
    tree = trafilatura.load_html(html)
    if tree is None:
        return Page("", "")
    paragraphs = repair([line for line in extract_unrepaired(html).split("\n") if line.strip()], tree)
    text, truncated = html_text.cut("\n\n".join(filter(None, map(html_text.plain, paragraphs))))
    title = next(iter(page_titles(tree)), "")
    return Page(html_text.plain_line(title, html_text.TITLE_CHARS), text, truncated)


def extract_unrepaired(html: bytes | str) -> str:
    """Return the text that trafilatura extracts without repairs, comments left out, one line for each paragraph."""
    import trafilatura  # optional

    return trafilatura.extract(html, include_comments=False) or ""


def _decode(document: PageDocument) -> bytes | str:
    """Return the decoded page if the server names a charset that fits, else its bytes, which may declare a charset."""
    if charset := _CHARSET.search(document.content_type):
        try:
            return document.data.decode(charset[1])
        except (LookupError, UnicodeError):
            return document.data
    return document.data
