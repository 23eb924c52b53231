"""This version continues where version 0.1.0 stopped, on an SQLite file and on a Kafka log of that version.

tests/acceptance/recorded/README.md describes their contents.
"""

import gzip
import json
import secrets
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web

from monitor.bus import Bus
from monitor.bus.backends import connect, create_streams
from monitor.cli.status import summarize
from monitor.clock import steady
from monitor.config import Config
from monitor.config.load import read
from monitor.messages import MESSAGES, Alert, ArticleRaw, ArticleStories, DeadLetter, Feed, Held, Volume
from monitor.messages.codec import decode, decode_facts, encode
from monitor.runtime import registry
from monitor.runtime.connection import bus_address
from monitor.runtime.dead_letters import list_dead_letters, redrive
from tests.acceptance.recording import (
    COUNTS,
    POLLED,
    RECORDED,
    SECRET,
    Receiver,
    alert_versions,
    article,
    delivery_states,
    item,
    load,
    newest_alerts,
    rss,
    running_services,
    until_no_lag,
)
from tests.bus import read_all
from tests.make import START
from tests.running import until
from tests.web import listening

RESUMED = START + timedelta(hours=4, minutes=30)
"""After all recorded events and before the second attempts of the pending deliveries are due."""
DUE = START + timedelta(hours=20)
"""After the second attempts are due and before the silence rule fires."""
PORT = 18473
UNREAD = ("kim-3", "putin-3", "harbour-4", "abeilles-1")
BURST = "harbour:burst:20260310T065000Z"


@pytest.fixture
async def receiver(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Receiver]:
    """The receiver of the target `desk`."""
    monkeypatch.setenv("DESK_SECRET", SECRET)
    monkeypatch.delenv("NEWSMONITOR_BUS", raising=False)
    server, app = Receiver(), web.Application()
    app.router.add_post("/", server.receive)
    async with listening(app) as port:
        server.base = f"http://127.0.0.1:{port}"
        yield server


@pytest.fixture(params=["sqlite", pytest.param("kafka", marks=pytest.mark.kafka)])
async def config(request: pytest.FixtureRequest, tmp_path: Path, receiver: Receiver) -> Config:
    """The recorded config, on a copy of the recorded bus, with the receiver as its desk."""
    recorded = read(RECORDED / "monitor.toml")
    targets = tuple(replace(each, webhook=receiver.base) if each.webhook else each for each in recorded.targets)
    if request.param == "sqlite":
        file = tmp_path / "recorded.sqlite"
        file.write_bytes(gzip.decompress((RECORDED / "recorded.sqlite.gz").read_bytes()))
        config = replace(recorded, bus=f"sqlite:{file}", targets=targets)
    else:
        servers, prefix = request.getfixturevalue("broker"), secrets.token_hex(4)
        config = replace(recorded, bus=f"kafka://{servers}/{prefix}", targets=targets)
        await create_streams(bus_address(config))
        await load(servers, f"{prefix}.")
    assert registry.check(config) == []
    return config


@pytest.fixture
async def bus(config: Config) -> AsyncIterator[Bus]:
    """The recorded bus."""
    async with connect(replace(bus_address(config), session_seconds=6.0)) as opened:
        yield opened


async def test_every_recorded_message_is_decoded(bus: Bus, config: Config) -> None:
    counts = Counter[str]()
    async for record in bus.replay(DeadLetter.STREAM.name, None):
        counts[DeadLetter.STREAM.name] += 1
        facts = decode_facts(record.headers)
        assert (facts.service, facts.stream, facts.reason) == ("entities", "article.raw.v1", "invalid")
        assert record.key == "broken-1"
    for kind in MESSAGES:
        stream = kind.STREAM.name
        async for record in bus.replay(stream, None):
            counts[stream] += 1
            if record.key != "broken-1":
                message = decode(kind, record)
                assert encode(message).key == record.key
                assert json.loads(encode(message).value) == json.loads(record.value)
                assert encode(message).headers.items() >= record.headers.items()
    assert counts == COUNTS
    status = await summarize(config, bus)
    assert status["services"] == {"poller": 0, "entities": 4, "topics": 0, "stories": 0, "alerts": 0, "delivery": 0}
    assert status["feeds"] == {"ok": 1, "failing": 1}
    assert status["deliveries"] == {"pending": 2, "sent": 7, "failed": 0, "superseded": 1, "dropped": 0, "withheld": 0}
    assert status["dead"] == 1
    versions = await alert_versions(bus)
    (health,) = [ident for ident in versions if ident.startswith("feeds:")]
    assert versions == {
        "kim-train:kim-1": [1, 2],
        health: [1],
        "harbour:114db841f368efc3": [1, 2],
        "harbour:harbour-3": [1],
        BURST: [1],
        "storm:storm-1": [1],
    }


