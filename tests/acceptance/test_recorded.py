"""This version continues where the version before it stopped, on an SQLite file and on a Kafka log that it wrote.

tests/acceptance/recorded/README.md says what they contain.
"""

import gzip
import json
import secrets
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from monitor.bus import Bus
from monitor.bus.backends import connect, create_streams
from monitor.cli.status import summarize
from monitor.clock import Clock, steady
from monitor.config import Config
from monitor.config.load import read
from monitor.messages import MESSAGES, Alert, ArticleRaw, ArticleStories, DeadLetter, Feed, Held, Volume
from monitor.messages.codec import decode, decode_facts, encode
from monitor.runtime import registry
from monitor.runtime.dead_letters import list_dead_letters, redrive
from monitor.runtime.runner import address
from tests.acceptance.recording import (
    POLLED,
    RECORDED,
    SECRET,
    START,
    Receiver,
    article,
    delivery_states,
    item,
    load,
    newest,
    rss,
    serving,
    versions,
)
from tests.integration.running import everything, running, until

RESUMED = START + timedelta(hours=4, minutes=30)
"""After all recorded events and before the second attempts of the pending deliveries are due."""
DUE = START + timedelta(hours=20)
"""After the second attempts are due and before the silence rule fires."""
PORT = 18473
COUNTS = {
    "feed.v1": 4,
    "article.raw.v1": 19,
    "article.entities.v1": 14,
    "article.topics.v1": 14,
    "article.stories.v1": 14,
    "story.v1": 13,
    "alert.v1": 8,
    "held.v1": 2,
    "volume.v1": 4,
    "delivery.v1": 21,
    "dead.v1": 1,
}
UNREAD = ("kim-3", "putin-3", "harbour-4", "abeilles-1")
BURST = "harbour:burst:20260310T065000Z"


@pytest.fixture
async def receiver(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Receiver]:
    """The receiver of the target `desk`."""
    monkeypatch.setenv("DESK_SECRET", SECRET)
    monkeypatch.delenv("NEWSMONITOR_BUS", raising=False)
    made, app = Receiver(), web.Application()
    app.router.add_post("/", made.take)
    async with serving(app) as made.base:
        yield made


@pytest.fixture(params=["sqlite", pytest.param("kafka", marks=pytest.mark.kafka)])
async def config(request: pytest.FixtureRequest, tmp_path: Path, receiver: Receiver) -> Config:
    """The recorded config, on a copy of the recorded bus, with the receiver as its desk."""
    made = read(RECORDED / "monitor.toml")
    targets = tuple(replace(each, webhook=receiver.base) if each.webhook else each for each in made.targets)
    if request.param == "sqlite":
        file = tmp_path / "recorded.sqlite"
        file.write_bytes(gzip.decompress((RECORDED / "recorded.sqlite.gz").read_bytes()))
        made = replace(made, bus=f"sqlite:{file}", targets=targets)
    else:
        servers, prefix = request.getfixturevalue("broker"), secrets.token_hex(4)
        made = replace(made, bus=f"kafka://{servers}/{prefix}", targets=targets)
        await create_streams(address(made))
        await load(servers, f"{prefix}.")
    assert registry.check(made) == []
    return made


@pytest.fixture
async def bus(config: Config) -> AsyncIterator[Bus]:
    """The recorded bus."""
    async with connect(replace(address(config), session_seconds=6.0)) as opened:
        yield opened


def running_services(bus: Bus, config: Config, at: Clock | datetime, *names: str) -> Any:
    """Run the services *names*, or all but the poller, with a clock that starts at *at*."""
    chosen = names or [name for name in registry.service_modules() if name != "poller"]
    return running(bus, *registry.make(chosen, lambda: config), clock=steady(at) if isinstance(at, datetime) else at)


async def caught_up(bus: Bus, config: Config) -> None:
    """Wait until no service but the poller has any lag, twice in a row."""

    async def done() -> bool:
        lags = (await summarize(config, bus))["services"]
        return all(lag == 0 for name, lag in lags.items() if name != "poller")

    for _ in range(2):
        await until(done, seconds=60)


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
                assert encode(message).headers == record.headers
    assert counts == COUNTS
    found = await summarize(config, bus)
    assert found["services"] == {"poller": 0, "entities": 4, "topics": 0, "stories": 0, "alerts": 0, "delivery": 0}
    assert found["feeds"] == {"ok": 1, "failing": 1}
    assert found["deliveries"] == {"pending": 2, "sent": 7, "failed": 0, "superseded": 1, "dropped": 0}
    assert found["dead"] == 1
    known = await versions(bus)
    (health,) = [ident for ident in known if ident.startswith("feeds:")]
    assert known == {
        "kim-train:kim-1": [1, 2],
        health: [1],
        "harbour:114db841f368efc3": [1, 2],
        "harbour:harbour-3": [1],
        BURST: [1],
        "storm:storm-1": [1],
    }


