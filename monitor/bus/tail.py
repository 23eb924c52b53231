"""Following a stream as it grows, in no group: for those who look on."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

from monitor.bus import Bus, Record
from monitor.clock import utc

GLANCE = 0.2
"""Seconds between two looks."""
MARGIN = timedelta(minutes=1)
"""How far each look goes back: further than the clocks of the processes that write can differ."""


async def tail(bus: Bus, stream: str, since: datetime | None) -> AsyncIterator[Record]:
    """Everything in *stream* from *since* on, each once, for ever."""
    last: dict[int, int] = {}
    while True:
        begun = utc()
        async for record in bus.replay(stream, since):
            if record.offset > last.get(record.partition.number, -1):
                last[record.partition.number] = record.offset
                yield record
        since = max(since, begun - MARGIN) if since else begun - MARGIN
        await asyncio.sleep(GLANCE)
