"""The poller against a real web server."""

import asyncio
import gzip
from collections.abc import Callable, MutableMapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from monitor.bus import Bus
from monitor.clock import steady, utc
from monitor.config import Config, FeedConfig, FetchConfig
from monitor.feeds import service as poller_service
from monitor.feeds.partition_state import PartitionState
from monitor.feeds.poller import Poller
from monitor.messages import Feed, health_of
from tests.bus import read_all, read_articles
from tests.fakefeed import FakeFeed, rss
from tests.running import running, until

LOCAL = FetchConfig(every=1, spacing=0, timeout=2, allow_networks=("127.0.0.0/8",))


def config(fake: FakeFeed, *paths: str, fetch: FetchConfig = LOCAL) -> Callable[[], Config]:
    made = Config(fetch=fetch, feeds=tuple(FeedConfig(fake.url(path), name="Fake") for path in paths))
    return lambda: made


async def latest(bus: Bus, path: str) -> Feed | None:
    states = [feed for feed in await read_all(bus, Feed) if feed.id.endswith(path)]
    return states[-1] if states else None


async def in_state(bus: Bus, path: str, state: str) -> Feed | None:
    feed = await latest(bus, path)
    return feed if feed and feed.state == state else None


async def has_more_requests(fake: FakeFeed, path: str, before: int) -> bool:
    return fake.count(path) > before


async def titles(bus: Bus) -> list[str]:
    """Return the titles of the feeds' own articles, without those about their health."""
    return [message.article.title for message in await read_articles(bus) if not health_of(message.article)]


async def test_new_articles_are_published_once_and_unchanged_feeds_write_nothing(fake: FakeFeed, bus: Bus) -> None:
    fake.responds_with_items("/a", "one", "two", etag='"1"')
    async with running(bus, poller_service.make(config(fake, "/a"))):
        await until(lambda: titles(bus))
        await until(lambda: asyncio.sleep(0, fake.count("/a") >= 3))
        assert sorted(await titles(bus)) == ["one", "two"]
        assert len(await read_all(bus, Feed)) == 1
        fake.responds_with_items("/a", "three", "one", "two", etag='"2"')
        await until(lambda: asyncio.sleep(0, fake.count("/a") >= 5))
    assert sorted(await titles(bus)) == ["one", "three", "two"]
    assert fake.requests[1].headers["If-None-Match"] == '"1"'


async def test_no_article_is_lost_when_the_tags_around_all_items_change(fake: FakeFeed, bus: Bus) -> None:
    fake.responds("/a", rss("one", "two"))
    async with running(bus, poller_service.make(config(fake, "/a"))):
        await until(lambda: titles(bus))
        fake.responds("/a", rss("three", "one", "two").replace(b"<rss ", b"<rss xmlns:x='urn:x' "))
        await until(lambda: asyncio.sleep(0, fake.count("/a") >= 4))
        fake.responds("/a", rss("four", "three", "one", "two").replace(b"<rss ", b"<rss xmlns:x='urn:x' "))
        await until(lambda: asyncio.sleep(0, fake.count("/a") >= 6))
    assert await titles(bus) == ["two", "one", "three", "four"]


async def test_published_articles_are_not_published_again_after_a_restart(fake: FakeFeed, bus: Bus) -> None:
    fake.responds_with_items("/a", "one")
    for _ in range(2):
        count_before = fake.count("/a")
        async with running(bus, poller_service.make(config(fake, "/a"))):
            await until(partial(has_more_requests, fake, "/a", count_before))
            await until(lambda: latest(bus, "/a"))
    assert await titles(bus) == ["one"]


async def test_a_bad_feed_stops_no_other_and_its_error_says_what_to_do(fake: FakeFeed, bus: Bus) -> None:
    fake.responds_with_items("/good", "one")
    fake.responds("/page", "<!DOCTYPE html><html><body>Log in</body></html>")
    fake.responds("/gone", "", status=410)
    fake.responds("/broken", "", status=500)
    fake.responds("/large", b"x" * 5000)
    fake.responds("/bomb", gzip.compress(bytes(5_000_000)), Content_Encoding="gzip")
    fake.responds("/elsewhere", "", status=302, Location="file:///etc/passwd")
    fake.responds("/round", "", status=302, Location="/round")
    fake.responds_slowly("/slow", b" ", 0.05)
    paths = ("/good", "/page", "/gone", "/broken", "/large", "/bomb", "/elsewhere", "/round", "/slow", "/absent")
    fetch = replace(LOCAL, max_bytes=4096, timeout=1, per_host=20)
    async with running(bus, poller_service.make(config(fake, *paths, fetch=fetch))) as health:
        expected = {
            "/good": ("ok", None),
            "/page": ("failing", "web page"),
            "/gone": ("gone", "410"),
            "/broken": ("failing", "HTTP 500"),
            "/large": ("failing", "fetch.max_bytes"),
            "/bomb": ("failing", "fetch.max_bytes"),
            "/elsewhere": ("blocked", "only http and https"),
            "/round": ("failing", "more than 5 redirects"),
            "/slow": ("failing", "within 1 s"),
            "/absent": ("failing", "HTTP 404"),
        }
        for path, (state, error) in expected.items():
            feed = await until(partial(in_state, bus, path, state))
            assert error is None or error in (feed.error or ""), path
        assert health["poller"].state == "running"
    assert await titles(bus) == ["one"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "127.1", "[::ffff:127.0.0.1]"])
