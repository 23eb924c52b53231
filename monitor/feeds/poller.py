"""The poller's rounds: at each tick what has come is taken in, and what is due is asked for."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import lru_cache

import structlog

from monitor.config import Config, FeedConfig
from monitor.feeds import feed_state, results
from monitor.feeds.fetching.fetch import FetchError
from monitor.feeds.in_flight import InFlight, PollTask, in_flight_requests
from monitor.feeds.partition_state import PartitionState
from monitor.feeds.schedule import intervals
from monitor.feeds.urls import feed_id, raw_host
from monitor.http.address_policy import parse_networks
from monitor.http.host_limits import HostLimits
from monitor.messages import Feed, Message

STANDSTILL = timedelta(minutes=1)
"""After so long without a tick, and far longer than between the two before (the machine was asleep), what has become due
is spread out, as after a start."""
HARVEST = 0.2
"""Seconds of machine time that one tick may take for what has come; the rest waits for the next."""

log = structlog.get_logger()


class Poller:
    """When each feed is *due*, over all partitions; *unsettled* are those whose last outcome may not have been published.

    *hosts* outlives a restart of the service: what a host has asked for still holds.
    """

    def __init__(self, config: Callable[[], Config], chance: Callable[[], float] = random.random) -> None:
        self.config, self.chance = config, chance
        self.hosts = HostLimits(chance)
        self.flights: InFlight | None = None
        self.now: datetime | None = None
        self.due: dict[str, datetime] = {}
        self.unsettled: dict[str, PartitionState] = {}
        self.listed: Config | None = None
        self.wanted: dict[str, FeedConfig] = {}

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """The lifespan of the service."""
        allowed = lru_cache(maxsize=1)(parse_networks)
        async with in_flight_requests(lambda: allowed(self.config().fetch.allow_networks), self.hosts) as self.flights:
            yield

    def tick(self, state: PartitionState, now: datetime) -> Iterable[Message]:
        """Take in what has come for *state*'s feeds, and ask for those that are due."""
        config, flights = self.config(), self.flights
        if flights is None:
            raise RuntimeError("the poller ticks only within its lifespan")
        if self.listed is not config:
            self.wanted = {feed_id(feed.url): feed for feed in config.feeds}
            self.listed = config
        self.settle(state)
        self.keep_pace(now)
        state.beat = asyncio.get_running_loop().time()
        pause = now - state.ticked if state.ticked else state.pause
        if state.listed is not config or pause < timedelta(0) or pause > max(STANDSTILL, 20 * state.pause):
            self.list_anew(state, flights, now)
            state.listed = config
        state.ticked, state.pause = now, pause
        out = list(self.land(state, flights, config, now))
        out += self.late(state, flights, {body.id for body in out if isinstance(body, Feed)}, now)
        self.launch(state, flights, config, now)
        return out

    def keep_pace(self, now: datetime) -> None:
        """Where the clock has been put back, put back by as much what is planned: it must not wait until then comes again."""
        if self.now and now < self.now:
            back = self.now - now
            self.due = {feed: due - back for feed, due in self.due.items()}
            self.hosts.put_back(back)
        self.now = now

    def settle(self, state: PartitionState) -> None:
        """Let what another state of this partition gave last be asked for again: it was never published."""
        for feed, owner in list(self.unsettled.items()):
            if owner is state:
                del self.unsettled[feed]
            elif state.owns(feed):
                del self.unsettled[feed]
                self.due.pop(feed, None)

    def list_anew(self, state: PartitionState, flights: InFlight, now: datetime) -> None:
        """Put each feed of the partition on its agenda; what has long been due, or is new to us, is spread out."""
        limits = self.config().fetch
        for gone in [feed for feed in self.due if feed not in self.wanted]:
            del self.due[gone]
        mine = {feed: line for feed, line in self.wanted.items() if state.owns(feed)}
        for feed, line in mine.items():
            if (due := self.due.get(feed)) is None or due <= now - STANDSTILL:
                self.due[feed] = intervals.again_due(state.feeds.get(feed), len(mine), line, limits, now, self.chance())
        state.agenda.fill((self.due[feed], feed) for feed in mine if not flights.is_for(state, feed))

    def launch(self, state: PartitionState, flights: InFlight, config: Config, now: datetime) -> None:
        """Ask for what is due, as far as the whole and each host can take it."""

        def host(feed: str) -> str:
            return raw_host(state.address(feed, self.wanted[feed]))

        def opens(host: str) -> datetime:
            return flights.hosts.opens(host, config.fetch, now)

        while flights.has_room(config.fetch.concurrency) and (feed := state.agenda.take(now, host, opens)):
            flights.take_off(state, feed, self.wanted[feed], config, now)

    def land(self, state: PartitionState, flights: InFlight, config: Config, now: datetime) -> Iterator[Message]:
        """What the finished fetches of *state*'s feeds give, each feed's articles before its record."""
        time = asyncio.get_running_loop().time
        deadline = time() + HARVEST
        for feed, flight in flights.arrivals(state):
            line = self.wanted.get(feed)
            if line and flight:
                yield from self.take_in(state, flights, flight, line, state.known(feed, line, now), config, now)
            elif line:
                state.agenda.plan(feed, now)
            if time() > deadline:
                return

    def take_in(
        self,
        state: PartitionState,
        flights: InFlight,
        flight: PollTask,
        line: FeedConfig,
        before: Feed,
        config: Config,
        now: datetime,
    ) -> list[Message]:
        """What one finished fetch gives; its feed is put on the agenda again."""
        bodies, after, max_age = judge(flights, flight, line, before, config, now)
        if not bodies and before is not state.feeds.get(before.id, before):
            # It was written while the clock was ahead, and is put right once.
            bodies = [after]
        every = intervals.interval(after, line, config.fetch, now, max_age)
        self.due[before.id] = intervals.next_due(after, every, config.fetch, now, self.chance())
        state.agenda.plan(before.id, self.due[before.id])
        if bodies:
            self.unsettled[before.id] = state
        return bodies

    def late(self, state: PartitionState, flights: InFlight, busy: Collection[str], now: datetime) -> Iterator[Message]:
        """What articles' pages give that came too late for their articles; a host that refuses a page refuses its feeds."""
        for failed in flights.full_text.pages.refusals():
            flights.hosts.failed(failed.host, failed, self.config().fetch, now, was_good=False)
        yield from flights.full_text.late(state.feeds, busy, now)


def judge(
    flights: InFlight, flight: PollTask, line: FeedConfig, before: Feed, config: Config, now: datetime
) -> tuple[list[Message], Feed, float | None]:
    """What to publish after a fetch, what the feed is like then, and how long its answer stays fresh (seconds)."""
    limits, host = config.fetch, raw_host(feed_state.address(line.url, before))
    try:
        result = flight.result()
        if not isinstance(result, FetchError):
            flights.hosts.answered(host)
            bodies, after = results.of_answer(result, line, before, limits, now)
            flights.full_text.remember(bodies, result.pages)
            return bodies, after, result.answer.max_age
    except Exception as error:
        log.exception("feed not understood", feed=before.id)
        result = FetchError("not_understood", f"it could not be understood: {type(error).__name__}; please report this feed")
    if flights.hosts.failed(host, result, limits, now, was_good=not before.failures):
        return [], before, None
    return *results.of_failure(result, line, before, limits, now), None
