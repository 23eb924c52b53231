"""The poller: polls the feeds that are due, and returns the messages to publish.

The consumer loop (monitor/runtime/loop.py) calls `Poller.tick` for each partition, many times a second. A tick does this:

1. Forget the pushes whose articles are committed (websub/inbox.py).
2. `_schedule_feeds`, for a new state, after an edit of the config or a standstill: give each feed of the partition a due time.
   Feeds are due again whose messages were not committed (schedule/due_times.py).
3. `_finish_polls`: turn each finished poll into messages, a new state and the next due time (results.py).
4. `_start_polls`: start a poll of each feed that is due and whose host has room (in_flight.py, poll.py).
5. `_start_pushes`: start to read what hubs have sent; it is finished like a poll.
6. Add new versions of articles whose pages arrived late (fulltext/pending.py).
7. Change the subscriptions at hubs, and ask those that are due (websub/subscriber.py).

The loop publishes the messages of one tick in one commit. Then it applies them to the partition's state
(partition_state.py).
"""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import islice

import structlog

from monitor.clock import utc
from monitor.config import Config, FeedConfig
from monitor.feeds import urls
from monitor.feeds.answering_urls import AnsweringUrls
from monitor.feeds.configured import id_of
from monitor.feeds.feed_state import current_url, is_new
from monitor.feeds.fetching.fetch import FetchError, Response
from monitor.feeds.fulltext.pending import PendingPages
from monitor.feeds.in_flight import InFlightPolls, PollTask
from monitor.feeds.measures import count_callbacks, count_feeds, count_polls, count_subscriptions
from monitor.feeds.owned_partitions import OwnedPartitions
from monitor.feeds.partition_state import PartitionState
from monitor.feeds.poll import PollResult, open_client
from monitor.feeds.results import FeedUpdate, process_result
from monitor.feeds.schedule import intervals
from monitor.feeds.schedule.due_times import DueTimes
from monitor.feeds.secrets import without_secrets
from monitor.feeds.websub.subscriber import Subscriber
from monitor.http.address_policy import parse_networks
from monitor.http.host_limits import HostLimits
from monitor.http.outage import OutageDetector
from monitor.messages import Feed, Message
from monitor.runtime.measures import Measure, worker_starts

STANDSTILL = timedelta(minutes=1)
"""The shortest time without a tick that counts as a standstill, for instance because the machine slept. After it the feeds
that are due are spread out, as after a start."""
FINISH_SECONDS = 0.2
"""Seconds that a tick may spend on finished polls; the rest waits for the next tick."""
FIRST_POLL_MESSAGES = 200
"""Messages of a tick after which the finished polls of new feeds wait for the next one: a commit with more takes longer than
the news of other feeds should wait."""
PUSH_WAIT = timedelta(seconds=1)
"""Time after which a feed that is due is tried again while what a hub has sent for it is read."""

log = structlog.get_logger()


