"""Which article an item is, from what is remembered of its feed: ids that stay where a publisher's own do not. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from monitor.feeds.parsing.items import Item
from monitor.feeds.urls import canonical, digest, web_link
from monitor.messages import ItemState

_NOTHING = digest("", size=4)


@dataclass(frozen=True, slots=True)
class Read:
    """An *item* that was parsed, with its link, absolute (*url*) and in short (*place*), and what tells it.

    *guid*, *link* and *hash* are hashes as in Seen, which tells an item that was not parsed again: of its guid, its place,
    and its title and text; "" where it has no guid or link.
    """

    item: Item
    url: str | None
    place: str
    guid: str
    link: str
    hash: str


def read(item: Item, base: str) -> Read:
    """*item* of the feed at *base* with what tells it."""
    url = _url(item, base)
    place = canonical(url) if url else ""
    told = digest(item.title, size=4) + digest(item.text, size=4)
    guid, link = digest(item.guid, size=6) if item.guid else "", digest(place, size=6) if place else ""
    return Read(item, url, place, guid, link, told)


def _url(item: Item, base: str) -> str | None:
    if item.link:
        return web_link(item.link, base)
    return web_link(item.guid, "") if item.guid.startswith(("http://", "https://")) else None


@dataclass(frozen=True, slots=True)
class Ids:
    """The ids that an item may have: by its guid, by guid and link, by its link; where it has neither, by its content."""

    guid: str
    both: str
    link: str
    content: str


class Identification:
    """The items of one document of *feed*, against *past*, all that is remembered by id, and what of it was *standing*.

    Most documents bring one new item: what it takes to tell it is worked out where it is asked for.
    """

    def __init__(
        self, feed: str, items: Sequence[Read | ItemState], past: Mapping[str, ItemState], standing: Sequence[ItemState]
    ) -> None:
        self.feed, self.items, self.past, self.standing = feed, items, past, standing

    @cached_property
    def churning(self) -> bool:
        """Whether the guids of most items have changed."""
        return sum(seen.churn for seen in self.standing) * 2 > len(self.standing)

    @cached_property
    def by_pair(self) -> Mapping[tuple[str, str], ItemState]:
        """What stood in the feed, by guid and link."""
        return {(seen.guid, seen.link): seen for seen in self.standing}

    @cached_property
    def by_link(self) -> Mapping[str, ItemState | None]:
        """What stood in the feed, by its link (where it has none, its content); None where several have it."""
        found: dict[str, ItemState | None] = {}
        for seen in self.standing:
            key = seen.link or seen.hash
            found[key] = None if key in found else seen
        return found

    @cached_property
    def links(self) -> Counter[str]:
        """How many items of the document have a link (where there is none, a content)."""
        return Counter(one.link or one.hash for one in self.items)

    @cached_property
    def pairs(self) -> Counter[tuple[str, str]]:
        """How many items of the document have a guid and a link together."""
        return Counter((one.guid, one.link) for one in self.items)

    @cached_property
    def shared(self) -> frozenset[str]:
        """The guids that stand in the document with several links."""
        links: dict[str, str] = {}
        return frozenset(one.guid for one in self.items if links.setdefault(one.guid, one.link) != one.link)

    def recognise(self, one: Read) -> tuple[str, bool]:
        """The article's id, and whether its guid has changed under it.

        What has the guid and link of an item that stood in the feed is that item. Else the guid tells it, with the link beside
        it where several items share the guid; else the link; else the content. But a guid that has changed, or passed to
        another item, while the link and the title or the text stayed, tells nothing: nor does that of a new item in a feed
        where most have changed.
        """
        if (one.guid or one.link) and (known := self.by_pair.get((one.guid, one.link))):
            return known.id, False
        ids = _ids(self.feed, one)
        ident = self.by_own(one, ids)
        if not one.guid:
            return ident, False
        moved = self.under_another_guid(one)
        if moved and (ident not in self.past or self.is_anothers(ident, one)):
            return moved.id, True
        if ident == ids.guid and self.is_anothers(ident, one) and self.stands_elsewhere(self.past[ident], one):
            return ids.both, True
        return ident, self.churning

    def by_own(self, one: Read, ids: Ids) -> str:
        """The id by what the publisher gives."""
        if not one.guid:
            return ids.link or ids.content
        if self.churning and ids.link:
            return ids.link
        return ids.both if ids.both in self.past or one.guid in self.shared else ids.guid

    def under_another_guid(self, one: Read) -> ItemState | None:
        """What stood in the feed with the link (where there is none, the content) of *one*, and with its title or its text."""
        key = one.link or one.hash
        old = self.by_link.get(key)
        if old is None or old.link != one.link or old.guid == one.guid:
            return None
        if self.links[key] > 1 or self.pairs[one.guid, one.link] > 1:
            return None
        return old if _alike(old.hash, one.hash) else None

    def is_anothers(self, ident: str, one: Read) -> bool:
        """Whether *ident* belongs to an item with another link."""
        return ident in self.past and self.past[ident].link not in {"", one.link}

    def stands_elsewhere(self, seen: ItemState, one: Read) -> bool:
        """Whether the item in *seen* is in the document under another guid than that of *one*."""
        return any(link == seen.link and guid != one.guid for guid, link in self.pairs)


def _ids(feed: str, one: Read) -> Ids:
    """The ids that *one*, an item of *feed*, may have; "" for what it has not."""
    item, place = one.item, one.place
    return Ids(
        guid=digest(feed, "guid", item.guid) if item.guid else "",
        both=digest(feed, "guid+link", item.guid, place) if item.guid else "",
        link=digest(feed, "link", place) if place else "",
        content="" if item.guid or place else digest(feed, "content", item.title, item.text),
    )


def _alike(told: str, other: str) -> bool:
    """Whether two contents have a title or a text in common, other than an empty one."""
    return any(told[part] == other[part] != _NOTHING for part in (slice(8), slice(8, None)))
