"""An article's page, as it is read: what came over HTTP, and the text in it."""

import contextlib
import logging
import resource
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec

MEMORY = 2 * 1024 * 1024 * 1024
"""What the process that reads pages may take, in bytes."""
EXTRA = "it needs trafilatura: pip install 'newsmonitor[fulltext]'"


@dataclass(frozen=True, slots=True)
class Markup:
    """What a server gave: bytes, and the Content-Type beside them."""

    data: bytes
    content_type: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """The page's own title and the article's text: paragraphs with an empty line between them, none where none was found."""

    title: str
    text: str
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """A page that came, and when its last byte was read."""

    page: Page
    received: datetime


def can_read() -> bool:
    """Whether what reads pages is installed: it is heavy, and only full text needs it."""
    return find_spec("trafilatura") is not None


def reader() -> Callable[[Markup], Page]:
    """What the child (monitor/child.py) is set up with: the process's memory is bounded from here on."""
    from monitor.feeds.fulltext.extract import read  # noqa: PLC0415  (what it needs may not be installed)

    # What its libraries remark on a page says nothing to our users.
    logging.disable()
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    return read
