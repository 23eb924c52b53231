"""The poller's state of one partition: the states of its feeds, and the queue of polls."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor.config import Config, FeedConfig
from monitor.feeds import feed_state
from monitor.feeds.configured import shown_url
from monitor.feeds.schedule import intervals
from monitor.feeds.schedule.due_queue import DueQueue
from monitor.feeds.stored import without_former_secrets
from monitor.messages import Feed, Message, Websub
from monitor.runtime.service import OwnsKey

ACCEPT_SECONDS = 10.0
"""Seconds after its last tick in which a process accepts pushes. Then its partitions may be those of another process."""

WebsubChange = Callable[[Websub | None, datetime, float], Websub | None]
"""Returns a subscription as it is after something has happened, from the time and a chance."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a poll of a feed, or of a push: a state of the feed from the time *at*."""

    at: datetime
    is_push: bool


@dataclass
class PartitionState:
    """*feeds* are the states published on feed.v1. Only these are stored; the rest is rebuilt after a start.

    *finished* are the ids of feeds whose polls have finished, and *finished_first* those of feeds that were polled for the
    first time. *due_queue* and *first_polls*, the queue of feeds without a good poll, were filled from *scheduled_config*.
    *feed_count* is how many feeds of the partition it has. *last_tick* and *tick_gap* (between the last two) are in the
    service's time, *first_tick_seconds* and *last_tick_seconds* in the event loop's.

    *websubs* are the subscriptions at hubs, which are stored too. *websubs_changed* are the feeds whose subscriptions are new,
    *websub_due* is when the first of all is due, or earlier, and *websub_changes* are those that the next tick makes.
    *noticed* is when a feed was last polled because its hub told that there is something new.

    *outcomes*, and in *answered* the subscriptions with the number of answers of hubs in each, are those that the last tick has
    published. If the next tick has the same state, and they are in it, they are committed.
    """

    owns: OwnsKey
    feeds: dict[str, Feed] = field(default_factory=dict)
    due_queue: DueQueue = field(default_factory=DueQueue)
    first_polls: DueQueue = field(default_factory=DueQueue)
    finished: deque[str] = field(default_factory=deque)
    finished_first: deque[str] = field(default_factory=deque)
    scheduled_config: Config | None = None
    feed_count: int = 0
    last_tick: datetime | None = None
    tick_gap: timedelta = timedelta(0)
    first_tick_seconds: float = 0.0
    last_tick_seconds: float = 0.0
    websubs: dict[str, Websub] = field(default_factory=dict)
    websubs_changed: set[str] = field(default_factory=set)
    websub_due: datetime | None = None
    noticed: dict[str, datetime] = field(default_factory=dict)
    websub_changes: list[tuple[str, WebsubChange]] = field(default_factory=list)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    answered: dict[str, tuple[Websub, int]] = field(default_factory=dict)

    def apply(self, message: Message) -> None:
        """Replace the state of a feed, or its subscription, by the one in *message*, which was published."""
        if isinstance(message, Feed):
            feed = without_former_secrets(message)
            self.feeds[feed.id] = feed
        elif isinstance(message, Websub):
            self.websubs[message.id] = message
            self.websubs_changed.add(message.id)
            if message.next and (self.websub_due is None or message.next < self.websub_due):
                self.websub_due = message.next

    def has_committed(self, feed_id: str, outcome: Outcome) -> bool:
        """Return whether *outcome* of the feed, which a former tick has published, is committed."""
        feed = self.feeds.get(feed_id)
        return feed is not None and feed.at == outcome.at

    def may_be_pushed_elsewhere(self, seconds: float) -> bool:
        """Return whether the former owner of the partition may still accept pushes at *seconds*, the time of the event loop.

        It may in the first ACCEPT_SECONDS of the state.
        """
        return self.first_tick_seconds >= seconds - ACCEPT_SECONDS

    def queue_of(self, feed: Feed | None) -> DueQueue:
        """Return the queue for the next poll of a feed with the state *feed*."""
        return self.first_polls if feed_state.is_new(feed) else self.due_queue

    def current(self, feed_id: str, feed_config: FeedConfig, now: datetime) -> Feed:
        """Return the feed's state as of *now*; an initial one if it has none."""
        feed = self.feeds.get(feed_id)
        if feed:
            return feed_state.as_of(feed, now)
        return feed_state.initial_state(feed_id, shown_url(feed_config), feed_config.every or intervals.DEFAULT_INTERVAL, now)
