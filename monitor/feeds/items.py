"""What parsing makes of a feed, whatever its format."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Item:
    """One entry as its feed gives it. Texts are plain; *date* and *link* are as written, not judged yet."""

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


@dataclass(frozen=True, slots=True)
class Parsed:
    """A feed's items in document order. *partial* where the document broke off and what was whole before it is here.

    *ttl* and *period* are seconds: how long the feed may be kept, and how often it says that it is updated. *skip_hours*
    are hours of the day, UTC, in which it asks not to be polled.
    """

    title: str
    lang: str
    items: tuple[Item, ...]
    partial: bool = False
    ttl: float | None = None
    period: float | None = None
    skip_hours: tuple[int, ...] = ()


class NotAFeed(ValueError):
    """The body is no feed, or one that is not safe to read; the text says which."""
