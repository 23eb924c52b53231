"""Match the items of a document with the known items of the feed that it does not contain unchanged. Pure functions.

An item and a state match by a key if no other item, and no other state, has it.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from monitor.feeds.articles.edits import estimate_edit, make_sketch
from monitor.feeds.articles.keys import (
    KeyedItem,
    Keys,
    have_other_dates,
    have_same_date,
    share_title_or_text,
    text_hash,
    title_hash,
)
from monitor.messages import ItemState

MAX_EDIT = 0.5
"""The largest share of changed words for which two items of the same date count as versions of one."""
MAX_DATED_EDIT = 0.25
"""The same for items of different dates: alerts from a template have half of their words in common."""
MIN_MOVED = 3
"""The number of items from which a change of most guids and links is the publisher's, and not that of single articles."""

Key = Callable[[Keys], Hashable]
"""Returns a key of an item or state; None or "" if it has none."""
_Value = TypeVar("_Value")
Condition = Callable[[KeyedItem, ItemState], bool]


@dataclass(frozen=True, slots=True)
class Shared:
    """The guids, links and pairs of guid and link that belong to several items."""

    guids: frozenset[str]
    links: frozenset[str]
    pairs: frozenset[tuple[str, str]]

    def own_link(self, item: KeyedItem) -> bool:
        """Return whether *item* has a link that may be to a page of its own."""
        return bool(item.link) and item.link not in self.links and not item.front_page

    def own_pair(self, item: KeyedItem) -> bool:
        """Return whether guid and link of *item* are enough to identify it."""
        if item.guid:
            return (item.guid, item.link) not in self.pairs
        return self.own_link(item)


def sketch_of(keys: Keys) -> str:
    """Return the sketch of an item or state; "" if it is unknown."""
    return make_sketch(keys.item.title, keys.item.text) if isinstance(keys, KeyedItem) else keys.sketch


def are_similar(one: Keys, other: Keys) -> bool:
    """Return whether the two have so many words in common that one may be an edit of the other."""
    other_sketch = sketch_of(other)
    edit = estimate_edit(other_sketch, sketch_of(one)) if other_sketch else None
    return edit is not None and edit.words <= (MAX_EDIT if have_same_date(one, other) else MAX_DATED_EDIT)


