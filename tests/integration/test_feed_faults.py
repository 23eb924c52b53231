"""How the poller handles servers that answer, but wrongly. The numbers are those of docs/faults.md."""

import asyncio
from dataclasses import replace
from functools import partial

import pytest
from aiohttp import web

from monitor.bus import Bus
from monitor.config import FeedConfig
from monitor.feeds import service as poller_service
from monitor.feeds.parsing.parse import FeedDocument, parse
from monitor.messages import Feed
from tests.bus import read_all
from tests.fakefeed import FakeFeed, rss
from tests.hostile import endless_head, hostile_server
from tests.integration.test_poller import LOCAL, config, in_state, latest, titles
from tests.running import running, until

ACCENTED = "<?xml version='1.0' encoding='{}'?><rss version='2.0'><channel><title>Émile</title></channel></rss>"


async def test_11_and_12_slow_and_silent_feeds_free_their_slot_at_the_timeout(fake: FakeFeed, bus: Bus) -> None:
    fake.responds_with_items("/good", "one")
    async with hostile_server() as hostile:
        hostile.responds("/slow", endless_head(), b" ", every=0.05, endlessly=True)
        hostile.never_responds("/silent")
        bad = [FeedConfig(hostile.url(path), name="Fake") for path in ("/slow", "/silent")]
        fetch = replace(LOCAL, timeout=0.5, concurrency=1)
        made = replace(config(fake, "/good", fetch=fetch)(), feeds=(*bad, *config(fake, "/good")().feeds))
        async with running(bus, poller_service.make(lambda: made)):
            for path in ("/slow", "/silent"):
                failed = await until(partial(in_state, bus, path, "failing"))
                assert "within 0.5 s" in failed.error
            await until(lambda: asyncio.sleep(0, fake.count("/good") >= 2))
    assert await titles(bus) == ["one"]


async def test_13_a_web_page_instead_of_the_feed_keeps_the_known_items(fake: FakeFeed, bus: Bus) -> None:
    fake.responds_with_items("/a", "one", "two")
    async with running(bus, poller_service.make(config(fake, "/a"))):
        good = await until(lambda: latest(bus, "/a"))
        fake.responds("/a", "<!DOCTYPE html><html><body>Are you a robot?</body></html>", Content_Type="application/rss+xml")
        failed = await until(lambda: in_state(bus, "/a", "failing"))
        fake.responds_with_items("/a", "three", "one", "two")
        await until(lambda: in_state(bus, "/a", "ok"))
    assert "web page" in failed.error
    assert (failed.seen, failed.title, failed.last_ok) == (good.seen, good.title, good.last_ok)
    assert sorted(await titles(bus)) == ["one", "three", "two"]


async def test_14_a_304_to_an_unconditional_request_is_an_error(fake: FakeFeed, bus: Bus) -> None:
    fake.responds("/a", "", status=304)
    async with running(bus, poller_service.make(config(fake, "/a"))):
        failed = await until(lambda: in_state(bus, "/a", "failing"))
    assert "304" in failed.error


async def test_14_an_unchanged_body_publishes_no_article_if_the_etag_always_changes(fake: FakeFeed, bus: Bus) -> None:
    async def with_new_etag(_: web.Request) -> web.Response:
        return web.Response(body=rss("one"), headers={"ETag": f'"{len(fake.requests)}"'})

    fake.handlers["/a"] = with_new_etag
    async with running(bus, poller_service.make(config(fake, "/a"))):
        await until(lambda: asyncio.sleep(0, fake.count("/a") >= 6))
    assert len(await read_all(bus, Feed)) == 3, "the first state, and those with the second and third ETag"


async def test_14_a_weak_etag_is_sent_back_unchanged(fake: FakeFeed, bus: Bus) -> None:
    fake.responds_with_items("/a", "one", etag='W/"1-ä"')
    fake.responds_with_items("/b", "two", etag='W/"1"')
    async with running(bus, poller_service.make(config(fake, "/a", "/b"))):
        await until(lambda: asyncio.sleep(0, min(fake.count("/a"), fake.count("/b")) >= 2))
    second = [request.headers.get("If-None-Match") for request in fake.requests if request.path == "/b"][1]
    assert second == 'W/"1"'


@pytest.mark.parametrize(
    "content_type", ["text/html", "image/png", "application/json", "text/xml; charset=nonsense", "; ;", "application/pdf"]
)
async def test_20_a_feed_is_read_whatever_its_content_type(fake: FakeFeed, bus: Bus, content_type: str) -> None:
    fake.responds("/a", rss("one"), Content_Type=content_type)
    async with running(bus, poller_service.make(config(fake, "/a"))):
        await until(lambda: titles(bus))
    assert await titles(bus) == ["one"]


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (ACCENTED.format("utf-8").encode("utf-16"), "application/xml; charset=utf-8"),
        (ACCENTED.format("windows-1251").encode(), "application/rss+xml; charset=utf-8"),
        (ACCENTED.format("utf-8").encode("iso-8859-1"), "application/xml; charset=iso-8859-1"),
        (ACCENTED.format("iso-8859-1").encode("iso-8859-1"), "application/xml"),
        (ACCENTED.format("iso-8859-1").encode("iso-8859-1"), "text/html"),
        (ACCENTED.format("utf-8").encode("utf-8"), ""),
        (ACCENTED.format("utf-8").encode("iso-8859-1"), ""),
    ],
)
def test_20_the_byte_order_mark_takes_precedence_over_the_header_and_the_header_over_the_declaration(
    data: bytes, content_type: str
) -> None:
    assert parse(FeedDocument(data, content_type)).title == "Émile"


def test_20_contradictory_encodings_are_resolved_by_precedence() -> None:
    header, declared = "text/xml; charset=koi8-r", ACCENTED.format("windows-1251").replace("Émile", "Жизнь")
    in_cyrillic = declared.encode("windows-1251")
    assert parse(FeedDocument(declared.encode("utf-16"), header)).title == "Жизнь"
    assert parse(FeedDocument(declared.encode("utf-16-le"), header)).title == "Жизнь"
    assert parse(FeedDocument(declared.encode(), header)).title == "Жизнь"
    assert parse(FeedDocument(in_cyrillic, header)).title == "Жизнь".encode("windows-1251").decode("koi8-r")
    assert parse(FeedDocument(in_cyrillic, "text/xml")).title == "Жизнь"
    unnamed = declared.replace("windows-1251", "nonsense").encode("windows-1251")
    assert parse(FeedDocument(unnamed, "text/xml")).title == "Жизнь".encode("windows-1251").decode("windows-1252")


@pytest.mark.parametrize("content_type", ["application/xml; charset=ascii", "application/xml; charset=utf-16", "text/xml"])
def test_20_invalid_bytes_are_replaced(content_type: str) -> None:
    data = ACCENTED.format("utf-8").replace("É", "\udcff\udcfe").encode(errors="surrogateescape")
    assert parse(FeedDocument(data, content_type)).title.endswith("mile")
