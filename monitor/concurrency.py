"""Calls that run at the same time."""

import asyncio
from collections.abc import Awaitable, Iterable
from typing import TypeVar, cast

T = TypeVar("T")


async def gather_all(calls: Iterable[Awaitable[T]]) -> list[T]:
    """Run *calls* concurrently, and return their results in order. If any raises, raise the first error in that order.

    Unlike asyncio.gather it returns, raises or is cancelled only once all calls have ended, so none of them still uses what
    the caller closes next. The others are not cancelled: each must end by itself, or within a time limit of the caller. A
    single call runs in the task of the caller.
    """
    calls = tuple(calls)
    if len(calls) == 1:
        return [await calls[0]]
    results = await asyncio.gather(*calls, return_exceptions=True)
    if errors := [result for result in results if isinstance(result, BaseException)]:
        try:
            raise errors[0]
        finally:
            # Its traceback has this frame: the two would keep each other, and all that the calls used.
            del results, errors
    return cast("list[T]", results)
