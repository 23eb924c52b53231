"""Read a stream and then follow it as it grows, without joining a group."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

from monitor.bus import Bus, Record
from monitor.clock import utc

POLL_SECONDS = 0.2
"""Seconds between two reads."""
MARGIN = timedelta(minutes=1)
"""Overlap of two reads: more than the clocks of the writing processes may differ."""


async def tail(bus: Bus, stream: str, since: datetime | None) -> AsyncIterator[Record]:
    """Yield each record of *stream* from *since* once, then each new record. Never ends."""
    last: dict[int, int] = {}
    while True:
        started = utc()
        async for record in bus.replay(stream, since):
            if record.offset > last.get(record.partition.number, -1):
                last[record.partition.number] = record.offset
                yield record
        since = max(since, started - MARGIN) if since else started - MARGIN
        await asyncio.sleep(POLL_SECONDS)
