"""Copy with newsmonitor's own loop."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from bench.hop.work import SINK, Measurement, next_stage, read_task
from monitor import logs
from monitor.bus import Record, Restore
from monitor.bus.address import Address
from monitor.bus.backends import connect
from monitor.clock import utc
from monitor.messages import ArticleEntities, ArticleRaw
from monitor.runtime.garbage import short_collections
from monitor.runtime.health import Health
from monitor.runtime.loop import serve
from monitor.runtime.service import Service


class _Limited:
    """A bus or subscription whose reads return *limit* records at most."""

    def __init__(self, inner: Any, limit: int) -> None:
        self._inner, self._limit = inner, limit

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    @asynccontextmanager
    async def subscribe(self, group: str, *streams: str, restore: Restore) -> AsyncIterator[Any]:
        async with self._inner.subscribe(group, *streams, restore=restore) as subscription:
            yield _Limited(subscription, self._limit)

    async def read(self, limit: int, *arguments: Any, **options: Any) -> Sequence[Record]:
        records: Sequence[Record] = await self._inner.read(min(limit, self._limit), *arguments, **options)
        return records


async def main() -> None:
    """Run a service until all records are committed."""
    logs.set_up("error")
    task, measurement, stop, health = read_task(), Measurement(), asyncio.Event(), Health()

    def step(_: None, message: ArticleRaw) -> Iterator[ArticleEntities]:
        measurement.begin()
        yield next_stage(message)

    service = Service(task.group, ArticleRaw, step, fresh=lambda _: None)
    # The garbage collector as `newsmonitor run` sets it up.
    with short_collections(asyncio.get_running_loop()):
        async with connect(Address(f"kafka://{task.servers}")) as bus:
            serving = asyncio.create_task(serve(service, _Limited(bus, task.limit), utc, stop, health))
            while health.tally.published[SINK] < task.count:
                await asyncio.sleep(0.002)
            measurement.print(task.count)
            stop.set()
            await serving


if __name__ == "__main__":
    asyncio.run(main())
