"""Calls that run at the same time."""

import asyncio
from collections.abc import Awaitable, Iterable
from typing import TypeVar, cast

T = TypeVar("T")


async def gather_all(calls: Iterable[Awaitable[T]]) -> list[T]:
    """Run *calls* concurrently, and return their results in order. If any raises, raise the first error in that order.

    Unlike asyncio.gather it returns, raises or is cancelled only once all calls have ended, so that none of them goes on
    with what its caller closes next.
    """
    calls = tuple(calls)
    if len(calls) == 1:
        return [await calls[0]]
    results = await asyncio.gather(*calls, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return cast("list[T]", results)
