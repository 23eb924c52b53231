"""Identify items: assign stable article ids, even if a publisher's own ids and links change. Pure functions."""

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from monitor.feeds.articles.keys import KeyedItem, Keys, have_other_dates, text_hash, title_hash
from monitor.feeds.articles.match import Matcher, Shared, are_similar
from monitor.feeds.urls import digest
from monitor.messages import ItemState

_Key = TypeVar("_Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Identity:
    """The article *id* of an item. *churn* is true if the item's guid has changed."""

    id: str
    churn: bool = False


def identify(
    feed: str, entries: Sequence[Keys], states: Mapping[str, ItemState], latest: Sequence[ItemState]
) -> tuple[dict[int, Identity], bool]:
    """Return the identities of the parsed items of a document by index, and whether the publisher has moved most of them.

    An ItemState among *entries* represents an item that was not parsed again. *states* are all item states of the feed by
    article id, *latest* those of the items in its last document and of those that have left it lately.

    An item that has the guid, link, title and text of a known item is that item. The other items are then matched with the
    other known items (match.py). An item without a match is a new article, or one that left the feed long ago: its
    guid identifies it, together with its link if several items share the guid; without a guid its link, and if several
    items share all these, its title, text and date.
    """
    entries = _with_former_links(entries, latest)
    items = {index: entry for index, entry in enumerate(entries) if isinstance(entry, KeyedItem)}
    guids, links = {item.guid for item in items.values()} - {""}, {item.link for item in items.values()} - {""}
    # Most documents bring one new item, which has nothing in common with the others.
    related = [state for state in _related(items.values(), latest, guids, links) if has_keys(state)]
    in_document = [entry for entry in entries if entry.guid in guids or entry.link in links or not (entry.guid or entry.link)]
    found = _find_unchanged(items, related)
    taken = {identity.id for identity in found.values()} | {each.id for each in entries if isinstance(each, ItemState)}
    shared = _shared(in_document, related)
    guids_churn = do_guids_churn(latest)
    matcher = Matcher(
        {index: item for index, item in items.items() if index not in found},
        [state for state in related if state.id not in taken],
        shared,
        guids_churn=guids_churn,
    )
    matcher.run()
    for index, state in matcher.matched.items():
        found[index] = Identity(state.id, "" != state.guid != items[index].guid != "")
    new = _NewItems(feed, states, shared, guids_churn=guids_churn)
    for entry in in_document:
        if isinstance(entry, ItemState):
            new.add(entry, entry.id)
    for index, identity in found.items():
        new.add(items[index], identity.id)
    return found | {index: new.identify(item) for index, item in matcher.open_items.items()}, matcher.moved


def _related(
    items: Collection[KeyedItem], states: Iterable[ItemState], guids: Collection[str], links: Collection[str]
) -> Iterator[ItemState]:
    """Yield the *states* that have the title, text, date, guid or link of one of *items*, or whose change is held back."""
    titles, texts = {item.hash[:8] for item in items}, {text_hash(item) for item in items} - {""}
    dates = {item.date for item in items} - {None}
    for each in states:
        if (
            each.hash[:8] in titles
            or each.hash[8:] in texts
            or each.guid in guids
            or each.link in links
            or each.date in dates
            or each.held
        ):
            yield each


def do_guids_churn(states: Sequence[ItemState]) -> bool:
    """Return whether the guids of most items of the last document have changed."""
    changed = sum(state.churn for state in states)
    return changed > 0 and changed * 2 > sum(state.sketch != "" for state in states)


def has_keys(state: ItemState) -> bool:
    """Return whether *state* is of an item that is in the last document, or left the feed lately."""
    return bool(state.sketch or state.guid or state.link) or state.date is not None


def _find_unchanged(items: Mapping[int, KeyedItem], known: Iterable[ItemState]) -> dict[int, Identity]:
    """Return the identities, by index, of the items that have the guid, link, title and text of a known item."""
    ids = {_keys(state): state.id for state in known}
    return {index: Identity(ids[keys]) for index, item in items.items() if (keys := _keys(item)) in ids}


def _keys(entry: Keys) -> tuple[str, str, str]:
    content = entry.hash if isinstance(entry, KeyedItem) else entry.held or entry.hash
    return entry.guid, entry.link, content


def _pair(entry: Keys) -> tuple[str, str]:
    return entry.guid, entry.link


def _with_former_links(entries: Sequence[Keys], known: Iterable[ItemState]) -> Sequence[Keys]:
    """Return *entries* with the links of known items by the rules of version 0.1, so that these are found again."""
    former = [
        digest(entry.former_link, size=6) if isinstance(entry, KeyedItem) and entry.former_link else "" for entry in entries
    ]
    if not any(former):
        return entries
    links, counts = {state.link for state in known}, Counter(former)
    return [
        replace(entry, link=link)
        if isinstance(entry, KeyedItem) and link and link in links and counts[link] == 1 and entry.link not in links
        else entry
        for entry, link in zip(entries, former, strict=True)
    ]


def _shared(in_document: Sequence[Keys], known: Sequence[ItemState]) -> Shared:
    """Return the guids, links and pairs of both that several items of the document, or several known ones, have."""
    return Shared(
        _repeated((each.guid, _keys(each)) for each in in_document) | _repeated((each.guid, each.id) for each in known),
        _repeated((each.link, _keys(each)) for each in in_document) | _repeated((each.link, each.id) for each in known),
        _repeated((_pair(each), _keys(each)) for each in in_document) | _repeated((_pair(each), each.id) for each in known),
    )


def _repeated(keyed: Iterable[tuple[_Key, Hashable]]) -> frozenset[_Key]:
    """Return the keys that occur with several values."""
    first: dict[_Key, Hashable] = {}
    return frozenset(key for key, value in keyed if first.setdefault(key, value) != value)


class _NewItems:
    """Assigns ids to the items without a match, one after another. Several versions of an article get the same id."""

    def __init__(self, feed: str, states: Mapping[str, ItemState], shared: Shared, *, guids_churn: bool) -> None:
        self.feed, self.states, self.shared, self.guids_churn = feed, states, shared, guids_churn
        self.ids: dict[Hashable, str] = {}
        self.used: set[str] = set()
        self.by_title: dict[Hashable, tuple[Keys, str]] = {}

    def add(self, entry: Keys, article_id: str) -> None:
        """Add an item of the document that has an id."""
        self.used.add(article_id)
        for key in _content_keys(entry):
            self.ids.setdefault(key, article_id)
        self.by_title.setdefault((entry.guid, entry.link, title_hash(entry)), (entry, article_id))

    def identify(self, item: KeyedItem) -> Identity:
        """Return the identity of *item*."""
        if article_id := self._id_of_same(item):
            return Identity(article_id)
        candidates = list(self._candidates(item))
        article_id = next((each for each in candidates if self._is_free(each)), candidates[-1])
        self.add(item, article_id)
        return Identity(article_id, bool(item.guid) and (self.guids_churn or article_id != candidates[0]))

    def _id_of_same(self, item: KeyedItem) -> str:
        """Return the id of an item of the document that is the same as *item*, or another version of it; "" if none is.

        It has the same title and text, and the same guid or link; or the same guid, link and title, and a similar text.
        """
        for key in _content_keys(item):
            if key in self.ids:
                return self.ids[key]
        entry, article_id = self.by_title.get((item.guid, item.link, title_hash(item)), (None, ""))
        return article_id if entry and not have_other_dates(item, entry) and are_similar(item, entry) else ""

    def _candidates(self, item: KeyedItem) -> Iterator[str]:
        """Yield the possible ids of a new article, the preferred ones first."""
        guid, link, content = item.item.guid, item.canonical_link, (item.item.title, item.item.text)
        links = (link, item.former_link) if item.former_link else (link,)
        if guid and not (self.guids_churn and self.shared.own_link(item)) and self.shared.own_pair(item):
            by_both = [digest(self.feed, "guid+link", guid, each) for each in links]
            if item.guid not in self.shared.guids and not any(each in self.states for each in by_both):
                yield digest(self.feed, "guid", guid)
            yield from self._known_first(by_both)
        elif link and item.link not in self.shared.links:
            by_link = self._known_first([digest(self.feed, "link", each) for each in links])
            state = self.states.get(by_link[0])
            # Another article with a link to the same front page may have left the feed.
            if not state or self.shared.own_link(item) or state.hash == item.hash:
                yield from by_link
        if not guid and not link:
            yield digest(self.feed, "content", *content)
        yield digest(self.feed, "content", *content, str(item.date))

    def _is_free(self, article_id: str) -> bool:
        """Return whether no other item, in the document or known, has the id. Items that left long ago have no keys."""
        state = self.states.get(article_id)
        return article_id not in self.used and not (state and has_keys(state))

    def _known_first(self, ids: Sequence[str]) -> Sequence[str]:
        """Return the last of *ids* that left the feed long ago, otherwise the first."""
        return [next((each for each in reversed(ids) if each in self.states and self._is_free(each)), ids[0])]


def _content_keys(entry: Keys) -> Iterator[Hashable]:
    """Yield keys that only items of the same article have: title and text, with the guid or the link, if there is one."""
    if entry.guid:
        yield entry.hash, "guid", entry.guid
    if entry.link or not entry.guid:
        yield entry.hash, "link", entry.link
