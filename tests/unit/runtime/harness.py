"""A service for the tests of the consumer loop, and what it has published."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from monitor.bus import Bus, ProducerRecord
from monitor.clock import utc
from monitor.messages import ArticleEntities, ArticleRaw, Language, Message
from monitor.messages.codec import encode
from monitor.runtime import loop
from monitor.runtime.health import Health
from monitor.runtime.service import Service
from tests.bus import replay
from tests.make import START, article

RAW, OUT, DEAD = "article.raw.v1", "article.entities.v1", "dead.v1"


def raw(number: int, feed: str = "example.org/feed") -> ProducerRecord:
    return encode(ArticleRaw(article(f"Title {number}", id=f"id {number}", feed=feed), {"received": START}))


def invalid_record(number: int, feed: str) -> ProducerRecord:
    return ProducerRecord(RAW, f"id {number}", b"{}", {"feed": feed})


def to_entities(message: ArticleRaw) -> ArticleEntities:
    return ArticleEntities(message.article, message.stamps, Language("en", 1.0), (), ())


def service(step: Callable[[Any, ArticleRaw], Any], **other: Any) -> Service[ArticleRaw, Any]:
    every = other.pop("every", 0.01)
    return Service("entities", ArticleRaw, step, fresh=other.pop("fresh", lambda _: None), every=every, **other)


def forward(_: object, message: ArticleRaw) -> list[ArticleEntities]:
    return [to_entities(message)]


@asynccontextmanager
async def running(tested: Service[Any, Any], bus: Bus, retry_seconds: float = 0.05) -> AsyncIterator[Health]:
    """Run the service in the background of a test."""
    stop, health = asyncio.Event(), Health()
    task = asyncio.create_task(loop.serve(tested, bus, utc, stop, health, retry_seconds=retry_seconds))
    try:
        yield health
    finally:
        stop.set()
        await asyncio.wait_for(task, 10)
    assert health.state == "stopped"


async def values(bus: Bus, stream: str) -> list[Any]:
    return [orjson.loads(record.value) for record in await replay(bus, stream)]


async def titles(bus: Bus) -> list[str]:
    return [value["article"]["title"] for value in await values(bus, OUT)]


async def caught_up(bus: Bus) -> bool:
    return await bus.lag("entities", RAW) == 0


@dataclass
class Count:
    """The state of a service that counts its outputs."""

    total: int = 0
    ticks: list[datetime] = field(default_factory=list)


def counted(state: Count, _: Message) -> None:
    state.total += 1
