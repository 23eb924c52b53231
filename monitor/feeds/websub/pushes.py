"""What hubs have pushed, until it is published. No I/O."""

from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.feeds.partition_state import PartitionState
from monitor.runtime.service import OwnsKey

MAX_WAITING, MAX_WAITING_BYTES = 4, 64 * 1024 * 1024
"""Pushes of one feed, and bytes of all, that are not published yet. What is beyond is refused, and sent again by the hub."""
MAX_REMEMBERED = 10_000
"""Bodies, of all feeds, by whose hashes a repeated push is known."""


@dataclass(frozen=True, slots=True)
class Push:
    """The *body* that a hub sent for a feed, and its *hash*; b"" if it only tells that there is something new.

    It is not read before *next_read*, if that is given.
    """

    body: bytes
    content_type: str
    received: datetime
    hash: bytes = b""
    next_read: datetime | None = None


class Pushes:
    """The pushes that were accepted and are not published yet, by feed, in the order in which they came.

    The hash of a body is remembered, so that it is not read twice, unless the body is lost without having been published.
    """

    def __init__(self) -> None:
        self._waiting: dict[str, deque[Push]] = {}
        self._bytes = 0
        self._remembered: OrderedDict[bytes, None] = OrderedDict()

    def is_known(self, push: Push) -> bool:
        """Return whether the body of *push* waits, or was published."""
        return push.hash in self._remembered

    def has_room(self, feed_id: str, push: Push) -> bool:
        """Return whether *push* may be added for the feed."""
        return len(self._waiting.get(feed_id, ())) < MAX_WAITING and self._bytes + len(push.body) <= MAX_WAITING_BYTES

    def add(self, feed_id: str, push: Push) -> None:
        """Add *push* as the last one of the feed."""
        if push.body:
            self._remembered[push.hash] = None
        if len(self._remembered) > MAX_REMEMBERED:
            self._remembered.popitem(last=False)
        self._waiting.setdefault(feed_id, deque()).append(push)
        self._bytes += len(push.body)

    def first(self, state: PartitionState, now: datetime) -> Sequence[tuple[str, Push]]:
        """Return the first push of each feed of *state* that has one to read *now*, and none that awaits its commit."""
        return [
            (feed_id, waiting[0])
            for feed_id, waiting in self._waiting.items()
            if feed_id in state.websubs
            and feed_id not in state.outcomes
            and (waiting[0].next_read is None or waiting[0].next_read <= now)
        ]

    def postpone(self, feed_id: str, moment: datetime) -> None:
        """Let the first push of the feed be read again at *moment*."""
        self._waiting[feed_id][0] = replace(self._waiting[feed_id][0], next_read=moment)

    def leave_out_body(self, feed_id: str) -> None:
        """Keep of the first push of the feed, whose body cannot be read, only that there is something new."""
        push = self._waiting[feed_id][0]
        self._forget_body(push)
        self._waiting[feed_id][0] = replace(push, body=b"", hash=b"")

    def remove(self, feed_id: str) -> None:
        """Remove the first push of the feed, which is published."""
        waiting = self._waiting[feed_id]
        self._bytes -= len(waiting.popleft().body)
        if not waiting:
            del self._waiting[feed_id]

    def drop(self, feed_id: str) -> None:
        """Remove the first push of the feed, which is not published. If the hub sends it again, it is heard."""
        self.leave_out_body(feed_id)
        self.remove(feed_id)

    def keep(self, owns: OwnsKey) -> None:
        """Drop the pushes of all feeds but those that this process *owns*."""
        for feed_id in [feed_id for feed_id in self._waiting if not owns(feed_id)]:
            for push in self._waiting.pop(feed_id):
                self._forget_body(push)

    def _forget_body(self, push: Push) -> None:
        self._bytes -= len(push.body)
        self._remembered.pop(push.hash, None)
