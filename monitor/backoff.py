"""Delays between retries."""

import asyncio
import contextlib


def backoff(failures: int, chance: float, first: float = 0.1, cap: float = 30.0) -> float:
    """Return the seconds to wait after *failures* in a row: exponential from *first* to *cap*, with jitter.

    *chance*, a random number from 0 to 1, varies the result between half of the delay and all of it.
    """
    return min(cap, first * 2.0 ** min(failures - 1, 20)) * (0.5 + chance / 2)


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Wait for *seconds*, or until *stop* is set."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stop.wait()
