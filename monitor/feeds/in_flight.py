"""The fetches that are under way, for all partitions together. None of it is knowledge: losing it loses nothing."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial

import aiohttp

from monitor.config import Config, FeedConfig
from monitor.feeds.fetching.fetch import FetchError
from monitor.feeds.fulltext import page
from monitor.feeds.fulltext.pages import Pages
from monitor.feeds.fulltext.pending import FullText
from monitor.feeds.parsing.parse import parser
from monitor.feeds.partition_state import PartitionState
from monitor.feeds.poll import LARGE_AT_ONCE, Parsers, PollResult, poll
from monitor.feeds.urls import raw_host
from monitor.http.address_policy import Network
from monitor.http.connector import session
from monitor.http.host_limits import HostLimits
from monitor.worker import WorkerProcess

GONE = 2.0
"""Seconds without a tick after which a partition is taken to be another process's; if it is not, its feeds are asked again."""

PollTask = asyncio.Task[PollResult | FetchError]


class InFlight:
    """Each feed's fetch with the partition it is for; what they need; and what hosts can take."""

    def __init__(self, opened: aiohttp.ClientSession, parsers: Parsers, full_text: FullText, hosts: HostLimits) -> None:
        self.session, self.parsers, self.full_text, self.hosts = opened, parsers, full_text, hosts
        self.under_way: dict[str, tuple[PartitionState, PollTask]] = {}
        self.large = asyncio.Semaphore(LARGE_AT_ONCE)

    def has_room(self, most: int) -> bool:
        """Whether fewer than *most* are under way; what came for partitions that have gone elsewhere is let go of first."""
        if len(self.under_way) >= most:
            stale = asyncio.get_running_loop().time() - GONE
            for feed in [feed for feed, (owner, task) in self.under_way.items() if task.done() and owner.beat < stale]:
                del self.under_way[feed]
        return len(self.under_way) < most

    def take_off(self, state: PartitionState, feed: str, line: FeedConfig, config: Config, now: datetime) -> None:
        """Ask for one feed, in the background."""
        if feed in self.under_way:
            _, old = self.under_way.pop(feed)
            old.cancel()
        url, before = state.address(feed, line), state.known(feed, line, now)
        flight = partial(poll, self.session, self.parsers, url, before, config.fetch, self.large, html=line.html)
        task = asyncio.create_task(self.full_text.waited(flight, line, before, config, now) if line.full_text else flight())
        host = raw_host(url)
        self.hosts.begin(host, config.fetch, now)
        task.add_done_callback(lambda _: self._touch_down(state, feed, host))
        self.under_way[feed] = (state, task)

    def is_for(self, state: PartitionState, feed: str) -> bool:
        """Whether a fetch of *feed* for *state* is under way, or has come and was not taken yet."""
        return self.under_way.get(feed, (None,))[0] is state

    def arrivals(self, state: PartitionState) -> Iterable[tuple[str, PollTask | None]]:
        """The feeds of *state* whose fetches are over, each taken out; without the fetch where it was let go of."""
        while state.landed:
            feed = state.landed.popleft()
            owner, task = self.under_way.get(feed, (state, None))
            if owner is not state or (task and not task.done()):
                continue
            self.under_way.pop(feed, None)
            yield feed, task

    def _touch_down(self, state: PartitionState, feed: str, host: str) -> None:
        self.hosts.end(host)
        state.landed.append(feed)

    async def end(self) -> None:
        """Drop what is under way: it is asked for again after the next start."""
        tasks = [task for _, task in self.under_way.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.full_text.pages.close()
        self.under_way.clear()


@asynccontextmanager
async def in_flight_requests(allowed: Callable[[], Iterable[Network]], hosts: HostLimits) -> AsyncIterator[InFlight]:
    """With a session that dials what is *allowed*, and processes that parse feeds and pages."""
    async with (
        session(allowed) as opened,
        WorkerProcess(parser) as quick,
        WorkerProcess(parser) as slow,
        WorkerProcess(page.reader) as reader,
    ):
        flights = InFlight(opened, Parsers(quick, slow), FullText(Pages(opened, reader)), hosts)
        try:
            yield flights
        finally:
            await flights.end()
