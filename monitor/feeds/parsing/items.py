"""The result of parsing a feed, whatever its format.

Every result crosses a process boundary as JSON, of exactly these types.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

MAX_ITEMS = 2000
"""The most items read from one feed, the newest ones: twenty times as many as the feed of a busy newsroom holds."""

MAX_MEDIA = 20
"""The most files attached to an item that are kept."""


@dataclass(frozen=True)
class Media:
    """A file attached to an item: its address, media type and size in bytes, all as written in the feed."""

    url: str
    type: str = ""
    length: str = ""


@dataclass(frozen=True)
class Item:
    """One entry of a feed.

    Texts are plain text. *date*, *link*, *source_url*, *image* and *enclosures* are as written in the feed, not validated yet.
    *source* and *source_url* name the publication that an aggregator has the entry from, and its address.
    *other_dates* are further dates of the entry, which count if *date* is bad.
    *html* is the sanitized markup, None unless it was requested. *raw* is a hash of everything the entry was read from,
    "" if that is unknown. An article takes over every field that it shares with this class by name (articles/build.py).
    """

    guid: str
    link: str
    title: str
    text: str
    date: str
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    source: str = ""
    source_url: str = ""
    lang: str = ""
    truncated: bool = False
    image: str = ""
    enclosures: tuple[Media, ...] = ()
    html: str | None = None
    other_dates: tuple[str, ...] = ()
    raw: str = field(default="", compare=False)


@dataclass(frozen=True)
class ParsedFeed:
    """A feed's items in document order.

    *partial* is true if the document breaks off; the items are those that are complete.
    *ttl* (how long the feed may be cached) and *period* (how often it claims to be updated) are in seconds.
    *skip_hours* are the hours of the day, UTC, in which the feed asks not to be polled.
    *skipped* are the known items that were not parsed: their position in the document and their raw hash.
    *truncated* counts the items left out because there are too many or because they cannot be read.
    *warnings* say what else was repaired, guessed or left out of the document.
    *hubs* are the hubs (WebSub) that the feed names, and *own_url* is what it calls its own address, as written.
    """

    title: str
    lang: str
    items: tuple[Item, ...]
    partial: bool = False
    ttl: float | None = None
    period: float | None = None
    skip_hours: tuple[int, ...] = ()
    skipped: tuple[tuple[int, str], ...] = ()
    truncated: int = 0
    warnings: tuple[str, ...] = ()
    hubs: tuple[str, ...] = ()
    own_url: str = ""


class NotAFeed(ValueError):
    """The document is not a feed, or is not safe to parse; the text says which."""


def parse_warnings(parsed: ParsedFeed) -> Iterator[str]:
    """Yield warnings about how the feed was read."""
    yield from parsed.warnings
    if parsed.partial:
        yield "the document breaks off; the complete items before that are read"
    if warning := truncation_warning(parsed):
        yield warning


def truncation_warning(parsed: ParsedFeed) -> str | None:
    """Return a warning about the items that were left out, with a remedy; None if there are none."""
    if not parsed.truncated:
        return None
    if len(parsed.items) + len(parsed.skipped) >= MAX_ITEMS:
        return f"only {MAX_ITEMS} items are read; older ones left out: {parsed.truncated}; look for a feed of its latest items"
    return f"items left out because they cannot be read: {parsed.truncated}; only the publisher can fix them"