async def test_no_private_address_is_connected_to_unless_allowed(fake: FakeFeed, bus: Bus, host: str) -> None:
    fake.responds_with_items("/a", "one")
    port = fake.base.rpartition(":")[2]
    made = Config(fetch=replace(LOCAL, allow_networks=()), feeds=(FeedConfig(f"http://{host}:{port}/a"),))
    async with running(bus, poller_service.make(lambda: made)):
        feed = await until(lambda: latest(bus, "/a"))
    assert feed.state in {"blocked", "failing"}
    assert fake.requests == []


async def test_a_redirect_into_a_private_network_is_not_followed(fake: FakeFeed, bus: Bus) -> None:
    fake.responds_with_items("/secret", "one")
    fake.responds("/a", "", status=302, Location=fake.url("/secret").replace("127.0.0.1", "127.0.0.2"))
    fetch = replace(LOCAL, allow_networks=("127.0.0.1/32",))
    async with running(bus, poller_service.make(config(fake, "/a", fetch=fetch))):
        feed = await until(lambda: in_state(bus, "/a", "blocked"))
    assert "fetch.allow_networks" in feed.error
    assert fake.count("/secret") == 0


async def test_credentials_are_sent_to_their_own_host_and_never_published(fake: FakeFeed, bus: Bus) -> None:
    fake.responds_with_items("/a", "one")
    url = fake.url("/a").replace("http://", "http://reader:s3cret@")
    made = Config(fetch=LOCAL, feeds=(FeedConfig(url),))
    async with running(bus, poller_service.make(lambda: made)):
        feed = await until(lambda: latest(bus, "/a"))
    assert fake.requests[0].headers["Authorization"].startswith("Basic ")
    assert "s3cret" not in repr(feed)


async def test_retry_after_holds_all_feeds_of_the_host(fake: FakeFeed, bus: Bus) -> None:
    fake.responds("/a", "", status=503, Retry_After="3600")
    fake.responds_with_items("/b", "one")
    start = utc()
    fetch = replace(LOCAL, every=60)
    async with running(bus, poller_service.make(config(fake, "/a", "/b", fetch=fetch)), clock=steady(start, 600)):
        await until(lambda: in_state(bus, "/a", "failing"))
        count_before = len(fake.requests)
        await asyncio.sleep(1.5)
        # 900 seconds have passed on the clock, enough for fifteen polls of /b. Retry-After is an hour.
        assert len(fake.requests) <= count_before + 1
        await until(lambda: asyncio.sleep(0, len(fake.requests) > count_before + 1))
    assert utc() - start > timedelta(seconds=3)


async def test_a_feed_comes_back_after_any_number_of_failures(fake: FakeFeed, bus: Bus) -> None:
    fake.responds("/a", "", status=500)
    fetch = replace(LOCAL, ceiling=1)
    async with running(bus, poller_service.make(config(fake, "/a", fetch=fetch)), clock=steady(utc(), 20)):
        await until(lambda: asyncio.sleep(0, fake.count("/a") > 12))
        fake.responds_with_items("/a", "one")
        feed = await until(lambda: in_state(bus, "/a", "ok"))
    assert (feed.failures, feed.error) == (0, None)


async def test_an_added_feed_is_polled_at_once_and_a_removed_one_is_not(fake: FakeFeed, bus: Bus) -> None:
    fake.responds_with_items("/a", "one")
    fake.responds_with_items("/b", "two")
    now = [config(fake, "/a")()]
    async with running(bus, poller_service.make(lambda: now[0])):
        await until(lambda: latest(bus, "/a"))
        now[0] = config(fake, "/b")()
        await until(lambda: latest(bus, "/b"))
        count_before = fake.count("/a")
        await asyncio.sleep(1.5)
        assert fake.count("/a") <= count_before + 1


