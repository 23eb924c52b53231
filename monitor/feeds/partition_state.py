"""What the poller knows of the feeds of one partition, and when it asks each."""

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
    """*feeds* is the fold of feed.v1, and all that is knowledge; the rest is made anew after a start.

    *landed* are the feeds whose fetches are over. *listed* is the config that the agenda was filled from; *ticked* (the
    service's time), *pause* (between the last two ticks) and *beat* (the loop's time) tell of the ticks so far.
    """

    owns: OwnsKey
    feeds: dict[str, Feed] = field(default_factory=dict)
    agenda: DueQueue = field(default_factory=DueQueue)
    landed: deque[str] = field(default_factory=deque)
    listed: Config | None = None
    ticked: datetime | None = None
    pause: timedelta = timedelta(0)
    beat: float = 0.0

    def apply(self, body: Message) -> None:
        """Fold in what was published."""
        if isinstance(body, Feed):
            self.feeds[body.id] = body

    def address(self, feed: str, line: FeedConfig) -> str:
        """Where *feed* is asked for."""
        known = self.feeds.get(feed)
        return feed_state.address(line.url, known) if known else line.url

    def known(self, feed: str, line: FeedConfig, now: datetime) -> Feed:
        """What is known of *feed*, as of *now*."""
        known = self.feeds.get(feed)
        return (
            feed_state.as_of(known, now)
            if known
            else feed_state.blank(feed, redacted(line.url), line.every or intervals.UNKNOWN, now)
        )
