"""When the feeds of this process are polled: their due times, and with them the queues of the partitions."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from monitor.config import Config
from monitor.feeds.feed_configs import FeedConfigs
from monitor.feeds.feed_state import current_url, is_new
from monitor.feeds.in_flight import InFlightPolls
from monitor.feeds.partition_state import PartitionState
from monitor.feeds.schedule import intervals
from monitor.feeds.schedule.due_times import DueTimes
from monitor.feeds.urls import raw_host
from monitor.feeds.websub.subscriber import Subscriber
from monitor.messages import Feed

LONG_OVERDUE = timedelta(minutes=1)
"""The time after which a feed that is due is spread out with others, as after a start."""


class Timetable:
    """When *feeds* are *due*, of which *hubs* push some. The times are kept when the service restarts within the process."""

    def __init__(self, feeds: FeedConfigs, hubs: Subscriber, chance: Callable[[], float]) -> None:
        self._feeds, self._hubs, self._chance = feeds, hubs, chance
        self.due = DueTimes()

    def fill(self, state: PartitionState, in_flight: InFlightPolls, config: Config, now: datetime) -> Collection[str]:
        """Fill the partition's queues, and return its feeds. Polls of new feeds, and of those long overdue, are spread out."""
        self.due.keep(self._feeds.by_id)
        owned = {feed_id: feed_config for feed_id, feed_config in self._feeds.by_id.items() if state.owns(feed_id)}
        new = {feed_id for feed_id in owned if is_new(state.feeds.get(feed_id))}
        for feed_id, feed_config in owned.items():
            feed = state.feeds.get(feed_id)
            due = self.due.checked(feed_id, feed, pushed=self._hubs.is_pushed(state, feed_id))
            if due is None or due <= now - LONG_OVERDUE:
                count = len(owned) if feed_id in new else len(owned) - len(new)
                due = intervals.due_after_start(feed, count, feed_config, config.fetch, now, self._chance())
                self.due.set(feed_id, due, feed)
        waiting = [feed_id for feed_id in owned if not in_flight.is_polling(state, feed_id)]
        for queue, feed_ids in ((state.first_polls, new), (state.due_queue, owned.keys() - new)):
            queue.reset(
                (self.due.get(feed_id, now), feed_id, self._host(feed_id, state.feeds.get(feed_id)))
                for feed_id in waiting
                if feed_id in feed_ids
            )
        state.scheduled_config, state.feed_count = config, len(owned)
        return owned

    def poll_at(self, state: PartitionState, feed_id: str, due: datetime, now: datetime, feed: Feed | None = None) -> None:
        """Poll the feed at *due*. *feed* is its state if it is not published yet."""
        feed = feed or state.feeds.get(feed_id)
        self.due.set(feed_id, due, feed, pushed=self._hubs.is_working(state, feed_id, now))
        state.queue_of(feed).add(due, feed_id, self._host(feed_id, feed))

    def poll_by(self, state: PartitionState, feed_id: str, due: datetime, now: datetime) -> bool:
        """Poll the feed at *due*, unless it is polled before. Return whether that is new."""
        if due >= self.due.get(feed_id, due):
            return False
        self.poll_at(state, feed_id, due, now)
        return True

    def _host(self, feed_id: str, feed: Feed | None) -> str:
        return raw_host(current_url(self._feeds.by_id[feed_id].url, feed))
