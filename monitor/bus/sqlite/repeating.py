"""Work that is done again and again while the SQLite file is open."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable

import structlog

from monitor.bus import Transient

log = structlog.get_logger()


async def repeat(seconds: Callable[[], float], action: Callable[[], Awaitable[None]]) -> None:
    """Call *action* again and again, with a pause of *seconds* before each call. Never returns."""
    while True:
        await asyncio.sleep(seconds())
        try:
            await action()
        except (Transient, sqlite3.Error):
            # The calls that need the file tell it.
            continue
        except Exception:
            log.exception("the file of the bus cannot be looked after; trying again")
