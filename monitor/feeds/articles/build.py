"""Build an article from an item. Pure functions.

Every field with the same name in Item and in Article is copied, except those in COMPUTED.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Literal

from monitor.config import FeedConfig
from monitor.feeds import urls
from monitor.feeds.articles.keys import KeyedItem
from monitor.feeds.articles.outlets import outlet_of
from monitor.feeds.parsing import html_text, zones
from monitor.feeds.parsing.items import Item, ParsedFeed
from monitor.messages import Article, Edit, Enclosure

COMPUTED = frozenset({"source", "lang", "image", "enclosures"})
"""Fields that are not copied: build_article computes them from the field of the item and other data."""
MAX_LANGUAGE_CHARS = 35
"""Maximum length of a language tag in the schema."""
MAX_MEDIA_TYPE_CHARS = 128
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_LENGTH = re.compile(r"[0-9]{1,15}")

ChangedParts = tuple[Literal["title", "text"], ...]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where items come from: the feed's configuration and id, the URL of the response, and when it was fetched."""

    config: FeedConfig
    feed: str
    url: str
    fetched: datetime

    def countries(self, lang: str) -> tuple[str, ...]:
        """Return the countries that decide what an ambiguous time zone means. *lang* is the language that the feed declares."""
        return zones.home_countries(self.config.country, self.config.lang or lang, urls.host(self.url))


@dataclass(frozen=True, slots=True)
class Version:
    """A version of an article: its number, the parts that changed, and how much they changed."""

    number: int
    changed: ChangedParts
    edit: Edit | None


@dataclass(frozen=True, slots=True)
class IdentifiedItem:
    """An item with its article *id*. *churn* is true if its guid has changed."""

    id: str
    keyed: KeyedItem
    churn: bool

    @property
    def date(self) -> int | None:
        """The date in the feed, in seconds since 1970."""
        return self.keyed.date


def shared_fields(item_class: type[Item], article_class: type[Article]) -> tuple[str, ...]:
    """Return the names of the fields that are copied from an item to its article."""
    item_names = {field.name for field in fields(item_class)} - COMPUTED
    return tuple(field.name for field in fields(article_class) if field.name in item_names)


SHARED = shared_fields(Item, Article)


def build_article(
    origin: Origin, parsed: ParsedFeed, identified: IdentifiedItem, version: Version, *, backfill: bool
) -> Article:
    """Return the article for an item of the feed *parsed*."""
    config, item, url = origin.config, identified.keyed.item, identified.keyed.url
    host = outlet_of(url or "", item.source_url, origin.url)
    return Article(
        id=identified.id,
        version=version.number,
        feed=origin.feed,
        source=item.source or parsed.title or host,
        outlet=config.name or host,
        url=url,
        lang=config.lang or _language(item.lang) or _language(parsed.lang),
        country=config.country,
        published=identified.keyed.published,
        fetched=origin.fetched,
        backfill=backfill,
        changed=version.changed,
        flags=_flags(parsed, identified),
        edit=version.edit,
        image=urls.web_link(item.image, origin.url) if item.image else None,
        enclosures=tuple(_enclosures(item, origin.url)),
        **{name: getattr(item, name) for name in SHARED},
    )


def _flags(parsed: ParsedFeed, identified: IdentifiedItem) -> tuple[str, ...]:
    item = identified.keyed.item
    return (
        *(["truncated"] if item.truncated else []),
        *(["partial"] if parsed.partial else []),
        *(["characters_lost"] if "\ufffd" in item.title or "\ufffd" in item.text else []),
        *([identified.keyed.date_flag] if identified.keyed.date_flag else []),
        *([] if item.guid else ["id_missing"]),
        *(["link_dropped"] if item.link and not identified.keyed.url else []),
        *(["id_churn"] if identified.churn else []),
    )


def _enclosures(item: Item, base: str) -> Iterator[Enclosure]:
    for media in item.enclosures:
        if link := urls.web_link(media.url, base):
            length = int(media.length) if _LENGTH.fullmatch(media.length.strip()) else None
            yield Enclosure(link, html_text.line(media.type, MAX_MEDIA_TYPE_CHARS) or None, length)


def _language(text: str) -> str | None:
    tag = text.strip().replace("_", "-")
    return tag if _LANGUAGE.fullmatch(tag) and len(tag) <= MAX_LANGUAGE_CHARS else None
