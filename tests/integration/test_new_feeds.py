"""New feeds delay no known feed, and their old articles have a stream of their own."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from email.utils import format_datetime

from aiohttp import web

from monitor.bus import Bus
from monitor.clock import utc
from monitor.config import Config, FeedConfig
from monitor.feeds import service as poller_service
from monitor.feeds import urls
from monitor.feeds.feed_state import initial_state
from monitor.feeds.partition_state import PartitionState
from monitor.feeds.poller import FIRST_POLL_MESSAGES, Poller
from monitor.messages import ArticleBackfill, ArticleRaw, Feed, Message
from tests.bus import read_all
from tests.fakefeed import FakeFeed, rss
from tests.integration.test_poller import LOCAL, config
from tests.running import running, until


def dated(title: str) -> bytes:
    """Return a feed with an undated item, and one from now called *title*."""
    date = f"<pubDate>{format_datetime(utc())}</pubDate>"
    return rss("Old", title).replace(b"<guid>%b</guid>" % title.encode(), b"<guid>new</guid>" + date.encode())


def state_with(known_url: str) -> PartitionState:
    """Return a state that holds one known feed."""
    state, now = PartitionState(lambda _: True), utc()
    state.apply(replace(initial_state(urls.feed_id(known_url), known_url, 300, now), last_ok=now))
    return state


async def test_backfill_has_a_stream_of_its_own_and_its_edits_are_news(fake: FakeFeed, bus: Bus) -> None:
    fake.responds("/a", dated("News"))
    async with running(bus, poller_service.make(config(fake, "/a"))):
        await until(lambda: read_all(bus, Feed))
        assert [message.article.title for message in await read_all(bus, ArticleRaw)] == ["News"]
        assert [message.article.title for message in await read_all(bus, ArticleBackfill)] == ["Old"]
        fake.responds("/a", dated("News").replace(b"<title>Old</title>", b"<title>Old, but corrected today</title>"))
        edit = await until(lambda: _second(bus))
    assert (edit.article.title, edit.article.version, edit.article.backfill) == ("Old, but corrected today", 2, False)
    assert len(await read_all(bus, ArticleBackfill)) == 1


async def _second(bus: Bus) -> ArticleRaw | None:
    messages = await read_all(bus, ArticleRaw)
    return messages[1] if len(messages) > 1 else None


async def test_new_feeds_that_hang_leave_room_for_the_known_ones(fake: FakeFeed) -> None:
    new = [f"/new{number}" for number in range(8)]
    for path in new:
        fake.responds_slowly(path, b" ", 0.05)
    fake.responds_with_items("/known", "one")
    limits = replace(LOCAL, concurrency=4, per_host=20, timeout=60)
    current = config(fake, *new, fetch=limits)()
    poller, state = Poller(lambda: current, lambda: 0.0), state_with(fake.url("/known"))
    async with poller.lifespan():

        async def requested(count: int) -> bool:
            list(poller.tick(state, utc()))
            return len(fake.requests) >= count

        await until(lambda: requested(3))
        for _ in range(20):
            await requested(0)
            await asyncio.sleep(0)
        current = config(fake, *new, "/known", fetch=limits)()
        await until(lambda: requested(4))
    assert [request.path for request in fake.requests][3:] == ["/known"]


async def test_results_of_known_feeds_are_published_before_those_of_new_ones(fake: FakeFeed) -> None:
    state = state_with(fake.url("/known"))

    async def after_the_other(_: web.Request) -> web.StreamResponse:
        await until(lambda: state.finished_first)
        return web.Response(body=rss("one"))

    fake.handlers["/known"] = after_the_other
    fake.responds_with_items("/new", "two")
    poller = Poller(config(fake, "/known", "/new"), lambda: 0.0)
    async with poller.lifespan():
        list(poller.tick(state, utc()))
        await until(lambda: state.finished and state.finished_first)
        feeds = [message.id for message in poller.tick(state, utc()) if isinstance(message, Feed)]
    assert [feed.rpartition("/")[2] for feed in feeds] == ["known", "new"]


async def test_a_commit_has_the_messages_of_few_new_feeds(fake: FakeFeed) -> None:
    paths, items = [f"/{number}" for number in range(4)], 3 * FIRST_POLL_MESSAGES // 4
    for path in paths:
        fake.responds_with_items(path, *(f"{path} {number}" for number in range(items)))
    state = PartitionState(lambda _: True)
    poller = Poller(config(fake, *paths, fetch=replace(LOCAL, per_host=20)), lambda: 0.0)
    commits: list[list[Message]] = []
    async with poller.lifespan():
        list(poller.tick(state, utc()))
        await until(lambda: len(state.finished_first) == len(paths))
        while state.finished_first:
            commits.append(list(filter(None, poller.tick(state, utc()))))
    assert [sum(isinstance(message, Feed) for message in commit) for commit in commits] == [2, 2]


def test_the_polls_of_known_feeds_are_not_spread_over_the_time_for_new_ones() -> None:
    urls_of = [f"https://example.org/{number}" for number in range(1000)]
    made = Config(fetch=LOCAL, feeds=tuple(map(FeedConfig, urls_of)))
    state = state_with(urls_of[0])
    poller = Poller(_constant(made), lambda: 1.0)

    async def tick() -> float:
        async with poller.lifespan():
            now = utc()
            list(poller.tick(state, now))
            return (state.due_queue.scheduled[0][0] - now).total_seconds()

    polled = asyncio.run(tick())
    assert polled < 1 < len(state.first_polls.scheduled)


def _constant(made: Config) -> Callable[[], Config]:
    return lambda: made