async def check_unread_articles(bus: Bus, before: dict[str, list[int]]) -> None:
    """Assert that the unread articles joined the recorded stories, and that their alerts continue the versions *before*."""
    stories = {message.article.id: message for message in await read_all(bus, ArticleStories)}
    assert set(UNREAD) <= stories.keys()
    assert (stories["kim-3"].story.id, stories["putin-3"].story.id) == ("kim-1", "putin-1")
    assert stories["abeilles-1"].language.code == "fr"
    after = await alert_versions(bus)
    # No alert is raised again. A new article makes the next version, or the first one of a new alert.
    assert all(after[ident][: len(versions)] == versions for ident, versions in before.items())
    assert all(versions == list(range(1, len(versions) + 1)) for versions in after.values())
    assert after["kim-train:kim-1"] == [1, 2, 3]
    assert after["storm:storm-1"] == [1]
    # Two articles were held; the third, from a third outlet, meets the at_least rule.
    summit = (await newest_alerts(bus))["putin-summit:putin-1"]
    assert [each.id for each in summit.articles] == ["putin-1", "putin-2", "putin-3"]
    # The recorded burst has not ended.
    assert [ident for ident in after if ":burst:" in ident] == [BURST]
    (volume,) = {each.id: each for each in await read_all(bus, Volume)}.values()
    assert (volume.last, volume.silent) == (START + timedelta(minutes=260), None)
    assert volume.since < START + timedelta(minutes=1)


async def check_new_article(bus: Bus, config: Config) -> None:
    """Publish one more article of a recorded story; assert that it makes the next version of the recorded alert."""
    new = article(
        "kim-4",
        268,
        "Tumen Observer",
        "Railway office denies that Kim Jong Un was on the armoured train",
        "The Tumen railway office denied that Kim Jong Un crossed the border bridge aboard an armoured train before dawn.",
    )
    await bus.publish([encode(ArticleRaw(new, {"received": new.fetched}))])
    await until_no_lag(bus, config)
    kim = (await newest_alerts(bus))["kim-train:kim-1"]
    assert (kim.version, kim.story, kim.article_count, kim.outlet_count) == (4, "kim-1", 4, 4)
    assert [each.id for each in kim.articles] == ["kim-1", "kim-2", "kim-3", "kim-4"]
    assert "denied" in kim.stances

    async def is_sent() -> bool:
        return (await delivery_states(bus, "desk", "kim-train:kim-1"))[-1][:2] == (4, "sent")

    await until(is_sent)


async def check_stages(bus: Bus) -> None:
    """Assert that each unread article and the new one went through each stage once."""
    for stream in ("article.entities.v1", "article.topics.v1", "article.stories.v1"):
        keys = [record.key async for record in bus.replay(stream, None)]
        assert len(keys) == COUNTS[stream] + len(UNREAD) + 1
        assert Counter(keys) == Counter({key: 2 if key == "bakers-1" else 1 for key in keys})
    assert len(await read_all(bus, Volume)) == COUNTS["volume.v1"] + 1
    assert len(await list_dead_letters(bus)) == 1


async def test_services_continue_at_their_positions(bus: Bus, config: Config, receiver: Receiver) -> None:
    before = await alert_versions(bus)
    async with running_services(bus, config, RESUMED):
        await until_no_lag(bus, config)
        await check_unread_articles(bus, before)
        await check_new_article(bus, config)
    # The second attempt for the storm is not due yet.
    assert await delivery_states(bus, "desk", "storm:storm-1") == [(1, "queued", 0), (1, "retrying", 1)]
    assert "storm:storm-1:1" not in receiver.ids
    assert (await summarize(config, bus))["deliveries"]["pending"] == 1
    assert receiver.ids[-1] == "kim-train:kim-1:4"

    async with running_services(bus, config, DUE):

        async def storm_sent() -> bool:
            return (await delivery_states(bus, "desk", "storm:storm-1"))[-1] == (1, "sent", 2)

        await until(storm_sent)
    assert Counter(receiver.ids)["storm:storm-1:1"] == 1
    assert (await summarize(config, bus))["deliveries"]["pending"] == 0
    # A further start sends nothing twice.
    versions, ids = await alert_versions(bus), list(receiver.ids)
    async with running_services(bus, config, DUE):
        await until_no_lag(bus, config)
    assert (await alert_versions(bus), receiver.ids) == (versions, ids)
    await check_stages(bus)