async def test_items_left_out_are_logged_once_when_this_begins(fake: FakeFeed, bus: Bus) -> None:
    def logged(logs: list[MutableMapping[str, Any]]) -> list[MutableMapping[str, Any]]:
        return [line for line in logs if line["event"] == "items left out"]

    with capture_logs() as logs:
        async with running(bus, poller_service.make(config(fake, "/a"))):
            for count in (2001, 2003, 1, 2002):
                fake.responds("/a", rss(*(f"n{count}-{number}" for number in range(count))))
                await until(partial(truncated, bus, max(0, count - 2000)))
        assert [(line["log_level"], line["count"]) for line in logged(logs)] == [("warning", 1), ("warning", 2)]
        assert logged(logs)[0]["feed"].endswith("/a")
        assert "look for a feed of its latest items" in logged(logs)[0]["text"]
        # The feed's stored state has the count, so that a restart does not log it again.
        count_before = fake.count("/a")
        async with running(bus, poller_service.make(config(fake, "/a"))):
            fake.responds("/a", rss(*(f"n{number}" for number in range(2004))))
            await until(partial(truncated, bus, 4))
        assert fake.count("/a") > count_before
        assert len(logged(logs)) == 2


async def truncated(bus: Bus, count: int) -> bool:
    feed = await latest(bus, "/a")
    return feed is not None and feed.truncated == count


async def test_a_host_has_no_more_requests_at_once_than_allowed(fake: FakeFeed, bus: Bus) -> None:
    busy, most = 0, 0

    async def slowly(_: web.Request) -> web.StreamResponse:
        nonlocal busy, most
        busy += 1
        most = max(most, busy)
        await asyncio.sleep(0.05)
        busy -= 1
        return web.Response(body=rss("x"))

    for number in range(12):
        fake.handlers[f"/{number}"] = slowly
    paths = [f"/{number}" for number in range(12)]
    async with running(bus, poller_service.make(config(fake, *paths))):
        await until(lambda: asyncio.sleep(0, len({request.path for request in fake.requests}) == 12))
    assert most == LOCAL.per_host


async def test_results_for_a_lost_partition_take_no_room(fake: FakeFeed) -> None:
    for number in range(8):
        fake.responds_with_items(f"/{number}", "one")
    made = config(fake, *(f"/{number}" for number in range(8)), fetch=replace(LOCAL, concurrency=2))
    poller = Poller(made, lambda: 0.0)
    lost, held = PartitionState(lambda feed: feed[-1] in "0123"), PartitionState(lambda feed: feed[-1] in "4567")
    async with poller.lifespan():
        list(poller.tick(lost, utc()))
        await until(lambda: asyncio.sleep(0, len(lost.finished_first) == 2))
        # Nothing takes these two results, since their partition has moved to another process.

        async def all_requested() -> bool:
            list(poller.tick(held, utc()))
            return {request.path for request in fake.requests} >= {"/4", "/5", "/6", "/7"}

        await until(all_requested)


async def test_polls_that_a_restart_cancels_free_their_places(fake: FakeFeed) -> None:
    fake.responds_slowly("/a", b" ", 0.05)
    fake.responds_slowly("/b", b" ", 0.05)
    poller = Poller(config(fake, "/a", "/b", fetch=replace(LOCAL, timeout=60, concurrency=2)), lambda: 0.0)
    for restart in range(3):
        state, requests = PartitionState(lambda _: True), len(fake.requests)

        async def both_requested(state: PartitionState = state, requests: int = requests) -> bool:
            list(poller.tick(state, utc()))
            return {request.path for request in fake.requests[requests:]} == {"/a", "/b"}

        async with poller.lifespan():
            if restart == 1:
                # Cancelled before the tasks of the polls have begun.
                list(poller.tick(state, utc()))
            else:
                await until(both_requested)


async def test_only_the_article_that_does_not_fit_its_schema_is_left_out(fake: FakeFeed, bus: Bus) -> None:
    fake.responds_with_items("/a", "one")
    fake.responds_with_items("/b", "two", "three")
    good, bad = (FeedConfig(fake.url(path), name="Fake") for path in ("/a", "/b"))
    made = Config(fetch=LOCAL, feeds=(good, replace(bad, country="not a country")))
    with capture_logs() as logs:
        async with running(bus, poller_service.make(lambda: made)) as health:
            await until(partial(latest, bus, "/b"))
            await until(lambda: titles(bus))
            await until(lambda: asyncio.sleep(0, fake.count("/b") >= 2))
            assert health["poller"].state == "running"
    assert await titles(bus) == ["one"]
    left_out = [line for line in logs if line["event"] == "message left out"]
    assert len(left_out) == 2
    assert "/article/country" in left_out[0]["error"]
