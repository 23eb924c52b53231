"""The recording of the version before: reading it, and servers for its feeds and its webhook."""

import base64
import gzip
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from standardwebhooks import Webhook

from monitor.bus import Bus
from monitor.messages import Alert, Article, Delivery
from tests.integration.running import everything

RECORDED = Path(__file__).parent / "recorded"
SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef01234567").decode()
START = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)


@dataclass
class Receiver:
    """A web server that receives alerts, and their webhook-ids in order."""

    base: str = ""
    taken: list[str] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        """Verify the signature of a delivery and accept it."""
        Webhook(SECRET).verify(await request.read(), dict(request.headers))
        self.taken.append(request.headers["webhook-id"])
        return web.Response(status=204)


@asynccontextmanager
async def serving(app: web.Application, port: int = 0) -> AsyncIterator[str]:
    """Serve *app* on 127.0.0.1. Tests that run in parallel may share a port."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port, reuse_port=bool(port)).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def recorded_lines() -> list[dict[str, Any]]:
    """Return the lines of the recorded Kafka log."""
    return [json.loads(line) for line in gzip.decompress((RECORDED / "recorded.kafka.jsonl.gz").read_bytes()).splitlines()]


async def load(servers: str, prefix: str) -> None:
    """Publish the recorded log to empty streams, record by record, and set the positions of the groups."""
    producer = AIOKafkaProducer(bootstrap_servers=servers, enable_idempotence=True)
    await producer.start()
    try:
        for line in recorded_lines():
            if "value_base64" in line:
                await producer.send_and_wait(
                    prefix + line["stream"],
                    base64.b64decode(line["value_base64"]),
                    line["key"].encode(),
                    partition=line["partition"],
                    headers=[(name, value.encode()) for name, value in line["headers"].items()],
                )
    finally:
        await producer.stop()
    positions: dict[str, dict[TopicPartition, int]] = {}
    for line in recorded_lines():
        if "group" in line:
            at = TopicPartition(prefix + line["stream"], line["partition"])
            positions.setdefault(prefix + line["group"], {})[at] = line["position"]
    for group, reached in positions.items():
        member = AIOKafkaConsumer(bootstrap_servers=servers, group_id=group, enable_auto_commit=False)
        await member.start()
        try:
            member.assign(list(reached))
            await member.commit(reached)
        finally:
            await member.stop()


def article(ident: str, minutes: float, outlet: str, title: str, text: str) -> Article:
    return Article(
        id=ident,
        version=1,
        feed=f"{ident}.example/news.rss",
        source=outlet,
        outlet=outlet,
        url=None,
        title=title,
        text=text,
        authors=(),
        categories=(),
        lang="en",
        country=None,
        published=None,
        fetched=START + timedelta(minutes=minutes),
        backfill=False,
        changed=(),
        flags=(),
    )


def item(guid: str, date: str, title: str, text: str) -> str:
    return (
        f"<item><guid isPermaLink='false'>{guid}</guid><title>{title}</title><link>https://harbour-post.example/{guid}</link>"
        f"<pubDate>{date}</pubDate><description>{text}</description></item>"
    )


def rss(title: str, *items: str) -> str:
    return (
        f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>{title}</title>"
        f"<link>https://harbour-post.example/</link><language>en</language>{''.join(items)}</channel></rss>"
    )


async def versions(bus: Bus) -> dict[str, list[int]]:
    """Return the versions of each alert in the order in which they were raised."""
    found: dict[str, list[int]] = {}
    for alert in await everything(bus, Alert):
        found.setdefault(alert.id, []).append(alert.version)
    return found


async def newest(bus: Bus) -> dict[str, Alert]:
    return {alert.id: alert for alert in await everything(bus, Alert)}


async def delivery_states(bus: Bus, target: str, alert: str) -> list[tuple[int, str, int]]:
    """Return version, state and attempt of each delivery record of *alert* to *target*."""
    found = await everything(bus, Delivery)
    return [(each.version, each.state, each.attempt) for each in found if (each.target, each.alert) == (target, alert)]


POLLED = (
    item(
        "crane",
        "Tue, 10 Mar 2026 06:20:00 +0000",
        "Harbour crane of Port Selwyn arrives by barge",
        "The crane for the harbour of Port Selwyn came on two barges.",
    ),
    item(
        "tide-tables",
        "Tue, 10 Mar 2026 00:40:00 +0000",
        "Tide tables for March",
        "High water at Port Selwyn comes at noon on the tenth.",
    ),
    item(
        "ferry-paint",
        "Mon, 09 Mar 2026 23:00:00 +0000",
        "The ferry Osprey is painted green",
        "The yard has chosen the green of the old line.",
    ),
)
"""The items that the poller had seen in the Harbour Post, unchanged."""