class Poller:
    """Polls the feeds of all partitions that this process owns.

    The due times of feeds and the limits of hosts are kept when the service restarts within the process.
    """

    def __init__(self, config: Callable[[], Config], chance: Callable[[], float] = random.random) -> None:
        self._config, self._chance = config, chance
        self._hosts, self._outage = HostLimits(chance), OutageDetector()
        self._in_flight: InFlightPolls | None = None
        self._worker_starts: Callable[[], int] = lambda: 0
        self._pending_pages = PendingPages()
        self._now = utc()
        self._hubs = Subscriber(config, self._hosts, chance, lambda: self._now, self._owns_all)
        self._polls: Counter[str] = Counter()
        self._due, self._partitions = DueTimes(), OwnedPartitions()
        self._indexed_config: Config | None = None
        self._feed_configs: dict[str, FeedConfig] = {}
        self._urls = AnsweringUrls()

    @asynccontextmanager
    async def lifespan(self) -> AsyncIterator[None]:
        """Open the HTTP session and the worker processes, and close them afterwards."""
        parse = lru_cache(maxsize=1)(parse_networks)
        self._pending_pages = PendingPages()
        async with open_client(lambda: parse(self._config().fetch.allow_networks), self._hosts, lambda: self._now) as client:
            self._in_flight, self._worker_starts = InFlightPolls(client, self._hosts), client.worker_starts
            try:
                async with self._hubs.lifespan(client.http):
                    yield
            finally:
                await self._in_flight.cancel()

    def tick(self, state: PartitionState, now: datetime) -> Iterator[Message | None]:
        """Yield the messages of the partition's finished polls, and start polls of its feeds that are due.

        Yields None where other tasks may run.
        """
        config, in_flight = self._config(), self._in_flight
        if in_flight is None:
            raise RuntimeError("tick() was called outside lifespan()")
        self._now = now
        if self._indexed_config is not config:
            self._feed_configs = {id_of(each): each for each in config.feeds}
            self._urls.use(self._feed_configs)
            self._indexed_config = config
        self._hubs.settle(state)
        gap = now - state.last_tick if state.last_tick else state.tick_gap
        if state.scheduled_config is not config or gap > max(STANDSTILL, 20 * state.tick_gap):
            self._schedule_feeds(state, in_flight, config, now)
        state.last_tick, state.tick_gap = now, gap
        state.last_tick_seconds = asyncio.get_running_loop().time()
        state.first_tick_seconds = state.first_tick_seconds or state.last_tick_seconds
        changed: set[str] = set()
        for message in self._finish_polls(state, in_flight, config, now):
            if message is None:
                yield None
                continue
            if isinstance(message, Feed):
                changed.add(message.id)
            yield without_secrets(message, self._urls.scrubber)
        self._start_polls(state, in_flight, config, now)
        self._start_pushes(state, in_flight, config, now)
        if self._pending_pages.articles:
            new_versions = self._pending_pages.new_versions(
                state.feeds, lambda feed_id: feed_id in changed or in_flight.is_polling(state, feed_id), now
            )
            for message in new_versions:
                if isinstance(message, Feed):
                    self._due.follow(message)
                yield without_secrets(message, self._urls.scrubber)
        yield from self._change_subscriptions(state, config, now)

    def trouble(self) -> str | None:
        """Return why feeds cannot be pushed, if they should be."""
        return self._hubs.trouble()

    def measures(self, states: Iterable[PartitionState]) -> Iterator[Measure]:
        """Yield what /metrics reports of the poller, for the *states* of its partitions."""
        yield count_feeds(states, self._feed_configs)
        yield count_polls(self._polls)
        yield worker_starts(self._worker_starts())
        yield count_subscriptions(states, self._now)
        yield count_callbacks(self._hubs.callbacks.counts if self._hubs.callbacks else {})

    def _owns_all(self) -> bool:
        """Return whether all feeds of the config are in partitions that this process owns."""
        return self._partitions.have(len(self._feed_configs), asyncio.get_running_loop().time())

    def _schedule_feeds(self, state: PartitionState, in_flight: InFlightPolls, config: Config, now: datetime) -> None:
        """Fill the partition's queue. The polls of new feeds, and of those long overdue, are spread out."""
        self._due.keep(self._feed_configs)
        owned = {feed_id: feed_config for feed_id, feed_config in self._feed_configs.items() if state.owns(feed_id)}
        new = {feed_id for feed_id in owned if is_new(state.feeds.get(feed_id))}
        for feed_id, feed_config in owned.items():
            feed = state.feeds.get(feed_id)
            due = self._due.checked(feed_id, feed, pushed=self._hubs.is_pushed(state, feed_id))
            if due is None or due <= now - STANDSTILL:
                count = len(owned) if feed_id in new else len(owned) - len(new)
                due = intervals.due_after_start(feed, count, feed_config, config.fetch, now, self._chance())
                self._due.set(feed_id, due, feed)
        waiting = [feed_id for feed_id in owned if not in_flight.is_polling(state, feed_id)]
        for queue, feed_ids in ((state.first_polls, new), (state.due_queue, owned.keys() - new)):
            queue.reset(
                (self._due.get(feed_id, now), feed_id, self._host(feed_id, state.feeds.get(feed_id)))
                for feed_id in waiting
                if feed_id in feed_ids
            )
        state.scheduled_config = config
        self._partitions.add(state, owned)
        self._hubs.examine(state, owned, now)

    def _finish_polls(
        self, state: PartitionState, in_flight: InFlightPolls, config: Config, now: datetime
    ) -> Iterator[Message | None]:
        """Yield the messages of the finished polls, each feed's articles before its state, and set the next due times.

        Yields None after each poll.
        """
        time = asyncio.get_running_loop().time
        deadline, count = time() + FINISH_SECONDS, 0
        for feed_id, poll in in_flight.take_finished(state):
            feed_config = self._feed_configs.get(feed_id)
            if feed_config and poll:
                update = self._process(poll, feed_config, config, now)
                if poll.is_push:
                    self._hubs.take_push(state, feed_id)
                    self._due.follow(update.state)
                else:
                    due = intervals.next_due(update.state, update.interval, config.fetch, now, self._chance())
                    self._poll_at(state, feed_id, due, update.state)
                count += len(update.messages)
                yield from update.messages
            elif feed_config:
                self._poll_at(state, feed_id, now)
            yield None
            if time() > deadline or (count >= FIRST_POLL_MESSAGES and not state.finished):
                return

    def _process(self, poll: PollTask, feed_config: FeedConfig, config: Config, now: datetime) -> FeedUpdate:
        """Return what a finished poll changes, and record its outcome in the outage detector."""
        previous, limits, state = poll.previous, config.fetch, poll.owner
        stored = state.feeds.get(previous.id, previous)
        every = config.websub.poll_every if self._hubs.is_working(state, previous.id, now) else 0.0
        try:
            result = poll.task.result()
            if isinstance(result, PollResult):
                self._record_success(state, result, feed_config, previous.id, now)
                update = process_result(result, previous, stored, feed_config, limits, now, every)
                if result.changes and result.changes.late_pages:
                    self._pending_pages.add(result.changes.articles, result.changes.late_pages)
                return update
        except Exception as error:
            log.exception("feed not understood", feed=previous.id)
            text = f"it could not be understood: {type(error).__name__}; please report this feed"
            result = FetchError("not_understood", text)
        if poll.is_push:
            log.warning("push not understood", feed=previous.id, reason=result.reason, error=str(result))
            self._poll_at(state, previous.id, now)
            return FeedUpdate((), previous, 0.0)
        self._polls[result.reason] += 1
        if self._outage.record_failure(poll.host, result.reason, was_reachable=not previous.failures):
            return FeedUpdate((), previous, intervals.interval(previous, feed_config, limits, now))
        return process_result(result, previous, stored, feed_config, limits, now)

    def _record_success(
        self, state: PartitionState, result: PollResult, feed_config: FeedConfig, feed_id: str, now: datetime
    ) -> None:
        """Record what a good poll or push tells about the feed's host and hub."""
        if result.is_push:
            self._hubs.after_push(state, feed_id)
            return
        self._outage.record_answer()
        self._polls["changed" if result.changes else "unchanged"] += 1
        self._urls.record(feed_id, feed_config, result.response.url)
        if result.changes:
            self._hubs.after_poll(state, feed_id, result, feed_config, now)

    def _poll_at(self, state: PartitionState, feed_id: str, due: datetime, feed: Feed | None = None) -> None:
        """Poll the feed at *due*. *feed* is its state if it is not published yet."""
        feed = feed or state.feeds.get(feed_id)
        self._due.set(feed_id, due, feed, pushed=self._hubs.is_working(state, feed_id, self._now))
        state.queue_of(feed).add(due, feed_id, self._host(feed_id, feed))

    def _start_polls(self, state: PartitionState, in_flight: InFlightPolls, config: Config, now: datetime) -> None:
        """Start polls of the feeds that are due, up to fetch.concurrency and within the limits of each host.

        New feeds are last, and leave up to half of the places to the known feeds, so that an import delays no other feed.
        """
        limits = config.fetch
        for_new = limits.concurrency - min(limits.concurrency // 2, len(state.feeds))
        while in_flight.has_room(limits.concurrency) and (
            feed_id := state.due_queue.pop(now, self._hosts, limits)
            or (in_flight.has_room_for_new(for_new) and state.first_polls.pop(now, self._hosts, limits))
        ):
            if in_flight.is_polling(state, feed_id):
                # What a hub has sent is being read.
                self._poll_at(state, feed_id, now + PUSH_WAIT)
                continue
            in_flight.start(state, feed_id, self._feed_configs[feed_id], config, now)

    def _start_pushes(self, state: PartitionState, in_flight: InFlightPolls, config: Config, now: datetime) -> None:
        """Start to read what hubs have sent for feeds that are not being polled. Without content, the feed is polled."""
        floor = timedelta(seconds=config.fetch.floor)
        pushes = (each for each in self._hubs.pushes(state) if not in_flight.is_polling(state, each[0]))
        for feed_id, push in islice(pushes, in_flight.room_for_pushes(config.fetch.concurrency)):
            feed_config, feed = self._feed_configs.get(feed_id), state.feeds.get(feed_id)
            if feed_config is None or feed is None:
                self._hubs.drop_push(feed_id)
            elif not push.body or is_new(feed):
                # However often a hub tells this, the feed is not polled more often than any other.
                due = max(now, state.noticed.get(feed_id, now - floor) + floor)
                if due < self._due.get(feed_id, due):
                    state.noticed[feed_id] = due
                    self._poll_at(state, feed_id, due)
                self._hubs.drop_push(feed_id)
            else:
                url = self._urls.get(feed_id) or current_url(feed_config.url, feed)
                response = Response(url, push.body, push.content_type, None, None, push.received)
                feed = state.current(feed_id, feed_config, now)
                in_flight.start_push(state, response, feed_config, feed, config.fetch)

    def _change_subscriptions(self, state: PartitionState, config: Config, now: datetime) -> Iterator[Message]:
        """Yield the subscriptions that change. A feed whose lease has ended is polled as usual again, soon."""
        for subscription in self._hubs.tick(state, self._feed_configs, now):
            former, feed_id = state.websubs.get(subscription.id), subscription.id
            if former and former.until and not subscription.until and feed_id in self._feed_configs:
                due = now + timedelta(seconds=config.fetch.floor * self._chance())
                self._poll_at(state, feed_id, min(due, self._due.get(feed_id, due)))
            yield subscription

    def _host(self, feed_id: str, feed: Feed | None) -> str:
        return urls.raw_host(current_url(self._feed_configs[feed_id].url, feed))
