"""The keys that identify an item: hashes of its guid, link and content, and its date. Pure functions."""

from dataclasses import dataclass
from datetime import datetime

from monitor.feeds.parsing import dates
from monitor.feeds.parsing.items import Item
from monitor.feeds.urls import canonical, digest, former_canonical, is_front_page, web_link
from monitor.messages import ItemState

_EMPTY_HASH = digest("", size=4)
MAX_DATE_ERROR = 60
"""Seconds by which two dates of the same item may differ: some systems drop the seconds."""


@dataclass(frozen=True, slots=True)
class KeyedItem:
    """A parsed *item* with its absolute link (*url*), its *canonical_link*, and the keys that identify it.

    *guid*, *link*, *hash* (of title and text) and *date* (in seconds since 1970) are those of the same names in ItemState.
    The first two are "" if the item has no guid or no link. *former_link* is the canonical link by the rules of version
    0.1, "" if that is the same. *published* is the date if it is valid; otherwise *date_flag* is the reason why it is not.
    """

    item: Item
    url: str | None
    canonical_link: str
    guid: str
    link: str
    former_link: str
    hash: str
    date: int | None
    published: datetime | None
    date_flag: dates.DateFlag | None

    @property
    def front_page(self) -> bool:
        """Whether the item links to the front page of a site, which is not a page of its own."""
        return is_front_page(self.canonical_link)


Keys = KeyedItem | ItemState
"""Either has a guid, link, hash and date."""


def key_item(item: Item, base: str, fetched: datetime, countries: tuple[str, ...] = ()) -> KeyedItem:
    """Return *item*, from the feed at the URL *base* that was *fetched* then, with its keys.

    *countries* are the feed's countries, which decide what an ambiguous name of a time zone means.
    """
    url = web_link(item.link, base) if item.link else None
    link = canonical(url) if url else ""
    former_link = former_canonical(url) if url and any(sign in url for sign in "?;(") else link
    published, flag = dates.validate(item.date, fetched, countries, item.other_dates)
    date = dates.parse(item.date, countries) if flag == "date_bad" else published
    return KeyedItem(
        item,
        url,
        link,
        guid=digest(item.guid, size=6) if item.guid else "",
        link=digest(link, size=6) if link else "",
        former_link=former_link if former_link != link else "",
        hash=digest(item.title, size=4) + digest(item.text, size=4),
        date=int(date.timestamp()) if date else None,
        published=published,
        date_flag=flag,
    )


def title_hash(keys: Keys) -> str:
    """Return the hash of the title, "" if it is empty."""
    part = keys.hash[:8]
    return "" if part == _EMPTY_HASH else part


def text_hash(keys: Keys) -> str:
    """Return the hash of the text, "" if it is empty."""
    part = keys.hash[8:]
    return "" if part == _EMPTY_HASH else part


def share_title_or_text(one: Keys, other: Keys) -> bool:
    """Return whether the two have the same title or the same text, empty ones apart."""
    return title_hash(one) == title_hash(other) != "" or text_hash(one) == text_hash(other) != ""


def have_same_date(one: Keys, other: Keys) -> bool:
    """Return whether both have the same date, to the minute."""
    return one.date is not None and other.date is not None and abs(one.date - other.date) < MAX_DATE_ERROR


def have_other_dates(one: Keys, other: Keys) -> bool:
    """Return whether both have a date, and not the same."""
    return one.date is not None and other.date is not None and not have_same_date(one, other)
