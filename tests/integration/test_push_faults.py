"""Pushes that were accepted before a commit fails or the service restarts. The tests make the ticks and commits."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from monitor.clock import utc
from monitor.config import Config, FeedConfig, FetchConfig, WebsubConfig
from monitor.feeds import service as poller_service
from monitor.feeds.partition_state import ELSEWHERE_SECONDS, PartitionState
from monitor.feeds.urls import feed_id
from monitor.feeds.websub.callbacks import MAX_WAITING_BYTES
from monitor.messages import ArticleRaw, Message
from tests.fakefeed import FakeFeed, rss
from tests.hub import FakeHub, ask, hub
from tests.integration.subscribing import LOCAL
from tests.ports import unused_port
from tests.running import until


class TickedPoller:
    """A poller of one partition. *log* has what is committed."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.service = poller_service.make(lambda: self.config)
        self.log: list[Message] = []
        self.restore()

    def restore(self) -> None:
        """Replace the state by what is committed, as after a commit that failed."""
        self.state: PartitionState = self.service.fresh(lambda _: True)
        for message in self.log:
            self.service.apply(self.state, message)

    def tick(self, *, commits_articles: bool = True) -> bool:
        """Tick and commit. Return whether that failed: with articles it does, unless *commits_articles*."""
        assert self.service.tick
        messages = [message.stamped(utc()) for message in self.service.tick(self.state, utc()) if message]
        if not commits_articles and any(isinstance(message, ArticleRaw) for message in messages):
            self.restore()
            return True
        for message in messages:
            self.service.apply(self.state, message)
        self.log += messages
        return False

    async def ticks_until(self, condition: Callable[[], Any]) -> None:
        """Tick until *condition* is true."""
        await until(lambda: (self.tick(), condition())[1])

    def has(self, title: str) -> bool:
        """Return whether an article with this title is committed."""
        return title in self.titles()

    def titles(self) -> list[str]:
        """Return the titles of the articles that are committed."""
        return [message.article.title for message in self.log if isinstance(message, ArticleRaw)]


@asynccontextmanager
async def subscribed(
    fake: FakeFeed, folder: Path, *paths: str, limits: FetchConfig = LOCAL
) -> AsyncIterator[tuple[TickedPoller, FakeHub]]:
    """Run a poller whose feeds the hub has verified, until the context ends."""
    port = unused_port()
    websub = WebsubConfig(f"http://127.0.0.1:{port}/websub", f"127.0.0.1:{port}")
    feeds = tuple(FeedConfig(fake.url(path), name="Fake") for path in paths)
    async with hub() as made:
        for path in paths:
            fake.responds(path, rss("one"), Link=f'<{made.url}>; rel="hub", <{fake.url(path)}>; rel="self"')
        poller = TickedPoller(Config(fetch=limits, feeds=feeds, websub=websub, folder=folder))
        async with poller.service.lifespan():
            states = poller.state.websubs.values()
            await poller.ticks_until(lambda: [each.state for each in states] == ["verified"] * len(paths))
            await until(lambda: len(made.callbacks) == len(paths))
            yield poller, made


@asynccontextmanager
async def seldom_polled(fake: FakeFeed, folder: Path) -> AsyncIterator[tuple[TickedPoller, FakeHub, str]]:
    """Run a poller with the feed /a, which its hub has pushed, so that it is not polled for hours. Yield its topic too."""
    topic = fake.url("/a")
    async with subscribed(fake, folder, "/a") as (poller, made):
        assert await made.push(topic, rss("two")) == 202
        await poller.ticks_until(lambda: "two" in poller.titles())
        fake.responds("/a", rss("two", "one"), Link=f'<{made.url}>; rel="hub", <{topic}>; rel="self"')
        interval = poller.config.websub.poll_every
        # As if the poller had begun long ago.
        poller.state.first_tick_seconds -= 2 * ELSEWHERE_SECONDS
        await poller.ticks_until(lambda: poller.state.feeds[feed_id(topic)].interval == interval)
        poller.tick()
        yield poller, made, topic


