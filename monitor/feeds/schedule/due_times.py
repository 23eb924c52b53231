"""When feeds are due. The times outlive the states of partitions, which are replaced when a commit fails. No I/O."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.messages import Feed


@dataclass(frozen=True, slots=True)
class DueTime:
    """When a feed is due, and the time of the state that this was computed from; None if it had none.

    With *pushed* it is polled less often, because its hub pushes it.
    """

    due: datetime
    state_at: datetime | None
    pushed: bool = False


class DueTimes:
    """The due times of feeds by id.

    A due time counts as long as the feed's state is the one that it was computed from. If the state in the log is another one,
    what the last poll found is not committed, or another process has polled the feed meanwhile.
    """

    def __init__(self) -> None:
        self._times: dict[str, DueTime] = {}

    def get(self, feed_id: str, default: datetime) -> datetime:
        """Return when the feed is due, or *default* if that is not known."""
        known = self._times.get(feed_id)
        return known.due if known else default

    def checked(self, feed_id: str, feed: Feed | None, *, pushed: bool) -> datetime | None:
        """Return when the feed is due, if that counts for the state *feed*, and for a feed that is *pushed* or not."""
        known = self._times.get(feed_id)
        if known is None or known.state_at != (feed.at if feed else None) or (known.pushed and not pushed):
            return None
        return known.due

    def set(self, feed_id: str, due: datetime, feed: Feed | None, *, pushed: bool = False) -> None:
        """Set when the feed with the state *feed* is due."""
        self._times[feed_id] = DueTime(due, feed.at if feed else None, pushed)

    def follow(self, feed: Feed) -> None:
        """Keep the due time of a feed whose state is *feed* from now on."""
        if known := self._times.get(feed.id):
            self._times[feed.id] = replace(known, state_at=feed.at)

    def keep(self, feed_ids: Collection[str]) -> None:
        """Forget the due times of all feeds but *feed_ids*."""
        self._times = {feed_id: each for feed_id, each in self._times.items() if feed_id in feed_ids}
