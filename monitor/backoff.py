"""How long to wait before the next try."""

import asyncio
import contextlib


def backoff(failures: int, chance: float, first: float = 0.1, cap: float = 30.0) -> float:
    """Seconds to wait after *failures* in a row: doubling from *first* to *cap*; *chance* (0 to 1) spreads the upper half."""
    return min(cap, first * 2.0 ** min(failures - 1, 20)) * (0.5 + chance / 2)


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Wait *seconds*, or until *stop* is set."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stop.wait()