async def test_services_continue_at_their_positions(bus: Bus, config: Config, receiver: Receiver) -> None:
    before = await versions(bus)
    async with running_services(bus, config, RESUMED):
        await caught_up(bus, config)
        stories = {message.article.id: message for message in await everything(bus, ArticleStories)}
        assert set(UNREAD) <= stories.keys()
        assert (stories["kim-3"].story.id, stories["putin-3"].story.id) == ("kim-1", "putin-1")
        assert stories["abeilles-1"].language.code == "fr"
        after = await versions(bus)
        # No alert is raised again. A new article makes the next version, or the first one of a new alert.
        assert all(after[ident][: len(known)] == known for ident, known in before.items())
        assert all(found == list(range(1, len(found) + 1)) for found in after.values())
        assert after["kim-train:kim-1"] == [1, 2, 3]
        assert after["storm:storm-1"] == [1]
        # Two articles were held; the third, from a third outlet, meets the at_least rule.
        assert [each.id for each in (await newest(bus))["putin-summit:putin-1"].articles] == ["putin-1", "putin-2", "putin-3"]
        # The recorded burst is still going on.
        assert [ident for ident in after if ":burst:" in ident] == [BURST]
        (volume,) = {each.id: each for each in await everything(bus, Volume)}.values()
        assert (volume.last, volume.silent) == (START + timedelta(minutes=260), None)
        assert volume.since < START + timedelta(minutes=1)

        further = article(
            "kim-4",
            268,
            "Tumen Observer",
            "Railway office denies that Kim Jong Un was on the armoured train",
            "The Tumen railway office denied that Kim Jong Un crossed the border bridge aboard an armoured train before dawn.",
        )
        await bus.publish([encode(ArticleRaw(further, {"received": further.fetched}))])
        await caught_up(bus, config)
        kim = (await newest(bus))["kim-train:kim-1"]
        assert (kim.version, kim.story, kim.article_count, kim.outlet_count) == (4, "kim-1", 4, 4)
        assert [each.id for each in kim.articles] == ["kim-1", "kim-2", "kim-3", "kim-4"]
        assert "denied" in kim.stances

        async def kim_sent() -> bool:
            return (await delivery_states(bus, "desk", "kim-train:kim-1"))[-1][:2] == (4, "sent")

        await until(kim_sent)
    # The second attempt for the storm is not due yet.
    assert await delivery_states(bus, "desk", "storm:storm-1") == [(1, "queued", 0), (1, "retrying", 1)]
    assert "storm:storm-1:1" not in receiver.taken
    assert (await summarize(config, bus))["deliveries"]["pending"] == 1
    assert receiver.taken[-1] == "kim-train:kim-1:4"

    async with running_services(bus, config, DUE):

        async def storm_sent() -> bool:
            return (await delivery_states(bus, "desk", "storm:storm-1"))[-1] == (1, "sent", 2)

        await until(storm_sent)
    assert Counter(receiver.taken)["storm:storm-1:1"] == 1
    assert (await summarize(config, bus))["deliveries"]["pending"] == 0
    # A further start sends nothing twice.
    told, taken = await versions(bus), list(receiver.taken)
    async with running_services(bus, config, DUE):
        await caught_up(bus, config)
    assert (await versions(bus), receiver.taken) == (told, taken)
    # Each unread article and the new one passed each stage once.
    for stream in ("article.entities.v1", "article.topics.v1", "article.stories.v1"):
        keys = [record.key async for record in bus.replay(stream, None)]
        assert len(keys) == COUNTS[stream] + len(UNREAD) + 1
        assert Counter(keys) == Counter({key: 2 if key == "bakers-1" else 1 for key in keys})
    volumes = await everything(bus, Volume)
    assert len(volumes) == COUNTS["volume.v1"] + 1
    assert len(await list_dead_letters(bus)) == 1


async def test_pending_deliveries_are_sent_if_only_the_delivery_service_runs(
    bus: Bus, config: Config, receiver: Receiver
) -> None:
    async with running_services(bus, config, DUE, "delivery"):

        async def both() -> bool:
            return bool((await summarize(config, bus))["deliveries"]["pending"] == 0)

        await until(both)
    assert sorted(receiver.taken) == ["kim-train:kim-1:2", "storm:storm-1:1"]
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

        async def told() -> bool:
            return "harbour:silence:20260311T185000Z" in await versions(bus)

        await until(told)
    assert len(await everything(bus, Alert)) == COUNTS["alert.v1"] + 1


async def test_the_poller_knows_the_recorded_items(bus: Bus, config: Config) -> None:
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

    async def answer(request: web.Request) -> web.Response:
        return web.Response(text=pages[request.path], content_type="application/rss+xml")

    app = web.Application()
    for path in pages:
        app.router.add_get(path, answer)
    before = len(await everything(bus, Feed))
    async with serving(app, PORT), running_services(bus, config, RESUMED, "poller"):

        async def both() -> bool:
            return len(await everything(bus, Feed)) == before + 2

        await until(both)
    known = {feed.id: feed for feed in await everything(bus, Feed)}
    assert {(feed.state, feed.failures, feed.trouble) for feed in known.values()} == {("ok", 0, None)}
    assert len(known[f"127.0.0.1:{PORT}/harbour.rss"].seen) == 4
    polled = [
        (raw.article.title, raw.article.backfill, raw.article.flags)
        async for record in bus.replay("article.raw.v1", None)
        if record.key != "broken-1" and (raw := decode(ArticleRaw, record)).article.fetched >= RESUMED
    ]
    assert sorted(polled) == [
        ("Feed recovered: Coastal Wire", False, ("health:recovered",)),
        ("Seals return", True, ()),
        ("The lighthouse of Gull Point is for sale", False, ()),
    ]


async def test_the_held_articles_are_there(bus: Bus) -> None:
    *_, held = await everything(bus, Held)
    assert (held.id, [each.id for each in held.reports]) == ("putin-summit:putin-1", ["putin-1", "putin-2"])
