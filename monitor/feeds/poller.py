"""The poller: polls the feeds that are due, and returns the messages to publish.

The consumer loop (monitor/runtime/loop.py) calls `Poller.tick` for each partition, many times a second. A tick does this:

1. `_settle`: forget the pushes whose articles are committed, and try again what a tick has left out (runtime/ticks.py).
2. For a new state, after an edit of the config or a standstill: give each feed of the partition a due time (timetable.py).
   Feeds are due again whose messages were not committed (schedule/due_times.py).
3. `_finish_polls`: turn each finished poll into messages, a new state and the next due time (results.py).
4. `_start_polls`: start a poll of each feed that is due and whose host has room (in_flight.py, poll.py).
5. Start to read what hubs have sent (websub/reader.py); it is finished like a poll.
6. Add new versions of articles whose pages arrived late (fulltext/pending.py).
7. Change the subscriptions at hubs, and ask those that are due (websub/subscriber.py).

The loop publishes the messages of one tick in one commit. Then it applies them to the partition's state
(partition_state.py). When it calls `Poller.keep`, what concerns the feeds of other processes is forgotten.
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
from monitor.config import Config, FeedConfig
from monitor.feeds.answering_urls import AnsweringUrls
from monitor.feeds.feed_configs import FeedConfigs
from monitor.feeds.fetching.fetch import FetchError
from monitor.feeds.fulltext.pending import PendingPages
from monitor.feeds.in_flight import InFlightPolls, PollTask
from monitor.feeds.measures import count_callbacks, count_feeds, count_polls, count_subscriptions
from monitor.feeds.partition_state import Outcome, PartitionState
from monitor.feeds.poll import PollResult, open_client
from monitor.feeds.results import FeedUpdate, process_result
from monitor.feeds.schedule import intervals
from monitor.feeds.secrets import without_secrets
from monitor.feeds.timetable import Timetable
from monitor.feeds.websub.pushes import Pushes
from monitor.feeds.websub.reader import PushReader
from monitor.feeds.websub.subscriber import Subscriber
from monitor.http.address_policy import parse_networks
from monitor.http.host_limits import HostLimits
from monitor.http.outage import OutageDetector
from monitor.messages import Feed, Message
from monitor.runtime.measures import Measure, worker_starts
from monitor.runtime.service import OwnsKey

STANDSTILL = timedelta(minutes=1)
"""The shortest time without a tick that counts as a standstill, for instance because the machine slept. After it the feeds
that are due are spread out, as after a start."""
FINISH_SECONDS = 0.2
"""Seconds that a tick may spend on finished polls; the rest waits for the next tick."""
FIRST_POLL_MESSAGES = 200
"""Messages of a tick after which the finished polls of new feeds wait for the next one: a commit with more takes longer than
the news of other feeds should wait."""
LEFT_OUT = timedelta(minutes=1)
"""Time after which a feed is polled again, or a push is read again, if what came of it was left out (runtime/ticks.py)."""
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
        self._pushes = Pushes()
        self._feeds = FeedConfigs()
        self._hubs = Subscriber(config, self._hosts, chance, lambda: self._now, self._pushes, lambda: self._feeds.owns_all)
        self._polls: Counter[str] = Counter()
        self._timetable = Timetable(self._feeds, self._hubs, chance)
        self._urls = AnsweringUrls()
        self._push_reader = PushReader(self._pushes, self._feeds, self._urls, self._timetable)

    @asynccontextmanager
    async def lifespan(self) -> AsyncIterator[None]:
        """Open the HTTP session and the worker processes, and close them afterwards."""
        parse = lru_cache(maxsize=1)(parse_networks)
        self._pending_pages = PendingPages()
        self._feeds.set_owned(None)
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
        if self._feeds.use(config):
            self._urls.use(self._feeds.by_id)
        self._settle(state, now)
        gap = now - state.last_tick if state.last_tick else state.tick_gap
        if state.scheduled_config is not config or gap > max(STANDSTILL, 20 * state.tick_gap):
            self._hubs.examine(state, self._timetable.fill(state, in_flight, config, now), now)
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
        self._push_reader.start(state, in_flight, config, now)
        if self._pending_pages.articles:
            new_versions = self._pending_pages.new_versions(
                state.feeds, lambda feed_id: feed_id in changed or in_flight.is_polling(state, feed_id), now
            )
            for message in new_versions:
                if isinstance(message, Feed):
                    self._timetable.due.follow(message)
                yield without_secrets(message, self._urls.scrubber)
        yield from self._change_subscriptions(state, config, now)

    def keep(self, owns: OwnsKey) -> None:
        """Forget all that concerns other feeds than those that this process *owns*. They are polled soon if they come back."""
        self._feeds.set_owned(owns)
        self._timetable.due.keep({feed_id for feed_id in self._feeds.by_id if owns(feed_id)})
        self._pushes.keep(owns)
        self._hubs.keep(owns)
        if self._in_flight:
            self._in_flight.keep(owns)

    def trouble(self) -> str | None:
        """Return why feeds cannot be pushed, if they should be."""
        return self._hubs.trouble()

    def measures(self, states: Iterable[PartitionState]) -> Iterator[Measure]:
        """Yield what /metrics reports of the poller, for the *states* of its partitions."""
        yield count_feeds(states, self._feeds.by_id)
        yield count_polls(self._polls)
        yield worker_starts(self._worker_starts())
        yield count_subscriptions(states, self._now)
        yield count_callbacks(self._hubs.callbacks.counts if self._hubs.callbacks else {})

    def _settle(self, state: PartitionState, now: datetime) -> None:
        """Forget the pushes whose articles are committed. What was left out is tried again later."""
        outcomes, state.outcomes = state.outcomes, {}
        for feed_id, outcome in outcomes.items():
            is_committed = state.has_committed(feed_id, outcome)
            if outcome.is_push and is_committed:
                self._pushes.remove(feed_id)
            elif outcome.is_push:
                self._pushes.postpone(feed_id, now + LEFT_OUT)
            elif not is_committed and feed_id in self._feeds.by_id:
                self._timetable.poll_at(state, feed_id, now + LEFT_OUT, now)

    def _finish_polls(
        self, state: PartitionState, in_flight: InFlightPolls, config: Config, now: datetime
    ) -> Iterator[Message | None]:
        """Yield the messages of the finished polls, each feed's articles before its state, and set the next due times.

        Yields None after each poll.
        """
        time = asyncio.get_running_loop().time
        deadline, count = time() + FINISH_SECONDS, 0
        for feed_id, poll in in_flight.take_finished(state):
            feed_config = self._feeds.by_id.get(feed_id)
            if feed_config and poll is None:
                self._timetable.poll_at(state, feed_id, now, now)
            elif feed_config and poll and (update := self._process(poll, feed_config, config, now)):
                if poll.is_push:
                    self._timetable.due.follow(update.state)
                else:
                    due = intervals.next_due(update.state, update.interval, config.fetch, now, self._chance())
                    self._timetable.poll_at(state, feed_id, due, now, update.state)
                if poll.is_push or update.messages:
                    state.outcomes[feed_id] = Outcome(update.state.at, poll.is_push)
                count += len(update.messages)
                yield from update.messages
            yield None
            if time() > deadline or (count >= FIRST_POLL_MESSAGES and not state.finished):
                return

    def _process(self, poll: PollTask, feed_config: FeedConfig, config: Config, now: datetime) -> FeedUpdate | None:
        """Return what a finished poll changes, and record its outcome in the outage detector.

        Return None for a push that cannot be read. It counts as one without content.
        """
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
            self._pushes.leave_out_body(previous.id)
            return None
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
            if in_flight.is_polling(state, feed_id) or feed_id in state.outcomes:
                # What a hub has sent is being read, or what came of it is not in the state yet.
                self._timetable.poll_at(state, feed_id, now + PUSH_WAIT, now)
                continue
            in_flight.start(state, feed_id, self._feeds.by_id[feed_id], config, now)

    def _change_subscriptions(self, state: PartitionState, config: Config, now: datetime) -> Iterator[Message]:
        """Yield the subscriptions that change. A feed whose lease has ended is polled as usual again, soon."""
        for subscription in self._hubs.tick(state, self._feeds.by_id, now):
            former, feed_id = state.websubs.get(subscription.id), subscription.id
            if former and former.until and not subscription.until and feed_id in self._feeds.by_id:
                due = now + timedelta(seconds=config.fetch.floor * self._chance())
                self._timetable.poll_by(state, feed_id, due, now)
            yield subscription