async def test_ticks_go_on_after_a_push_is_refused(fake: FakeFeed, tmp_path: Path) -> None:
    paths = [f"/{number}" for number in range(5)]
    limits = replace(LOCAL, every=3600, timeout=30, max_bytes=MAX_WAITING_BYTES)
    async with subscribed(fake, tmp_path, *paths, limits=limits) as (poller, made):
        size = MAX_WAITING_BYTES // 4
        # They differ, since a hub that sends the same again is not heard.
        sent = [await made.push(fake.url(path), path.encode() * (size // len(path))) for path in paths]
        assert sent == [202, 202, 202, 202, 503]
        poller.tick()
        poller.tick()


@pytest.mark.parametrize("reads", [False, True])
async def test_a_push_whose_commit_fails_is_published(fake: FakeFeed, tmp_path: Path, *, reads: bool) -> None:
    async with seldom_polled(fake, tmp_path) as (poller, made, topic):
        # The feed's own server does not have it yet.
        assert await made.push(topic, rss("three")) == 202
        if reads:
            await until(lambda: poller.tick(commits_articles=False))
        else:
            poller.tick()
            poller.restore()
        await poller.ticks_until(lambda: "three" in poller.titles())
        for _ in range(5):
            poller.tick()
        assert sorted(poller.titles()) == ["one", "three", "two"]


async def test_a_push_that_waits_while_the_service_restarts_is_published(fake: FakeFeed, tmp_path: Path) -> None:
    async with seldom_polled(fake, tmp_path) as (poller, made, topic):
        assert await made.push(topic, rss("three")) == 202
    poller.restore()
    async with poller.service.lifespan():
        await poller.ticks_until(lambda: "three" in poller.titles())


async def test_a_feed_is_polled_less_while_its_hub_pushes_it(fake: FakeFeed, tmp_path: Path) -> None:
    async with seldom_polled(fake, tmp_path) as (poller, made, topic):
        polls = fake.count("/a")
        for title in ("three", "four", "five"):
            assert await made.push(topic, rss(title)) == 202
            await poller.ticks_until(partial(poller.has, title))
        assert fake.count("/a") == polls


async def test_a_feed_is_polled_soon_if_the_key_of_its_subscription_is_lost(fake: FakeFeed, tmp_path: Path) -> None:
    async with seldom_polled(fake, tmp_path) as (poller, _, _):
        pass
    (tmp_path / poller.config.websub.key_file).write_text("none\n", encoding="ascii")
    poller.restore()
    polls = fake.count("/a")
    async with poller.service.lifespan():
        await poller.ticks_until(lambda: fake.count("/a") > polls)


async def test_a_new_poller_polls_a_feed_twice_since_the_former_one_may_have_accepted_a_push_after_the_first_poll(
    fake: FakeFeed, tmp_path: Path
) -> None:
    async with seldom_polled(fake, tmp_path) as (former, _, _):
        pass
    poller, polls = TickedPoller(former.config), fake.count("/a")
    poller.log = former.log
    poller.restore()
    async with poller.service.lifespan():
        await poller.ticks_until(lambda: fake.count("/a") >= polls + 2)


async def test_a_commit_that_fails_lets_no_feed_be_polled_of_which_nothing_was_to_be_published(
    fake: FakeFeed, tmp_path: Path
) -> None:
    async with seldom_polled(fake, tmp_path) as (poller, made, topic):
        polls = fake.count("/a")
        poller.restore()
        assert await made.push(topic, rss("three")) == 202
        await poller.ticks_until(lambda: "three" in poller.titles())
        assert fake.count("/a") == polls


async def test_a_feed_is_polled_soon_if_another_process_has_changed_its_state(fake: FakeFeed, tmp_path: Path) -> None:
    async with seldom_polled(fake, tmp_path) as (poller, _, topic):
        polls = fake.count("/a")
        (state,) = [each for each in poller.state.feeds.values() if each.id == feed_id(topic)]
        poller.log.append(replace(state, at=utc(), state="failing", reason="timeout", failures=1, error="timeout"))
        poller.restore()
        assert poller.state.feeds[state.id] != state
        await poller.ticks_until(lambda: fake.count("/a") > polls)


async def test_a_hub_asks_again_for_a_path_that_may_be_that_of_another_partition(fake: FakeFeed, tmp_path: Path) -> None:
    async with subscribed(fake, tmp_path, "/a") as (poller, made):
        callback = made.callbacks[fake.url("/a")]
        unknown = f"{callback.rpartition('/')[0]}/{'0' * 48}"
        assert (await ask(unknown, mode="subscribe", topic="x", challenge="x"))[0] == 404
        poller.config = replace(poller.config, feeds=(*poller.config.feeds, FeedConfig(fake.url("/b"))))
        poller.state.owns = lambda key: key == feed_id(fake.url("/a"))
        poller.tick()
        assert (await ask(unknown, mode="subscribe", topic="x", challenge="x"))[0] == 503
