"""The service that polls the feeds of its partitions, and commits what is new with what is known of each feed."""

import asyncio
import heapq
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache

import aiohttp
import structlog
from yarl import URL

from monitor.child import Child
from monitor.codec import Invalid, encode
from monitor.config import Config, FeedConfig
from monitor.feeds import poll, record
from monitor.feeds.articles import Origin, harvest
from monitor.feeds.dial import session
from monitor.feeds.fetch import Failed
from monitor.feeds.flight import Landed, fly
from monitor.feeds.guard import networks
from monitor.feeds.identity import feed_id
from monitor.feeds.items import Parsed
from monitor.feeds.parse import Body as Bytes
from monitor.feeds.parse import parser
from monitor.messages import ArticleRaw, Body, Feed
from monitor.service import Owns, Service

TICK = 0.02
"""Seconds between two looks at what has come: half of it is in every alert's latency."""
BUSY = 1.0
"""Seconds until a feed is looked at again whose host was busy."""
HARVEST = 0.2
"""Seconds of machine time that one tick may take for what has come; the rest waits for the next."""

log = structlog.get_logger()


@dataclass
class Polls:
    """What is known of the feeds of one partition (the fold of feed.v1), and when each is due."""

    owns: Owns
    feeds: dict[str, Feed] = field(default_factory=dict)
    agenda: list[tuple[datetime, str]] = field(default_factory=list)
    listed: Config | None = None


