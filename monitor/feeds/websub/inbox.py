"""What hubs have sent, until what came of it is committed: a commit that fails loses nothing that was acknowledged. No I/O."""

from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from monitor.feeds.partition_state import PartitionState

T = TypeVar("T")


class Inbox(Generic[T]):
    """Items of feeds, by feed, in the order in which they came.

    *_taken* holds how many of a feed's items were taken, and for which state of its partition.
    """

    def __init__(self) -> None:
        self._items: dict[str, deque[T]] = {}
        self._taken: dict[str, tuple[PartitionState, int]] = {}

    def add(self, feed_id: str, item: T) -> None:
        """Add *item* as the last one of the feed."""
        self._items.setdefault(feed_id, deque()).append(item)

    def count(self, feed_id: str) -> int:
        """Return how many items of the feed there are."""
        return len(self._items.get(feed_id, ()))

    def feeds(self) -> Sequence[str]:
        """Return the feeds that have items."""
        return list(self._items)

    def waiting(self, state: PartitionState) -> Sequence[str]:
        """Return the feeds of *state* that have items, of which none is taken."""
        return [feed_id for feed_id in self._items if feed_id in state.websubs and feed_id not in self._taken]

    def first(self, feed_id: str) -> T:
        """Return the first item of the feed, which has one."""
        return self._items[feed_id][0]

    def take(self, state: PartitionState, feed_id: str) -> None:
        """Take the first item of the feed for *state*. It stays until `settle`."""
        self._taken[feed_id] = state, 1

    def take_all(self, state: PartitionState, feed_id: str) -> Sequence[T]:
        """Take and return all items of the feed for *state*. They stay until `settle`."""
        items = tuple(self._items[feed_id])
        self._taken[feed_id] = state, len(items)
        return items

    def settle(self, state: PartitionState) -> Sequence[T]:
        """Remove and return the items that were taken for *state*: it still counts, so what came of them is committed.

        Those that were taken for an earlier state of its partition, which was replaced, may be taken again.
        """
        settled: list[T] = []
        for feed_id, (owner, count) in list(self._taken.items()):
            if owner is state:
                settled += self.remove(feed_id, count)
            elif state.owns(feed_id):
                del self._taken[feed_id]
        return settled

    def remove(self, feed_id: str, count: int = 1) -> Sequence[T]:
        """Remove and return the first *count* items of the feed, which has as many."""
        self._taken.pop(feed_id, None)
        items = self._items[feed_id]
        removed = [items.popleft() for _ in range(count)]
        if not items:
            del self._items[feed_id]
        return removed

    def change(self, feed_id: str, change: Callable[[T], T]) -> None:
        """Replace each item of the feed by what *change* returns for it."""
        self._items[feed_id] = deque(map(change, self._items[feed_id]))
