"""Read a stream and then follow it as it grows, without joining a group."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

from monitor.bus import Bus, Record
from monitor.clock import utc

POLL_SECONDS = 0.2
"""Seconds between two reads."""
MARGIN = timedelta(minutes=1)
"""Overlap of two reads: more than the clocks of the writing processes may differ."""


async def tail(bus: Bus, stream: str, since: datetime | None, seconds: float = POLL_SECONDS) -> AsyncIterator[Record]:
    """Yield each record of *stream* from *since* once, then each new record, with a read every *seconds*. Never ends.

    Each read begins at the times of the records read last, not at the time of this machine's clock, which may be ahead.
    """
    last: dict[int, Record] = {}
    while True:
        started = utc()
        async for record in bus.replay(stream, since):
            number = record.partition.number
            if number not in last or record.offset > last[number].offset:
                last[number] = record
                yield record
        if last:
            # A record that was stamped in the future must not hide those that follow it.
            newest = min(started, *(datetime.fromtimestamp(record.time, UTC) for record in last.values())) - MARGIN
            since = max(since, newest) if since else newest
        await asyncio.sleep(seconds)
