"""Restoring the states of a full SQLite log: CPU time, records, and the stalls of the event loop, by service and size."""

import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from bench.harness import CurrentConfig, outputs
from bench.pipeline import make_articles
from bench.stories import World
from monitor import logs
from monitor.bus import Partition, ProducerRecord
from monitor.bus.sqlite.bus import SqliteBus, connect
from monitor.bus.sqlite.tables import Retention
from monitor.clock import utc
from monitor.config import Config, EntitiesConfig, StoriesConfig, Target, Watch
from monitor.demo.day import read_bundled_day
from monitor.messages import Alert, ArticleRaw, ArticleStories, Message, Story
from monitor.messages.codec import encode
from monitor.runtime import registry
from monitor.runtime.garbage import short_collections
from monitor.runtime.passed_over import PassedOverCounter
from monitor.runtime.restoring import restore
from monitor.runtime.service import Service
from monitor.runtime.ticks import Ticks

SIZES = (10_000, 50_000)
"""Open stories. There are two articles, two versions of an alert and four records of its deliveries for each."""
ARTICLES, VERSIONS = 2, 2
TEMPLATES, JOINED = 60, 3
"""Articles that the others are copies of, and the texts of the demo that each of them joins: about 400 words."""
BATCH = 200
"""Records in a commit of the log."""
RETENTION = Retention(days=30, max_bytes=2**40)
MAIN = 3
"""The main entities of a story."""
STALL = 0.1
"""Seconds without a turn for other tasks that count as a stall."""
CONFIG = Config(
    entities=EntitiesConfig(model="table"),
    stories=StoriesConfig(days=3),
    watches=(Watch("all", any=("said", "people", "government", "minister")),),
    targets=(Target("desk", webhook="https://example.org/"),),
)


async def make_templates() -> list[tuple[ArticleStories, Story, list[Message]]]:
    """Return articles of the demo's day as the services publish them, each with its story and its alerts."""
    services = {each.name: each for each in registry.make(("entities", "topics", "stories", "alerts"), CurrentConfig(CONFIG))}
    states = {name: service.fresh(lambda _: True) for name, service in services.items()}
    made = []
    async with services["entities"].lifespan(), services["alerts"].lifespan():
        day = make_articles(read_bundled_day("train"))
        for parts in zip(*(day[first : first + TEMPLATES] for first in range(JOINED)), strict=True):
            article = replace(parts[0], text="\n\n".join(part.text for part in parts), fetched=utc())
            step = services["entities"].step(states["entities"], ArticleRaw(article, {"received": utc()}))
            (found,) = await step if isinstance(step, Awaitable) else step
            (sorted_,) = _applied(services["topics"], states["topics"], found)
            story, placed = _applied(services["stories"], states["stories"], sorted_)[:2]
            alerts = _applied(services["alerts"], states["alerts"], placed)
            made.append((placed, story, alerts))
    return made


def _applied(service: Service[Any, Any], state: Any, message: Any) -> list[Any]:
    published = outputs(service, state, message)
    for each in published:
        service.apply(state, each)
    return published


def records(count: int, templates: Sequence[tuple[ArticleStories, Story, list[Message]]]) -> Iterator[ProducerRecord]:
    """Yield the records of *count* stories, in the order in which services would publish them."""
    from consumers.delivery.queue.delivery_queue import DeliveryQueue, Result, after_attempt
    from consumers.delivery.queue.enqueue import enqueue

    world, now = World(), utc()
    targets = {target.id: target for target in CONFIG.targets}
    raised_alerts = [each for *_, alerts in templates for each in alerts if isinstance(each, Alert)]
    for number in range(count):
        placed, story, _ = templates[number % len(templates)]
        at = now - timedelta(seconds=(count - number) * 3600 / count)
        ident, synthetic = f"s{number}", world.story(number)
        ids = tuple(f"a{number}-{part}" for part in range(ARTICLES))
        for part, article_id in enumerate(ids):
            article = replace(placed.article, id=article_id, fetched=at, outlet=f"outlet{(number + part) % 400}")
            yield encode(replace(placed, article=article, story=replace(placed.story, id=ident)))
        told = replace(
            story, terms=synthetic.terms, entities=synthetic.entities, main=dict(islice(synthetic.entities.items(), 3))
        )
        yield encode(replace(told, id=ident, articles=ids, first=at, last=at, opened=at, count=ARTICLES))
        raised = raised_alerts[number % len(raised_alerts)]
        for version in range(1, VERSIONS + 1):
            changed = replace(raised, id=f"all:{ident}", story=ident, version=version, to=("desk",), raised=at, updated=at)
            changed = replace(changed, change="new" if version == 1 else "outlet")
            yield encode(changed)
            (queued,) = enqueue(DeliveryQueue(), changed, targets, limit=10)
            yield encode(queued)
            yield encode(after_attempt(queued, Result(200, None), (60.0,), 0.5, at))


async def fill(bus: SqliteBus, count: int, templates: Sequence[Any]) -> None:
    """Write the records of *count* stories."""
    made = records(count, templates)
    while batch := list(islice(made, BATCH)):
        await bus.publish(batch)


class Turns:
    """The waits of another task of the event loop for its turn, in seconds of the thread's CPU time."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    async def run(self) -> None:
        """Measure until cancelled."""
        while True:
            before = time.thread_time()
            await asyncio.sleep(0.002)
            self.waits.append(time.thread_time() - before)


async def measure(bus: SqliteBus, service: Service[Any, Any]) -> None:
    """Restore the state of *service* and run its first tick, and print what it took."""
    turns = Turns()
    watching = asyncio.create_task(turns.run())
    await asyncio.sleep(0)
    began, started = time.process_time(), time.monotonic()
    restored = await restore(service, bus, Partition(service.reads.STREAM.name), utc, lambda *_: None, PassedOverCounter())
    seconds, wall = time.process_time() - began, time.monotonic() - started
    async with service.lifespan():
        await Ticks(service, 60.0).run(restored.state, utc(), time.monotonic())
        await asyncio.sleep(0.005)
    watching.cancel()
    stalls = [each for each in turns.waits if each > STALL]
    print(
        f"    {service.name:<9} {seconds:7.2f} s CPU, {wall:7.2f} s, {restored.count:>8,} records"
        f" ({seconds / max(1, restored.count) * 1e6:5.0f} us each), longest stall {max(turns.waits) * 1000:4.0f} ms,"
        f" {len(stalls)} over {STALL * 1000:.0f} ms",
        flush=True,
    )


async def main(sizes: Sequence[int] = SIZES) -> None:
    """Restore each service on logs of each size."""
    logs.set_up("error")
    templates = await make_templates()
    for size in sizes:
        with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
            async with connect(Path(folder) / "full.db", RETENTION, "off") as bus:
                await fill(bus, size, templates)
                print(f"  {size:,} open stories:", flush=True)
                with short_collections(asyncio.get_running_loop()):
                    for service in registry.make(("stories", "alerts", "delivery"), CurrentConfig(CONFIG)):
                        await measure(bus, service)


if __name__ == "__main__":
    asyncio.run(main([int(word) for word in sys.argv[1:]] or SIZES))
