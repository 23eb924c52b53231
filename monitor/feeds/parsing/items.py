"""What parsing makes of a feed, whatever its format. Without slots, which would make it slower to send between processes."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Media:
    """A file that belongs to an item, as written: its address, media type and size in bytes."""

    url: str
    type: str = ""
    length: str = ""


@dataclass(frozen=True)
class Item:
    """One entry as its feed gives it. Texts are plain; *date* and *link* are as written, not judged yet.

    *raw* is a hash of all that the entry was read from, "" where that cannot be told. *html* is its cleaned markup, where it
    was asked for.
    """

    guid: str
    link: str
    title: str
    text: str
    date: str
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    source: str = ""
    lang: str = ""
    truncated: bool = False
    image: str = ""
    enclosures: tuple[Media, ...] = ()
    html: str = ""
    raw: str = field(default="", compare=False)


@dataclass(frozen=True)
class ParsedFeed:
    """A feed's items in document order. *partial* where the document broke off and what was whole before it is here.

    *ttl* and *period* are seconds: how long the feed may be kept, and how often it says that it is updated. *skip_hours*
    are hours of the day, UTC, in which it asks not to be polled.
    *skipped* are the items that were known and not parsed: the place of each in the document, and its raw hash.
    *truncated* is how many items were left out: for their number, or because they cannot be read.
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


class NotAFeed(ValueError):
    """The body is no feed, or one that is not safe to read; the text says which."""
