"""Articles about the health of feeds, from the poller to the alert; hosts that refuse requests; jumps of the clock."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from aiohttp import web

from consumers.alerts import service as alerts
from consumers.stories import service as stories
from monitor.bus import Bus
from monitor.clock import steady, utc
from monitor.config import Config, FeedConfig, FetchConfig, Watch
from monitor.feeds import service as poller_service
from monitor.messages import Alert, ArticleRaw, ArticleStories, ArticleTopics, Feed, Language, Story, health_of
from monitor.runtime.service import Service
from tests.bus import read_all, read_articles
from tests.fakefeed import FakeFeed, rss
from tests.integration.test_poller import in_state, latest
from tests.ports import unused_port
from tests.running import running, until
from tests.web import listening

LOCAL = FetchConfig(every=60, spacing=0, timeout=2, allow_networks=("127.0.0.0/8",), failing_after=3, ceiling=60)


def settings(fake: FakeFeed, *paths: str, watches: tuple[Watch, ...] = (), **fetch: Any) -> Callable[[], Config]:
    feeds = tuple(FeedConfig(fake.url(path), name=f"Post {path}") for path in paths)
    made = Config(fetch=replace(LOCAL, **fetch), feeds=feeds, watches=watches)
    return lambda: made


def without_analysis() -> Service[ArticleRaw, None]:
    """Return a service that publishes articles about feed health as the entities and topics services do: unchanged."""

    def step(_: None, message: ArticleRaw) -> Iterator[ArticleTopics]:
        yield ArticleTopics(message.article, message.stamps, Language("en", 1.0), (), (), ())

    return Service("topics", ArticleRaw, step, fresh=lambda _: None)


async def raised(bus: Bus, count: int) -> list[Alert]:
    alerts = await read_all(bus, Alert)
    return alerts if len(alerts) >= count else []


async def test_a_failing_feed_raises_one_alert_and_its_recovery_a_version_of_it(fake: FakeFeed, bus: Bus) -> None:
    fake.responds_with_items("/good", "Old", etag='"1"')
    fake.responds("/bad", "", status=500)
    watches = (
        Watch("ops", health=("failing", "recovered"), severity="high", to=("desk",)),
        Watch("good", health=("failing", "recovered"), feeds=("Post /good",)),
        Watch("silence", health=("silent",)),
        Watch("words", any=("feed failing", "feed recovered")),
    )
    config = settings(fake, "/good", "/bad", watches=watches)
    running_services = (poller_service.make(config), without_analysis(), stories.make(config), alerts.make(config))
    async with running(bus, *running_services, clock=steady(utc(), 120)):
        await until(partial(latest, bus, "/good"))
        fake.responds_with_items("/good", "Feed failing: not really", "Old", etag='"2"')
        await until(partial(raised, bus, 2))
        fake.responds_with_items("/bad", "one")
        by_version = {(alert.watch, alert.version): alert for alert in await until(partial(raised, bus, 3))}
        await until(partial(in_state, bus, "/bad", "ok"))
    assert set(by_version) == {("ops", 1), ("ops", 2), ("words", 1)}
    first, second, words = by_version["ops", 1], by_version["ops", 2], by_version["words", 1]
    assert (first.title, first.change, first.severity, first.to) == ("Feed failing: Post /bad", "new", "high", ("desk",))
    assert "HTTP 500" in first.certainty
    assert [(reason.clause, reason.term) for reason in first.reasons] == [("health", "failing")]
    assert (second.title, second.change, second.id) == ("Feed recovered: Post /bad", "health", first.id)
    assert words.title == "Feed failing: not really"
    health = [message for message in await read_all(bus, ArticleStories) if health_of(message.article)]
    assert {message.story.id for message in health} == {message.article.id for message in health} == {first.story}
    assert not any(first.story in story.articles for story in await read_all(bus, Story)), "it joins no other article"


async def test_a_trouble_is_not_reported_again_after_a_restart(fake: FakeFeed, bus: Bus) -> None:
    fake.responds("/bad", "", status=410)
    start = utc()
    for day in range(2):
        count_before = fake.count("/bad")
        async with running(bus, poller_service.make(settings(fake, "/bad")), clock=steady(start + timedelta(days=day), 120)):
            await until(partial(polled_three_more_times, fake, "/bad", count_before))
            await until(partial(in_state, bus, "/bad", "gone"))
    assert [message.article.title for message in await read_articles(bus)] == ["Feed gone: Post /bad"]


async def test_after_three_days_of_a_permanent_redirect_the_new_address_is_polled(fake: FakeFeed, bus: Bus) -> None:
    fake.responds_with_items("/new", "one", etag='"1"')
    fake.responds("/old", "", status=301, Location="/new")
    async with running(bus, poller_service.make(settings(fake, "/old", every=6 * 3600)), clock=steady(utc(), 100_000)):

        async def moves() -> list[str]:
            articles = [message.article for message in await read_articles(bus)]
            return [article.text for article in articles if health_of(article) == "moved"]

        (text,) = await until(moves)
        count_before = fake.count("/old")
        await until(partial(polled_three_more_times, fake, "/new", fake.count("/new")))
    assert count_before >= 3
    assert fake.count("/old") <= count_before + 1
    assert fake.url("/new") in text
    feed = await latest(bus, "/old")
    assert feed
    assert feed.moved
    assert (feed.url, feed.moved.url) == (fake.url("/old"), fake.url("/new"))


async def polled_three_more_times(fake: FakeFeed, path: str, before: int) -> bool:
    return fake.count(path) > before + 2


async def test_a_host_that_asks_for_ten_years_is_paused_for_a_day(fake: FakeFeed, bus: Bus) -> None:
    fake.responds("/a", "", status=429, Retry_After="315360000")
    fake.responds_with_items("/b", "one")
    start = utc()
    async with running(bus, poller_service.make(settings(fake, "/a", "/b", ceiling=10 * 86400)), clock=steady(start, 20_000)):
        await until(partial(in_state, bus, "/a", "failing"))
        held = len(fake.requests)
        await until(lambda: asyncio.sleep(0, len(fake.requests) > held + 1))
        passed = (utc() - start).total_seconds() * 20_000
    assert passed >= 86400
    feeds = {feed.id.rpartition("/")[2]: feed for feed in await read_all(bus, Feed)}
    assert feeds["a"].reason == "http_429"


async def test_refusals_by_one_host_hold_all_its_feeds_which_are_then_polled_spaced_out(fake: FakeFeed, bus: Bus) -> None:
    paths = [f"/{number}" for number in range(40)]
    moments: list[float] = []
    refusing = True
    start = utc()

    async def answer(_: web.Request) -> web.StreamResponse:
        moments.append((utc() - start).total_seconds() * 600)
        return web.Response(status=403) if refusing else web.Response(body=rss("x"))

    for path in paths:
        fake.handlers[path] = answer
    config = settings(fake, *paths, spacing=5, ceiling=7200, every=600)
    async with running(bus, poller_service.make(config), clock=steady(start, 600)):
        await asyncio.sleep(3)
        refused = len(moments)
        refusing = False
        await until(lambda: asyncio.sleep(0, len({request.path for request in fake.requests[refused:]}) == 40), 60)
    assert refused < 20, "in 1,800 seconds the feeds would be polled 120 times without the pause"
    fullest = Counter(int(moment // 30) for moment in moments[refused:]).most_common(1)[0][1]
    assert fullest <= 8, "requests are spaced after the pause too"


async def test_a_forward_jump_of_the_clock_polls_no_feed_twice(fake: FakeFeed, bus: Bus) -> None:
    paths = [f"/{number}" for number in range(300)]
    for path in paths:
        fake.responds_with_items(path, "one", etag='"1"')
    jumped, clock = timedelta(0), steady()

    def now() -> datetime:
        return clock() + jumped

    async with running(bus, poller_service.make(settings(fake, *paths, every=3600, per_host=64)), clock=now):
        await until(partial(has_states, bus, 300), 60)
        jumped = timedelta(days=1)
        await asyncio.sleep(1.0)
        # At fifty a second, as after a start: not all at once.
        assert 300 < len(fake.requests) < 300 + 100
        await until(lambda: asyncio.sleep(0, len(fake.requests) >= 600), 60)
        await asyncio.sleep(0.5)
        assert len(fake.requests) == 600
    assert max(Counter(request.path for request in fake.requests).values()) == 2


async def has_states(bus: Bus, count: int) -> bool:
    return len(await read_all(bus, Feed)) >= count


@pytest.mark.parametrize("back", [timedelta(hours=1), timedelta(days=400)])
async def test_after_a_restart_with_the_clock_set_back_feeds_are_polled_on_schedule(
    fake: FakeFeed, bus: Bus, back: timedelta
) -> None:
    fake.responds_with_items("/a", "one", etag='"1"')
    fake.responds("/bad", "", status=500)
    config, start = settings(fake, "/a", "/bad", failing_after=2), utc()
    async with running(bus, poller_service.make(config), clock=steady(start, 120)):
        await until(partial(in_state, bus, "/a", "ok"))
        await until(partial(is_published, bus, "Feed failing: Post /bad"))
    for restarts, title in ((1, "two"), (2, "three")):
        clock = steady(start - restarts * back, 120)
        count_before = fake.count("/a"), fake.count("/bad")
        async with running(bus, poller_service.make(config), clock=clock):
            await asyncio.sleep(2)
            # Four minutes pass on the clock: about four polls, and fewer of the failing feed.
            assert 2 <= fake.count("/a") - count_before[0] <= 7
            assert 1 <= fake.count("/bad") - count_before[1] <= 7
            state = await latest(bus, "/a")
            assert state
            assert state.at <= clock(), "the time of the state is corrected"
            fake.responds_with_items("/a", title, "one", etag=f'"{title}"')
            await until(partial(is_published, bus, title))
            if restarts == 2:
                fake.responds_with_items("/bad", "Better")
                await until(partial(in_state, bus, "/bad", "ok"))
    articles = [message.article for message in await read_articles(bus)]
    assert Counter(article.title for article in articles if article.version == 1) == Counter(
        ["one", "two", "three", "Better", "Feed failing: Post /bad"]
    )
    assert len({article.id for article in articles if health_of(article)}) == 1, "versions of one article"
    assert [article.fetched <= clock() for article in articles if article.title == "three"] == [True]
    received = [message.stamps["received"] for message in await read_articles(bus)]
    assert all(abs(moment - utc()) < timedelta(minutes=1) for moment in received)


async def is_published(bus: Bus, title: str) -> bool:
    return any(message.article.title == title for message in await read_articles(bus))


@asynccontextmanager
async def hosts(fake: FakeFeed, count: int) -> AsyncIterator[tuple[list[str], Callable[..., Awaitable[None]]]]:
    """Run *count* hosts on this machine; yield their base URLs, and a function that takes all of them down or up."""

    async def handle(request: web.Request) -> web.StreamResponse:
        response = await fake.handle(request)
        response.force_close()
        return response

    addresses, port = [f"127.0.0.{number + 1}" for number in range(count)], unused_port()
    async with AsyncExitStack() as servers:

        async def serve(*, up: bool) -> None:
            await servers.aclose()
            if up:
                app = web.Application()
                app.router.add_get("/{path:.*}", handle)
                await servers.enter_async_context(listening(app, port, addresses))

        await serve(up=True)
        yield [f"http://{address}:{port}" for address in addresses], serve


async def test_after_an_outage_of_our_own_network_all_feeds_are_polled_soon(fake: FakeFeed, bus: Bus) -> None:
    fake.responds_with_items("/a", "one", etag='"1"')
    async with hosts(fake, 20) as (bases, serve):
        feeds = tuple(FeedConfig(f"{base}/a") for base in bases)
        made = Config(fetch=replace(LOCAL, every=300, ceiling=86400, failing_after=1), feeds=feeds)

        def reached(since: int) -> int:
            return len({request.host for request in fake.requests[since:]})

        async with running(bus, poller_service.make(lambda: made), clock=steady(utc(), 600)):
            await until(lambda: asyncio.sleep(0, reached(0) == 20))
            await serve(up=False)
            count_before = len(fake.requests)
            # Forty minutes pass on the clock: eight polls of each feed, and no response.
            await asyncio.sleep(4)
            assert len(fake.requests) == count_before
            await serve(up=True)
            # Feeds that count as failing would wait for hours by now.
            await until(lambda: asyncio.sleep(0, reached(count_before) >= 18), 3)
    titles = [message.article.title for message in await read_articles(bus) if health_of(message.article)]
    assert len(titles) <= 4, "the first two fail before the outage is detected, and then recover"
