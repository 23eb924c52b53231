"""What the poller knows of the feeds of one partition, and when it polls each."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor.config import Config, FeedConfig
from monitor.feeds import feed_state
from monitor.feeds.schedule import intervals
from monitor.feeds.schedule.due_queue import DueQueue
from monitor.http.address_policy import redacted
from monitor.messages import Feed, Message
from monitor.runtime.service import OwnsKey


@dataclass
class PartitionState:
    """*feeds* holds the states from feed.v1 and is all that is stored; the rest is rebuilt after a start.

    *finished* are the feeds whose polls are over. *scheduled_config* is the config that *due_queue* was filled from.
    *last_tick* and *tick_gap* (between the last two) are in the service's time, *last_tick_seconds* in the event loop's.
    """

    owns: OwnsKey
    feeds: dict[str, Feed] = field(default_factory=dict)
    due_queue: DueQueue = field(default_factory=DueQueue)
    finished: deque[str] = field(default_factory=deque)
    scheduled_config: Config | None = None
    last_tick: datetime | None = None
    tick_gap: timedelta = timedelta(0)
    last_tick_seconds: float = 0.0

    def apply(self, message: Message) -> None:
        """Take over a state that was published."""
        if isinstance(message, Feed):
            self.feeds[message.id] = message

    def current(self, feed_id: str, feed_config: FeedConfig, now: datetime) -> Feed:
        """Return a feed's state as of *now*."""
        feed = self.feeds.get(feed_id)
        if feed:
            return feed_state.as_of(feed, now)
        return feed_state.blank(feed_id, redacted(feed_config.url), feed_config.every or intervals.UNKNOWN, now)
