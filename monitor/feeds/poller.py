"""The poller: polls the feeds that are due, and returns the messages to publish.

The consumer loop (monitor/runtime/loop.py) calls `Poller.tick` for each partition, many times a second. A tick does this:

1. `_repoll_unpublished`: make the feeds due again whose messages were not committed.
2. `_schedule_feeds`, after a start, an edit of the config or a standstill: give each feed of the partition a due time.
3. `_finish_polls`: turn each finished poll into messages, a new state and the next due time (results.py).
4. `_start_polls`: start a poll of each feed that is due and whose host has room (in_flight.py, poll.py).
5. Add new versions of articles whose pages arrived late (fulltext/pending.py).

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

import structlog

from monitor.clock import utc
from monitor.config import Config, FeedConfig, FetchConfig
from monitor.feeds import urls
from monitor.feeds.configured import id_of
from monitor.feeds.feed_state import current_url, is_new
from monitor.feeds.fetching.fetch import FetchError
from monitor.feeds.fulltext.pending import PendingPages
from monitor.feeds.in_flight import InFlightPolls, PollTask
from monitor.feeds.measures import count_feeds, count_polls
from monitor.feeds.partition_state import PartitionState
from monitor.feeds.poll import PollResult, open_client
from monitor.feeds.results import FeedUpdate, process_result
from monitor.feeds.schedule import intervals
from monitor.feeds.secrets import feed_scrubber, response_scrubber, without_secrets
from monitor.http.address_policy import parse_networks
from monitor.http.host_limits import HostLimits
from monitor.http.outage import OutageDetector
from monitor.messages import Feed, Message
from monitor.runtime.measures import Measure, worker_starts
from monitor.scrubbing import Scrubber

STANDSTILL = timedelta(minutes=1)
"""The shortest time without a tick that counts as a standstill, for instance because the machine slept. After it the feeds
that are due are spread out, as after a start."""
FINISH_SECONDS = 0.2
"""Seconds that a tick may spend on finished polls; the rest waits for the next tick."""
FIRST_POLL_MESSAGES = 200
"""Messages of a tick after which the finished polls of new feeds wait for the next one: a commit with more takes longer than
the news of other feeds should wait."""

log = structlog.get_logger()


class Poller:
    """Polls the feeds of all partitions that this process owns.

    *_due* holds the due time of each feed. *_unpublished* holds the partition state of each feed whose last messages may not
    be committed yet. These and the limits of the hosts are kept when the service restarts within the process.
    """

    def __init__(self, config: Callable[[], Config], chance: Callable[[], float] = random.random) -> None:
        self._config, self._chance = config, chance
        self._hosts, self._outage = HostLimits(chance), OutageDetector()
        self._in_flight: InFlightPolls | None = None
        self._worker_starts: Callable[[], int] = lambda: 0
        self._pending_pages = PendingPages()
        self._now = utc()
        self._polls: Counter[str] = Counter()
        self._due: dict[str, datetime] = {}
        self._unpublished: dict[str, PartitionState] = {}
        self._indexed_config: Config | None = None
        self._feed_configs: dict[str, FeedConfig] = {}
        # The URL that answered last, if it is not the configured one, and what replaces the secrets of both.
        self._redirected: dict[str, tuple[str, Scrubber | None]] = {}

    @asynccontextmanager
    async def lifespan(self) -> AsyncIterator[None]:
        """Open the HTTP session and the worker processes, and close them afterwards."""
        parse = lru_cache(maxsize=1)(parse_networks)
        self._pending_pages = PendingPages()
        async with open_client(lambda: parse(self._config().fetch.allow_networks), self._hosts, lambda: self._now) as client:
            self._in_flight, self._worker_starts = InFlightPolls(client, self._hosts), client.worker_starts
            try:
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
            former, self._redirected = self._redirected, {}
            for feed_id in former.keys() & self._feed_configs.keys():
                self._record_url(feed_id, self._feed_configs[feed_id], former[feed_id][0])
            self._indexed_config = config
        self._repoll_unpublished(state)
        gap = now - state.last_tick if state.last_tick else state.tick_gap
        if state.scheduled_config is not config or gap > max(STANDSTILL, 20 * state.tick_gap):
            self._schedule_feeds(state, in_flight, config, now)
        state.last_tick, state.tick_gap = now, gap
        state.last_tick_seconds = asyncio.get_running_loop().time()
        changed: set[str] = set()
        for message in self._finish_polls(state, in_flight, config, now):
            if message is None:
                yield None
                continue
            if isinstance(message, Feed):
                changed.add(message.id)
            yield without_secrets(message, self._scrubber)
        self._start_polls(state, in_flight, config, now)
        if self._pending_pages.articles:
            new_versions = self._pending_pages.new_versions(
                state.feeds, lambda feed_id: feed_id in changed or in_flight.is_polling(state, feed_id), now
            )
            for message in new_versions:
                yield without_secrets(message, self._scrubber)

    def measures(self, states: Iterable[PartitionState]) -> Iterator[Measure]:
        """Yield what /metrics reports of the poller, for the *states* of its partitions."""
        yield count_feeds(states, self._feed_configs)
        yield count_polls(self._polls)
        yield worker_starts(self._worker_starts())

    def _repoll_unpublished(self, state: PartitionState) -> None:
        """Make the feeds due whose last messages were returned for an earlier state of this partition.

        The consumer loop replaces the state of a partition when a commit fails. So messages that were returned for *state*
        itself are committed, and those for an earlier state may not be.
        """
        for feed_id, owner in list(self._unpublished.items()):
            if owner is state:
                del self._unpublished[feed_id]
            elif state.owns(feed_id):
                del self._unpublished[feed_id]
                self._due.pop(feed_id, None)

    def _schedule_feeds(self, state: PartitionState, in_flight: InFlightPolls, config: Config, now: datetime) -> None:
        """Fill the partition's queue. The polls of new feeds, and of those long overdue, are spread out."""
        for removed in [feed_id for feed_id in self._due if feed_id not in self._feed_configs]:
            del self._due[removed]
        owned = {feed_id: feed_config for feed_id, feed_config in self._feed_configs.items() if state.owns(feed_id)}
        new = {feed_id for feed_id in owned if is_new(state.feeds.get(feed_id))}
        for feed_id, feed_config in owned.items():
            if (due := self._due.get(feed_id)) is None or due <= now - STANDSTILL:
                feed = state.feeds.get(feed_id)
                count = len(owned) if feed_id in new else len(owned) - len(new)
                self._due[feed_id] = intervals.due_after_start(feed, count, feed_config, config.fetch, now, self._chance())
        waiting = [feed_id for feed_id in owned if not in_flight.is_polling(state, feed_id)]
        for queue, feed_ids in ((state.first_polls, new), (state.due_queue, owned.keys() - new)):
            queue.reset(
                (self._due[feed_id], feed_id, self._host(feed_id, state.feeds.get(feed_id)))
                for feed_id in waiting
                if feed_id in feed_ids
            )
        state.scheduled_config, state.feed_count = config, len(owned)

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
                update = self._process(poll, feed_config, config.fetch, now)
                due = intervals.next_due(update.state, update.interval, config.fetch, now, self._chance())
                self._due[feed_id] = due
                state.queue_of(update.state).add(due, feed_id, self._host(feed_id, update.state))
                if update.messages:
                    self._unpublished[feed_id] = state
                count += len(update.messages)
                yield from update.messages
            elif feed_config:
                feed = state.feeds.get(feed_id)
                state.queue_of(feed).add(now, feed_id, self._host(feed_id, feed))
            yield None
            if time() > deadline or (count >= FIRST_POLL_MESSAGES and not state.finished):
                return

    def _process(self, poll: PollTask, feed_config: FeedConfig, limits: FetchConfig, now: datetime) -> FeedUpdate:
        """Return what a finished poll changes, and record its outcome in the outage detector."""
        previous = poll.previous
        stored = poll.owner.feeds.get(previous.id, previous)
        try:
            result = poll.task.result()
            if isinstance(result, PollResult):
                self._outage.record_answer()
                self._polls["changed" if result.changes else "unchanged"] += 1
                self._record_url(previous.id, feed_config, result.response.url)
                update = process_result(result, previous, stored, feed_config, limits, now)
                if result.changes and result.changes.late_pages:
                    self._pending_pages.add(result.changes.articles, result.changes.late_pages)
                return update
        except Exception as error:
            log.exception("feed not understood", feed=previous.id)
            text = f"it could not be understood: {type(error).__name__}; please report this feed"
            result = FetchError("not_understood", text)
        self._polls[result.reason] += 1
        if self._outage.record_failure(poll.host, result.reason, was_reachable=not previous.failures):
            return FeedUpdate((), previous, intervals.interval(previous, feed_config, limits, now))
        return process_result(result, previous, stored, feed_config, limits, now)

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
            in_flight.start(state, feed_id, self._feed_configs[feed_id], config, now)

    def _scrubber(self, feed_id: str) -> Scrubber | None:
        """Return what replaces the secrets of the feed, also those of the URL that answered last."""
        feed_config = self._feed_configs.get(feed_id)
        if feed_config is None:
            return None
        return self._redirected[feed_id][1] if feed_id in self._redirected else feed_scrubber(feed_config)

    def _record_url(self, feed_id: str, feed_config: FeedConfig, url: str) -> None:
        """Record the *url* that answered. A server may redirect to another token at each poll: only the last one is kept."""
        if url == feed_config.url:
            self._redirected.pop(feed_id, None)
        elif feed_id not in self._redirected or self._redirected[feed_id][0] != url:
            self._redirected[feed_id] = url, response_scrubber(feed_config, url)

    def _host(self, feed_id: str, feed: Feed | None) -> str:
        return urls.raw_host(current_url(self._feed_configs[feed_id].url, feed))
