"""Faults of what is outside of the bus: feeds, the config, the clock, and records of other programs."""

import asyncio
import gzip
import json
import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from monitor.bus import ProducerRecord
from monitor.bus.address import Address
from monitor.runtime.connection import open_bus_once_there
from tests.chaos.clock import clock_file
from tests.chaos.fault import Concerned, LeftOut, NotMade, lasting
from tests.chaos.log import INPUTS, POISON
from tests.chaos.plan import OTHER_WRITER, Version, with_record
from tests.chaos.system import System, slowness, wait_for

STEPS = (-172_800, -4_000, 4_000, 172_800)
"""Seconds by which the clock is set: by about an hour, or by two days."""
BOMB = gzip.compress(bytes(50_000_000))
ENTITIES = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha"}">' for n in range(12))
LAUGHS = f"<?xml version='1.0'?><!DOCTYPE rss [{ENTITIES}]><rss><channel><title>&a11;</title></channel></rss>"
BODIES: tuple[tuple[bytes, dict[str, str]], ...] = (
    (LAUGHS.encode(), {}),
    (BOMB, {"Content-Encoding": "gzip"}),
    (b"<html><title>Please log in</title></html>", {}),
    (random.Random(4096).randbytes(4096), {}),
    (b"<rss><channel>" + b"<a>" * 100_000, {}),
    (b"", {}),
)
"""What a hostile feed may serve, with its headers."""
UNREADABLE = (b'{"nothing": "known"}', b"no JSON", b"", b'{"article": null}', b"[" * 50_000, bytes(500_000))
"""Records that no service can read."""
PUBLISH_SECONDS = 60.0
"""Longest wait until another program has published: a broker that was just started again may refuse it."""
READY_SECONDS = 60.0
"""Longest wait until all processes have read the config and are ready."""


@lasting
async def hostile_feed(system: System, rng: random.Random) -> AsyncIterator[Concerned]:
    """Let a feed serve something hostile, fail, or never end."""
    choice = rng.randrange(len(BODIES) + 3)

    async def respond(request: web.Request) -> web.StreamResponse:
        if choice < len(BODIES):
            body, headers = BODIES[choice]
            return web.Response(body=body, headers=headers, content_type="application/rss+xml")
        if choice == len(BODIES):
            raise web.HTTPFound("file:///etc/passwd")
        if choice == len(BODIES) + 1:
            return web.Response(status=500)
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(bytes(1_000_000))

    system.server.hostile = respond
    system.events.append(f"a hostile feed, number {choice}")
    try:
        yield None
    finally:
        system.server.hostile = None


@lasting
async def invalid_config(system: System, rng: random.Random) -> AsyncIterator[Concerned]:
    """Make an edit of the config that is not valid, and take it back."""
    # A process that has not read the config yet would end. One that has ended is told of after the round.
    if not await wait_for(
        lambda: all(each.is_ready or each.has_ended for each in system.processes), READY_SECONDS * slowness()
    ):
        raise NotMade("a process is not ready")
    text = system.config_file.read_text()
    edits = ("[[watches]]\nid = 7\n", "nonsense = \n", '[[watches]]\nid = "phrases"\nany = ["x"]\n', "[bus]\n")
    system.config_file.write_text(text + rng.choice(edits))
    system.events.append("an invalid edit of the config")
    try:
        yield None
    finally:
        system.config_file.write_text(text)


@lasting
async def edit_config(system: System, rng: random.Random) -> AsyncIterator[Concerned]:
    """Add a watch that nothing matches."""
    name = f"edit-{system.rounds[-1]}"
    with system.config_file.open("a") as config:
        config.write(f'[[watches]]\nid = "{name}"\nany = ["Zebulon {rng.randrange(1000)} Quartermaine"]\nto = ["steady"]\n')
    system.events.append("an edit of the config")
    yield None


@lasting
async def step_clock(system: System, rng: random.Random) -> AsyncIterator[Concerned]:
    """Set the clock of all processes, by an hour or by days, and back. Raises LeftOut."""
    if not system.environment:
        raise LeftOut("libfaketime is not installed")
    step, file = rng.choice(STEPS), clock_file(system.config_file.parent)
    file.write_text(f"{step:+d}\n")
    system.events.append(f"the clock set by {step} s")
    try:
        yield None
        await asyncio.sleep(rng.uniform(0, 1))
    finally:
        file.write_text("+0\n")


@lasting
async def foreign_records(system: System, rng: random.Random) -> AsyncIterator[Concerned]:
    """Add records that no service can read to each stream that a service reads."""
    await publish(system, [ProducerRecord(stream, POISON, rng.choice(UNREADABLE)) for stream in inputs()])
    system.events.append("records that no service can read")
    yield None


def inputs() -> list[str]:
    """Return the streams that services read, without the state of the poller."""
    return [stream for streams in INPUTS.values() for stream in streams if stream != "feed.v1"]


@lasting
async def older_records(system: System, rng: random.Random) -> AsyncIterator[Concerned]:
    """Publish an article as the version before did: without optional fields, and without CloudEvents."""
    await write_article(system, rng, {})
    system.events.append("an article in the schema before")
    yield None


@lasting
async def newer_records(system: System, rng: random.Random) -> AsyncIterator[Concerned]:
    """Publish an article as a later version may: with a field, and a member of an enumeration, that nobody knows."""
    await write_article(system, rng, {"flags": ["sponsored"], "mood": {"is": "new"}})
    system.events.append("an article in the next schema")
    yield None


async def write_article(system: System, rng: random.Random, more: dict[str, Any]) -> None:
    """Publish one more article of a story."""
    system.written += 1
    plan, version = with_record(rng, system.server.plan, system.written, system.rounds[-1])
    system.server.follow(plan)
    system.server.served[version.item, 1] = asyncio.get_running_loop().time()
    article = {**record_of(version), **more}
    now = article["fetched"]
    value = json.dumps({"article": article, "stamps": {"received": now, "article.raw.v1": now}}).encode()
    await publish(system, [ProducerRecord("article.raw.v1", str(article["id"]), value)])


def record_of(version: Version) -> dict[str, Any]:
    """Return *version* as an article with the fields that are required."""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return {
        "id": f"id-{version.item}",
        "version": version.number,
        "feed": "old.example/feed",
        "source": OTHER_WRITER,
        "outlet": OTHER_WRITER,
        "url": f"http://127.0.0.1/page/{version.item}",
        "title": version.title,
        "text": version.text,
        "authors": [],
        "categories": [],
        "lang": None,
        "country": None,
        "published": now,
        "fetched": now,
        "backfill": False,
        "changed": [],
        "flags": [],
    }


async def publish(system: System, records: list[ProducerRecord]) -> None:
    """Publish *records* as another program, once it is connected."""
    waiting = open_bus_once_there(Address(system.url), asyncio.Event(), lambda _: None)
    async with asyncio.timeout(PUBLISH_SECONDS * slowness()), waiting as bus:
        assert bus, "nothing ends the wait"
        await bus.publish(records)
