"""A poller whose ticks and commits a test makes, and feeds that a hub pushes to it."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from monitor.bus import partition_for
from monitor.clock import utc
from monitor.config import Config, FeedConfig, FetchConfig, WebsubConfig
from monitor.feeds import service as poller_service
from monitor.feeds.partition_state import PartitionState
from monitor.feeds.urls import feed_id
from monitor.messages import ArticleRaw, Feed, Message
from monitor.runtime.ticks import Ticks
from tests.fakefeed import FakeFeed, rss
from tests.hub import FakeHub, hub
from tests.integration.subscribing import LOCAL
from tests.ports import unused_port
from tests.running import until

HOUR = 3600.0


class TickedPoller:
    """A poller of *partitions* partitions. *log* has what is committed, and *owned* the partitions that this process has.

    The next message of the class *fails* fails. The clock is *ahead*.
    """

    def __init__(self, config: Config, partitions: int = 1) -> None:
        self.config, self.partitions = config, partitions
        made = poller_service.make(lambda: self.config)
        self.service = replace(made, apply=self._apply)
        self.log: list[Message] = []
        self.owned = set(range(partitions))
        self.ticks = [Ticks(self.service, HOUR) for _ in range(partitions)]
        self.fails: type[Message] | None = None
        self.ahead = timedelta()
        self.restore()

    def _apply(self, state: PartitionState, message: Message) -> None:
        if self.fails and isinstance(message, self.fails):
            self.fails = None
            raise ValueError("a bug")
        state.apply(message)

    def partition(self, key: str) -> int:
        """Return the partition of the feed *key*."""
        return partition_for(key, self.partitions)

    @property
    def state(self) -> PartitionState:
        """The state of the first partition."""
        return self.states[0]

    def restore(self) -> None:
        """Replace the states by what is committed, as after commits that failed."""
        self.states = [self.restored(number) for number in range(self.partitions)]

    def restored(self, number: int) -> PartitionState:
        """Return the state of a partition by what is committed."""
        state = self.service.fresh(lambda key: self.partition(key) == number)
        for message in self.log:
            if state.owns(message.key):
                state.apply(message)
        return state

    async def tick(self, *, commits_articles: bool = True) -> bool:
        """Tick and commit. Return whether that failed: with articles it does, unless *commits_articles*."""
        failed = False
        for number in sorted(self.owned):
            out = await self.ticks[number].run(self.states[number], utc() + self.ahead, time.monotonic())
            if out is None or (not commits_articles and any(isinstance(each, ArticleRaw) for each in out.messages)):
                self.states[number], failed = self.restored(number), True
            else:
                self.log += out.messages
        owned = frozenset(self.owned)
        self.service.assigned(lambda key: self.partition(key) in owned)
        return failed

    async def leaves_out(self, kind: type[Message]) -> None:
        """Tick until a message of the class *kind* has failed, and what came again of its feed is left out."""
        self.fails = kind
        await self.ticks_until(lambda: not self.fails)
        if kind is Feed:
            await self.ticks_until(lambda: self.state.outcomes)
        for _ in range(3):
            await self.tick()
        assert self.ticks[0].trouble(time.monotonic())

    async def leaves_out_no_more(self) -> None:
        """Let the ticks leave out nothing, and a minute pass."""
        self.ticks[0].refused.clear()
        # Not at once: that would be a standstill.
        for _ in range(2):
            await self.tick()
            self.ahead += timedelta(seconds=30)

    async def ticks_until(self, condition: Callable[[], Any]) -> None:
        """Tick until *condition* is true."""

        async def ticked() -> Any:
            await self.tick()
            return condition()

        await until(ticked)

    def has(self, *titles: str) -> bool:
        """Return whether articles with these titles are committed."""
        return set(titles) <= set(self.titles())

    def titles(self) -> list[str]:
        """Return the titles of the articles that are committed."""
        return [message.article.title for message in self.log if isinstance(message, ArticleRaw)]

    def subscriptions(self) -> list[str]:
        """Return the states of the subscriptions."""
        return [known.state for state in self.states for known in state.websubs.values()]


@asynccontextmanager
async def subscribed(
    fake: FakeFeed, folder: Path, *paths: str, limits: FetchConfig = LOCAL, partitions: int = 1
) -> AsyncIterator[tuple[TickedPoller, FakeHub]]:
    """Run a poller whose feeds the hub has verified, until the context ends."""
    port = unused_port()
    websub = WebsubConfig(f"http://127.0.0.1:{port}/websub", f"127.0.0.1:{port}")
    feeds = tuple(FeedConfig(fake.url(path), name="Fake") for path in paths)
    async with hub() as made:
        for path in paths:
            fake.responds(path, rss(f"one {path}"), Link=f'<{made.url}>; rel="hub", <{fake.url(path)}>; rel="self"')
        poller = TickedPoller(Config(fetch=limits, feeds=feeds, websub=websub, folder=folder), partitions)
        async with poller.service.lifespan():
            await poller.ticks_until(lambda: poller.subscriptions() == ["verified"] * len(paths))
            await until(lambda: len(made.callbacks) == len(paths))
            yield poller, made


def in_two_partitions(fake: FakeFeed) -> list[str]:
    """Return the paths of a feed in the first of two partitions, and of one in the second."""
    numbers = {partition_for(feed_id(fake.url(path)), 2): path for path in map("/{}".format, range(20))}
    return [numbers[0], numbers[1]]
