"""Identify items: assign stable article ids, even if a publisher's own ids change. Pure functions."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from monitor.feeds.parsing.items import Item
from monitor.feeds.urls import canonical, digest, web_link
from monitor.messages import ItemState

_EMPTY_HASH = digest("", size=4)


@dataclass(frozen=True, slots=True)
class KeyedItem:
    """A parsed *item* with its absolute link (*url*), its *canonical_link*, and the keys that identify it.

    *guid*, *link* and *hash* (of title and text) are hashes with the names of the same fields of ItemState. The first two
    are "" if the item has no guid or no link.
    """

    item: Item
    url: str | None
    canonical_link: str
    guid: str
    link: str
    hash: str


def key_item(item: Item, base: str) -> KeyedItem:
    """Return *item*, from the feed at the URL *base*, with its keys."""
    url = web_link(item.link, base) if item.link else None
    link = canonical(url) if url else ""
    return KeyedItem(
        item,
        url,
        link,
        guid=digest(item.guid, size=6) if item.guid else "",
        link=digest(link, size=6) if link else "",
        hash=digest(item.title, size=4) + digest(item.text, size=4),
    )


@dataclass(frozen=True, slots=True)
class CandidateIds:
    """The possible ids of an article: by guid, by guid and link, by link, or by content; "" if the item lacks these."""

    guid: str
    guid_and_link: str
    link: str
    content: str


class Identifier:
    """Identifies the items of one document of a feed.

    *states* are all item states of the feed by article id, *in_feed* those of the items in its last document.
    *items* are the items of this document; an ItemState represents an item that was not parsed again.
    The indices are built on demand, since most documents bring one new item.
    """

    def __init__(
        self,
        feed: str,
        items: Sequence[KeyedItem | ItemState],
        states: Mapping[str, ItemState],
        in_feed: Sequence[ItemState],
    ) -> None:
        self.feed, self.items, self.states, self.in_feed = feed, items, states, in_feed

    @cached_property
    def guids_churn(self) -> bool:
        """Whether the guids of most items have changed."""
        return sum(state.churn for state in self.in_feed) * 2 > len(self.in_feed)

    @cached_property
    def states_by_guid_and_link(self) -> Mapping[tuple[str, str], ItemState]:
        """The states of the last document's items, by guid and link."""
        return {(state.guid, state.link): state for state in self.in_feed}

    @cached_property
    def states_by_link(self) -> Mapping[str, ItemState | None]:
        """The states of the last document's items, by link or, without a link, by content; None if several share the key."""
        states: dict[str, ItemState | None] = {}
        for state in self.in_feed:
            key = state.link or state.hash
            states[key] = None if key in states else state
        return states

    @cached_property
    def link_counts(self) -> Counter[str]:
        """The number of items of this document with each link or, without a link, each content."""
        return Counter(item.link or item.hash for item in self.items)

    @cached_property
    def pair_counts(self) -> Counter[tuple[str, str]]:
        """The number of items of this document with each pair of guid and link."""
        return Counter((item.guid, item.link) for item in self.items)

    @cached_property
    def shared_guids(self) -> frozenset[str]:
        """The guids that occur in this document with several links."""
        links: dict[str, str] = {}
        return frozenset(item.guid for item in self.items if links.setdefault(item.guid, item.link) != item.link)

    def identify(self, item: KeyedItem) -> tuple[str, bool]:
        """Return the article id of *item*, and whether the item's guid has changed.

        An item that has the guid and link of an item in the last document is the same item. Otherwise its guid identifies it,
        together with its link if several items share the guid; without a guid its link, and without both its content.
        A guid is ignored if it has changed, or moved to another item, but the link and the title or text are the same. It
        is also ignored for a new item of a feed in which most guids have changed.
        """
        if (item.guid or item.link) and (state := self.states_by_guid_and_link.get((item.guid, item.link))):
            return state.id, False
        candidates = _candidate_ids(self.feed, item)
        article_id = self._id_by_own_keys(item, candidates)
        if not item.guid:
            return article_id, False
        renamed = self._find_under_other_guid(item)
        if renamed and (article_id not in self.states or self._has_other_link(article_id, item)):
            return renamed.id, True
        taken = article_id == candidates.guid and self._has_other_link(article_id, item)
        if taken and self._is_under_other_guid(self.states[article_id], item):
            return candidates.guid_and_link, True
        return article_id, self.guids_churn

    def _id_by_own_keys(self, item: KeyedItem, candidates: CandidateIds) -> str:
        if not item.guid:
            return candidates.link or candidates.content
        if self.guids_churn and candidates.link:
            return candidates.link
        by_both = candidates.guid_and_link in self.states or item.guid in self.shared_guids
        return candidates.guid_and_link if by_both else candidates.guid

    def _find_under_other_guid(self, item: KeyedItem) -> ItemState | None:
        """Return the one item of the last document that has another guid, but the same link and title or text."""
        key = item.link or item.hash
        state = self.states_by_link.get(key)
        if state is None or state.link != item.link or state.guid == item.guid:
            return None
        if self.link_counts[key] > 1 or self.pair_counts[item.guid, item.link] > 1:
            return None
        return state if _share_title_or_text(state.hash, item.hash) else None

    def _has_other_link(self, article_id: str, item: KeyedItem) -> bool:
        """Return whether the state of the article has another link than *item*."""
        return article_id in self.states and self.states[article_id].link not in {"", item.link}

    def _is_under_other_guid(self, state: ItemState, item: KeyedItem) -> bool:
        """Return whether the link of *state* occurs in this document under another guid than that of *item*."""
        return any(link == state.link and guid != item.guid for guid, link in self.pair_counts)


def _candidate_ids(feed: str, item: KeyedItem) -> CandidateIds:
    guid, link = item.item.guid, item.canonical_link
    return CandidateIds(
        guid=digest(feed, "guid", guid) if guid else "",
        guid_and_link=digest(feed, "guid+link", guid, link) if guid else "",
        link=digest(feed, "link", link) if link else "",
        content="" if guid or link else digest(feed, "content", item.item.title, item.item.text),
    )


def _share_title_or_text(one_hash: str, other_hash: str) -> bool:
    """Return whether two content hashes have the same title or the same text, empty ones apart."""
    return any(one_hash[part] == other_hash[part] != _EMPTY_HASH for part in (slice(8), slice(8, None)))
