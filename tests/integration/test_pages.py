"""Pages from a real web server, within the limits of its host."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from aiohttp import web
from yarl import URL

from monitor.clock import utc
from monitor.config import FeedConfig, FetchConfig
from monitor.feeds.feed_state import initial_state
from monitor.feeds.fetching.robots import LONGEST_DELAY, Robots, product_token
from monitor.feeds.fulltext.extract import make_extractor
from monitor.feeds.fulltext.pages import MAX_CONCURRENT, MAX_QUEUE, Pages
from monitor.feeds.poll import PollResult, open_client
from monitor.http.address_policy import parse_networks
from monitor.http.connector import session
from monitor.http.host_limits import HostLimits
from monitor.worker import WorkerProcess
from tests.fakefeed import FakeFeed
from tests.integration.test_full_text import TEXT, WHOLE, serve_feed
from tests.running import until

LOCAL = FetchConfig(
    spacing=0, per_host=3, timeout=20, allow_networks=("127.0.0.1/32",), user_agent="Newsmonitor/1 (like Googlebot)"
)


@asynccontextmanager
async def open_pages(hosts: HostLimits | None = None) -> AsyncIterator[Pages]:
    """Yield Pages with the limits *hosts*, and close them at the end of the test."""
    allowed = parse_networks(LOCAL.allow_networks)
    async with session(lambda: allowed) as opened, WorkerProcess(make_extractor) as worker:
        pages = Pages(opened, worker, HostLimits(lambda: 0.5) if hosts is None else hosts, utc)
        try:
            yield pages
        finally:
            await pages.close()


async def test_callers_that_request_one_page_at_once_share_it(fake: FakeFeed) -> None:
    fake.responds("/a", WHOLE, Content_Type="text/html")
    async with open_pages() as pages:
        first, second = await asyncio.gather(pages.request(fake.url("/a"), LOCAL), pages.request(fake.url("/a"), LOCAL))
        assert first is not None
        assert (first.page.text, second) == (TEXT, first)
        assert fake.count("/a") == 1
        assert await pages.request(fake.url("/a"), LOCAL) != first
    assert fake.count("/a") == 2


async def test_a_host_has_few_pages_at_once_and_a_bounded_queue(fake: FakeFeed) -> None:
    opened, busy, most = asyncio.Event(), 0, 0

    async def slowly(_: web.Request) -> web.StreamResponse:
        nonlocal busy, most
        busy += 1
        most = max(most, busy)
        await opened.wait()
        busy -= 1
        return web.Response(text=WHOLE, content_type="text/html")

    count = MAX_QUEUE + 5
    fake.handlers |= {f"/{number}": slowly for number in range(count)}
    async with open_pages() as pages:
        tasks = [pages.request(fake.url(f"/{number}"), LOCAL) for number in range(count)]
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        await asyncio.sleep(0.2)
        assert all(task.result() is None for task in done)
        opened.set()
        results = await asyncio.gather(*tasks)
    assert sum(page is not None for page in results) == MAX_QUEUE
    assert most == LOCAL.per_host < MAX_CONCURRENT


async def test_a_page_that_redirects_to_a_held_host_is_not_requested_there(fake: FakeFeed) -> None:
    hosts = HostLimits(lambda: 0.5)
    hosts.record_failure("127.0.0.1", "http_429", 3600, LOCAL, utc())
    fake.responds("/a", "", status=302, Location=fake.url("/b"))
    fake.responds("/b", WHOLE, Content_Type="text/html")
    async with open_pages(hosts) as pages:
        assert await pages.request(fake.url("/a").replace("127.0.0.1", "localhost"), LOCAL) is None
    # The redirect itself, and the robots.txt of the host that is not paused.
    assert sorted((request.url.host, request.path) for request in fake.requests) == [
        ("localhost", "/a"),
        ("localhost", "/robots.txt"),
    ]
    assert not hosts.is_paused("localhost", utc())


def free_places(hosts: HostLimits, host: str) -> int:
    """Return how many requests of *host* the limits allow now."""
    count = 0
    while hosts.earliest_start(host, LOCAL, utc()) <= utc():
        hosts.start_request(host, LOCAL, utc())
        count += 1
    return count


async def test_a_page_that_waits_for_other_hosts_takes_no_place_of_its_own_host(fake: FakeFeed) -> None:
    stuck, hosts = asyncio.Event(), HostLimits(lambda: 0.5)

    async def never(_: web.Request) -> web.StreamResponse:
        await stuck.wait()
        return web.Response()

    fake.handlers |= {f"/{number}": never for number in range(MAX_CONCURRENT)}
    limits = replace(LOCAL, per_host=MAX_CONCURRENT)
    async with open_pages(hosts) as pages:
        for number in range(MAX_CONCURRENT):
            pages.request(fake.url(f"/{number}"), limits)
        await until(lambda: asyncio.sleep(0, len(fake.requests) == MAX_CONCURRENT + 1))
        waiting = pages.request(fake.url("/a").replace("127.0.0.1", "localhost"), limits)
        # Its robots.txt is not limited.
        await until(lambda: asyncio.sleep(0, len(fake.requests) == MAX_CONCURRENT + 2))
        await asyncio.wait([waiting], timeout=0.1)
        assert free_places(hosts, "localhost") == LOCAL.per_host
        stuck.set()


@pytest.mark.parametrize("seed", range(5))
async def test_pages_that_are_cancelled_at_any_time_free_their_places(fake: FakeFeed, seed: int) -> None:
    rng, hosts = random.Random(seed), HostLimits(lambda: 0.5)

    async def answer(_: web.Request) -> web.StreamResponse:
        await asyncio.sleep(rng.random() / 20)
        return web.Response(text=WHOLE, status=rng.choice([200, 404, 500]), content_type="text/html")

    paths = [f"/{number}" for number in range(60)]
    fake.handlers |= dict.fromkeys(paths, answer)
    async with open_pages(hosts) as pages:
        for path in paths:
            task = pages.request(fake.url(path), LOCAL)
            asyncio.get_running_loop().call_later(rng.random() / 2, task.cancel)
        await asyncio.sleep(0.3)
    assert free_places(hosts, "127.0.0.1") == LOCAL.per_host


async def test_the_answer_of_a_feed_does_not_erase_a_later_refusal_of_its_page(fake: FakeFeed) -> None:
    serve_feed(fake, "/a")
    fake.responds("/a", "", status=429)
    hosts, allowed = HostLimits(lambda: 0.5), parse_networks(LOCAL.allow_networks)
    feed_config = FeedConfig(fake.url("/feed"), full_text=True)
    previous = replace(initial_state("f", feed_config.url, 300, utc()), last_ok=utc())
    async with open_client(lambda: allowed, hosts, utc) as client:
        request = hosts.start_request("127.0.0.1", LOCAL, utc())
        result = await client.poll(feed_config.url, feed_config, previous, LOCAL, request)
    assert isinstance(result, PollResult)
    assert fake.count("/a") == 1
    assert free_places(hosts, "127.0.0.1") == 1, "a host that refused its last request gets one at a time"


async def test_robots_rules_go_by_our_product_token_and_delay_a_minute_at_most(fake: FakeFeed) -> None:
    rules_text = "User-agent: googlebot\nDisallow: /\n\nUser-agent: newsmonitor\nDisallow: /x\nAllow: /x/y\nCrawl-delay: 86400"
    fake.responds("/robots.txt", rules_text)
    allowed = parse_networks(LOCAL.allow_networks)
    async with session(lambda: allowed) as opened:
        robots = Robots(opened)
        rules = await robots.rules(URL(fake.url("/a")), LOCAL)
        await robots.close()
    assert [rules.allow(URL(fake.url(path))) for path in ("/a", "/x/z", "/x/y")] == [True, False, True]
    assert rules.delay == LONGEST_DELAY
    assert product_token("Mozilla/5.0 (x)") == "Mozilla"