def make(config: Callable[[], Config]) -> Service[Feed, Polls]:
    """The service; it reads its own records only to stay the owner of its feeds."""
    rounds = Rounds(config)
    return Service(
        "poller",
        Feed,
        lambda _state, _feed: (),
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
    return [
        f"feed {_shown(feed.url)!r}: another line has the same host and path; remove one"
        for feed in config.feeds
        if ids[feed_id(feed.url)] > 1
    ]


def _apply(state: Polls, body: Body) -> None:
    if isinstance(body, Feed):
        state.feeds[body.id] = body


class Rounds:
    """What is under way: fetches, and what hosts have asked for. None of it is knowledge: losing it loses nothing."""

    def __init__(self, config: Callable[[], Config], chance: Callable[[], float] = random.random) -> None:
        self.config, self.chance = config, chance
        self.session: aiohttp.ClientSession | None = None
        self.parser: Child[Bytes, Parsed] | None = None
        self.flights: dict[str, tuple[Polls, asyncio.Task[Landed | Failed]]] = {}
        self.due: dict[str, datetime] = {}
        self.busy: Counter[str] = Counter()
        self.held: dict[str, datetime] = {}
        self.listed: Config | None = None
        self.wanted: dict[str, FeedConfig] = {}

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """With a session and a parser; what is under way at the end is dropped, and asked for again after the next start."""
        allowed = lru_cache(maxsize=1)(networks)
        async with session(lambda: allowed(self.config().fetch.allow_networks)) as self.session, Child(parser) as self.parser:
            try:
                yield
            finally:
                tasks = [task for _, task in self.flights.values()]
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                self.flights.clear()

    def tick(self, state: Polls, now: datetime) -> Iterable[Body]:
        """Take in what has come for *state*'s feeds, and ask for those that are due."""
        config = self.config()
        if self.listed is not config:
            self.wanted = {feed_id(feed.url): feed for feed in config.feeds}
            self.listed = config
        wanted = self.wanted
        if state.listed is not config:
            self.list_anew(state, wanted, now)
            state.listed = config
        out = list(self.land(state, wanted, config, now))
        self.launch(state, wanted, config, now)
        return out

    def list_anew(self, state: Polls, wanted: dict[str, FeedConfig], now: datetime) -> None:
        """Put each feed of the partition on its agenda."""
        mine = [feed for feed in wanted if state.owns(feed)]
        for feed in mine:
            self.due.setdefault(feed, poll.first_due(feed, len(wanted), now))
        state.agenda = [
            (self.due[feed], feed) for feed in mine if feed not in self.flights or self.flights[feed][0] is not state
        ]
        heapq.heapify(state.agenda)
        for gone in [feed for feed in self.due if feed not in wanted]:
            del self.due[gone]

    def launch(self, state: Polls, wanted: dict[str, FeedConfig], config: Config, now: datetime) -> None:
        """Ask for what is due, as far as the whole and each host can take it."""
        while state.agenda and state.agenda[0][0] <= now and len(self.flights) < config.fetch.concurrency:
            _, feed = heapq.heappop(state.agenda)
            if feed not in wanted:
                continue
            host = _host(wanted[feed].url)
            if (until := self.held.get(host, now)) > now:
                self.plan(state, feed, until + timedelta(seconds=BUSY * self.chance()))
            elif self.busy[host] >= config.fetch.per_host:
                self.plan(state, feed, now + timedelta(seconds=BUSY * self.chance()))
            else:
                self.held.pop(host, None)
                self.take_off(state, wanted[feed], feed, config, now)

    def take_off(self, state: Polls, line: FeedConfig, feed: str, config: Config, now: datetime) -> None:
        """Ask for one feed, in the background."""
        if self.session is None or self.parser is None:
            raise RuntimeError("the poller ticks only within its lifespan")
        if feed in self.flights:
            _, old = self.flights.pop(feed)
            old.cancel()
        host = _host(line.url)
        before = state.feeds.get(feed) or record.blank(feed, _shown(line.url), line.every or config.fetch.every, now)
        task = asyncio.create_task(fly(self.session, self.parser, line.url, before, config.fetch, html=line.html))
        self.busy[host] += 1
        task.add_done_callback(lambda _: self.leave(host))
        self.flights[feed] = (state, task)

    def leave(self, host: str) -> None:
        """Note that a fetch from *host* is over."""
        self.busy[host] -= 1
        if not self.busy[host]:
            del self.busy[host]

    def plan(self, state: Polls, feed: str, due: datetime) -> None:
        """Put *feed* on the agenda."""
        self.due[feed] = due
        heapq.heappush(state.agenda, (due, feed))

    def land(self, state: Polls, wanted: dict[str, FeedConfig], config: Config, now: datetime) -> Iterator[Body]:
        """What the finished fetches of *state*'s feeds give, each feed's articles before its record."""
        done = [feed for feed, (owner, task) in self.flights.items() if owner is state and task.done()]
        deadline = asyncio.get_running_loop().time() + HARVEST
        for feed in done:
            if asyncio.get_running_loop().time() > deadline:
                return
            _, task = self.flights.pop(feed)
            line = wanted.get(feed)
            if line is None:
                continue
            every = line.every or config.fetch.every
            before = state.feeds.get(feed) or record.blank(feed, _shown(line.url), every, now)
            bodies, after = self.judge(task, line, before, now)
            self.plan(state, feed, poll.next_due(after, every, config.fetch.ceiling, now, self.chance()))
            yield from bodies

    def judge(
        self, task: asyncio.Task[Landed | Failed], line: FeedConfig, before: Feed, now: datetime
    ) -> tuple[list[Body], Feed]:
        """What to publish after a fetch, and what the feed is like then."""
        try:
            result = task.result()
            if not isinstance(result, Failed):
                return _welcome(result, line, before, now)
        except Exception as error:
            log.exception("feed not understood", feed=before.id)
            result = Failed("failing", f"it could not be understood: {type(error).__name__}; please report this feed")
        if result.retry_after is not None:
            ceiling = self.config().fetch.ceiling
            self.held[_host(line.url)] = poll.held_until(result.retry_after, ceiling, now, self.chance())
        log.warning("feed failed", feed=before.id, state=result.state, error=str(result), failures=before.failures + 1)
        after = record.after_failure(before, result.state, str(result), now)
        return [after], after


def _welcome(landed: Landed, line: FeedConfig, before: Feed, now: datetime) -> tuple[list[Body], Feed]:
    """The articles and the record that a good answer gives."""
    if landed.parsed is None:
        after = record.after_nothing_new(before, now)
        return ([after] if after else []), after or before
    origin = Origin(line, before.id, landed.answer.url, now)
    articles, seen = harvest(origin, landed.parsed, before)
    stamps = {"received": landed.answer.received}
    raw = [message for message in (ArticleRaw(article, stamps) for article in articles) if _is_publishable(message)]
    body = landed.body or ""
    after = record.after_success(before, landed.answer, landed.parsed, seen, body, now, new=bool(raw))
    if raw:
        log.info("articles", feed=before.id, count=len(raw))
    return [*raw, after], after


def _is_publishable(message: ArticleRaw) -> bool:
    try:
        encode(message)
    except Invalid as error:
        log.error("article left out", feed=message.article.feed, article=message.article.id, error=str(error))
        return False
    return True


@lru_cache(maxsize=100_000)
def _host(url: str) -> str:
    return URL(url).raw_host or ""


def _shown(url: str) -> str:
    """*url* without credentials."""
    return str(URL(url).with_user(None))
