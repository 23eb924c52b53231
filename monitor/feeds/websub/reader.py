"""Read what hubs have pushed. A push is kept until its articles are committed; what cannot be read lets the feed be polled."""

from datetime import datetime, timedelta
from itertools import islice

from monitor.config import Config, FeedConfig
from monitor.feeds.answering_urls import AnsweringUrls
from monitor.feeds.feed_configs import FeedConfigs
from monitor.feeds.feed_state import current_url, is_new
from monitor.feeds.fetching.fetch import Response
from monitor.feeds.in_flight import InFlightPolls
from monitor.feeds.partition_state import PartitionState
from monitor.feeds.timetable import Timetable
from monitor.feeds.websub.pushes import Push, Pushes
from monitor.messages import Feed


class PushReader:
    """Reads the *pushes* of *feeds*. One that is pushed without content is polled soon."""

    def __init__(self, pushes: Pushes, feeds: FeedConfigs, urls: AnsweringUrls, timetable: Timetable) -> None:
        self._pushes, self._feeds, self._urls, self._timetable = pushes, feeds, urls, timetable

    def start(self, state: PartitionState, in_flight: InFlightPolls, config: Config, now: datetime) -> None:
        """Start to read what hubs have sent for feeds that are not being polled. Without content, the feed is polled."""
        pushes = (each for each in self._pushes.first(state, now) if not in_flight.is_polling(state, each[0]))
        for feed_id, push in islice(pushes, in_flight.room_for_pushes(config.fetch.concurrency)):
            feed_config, feed = self._feeds.by_id.get(feed_id), state.feeds.get(feed_id)
            if feed_config and feed and push.body and not is_new(feed):
                response = self._response(push, feed_config, feed)
                in_flight.start_push(state, response, feed_config, state.current(feed_id, feed_config, now), config.fetch)
                continue
            if feed_config and feed:
                self._poll_noticed(state, feed_id, timedelta(seconds=config.fetch.floor), now)
            self._pushes.drop(feed_id)

    def _response(self, push: Push, feed_config: FeedConfig, feed: Feed) -> Response:
        """Return *push* as the response of the feed's server."""
        url = self._urls.get(feed.id) or current_url(feed_config.url, feed)
        return Response(url, push.body, push.content_type, None, None, push.received)

    def _poll_noticed(self, state: PartitionState, feed_id: str, floor: timedelta, now: datetime) -> None:
        """Poll a feed whose hub has told that there is something new."""
        # However often a hub tells this, the feed is not polled more often than any other.
        due = max(now, state.noticed.get(feed_id, now - floor) + floor)
        if self._timetable.poll_by(state, feed_id, due, now):
            state.noticed[feed_id] = due