async def test_pending_deliveries_are_sent_if_only_the_delivery_service_runs(
    bus: Bus, config: Config, receiver: Receiver
) -> None:
    async with running_services(bus, config, DUE, "delivery"):

        async def none_pending() -> bool:
            return bool((await summarize(config, bus))["deliveries"]["pending"] == 0)

        await until(none_pending)
    assert sorted(receiver.ids) == ["kim-train:kim-1:2", "storm:storm-1:1"]
    assert (await delivery_states(bus, "desk", "kim-train:kim-1"))[-1] == (2, "sent", 2)


async def test_the_recorded_dead_letter_can_be_redriven(bus: Bus, config: Config) -> None:
    (letter,) = await list_dead_letters(bus)
    assert (letter["id"], letter["key"], letter["reason"], letter["redriven"]) == ("dead.v1/0", "broken-1", "invalid", False)
    assert await redrive(bus) == 1
    async with running_services(bus, config, RESUMED, "entities"):

        async def dead_again() -> bool:
            return len(await list_dead_letters(bus)) == 2

        await until(dead_again)
    assert [letter["redriven"] for letter in await list_dead_letters(bus)] == [True, False]
    *_, last = [record async for record in bus.replay("dead.v1", None)]
    assert (last.key, last.headers["redriven"], last.headers["feed"]) == ("broken-1", "1", "lindenow.example/news.rss")


async def test_silence_is_measured_from_the_recorded_volume(bus: Bus, config: Config) -> None:
    async with running_services(bus, config, steady(START + timedelta(days=4), speed=200), "alerts"):

        async def silence_alert() -> bool:
            return "harbour:silence:20260311T185000Z" in await alert_versions(bus)

        await until(silence_alert)
    assert len(await read_all(bus, Alert)) == COUNTS["alert.v1"] + 1


async def test_the_poller_recognises_the_recorded_items(bus: Bus, config: Config) -> None:
    lighthouse = item(
        "lighthouse",
        "Tue, 10 Mar 2026 08:10:00 +0000",
        "The lighthouse of Gull Point is for sale",
        "The lighthouse of Gull Point will be auctioned in June.",
    )
    pages = {
        "/harbour.rss": rss("Harbour Post", lighthouse, *POLLED),
        "/coastal.rss": rss("Coastal Wire", item("seals", "Sat, 07 Mar 2026 08:00:00 +0000", "Seals return", "Six of them.")),
    }

    async def respond(request: web.Request) -> web.Response:
        return web.Response(text=pages[request.path], content_type="application/rss+xml")

    app = web.Application()
    for path in pages:
        app.router.add_get(path, respond)
    before = len(await read_all(bus, Feed))
    async with listening(app, PORT), running_services(bus, config, RESUMED, "poller"):

        async def both_polled() -> bool:
            return len(await read_all(bus, Feed)) == before + 2

        await until(both_polled)
    feeds = {feed.id: feed for feed in await read_all(bus, Feed)}
    assert {(feed.state, feed.failures, feed.trouble) for feed in feeds.values()} == {("ok", 0, None)}
    assert len(feeds[f"127.0.0.1:{PORT}/harbour.rss"].seen) == 4
    polled = [
        (raw.article.title, raw.article.backfill, raw.article.flags)
        for stream in ("article.raw.v1", "article.backfill.v1")
        async for record in bus.replay(stream, None)
        if record.key != "broken-1" and (raw := decode(ArticleRaw, record)).article.fetched >= RESUMED
    ]
    assert sorted(polled) == [
        ("Feed recovered: Coastal Wire", False, ("health:recovered",)),
        ("Seals return", True, ()),
        ("The lighthouse of Gull Point is for sale", False, ()),
    ]


async def test_the_held_articles_are_read(bus: Bus) -> None:
    *_, held = await read_all(bus, Held)
    assert (held.id, [each.id for each in held.reports]) == ("putin-summit:putin-1", ["putin-1", "putin-2"])
