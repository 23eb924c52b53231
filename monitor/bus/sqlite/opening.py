"""Opening the SQLite file without holding the event loop."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from monitor.bus.sqlite.file import BusFile
from monitor.bus.sqlite.transactions import Timeouts
from monitor.bus.streams import Stream


async def open_in_thread(path: Path, synchronous: str, streams: Mapping[str, Stream], timeouts: Timeouts) -> BusFile:
    """Open the file at *path* in a thread, which may wait for other programs for seconds. See BusFile.

    If this is cancelled, the file is not open when it raises.
    """
    opening = asyncio.ensure_future(asyncio.to_thread(BusFile, path, synchronous, streams, timeouts))
    try:
        return await asyncio.shield(opening)
    except asyncio.CancelledError:
        await asyncio.wait([opening])
        if opening.exception() is None:
            opening.result().close()
        raise
