"""Full text for the poller, from a real web server."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest
from aiohttp import web

from monitor.bus import Bus
from monitor.config import Config, FeedConfig, FetchConfig
from monitor.feeds import service as poller_service
from monitor.messages import Article, Feed
from tests.bus import read_all, read_articles
from tests.fakefeed import FakeFeed, rss
from tests.running import running, until

LOCAL = FetchConfig(every=1, spacing=0, timeout=5, allow_networks=("127.0.0.1/32",), user_agent="newsmonitor/1 (test)")
LEAD = "A green train was seen near the border on Sunday."
MORE = [
    "Railway workers said that the train had eleven carriages and drapes in every window, and that it did not stop.",
    "The ministry declined to say who was on board, and asked reporters to leave the platform before it was dark.",
    "Neighbours counted four escorts on the road beside the track, which had been closed to everybody since noon.",
]


def page(*paragraphs: str) -> str:
    markup = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return f"<!doctype html><html><head><title>Train seen</title></head><body><article>{markup}</article></body></html>"


WHOLE = page(LEAD, *MORE)
TEXT = "\n\n".join([LEAD, *MORE])


def config(fake: FakeFeed, fetch: FetchConfig = LOCAL) -> Callable[[], Config]:
    made = Config(fetch=fetch, feeds=(FeedConfig(fake.url("/feed"), name="Fake", full_text=True),))
    return lambda: made


def serve_feed(fake: FakeFeed, *links: str, text: str = LEAD) -> None:
    """Serve a feed with an item for each of *links*."""
    items = "".join(
        f"<item><guid>{number}</guid><title>Train seen near the border</title><link>{fake.url(link)}</link>"
        f"<description>{text}</description></item>"
        for number, link in enumerate(links)
    )
    fake.responds("/feed", f"<rss version='2.0'><channel><title>Fake</title>{items}</channel></rss>")


async def articles(bus: Bus) -> list[Article]:
    return [message.article for message in await read_articles(bus)]


async def published(bus: Bus, count: int) -> list[Article]:
    """Return all articles if there are at least *count*, else []."""
    all_articles = await articles(bus)
    return all_articles if len(all_articles) >= count else []


async def feed_states(bus: Bus) -> list[Feed]:
    return await read_all(bus, Feed)


async def test_a_new_article_has_the_text_of_its_page(fake: FakeFeed, bus: Bus) -> None:
    fake.responds("/feed", rss())
    fake.responds("/a", WHOLE, Content_Type="text/html")
    async with running(bus, poller_service.make(config(fake))):
        await until(lambda: feed_states(bus))
        serve_feed(fake, "/a")
        (article,) = await until(lambda: published(bus, 1))
        count_before = fake.count("/feed")
        await until(lambda: asyncio.sleep(0, fake.count("/feed") > count_before + 1))
    assert (article.text, article.version, article.flags) == (TEXT, 1, ("date_missing", "full_text"))
    assert len(await articles(bus)) == 1
    assert (fake.count("/robots.txt"), fake.count("/a")) == (1, 1)


async def test_a_late_page_delays_nothing_and_becomes_a_new_version(fake: FakeFeed, bus: Bus) -> None:
    opened = asyncio.Event()

    async def slowly(_: web.Request) -> web.StreamResponse:
        await opened.wait()
        return web.Response(text=WHOLE, content_type="text/html")

    fake.handlers["/a"] = slowly
    fake.responds("/feed", rss())
    async with running(bus, poller_service.make(config(fake, replace(LOCAL, full_text_wait=0.2)))):
        await until(lambda: feed_states(bus))
        serve_feed(fake, "/a")
        (first,) = await until(lambda: published(bus, 1))
        assert (first.text, first.version, first.flags) == (LEAD, 1, ("date_missing",))
        opened.set()
        _, second = await until(lambda: published(bus, 2))
        assert (second.id, second.version, second.changed) == (first.id, 2, ("text",))
        assert (second.text, second.flags) == (TEXT, ("date_missing", "full_text"))
        assert (await feed_states(bus))[-1].seen[0].version == 2
        serve_feed(fake, "/a", text=f"{LEAD} It was going north.")
        third = (await until(lambda: published(bus, 3)))[-1]
        assert (third.id, third.version, third.changed) == (first.id, 3, ("text",))
    async with running(bus, poller_service.make(config(fake))):
        count_before = fake.count("/feed")
        await until(lambda: asyncio.sleep(0, fake.count("/feed") > count_before))
    assert len(await articles(bus)) == 3


async def test_an_edited_article_requests_its_page_again_with_its_validator(fake: FakeFeed, bus: Bus) -> None:
    async def unchanged(request: web.Request) -> web.StreamResponse:
        if request.headers.get("If-None-Match") == '"1"':
            return web.Response(status=304)
        return web.Response(text=WHOLE, content_type="text/html", headers={"ETag": '"1"'})

    fake.handlers["/a"] = unchanged
    fake.responds("/feed", rss())
    async with running(bus, poller_service.make(config(fake))):
        await until(lambda: feed_states(bus))
        serve_feed(fake, "/a")
        await until(lambda: published(bus, 1))
        serve_feed(fake, "/a", text="A green train was seen on Sunday.")
        _, second = await until(lambda: published(bus, 2))
    assert (second.version, second.text, fake.count("/a")) == (2, TEXT, 2)


@pytest.mark.parametrize(
    ("rules", "status", "link"),
    [
        ("User-agent: *\nDisallow: /private/", 200, "/private/a"),
        ("User-agent: newsmonitor\nDisallow: /\n\nUser-agent: *\nDisallow:", 200, "/private/a"),
        ("", 503, "/private/a"),
        ("User-agent: *\nDisallow: /private/", 200, "/open"),
    ],
    ids=["all agents", "our agent", "server error", "redirect"],
)
async def test_a_page_that_robots_txt_forbids_is_not_requested(
    fake: FakeFeed, bus: Bus, rules: str, status: int, link: str
) -> None:
    fake.responds("/robots.txt", rules, status=status)
    fake.responds("/private/a", WHOLE, Content_Type="text/html")
    fake.responds("/open", "", status=302, Location="/private/a")
    fake.responds("/feed", rss())
    async with running(bus, poller_service.make(config(fake))):
        await until(lambda: feed_states(bus))
        serve_feed(fake, link, link + "?2")
        articles = await until(lambda: published(bus, 2))
    assert {article.text for article in articles} == {LEAD}
    assert (fake.count("/robots.txt"), fake.count("/private/a")) == (1, 0)


async def test_an_article_whose_page_is_useless_keeps_the_feeds_text(fake: FakeFeed, bus: Bus) -> None:
    wall = page(*("We and our partners store cookies on your device, and you may manage your choices below." for _ in range(9)))
    fake.responds("/absent", "", status=404)
    fake.responds("/wall", wall, Content_Type="text/html")
    fake.responds("/file", WHOLE, Content_Type="application/pdf")
    fake.responds("/large", WHOLE + " " * 20_000, Content_Type="text/html")
    fake.responds("/inside", "", status=302, Location=fake.url("/a").replace("127.0.0.1", "127.0.0.2"))
    fake.responds("/a", WHOLE, Content_Type="text/html")
    fake.responds("/feed", rss())
    async with running(bus, poller_service.make(config(fake, replace(LOCAL, max_bytes=10_000, full_text_wait=20)))) as health:
        await until(lambda: feed_states(bus))
        serve_feed(fake, "/absent", "/wall", "/file", "/large", "/inside", "/a")
        articles = await until(lambda: published(bus, 6))
        assert health["poller"].state == "running"
    texts = {str(article.url).removeprefix(fake.base): article.text for article in articles}
    assert texts == {**dict.fromkeys(("/absent", "/wall", "/file", "/large", "/inside"), LEAD), "/a": TEXT}


async def test_a_host_that_sends_retry_after_gets_no_more_requests_for_pages(fake: FakeFeed, bus: Bus) -> None:
    fake.responds("/feed", rss())
    for link in ("/1", "/2", "/3", "/4"):
        fake.responds(link, "", status=429, Retry_After="3600")
    async with running(bus, poller_service.make(config(fake, replace(LOCAL, per_host=1)))):
        await until(lambda: feed_states(bus))
        serve_feed(fake, "/1", "/2", "/3", "/4")
        await until(lambda: published(bus, 4))
    assert sum(fake.count(link) for link in ("/1", "/2", "/3", "/4")) == 1


async def test_the_crawl_delay_is_kept(fake: FakeFeed, bus: Bus) -> None:
    times: list[float] = []

    async def timed(_: web.Request) -> web.StreamResponse:
        times.append(asyncio.get_running_loop().time())
        return web.Response(text=WHOLE, content_type="text/html")

    fake.responds("/robots.txt", "User-agent: *\nCrawl-delay: 0.5")
    fake.responds("/feed", rss())
    links = ("/1", "/2", "/3")
    fake.handlers |= dict.fromkeys(links, timed)
    async with running(bus, poller_service.make(config(fake))):
        await until(lambda: feed_states(bus))
        serve_feed(fake, *links)
        await until(lambda: published(bus, 3))
    assert all(later - earlier > 0.4 for earlier, later in pairwise(times))
    assert len(times) == 3


async def test_the_pages_of_backfill_are_not_read(fake: FakeFeed, bus: Bus) -> None:
    fake.responds("/a", WHOLE, Content_Type="text/html")
    serve_feed(fake, "/a")
    async with running(bus, poller_service.make(config(fake))):
        (article,) = await until(lambda: published(bus, 1))
    assert (article.backfill, article.text, fake.count("/a")) == (True, LEAD, 0)


async def test_after_a_host_refuses_a_page_its_feeds_are_not_requested(fake: FakeFeed, bus: Bus) -> None:
    fake.responds("/feed", rss())
    fake.responds("/other", rss("other"))
    fake.responds("/a", "", status=429, Retry_After="3600")
    made = Config(
        fetch=LOCAL,
        feeds=(FeedConfig(fake.url("/feed"), name="Fake", full_text=True), FeedConfig(fake.url("/other"), name="Other")),
    )
    async with running(bus, poller_service.make(lambda: made)):
        await until(lambda: feed_states(bus))
        serve_feed(fake, "/a")
        await until(lambda: asyncio.sleep(0, fake.count("/a") == 1))
        await until(lambda: published(bus, 2))
        count_before = len(fake.requests)
        await asyncio.sleep(2.5)
        # Both feeds were due at least twice. A poll may have been in flight when the page was refused.
        assert len(fake.requests) <= count_before + 1
    assert fake.count("/a") == 1


async def test_after_a_host_refuses_a_feed_its_pages_are_not_requested(fake: FakeFeed, bus: Bus) -> None:
    fake.responds("/feed", rss())
    fake.responds("/a", WHOLE, Content_Type="text/html")
    fake.responds("/refused", rss())
    made = Config(
        fetch=LOCAL,
        feeds=(
            # Another name of the same server, so that this feed's own host does not refuse.
            FeedConfig(fake.url("/feed").replace("127.0.0.1", "localhost"), name="Fake", full_text=True),
            FeedConfig(fake.url("/refused"), name="Refused"),
        ),
    )
    async with running(bus, poller_service.make(lambda: made)):
        await until(lambda: asyncio.sleep(0, fake.count("/feed") > 0 and fake.count("/refused") > 0))
        await until(lambda: feed_states(bus))
        fake.responds("/refused", "", status=429, Retry_After="3600")
        await until(lambda: refused(bus))
        serve_feed(fake, "/a")
        (article,) = await until(lambda: published(bus, 1))
        polled = fake.count("/feed")
        await until(lambda: asyncio.sleep(0, fake.count("/feed") > polled))
    assert article.text == LEAD
    assert (fake.count("/a"), fake.count("/robots.txt")) == (0, 0)


async def refused(bus: Bus) -> bool:
    return any(feed.reason == "http_429" for feed in await feed_states(bus))
