"""The service that polls the feeds of its partitions, and commits what is new with what is known of each feed."""

import asyncio
import random
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache, partial

import aiohttp
import structlog
from yarl import URL

from monitor.child import Child
from monitor.config import Config, FeedConfig
from monitor.feeds import outcome, record
from monitor.feeds.fetching.dial import session
from monitor.feeds.fetching.fetch import Failed
from monitor.feeds.fetching.guard import networks
from monitor.feeds.flight import LARGE_AT_ONCE, Landed, fly
from monitor.feeds.fulltext import page
from monitor.feeds.fulltext import wait as fulltext
from monitor.feeds.fulltext.pages import Pages
from monitor.feeds.fulltext.wait import FullText
from monitor.feeds.identity import feed_id
from monitor.feeds.parsing.items import Parsed
from monitor.feeds.parsing.parse import Body as Bytes
from monitor.feeds.parsing.parse import parser
from monitor.feeds.schedule import poll
from monitor.feeds.schedule.agenda import Agenda
from monitor.feeds.schedule.hosts import Hosts
from monitor.messages import Body, Feed
from monitor.service import Owns, Service

TICK = 0.02
"""Seconds between two looks at what has come: half of it is in every alert's latency."""
GONE = 2.0
"""Seconds without a tick after which a partition is taken to be another process's; if it is not, its feeds are asked again."""
STANDSTILL = timedelta(minutes=1)
"""After so long without a tick, and far longer than between the two before (the machine was asleep), what has become due
is spread out, as after a start."""
HARVEST = 0.2
"""Seconds of machine time that one tick may take for what has come; the rest waits for the next."""

log = structlog.get_logger()


@dataclass
class Polls:
    """What is known of the feeds of one partition (the fold of feed.v1), and when each is asked."""

    owns: Owns
    feeds: dict[str, Feed] = field(default_factory=dict)
    agenda: Agenda = field(default_factory=Agenda)
    landed: deque[str] = field(default_factory=deque)
    listed: Config | None = None
    ticked: datetime | None = None
    pause: timedelta = timedelta(0)
    beat: float = 0.0


def make(config: Callable[[], Config]) -> Service[Feed, Polls]:
    """The service; it reads its own records only to stay the owner of its feeds."""
    rounds = Rounds(config)
    return Service(
        "poller",
        Feed,
        None,
        Polls,
        apply=_apply,
        restores=(Feed,),
        tick=rounds.tick,
        every=TICK,
        lifespan=rounds.at_work,
    )


def check(config: Config) -> list[str]:
    """What is wrong with the feeds, beyond what the schema says."""
    ids = Counter(feed_id(feed.url) for feed in config.feeds)
    bounds = config.fetch
    found = [f"fetch.floor: {bounds.floor:g} is above fetch.slowest, {bounds.slowest:g}; lower it, or raise the other"]
    return (
        (found if bounds.floor > bounds.slowest else [])
        + fulltext.check(config)
        + [
            f"feed {_shown(feed.url)!r}: another line has the same host and path; remove one"
            for feed in config.feeds
            if ids[feed_id(feed.url)] > 1
        ]
    )


def _apply(state: Polls, body: Body) -> None:
    if isinstance(body, Feed):
        state.feeds[body.id] = body