class Matcher:
    """Matches items with states. *matched* are the states found, by the index of the item in the document.

    *open_items* are the items still to be matched, by index. *free* are the states that no other item has.
    *guids_churn* is true if most guids of the feed change.
    """

    def __init__(
        self,
        open_items: Mapping[int, KeyedItem],
        free: Iterable[ItemState],
        shared: Shared,
        *,
        guids_churn: bool,
    ) -> None:
        self.open_items, self.shared, self.guids_churn = dict(open_items), shared, guids_churn
        self.free = {state.id: state for state in free}
        self.matched: dict[int, ItemState] = {}
        self.moved = False

    def run(self) -> None:
        """Match as many items as possible, by the strongest keys first."""
        if not self.open_items or not self.free:
            return
        self._match_unchanged()
        self._match_guid_and_link()
        self._match(lambda keys: "" if keys.guid in self.shared.guids else keys.guid, _is_edit)
        self._match_versions(_link)
        self._match(_link, lambda item, state: self.shared.own_link(item) and self._is_under_other_guid(item, state))
        self._match(title_hash, have_same_date)
        self._match_rewritten()

    def _match_unchanged(self) -> None:
        """Match items whose title and text are those of a state."""
        pairs = self._pairs(lambda keys: keys.hash)
        rekeyed = sum(not _share_key(item, state) for _, item, state in pairs)
        self.moved = rekeyed >= MIN_MOVED and rekeyed * 2 > len(self.open_items)
        for index, item, state in pairs:
            if self._is_unchanged(item, state):
                self._take(index, state)

    def _is_unchanged(self, item: KeyedItem, state: ItemState) -> bool:
        """Return whether *item* is that of *state*, which has the same title and text.

        With another guid and link, another date tells them apart: titles such as "Weather today" are used again. If there
        are no dates, an item that was in the last document counts as the same, and an older one only if the feed's guids
        and links cannot be trusted.
        """
        if _share_key(item, state) or self.moved or have_same_date(item, state):
            return True
        return not have_other_dates(item, state) and (state.sketch != "" or not item.guid or self.guids_churn)

    def _match_guid_and_link(self) -> None:
        """Match items by guid and link: any content if no other item has both, otherwise versions of the same content."""
        pairs = [(index, item, state) for index, item, state in self._pairs(_guid_and_link) if self.shared.own_pair(item)]
        replaced = {index for index, item, state in pairs if not self.shared.own_link(item) and not _is_edit(item, state)}
        # Guids that are positions pass from item to item, or stay when all items are replaced.
        guids = {item.guid for item in self.open_items.values() if item.guid}
        have_passed = any(state.guid in guids for state in self.matched.values())
        are_positions = have_passed or (len(replaced) >= MIN_MOVED and len(replaced) * 2 > len(self.open_items))
        for index, item, state in pairs:
            if index not in replaced or not (are_positions or have_other_dates(item, state)):
                self._take(index, state)
        self._match_versions(_guid_and_link)

    def _match_versions(self, key: Key) -> None:
        """Match versions of the same content that have the same *key*, which several items may share."""
        self._match(
            lambda keys: title_hash(keys) and (title_hash(keys), key(keys)),
            lambda item, state: have_same_date(item, state) or are_similar(item, state),
        )
        self._match(lambda keys: keys.date and (keys.date, key(keys)), are_similar)

    def _match_rewritten(self) -> None:
        """Match items by date or text alone, if the publisher has moved most items: a new system may also rewrite titles."""
        found: dict[str, int] = {}
        for key in (lambda keys: keys.date, text_hash):
            for index, item, state in self._pairs(key):
                if index not in found.values() and are_similar(item, state):
                    found.setdefault(state.id, index)
        if self.moved or (len(found) >= MIN_MOVED and len(found) * 2 > len(self.open_items)):
            self.moved = self.moved or bool(found)
            for state_id, index in found.items():
                self._take(index, self.free[state_id])

    def _is_under_other_guid(self, item: KeyedItem, state: ItemState) -> bool:
        """Return whether *item* is that of *state*, which has the same link, to a page of its own, and another guid."""
        if not item.guid or self.guids_churn or text_hash(item) == text_hash(state) != "":
            return True
        has_same_title = title_hash(item) == title_hash(state) != ""
        return (has_same_title and not have_other_dates(item, state)) or are_similar(item, state)

    def _match(self, key: Key, condition: Condition) -> None:
        for index, item, state in self._pairs(key):
            if condition(item, state):
                self._take(index, state)

    def _pairs(self, key: Key) -> Sequence[tuple[int, KeyedItem, ItemState]]:
        """Return the items and states that have the same key, which no other has."""
        if not self.open_items or not self.free:
            return ()
        items = _by_unique_key(((index, item), key(item)) for index, item in self.open_items.items())
        states = _by_unique_key((state, value) for state in self.free.values() if (value := key(state)) in items)
        return [(*found, state) for value, state in states.items() if state and (found := items[value])]

    def _take(self, index: int, state: ItemState) -> None:
        self.matched[index] = state
        del self.open_items[index]
        del self.free[state.id]


def _by_unique_key(keyed: Iterable[tuple[_Value, Hashable]]) -> dict[Hashable, _Value | None]:
    """Return values by key, None for a key that several have."""
    values: dict[Hashable, _Value | None] = {}
    for value, key in keyed:
        if key:
            values[key] = None if key in values else value
    return values


def _share_key(item: KeyedItem, state: ItemState) -> bool:
    """Return whether the two have the same guid or the same link."""
    return item.guid == state.guid != "" or item.link == state.link != ""


def _guid_and_link(keys: Keys) -> Hashable:
    return (keys.guid, keys.link) if keys.guid or keys.link else None


def _link(keys: Keys) -> Hashable:
    return keys.link


def _is_edit(item: KeyedItem, state: ItemState) -> bool:
    """Return whether *item*, which has the guid of *state*, may be an edit of its article, and not another article."""
    return share_title_or_text(item, state) or have_same_date(item, state) or are_similar(item, state)
