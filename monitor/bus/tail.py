"""Read a stream and then follow it as it grows, without joining a group."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

from monitor.bus import Bus, Record

POLL_SECONDS = 0.2
"""Seconds between two reads."""
MARGIN = timedelta(minutes=1)
"""More than the clocks of two machines may differ."""


async def tail(bus: Bus, stream: str, since: datetime | None, seconds: float = POLL_SECONDS) -> AsyncIterator[Record]:
    """Yield each record of *stream* from *since* once, then each new record, with a read every *seconds*. Never ends.

    Raises OffsetOutOfRange if records were removed before they were read.
    """
    offsets: dict[int, int] = {}
    while True:
        async for record in bus.replay(stream, since, offsets=offsets):
            offsets[record.partition.number] = record.offset + 1
            yield record
        await asyncio.sleep(seconds)
