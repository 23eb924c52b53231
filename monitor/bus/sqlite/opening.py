"""Opening the SQLite file without holding the event loop."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from monitor.bus.sqlite.file import BusFile
from monitor.bus.sqlite.transactions import Timeouts
from monitor.bus.streams import Stream


async def open_in_thread(path: Path, synchronous: str, streams: Mapping[str, Stream], timeouts: Timeouts) -> BusFile:
    """Open the file at *path* in a thread, which may wait for other programs for seconds. See BusFile.

    If this is cancelled, the file is not open when it raises. If it is cancelled again meanwhile, the file is closed as soon
    as the thread has opened it.
    """
    # No task, which would be cancelled with all others at the end of the program.
    opening = asyncio.get_running_loop().run_in_executor(None, BusFile, path, synchronous, streams, timeouts)
    try:
        return await asyncio.shield(opening)
    except asyncio.CancelledError:
        opening.add_done_callback(_close)
        await asyncio.wait([opening])
        raise


def _close(opening: "asyncio.Future[BusFile]") -> None:
    if opening.exception() is None:
        opening.result().close()