class Rounds:
    """What is under way: fetches, and what hosts have asked for. None of it is knowledge: losing it loses nothing."""

    def __init__(self, config: Callable[[], Config], chance: Callable[[], float] = random.random) -> None:
        self.config, self.chance = config, chance
        self.session: aiohttp.ClientSession | None = None
        self.parser: Child[Bytes, Parsed] | None = None
        self.full_text: FullText | None = None
        self.flights: dict[str, tuple[Polls, asyncio.Task[Landed | Failed]]] = {}
        self.due: dict[str, datetime] = {}
        self.hosts = Hosts(chance)
        self.large = asyncio.Semaphore(LARGE_AT_ONCE)
        self.unsettled: dict[str, Polls] = {}
        self.listed: Config | None = None
        self.wanted: dict[str, FeedConfig] = {}

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """With a session and a parser; what is under way at the end is dropped, and asked for again after the next start."""
        allowed = lru_cache(maxsize=1)(networks)
        async with (
            session(lambda: allowed(self.config().fetch.allow_networks)) as self.session,
            Child(parser) as self.parser,
            Child(page.reader) as reader,
        ):
            self.full_text = FullText(Pages(self.session, reader))
            try:
                yield
            finally:
                tasks = [task for _, task in self.flights.values()]
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                await self.full_text.pages.close()
                self.flights.clear()

    def tick(self, state: Polls, now: datetime) -> Iterable[Body]:
        """Take in what has come for *state*'s feeds, and ask for those that are due."""
        config = self.config()
        if self.listed is not config:
            self.wanted = {feed_id(feed.url): feed for feed in config.feeds}
            self.listed = config
        self.settle(state)
        state.beat = asyncio.get_running_loop().time()
        pause = now - state.ticked if state.ticked else state.pause
        if state.listed is not config or pause > max(STANDSTILL, 20 * state.pause):
            self.list_anew(state, now)
            state.listed = config
        state.ticked, state.pause = now, pause
        out = list(self.land(state, config, now))
        out += self.late(state, {body.id for body in out if isinstance(body, Feed)}, config, now)
        self.launch(state, config, now)
        return out

    def settle(self, state: Polls) -> None:
        """Let what another state of this partition gave last be asked for again: it was never published."""
        for feed, owner in list(self.unsettled.items()):
            if owner is state:
                del self.unsettled[feed]
            elif state.owns(feed):
                del self.unsettled[feed]
                self.due.pop(feed, None)

    def list_anew(self, state: Polls, now: datetime) -> None:
        """Put each feed of the partition on its agenda; what has long been due, or is new to us, is spread out."""
        limits = self.config().fetch
        for gone in [feed for feed in self.due if feed not in self.wanted]:
            del self.due[gone]
        mine = {feed: line for feed, line in self.wanted.items() if state.owns(feed)}
        for feed, line in mine.items():
            if (due := self.due.get(feed)) is None or due <= now - STANDSTILL:
                self.due[feed] = poll.again_due(state.feeds.get(feed), len(mine), line, limits, now, self.chance())
        state.agenda.fill((self.due[feed], feed) for feed in mine if self.flights.get(feed, (None,))[0] is not state)

    def launch(self, state: Polls, config: Config, now: datetime) -> None:
        """Ask for what is due, as far as the whole and each host can take it."""

        def host(feed: str) -> str:
            return _host(self.address(state, feed))

        def opens(host: str) -> datetime:
            return self.hosts.opens(host, config.fetch, now)

        if len(self.flights) >= config.fetch.concurrency:
            self.sweep()
        while len(self.flights) < config.fetch.concurrency and (feed := state.agenda.take(now, host, opens)):
            self.take_off(state, feed, config, now)

    def sweep(self) -> None:
        """Let go of what came for partitions that have gone elsewhere."""
        stale = asyncio.get_running_loop().time() - GONE
        for feed in [feed for feed, (owner, task) in self.flights.items() if task.done() and owner.beat < stale]:
            del self.flights[feed]

    def take_off(self, state: Polls, feed: str, config: Config, now: datetime) -> None:
        """Ask for one feed, in the background."""
        if self.session is None or self.parser is None or self.full_text is None:
            raise RuntimeError("the poller ticks only within its lifespan")
        if feed in self.flights:
            _, old = self.flights.pop(feed)
            old.cancel()
        line, url = self.wanted[feed], self.address(state, feed)
        host, before = _host(url), self.known(state, feed, line, now)
        flight = partial(fly, self.session, self.parser, url, before, config.fetch, self.large, html=line.html)
        task = asyncio.create_task(self.full_text.waited(flight, line, before, config, now) if line.full_text else flight())
        self.hosts.begin(host, config.fetch, now)
        task.add_done_callback(lambda _: self.touch_down(state, feed, host))
        self.flights[feed] = (state, task)

    def touch_down(self, state: Polls, feed: str, host: str) -> None:
        """Note that a fetch is over."""
        self.hosts.end(host)
        state.landed.append(feed)

    def address(self, state: Polls, feed: str) -> str:
        """Where *feed* is asked for."""
        known, line = state.feeds.get(feed), self.wanted[feed]
        return record.address(line.url, known) if known else line.url

    def known(self, state: Polls, feed: str, line: FeedConfig, now: datetime) -> Feed:
        """What is known of *feed*."""
        return state.feeds.get(feed) or record.blank(feed, _shown(line.url), line.every or poll.UNKNOWN, now)

    def land(self, state: Polls, config: Config, now: datetime) -> Iterator[Body]:
        """What the finished fetches of *state*'s feeds give, each feed's articles before its record."""
        time = asyncio.get_running_loop().time
        deadline = time() + HARVEST
        while state.landed and time() <= deadline:
            feed = state.landed.popleft()
            owner, task = self.flights.get(feed, (state, None))
            line = self.wanted.get(feed)
            if owner is not state or (task and not task.done()):
                continue
            self.flights.pop(feed, None)
            if line is None:
                continue
            if task is None:
                state.agenda.plan(feed, now)
                continue
            before = self.known(state, feed, line, now)
            bodies, after, max_age = self.judge(task, line, before, now)
            every = poll.interval(after, line, config.fetch, now, max_age)
            self.due[feed] = poll.next_due(after, every, config.fetch, now, self.chance())
            state.agenda.plan(feed, self.due[feed])
            if bodies:
                self.unsettled[feed] = state
            yield from bodies

    def late(self, state: Polls, busy: Collection[str], config: Config, now: datetime) -> Iterator[Body]:
        """What articles' pages give that came too late for their articles; a host that refuses a page refuses its feeds."""
        if self.full_text is None:
            return
        for failed in self.full_text.pages.refusals():
            self.hosts.failed(failed.host, failed, config.fetch, now, was_good=False)
        yield from self.full_text.late(state.feeds, busy, now)

    def judge(
        self, task: asyncio.Task[Landed | Failed], line: FeedConfig, before: Feed, now: datetime
    ) -> tuple[list[Body], Feed, float | None]:
        """What to publish after a fetch, what the feed is like then, and how long its answer stays fresh (seconds)."""
        limits, host = self.config().fetch, _host(record.address(line.url, before))
        try:
            result = task.result()
            if not isinstance(result, Failed):
                self.hosts.answered(host)
                bodies, after = outcome.of_answer(result, line, before, limits, now)
                if self.full_text:
                    self.full_text.remember(bodies, result.pages)
                return bodies, after, result.answer.max_age
        except Exception as error:
            log.exception("feed not understood", feed=before.id)
            result = Failed("not_understood", f"it could not be understood: {type(error).__name__}; please report this feed")
        if self.hosts.failed(host, result, limits, now, was_good=not before.failures):
            return [], before, None
        return *outcome.of_failure(result, line, before, limits, now), None


@lru_cache(maxsize=100_000)
def _host(url: str) -> str:
    return URL(url).raw_host or ""


def _shown(url: str) -> str:
    """*url* without credentials."""
    return str(URL(url).with_user(None))
