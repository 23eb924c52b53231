"""Starting on a full SQLite log: opening it, restoring each service, the commands, and removing old records."""

import asyncio
import math
import sqlite3
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bench.startup import run_command
from monitor.bus import ProducerRecord
from monitor.bus.sqlite.bus import SqliteBus, connect
from monitor.bus.sqlite.tables import Retention
from monitor.clock import utc
from monitor.config import Config, Target, Watch
from monitor.messages import Alert, Delivery, Message, Story
from monitor.messages.codec import Invalid, decode, encode
from monitor.runtime import registry
from monitor.runtime.service import Service
from tests.make import alert, article_stories

SIZES = (100_000, 1_000_000)
"""The numbers of records in the log: 80 % are articles in four streams, 10 % alerts, 5 % stories, 5 % deliveries."""
BATCH = 500
DAY = 86400.0
RETENTION = Retention(days=30, max_bytes=2**40)
CONFIG = Config(
    bus="sqlite:full.db", watches=(Watch("kim", any=("Kim",)),), targets=(Target("desk", webhook="https://example.org/"),)
)
TEXT = "The harbour bridge is closed until the summer, the council said on Tuesday after a vote. " * 12


def records(count: int) -> Iterator[ProducerRecord]:
    """Yield *count* valid records, in the order in which services would publish them."""
    now = utc()
    for number in range(count // 20):
        at = now - timedelta(seconds=count // 20 - number)
        story = f"s{number}"
        for part in range(4):
            message = article_stories(f"Title {number} {part}", TEXT, story=story, id=f"a{number}-{part}", fetched=at)
            made = encode(message)
            for stream in ("article.raw.v1", "article.entities.v1", "article.topics.v1", "article.stories.v1"):
                yield replace(made, stream=stream)
        raised = alert(id=f"kim:{story}", story=story, title=f"Title {number}", to=("desk",), raised=at, updated=at)
        yield encode(raised)
        yield encode(replace(raised, version=2))
        yield encode(Story(story, "Title", at, at, 4, (f"a{number}-0",), 1, ("example.org",), {}, {"bridge": 1.0}, (), None))
        yield encode(_delivery(raised))


def _delivery(raised: Alert) -> Delivery:
    from consumers.delivery.queue.delivery_queue import DeliveryQueue
    from consumers.delivery.queue.enqueue import enqueue

    targets = {target.id: target for target in CONFIG.targets}
    (queued,) = enqueue(DeliveryQueue(), raised, targets, limit=10)
    return replace(queued, state="sent")


async def fill(path: Path, count: int) -> None:
    """Write *count* records to the file at *path*, and the positions of groups that have read them."""
    async with connect(path, RETENTION, "off") as bus:
        batch: list[ProducerRecord] = []
        for record in records(count):
            batch.append(record)
            if len(batch) == BATCH:
                await bus.publish(batch)
                batch = []
        for name, module in registry.service_modules().items():
            await bus.write(_set_position, name, module.reads.STREAM.name)


def _set_position(db: sqlite3.Connection, group: str, stream: str) -> None:
    db.execute("INSERT INTO positions SELECT ?, name, head FROM streams WHERE name = ?", (group, stream))


class Stalls:
    """Measures the longest CPU time for which the event loop did not run a task that was due."""

    def __init__(self) -> None:
        self.longest = 0.0

    async def run(self) -> None:
        """Measure until cancelled."""
        while True:
            before = time.thread_time()
            await asyncio.sleep(0.002)
            self.longest = max(self.longest, time.thread_time() - before)


async def measure(work: Callable[[], Awaitable[Any]]) -> tuple[float, float, Any]:
    """Run *work*. Return its CPU seconds, the longest stall of the event loop in milliseconds, and its result."""
    stalls = Stalls()
    watching = asyncio.create_task(stalls.run())
    await asyncio.sleep(0)
    began = time.process_time()
    result = await work()
    seconds = time.process_time() - began
    await asyncio.sleep(0.005)
    watching.cancel()
    return seconds, stalls.longest * 1000, result


async def restore(bus: SqliteBus, service: Service[Any, Any]) -> int:
    """Restore the state of *service*, as the consumer loop does. Return how many records were read."""
    state, count = service.fresh(lambda _: True), 0
    since = utc() - service.keep() if service.keep else None
    for kind in service.restores:
        async for record in bus.replay(kind.STREAM.name, since if kind.STREAM.expires else None):
            service.apply(state, _decoded(kind, record))
            count += 1
    return count


def _decoded(kind: type[Message], record: Any) -> Message:
    try:
        return decode(kind, record)
    except Invalid as error:
        raise SystemExit(f"the benchmark wrote an invalid record: {error}") from error


async def run_size(folder: Path, count: int) -> dict[str, tuple[float, float]]:
    """Return the CPU seconds and the longest stall of each operation on a log of *count* records."""
    path, results = folder / "full.db", dict[str, tuple[float, float]]()
    await fill(path, count)
    began = time.process_time()
    async with connect(path, RETENTION) as bus:
        results["open"] = (time.process_time() - began, 0.0)

        async def lags() -> None:
            for name, module in registry.service_modules().items():
                for _ in range(100):
                    await bus.lag(name, module.reads.STREAM.name)

        results["lag of each service, 100 times"] = (await measure(lags))[:2]
        for service in registry.make(("stories", "alerts", "delivery"), lambda: CONFIG):
            results[f"restore {service.name}"] = (await measure(partial(restore, bus, service)))[:2]
        for name in ("status", "alerts"):
            results[f"newsmonitor {name}"] = (run_command([sys.executable, "-m", "monitor", name], folder)[0], 0.0)
        results["publish one record, 200 times"] = (await measure(lambda: _publish(bus, 200)))[:2]
        results["remove all that has expired"] = (await measure(lambda: bus.trim(utc().timestamp() + 31 * DAY)))[:2]
    return results


async def _publish(bus: SqliteBus, count: int) -> None:
    for _ in range(count):
        await bus.publish([ProducerRecord("dead.v1", "k", b"x")])


async def main() -> None:
    """Print the figures of both sizes, and the exponent of the growth between them."""
    sizes = tuple(int(word) for word in sys.argv[1:] if word.isdigit()) or SIZES
    found = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            (Path(name) / "monitor.toml").write_text('bus = "sqlite:full.db"\n', encoding="utf-8")
            found.append(await run_size(Path(name), size))
    print(f"{'':<34}" + "".join(f"{size:>12,} records" for size in sizes) + "   exponent   longest stall")
    for operation in found[0]:
        seconds = [each[operation][0] for each in found]
        exponent = math.log(max(seconds[-1], 1e-6) / max(seconds[0], 1e-6), sizes[-1] / sizes[0]) if len(sizes) > 1 else 0.0
        figures = "".join(f"{each:>18.3f} s" for each in seconds)
        print(f"{operation:<34}{figures}{exponent:>11.2f}{found[-1][operation][1]:>13.0f} ms", flush=True)


if __name__ == "__main__":
    asyncio.run(main())
