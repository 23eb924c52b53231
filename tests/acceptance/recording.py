"""Load the recordings of version 0.1.0, and run services on them with their feeds and their webhook."""

import base64
import gzip
import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp import web
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from standardwebhooks import Webhook

from monitor.bus import Bus
from monitor.cli.status import summarize
from monitor.clock import Clock, steady
from monitor.config import Config
from monitor.messages import Alert, Article, Delivery
from monitor.runtime import registry
from tests import make
from tests.bus import read_all
from tests.running import running, until

RECORDED = Path(__file__).parent / "recorded"
SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef01234567").decode()

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
"""The number of recorded messages, by stream."""


@dataclass
class Receiver:
    """A web server that receives alerts. *ids* are their webhook-ids in order."""

    base: str = ""
    ids: list[str] = field(default_factory=list)

    async def receive(self, request: web.Request) -> web.Response:
        """Verify the signature of a delivery and accept it."""
        Webhook(SECRET).verify(await request.read(), dict(request.headers))
        self.ids.append(request.headers["webhook-id"])
        return web.Response(status=204)


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
            partition = TopicPartition(prefix + line["stream"], line["partition"])
            positions.setdefault(prefix + line["group"], {})[partition] = line["position"]
    for group, offsets in positions.items():
        consumer = AIOKafkaConsumer(bootstrap_servers=servers, group_id=group, enable_auto_commit=False)
        await consumer.start()
        try:
            consumer.assign(list(offsets))
            await consumer.commit(offsets)
        finally:
            await consumer.stop()


def running_services(bus: Bus, config: Config, at: Clock | datetime, *names: str) -> Any:
    """Run the services *names*, or all but the poller. *at* is their clock, or the time at which their clock starts."""
    chosen = names or [name for name in registry.service_modules() if name != "poller"]
    return running(bus, *registry.make(chosen, lambda: config), clock=steady(at) if isinstance(at, datetime) else at)


async def until_no_lag(bus: Bus, config: Config) -> None:
    """Wait until no service except the poller has a lag, twice in a row."""

    async def no_lag() -> bool:
        lags = (await summarize(config, bus))["services"]
        return all(lag == 0 for name, lag in lags.items() if name != "poller")

    for _ in range(2):
        await until(no_lag, seconds=60)


def article(ident: str, minutes: float, outlet: str, title: str, text: str) -> Article:
    """Return an article of *outlet*, fetched *minutes* after START."""
    feed = f"{ident}.example/news.rss"
    return make.article(title, text, minutes=minutes, id=ident, feed=feed, source=outlet, outlet=outlet, lang="en")


def item(guid: str, date: str, title: str, text: str) -> str:
    """Return an item of the Harbour Post's feed."""
    return (
        f"<item><guid isPermaLink='false'>{guid}</guid><title>{title}</title><link>https://harbour-post.example/{guid}</link>"
        f"<pubDate>{date}</pubDate><description>{text}</description></item>"
    )


def rss(title: str, *items: str) -> str:
    """Return a feed as RSS."""
    return (
        f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>{title}</title>"
        f"<link>https://harbour-post.example/</link><language>en</language>{''.join(items)}</channel></rss>"
    )


async def alert_versions(bus: Bus) -> dict[str, list[int]]:
    """Return the versions of each alert in the order in which they were raised."""
    versions: dict[str, list[int]] = {}
    for alert in await read_all(bus, Alert):
        versions.setdefault(alert.id, []).append(alert.version)
    return versions


async def newest_alerts(bus: Bus) -> dict[str, Alert]:
    """Return the newest version of each alert."""
    return {alert.id: alert for alert in await read_all(bus, Alert)}


async def delivery_states(bus: Bus, target: str, alert: str) -> list[tuple[int, str, int]]:
    """Return version, state and attempt of each delivery record of *alert* to *target*."""
    deliveries = await read_all(bus, Delivery)
    return [(each.version, each.state, each.attempt) for each in deliveries if (each.target, each.alert) == (target, alert)]


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
"""The items of the Harbour Post that the recorded poller has seen, unchanged."""
