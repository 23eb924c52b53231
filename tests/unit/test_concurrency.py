"""Calls that run at the same time: none of them goes on after those who wait for them."""

import asyncio

import pytest

from monitor.concurrency import gather_all


async def test_results_are_in_the_order_of_the_calls() -> None:
    assert await gather_all(asyncio.sleep(seconds, seconds) for seconds in (0.02, 0, 0.01)) == [0.02, 0, 0.01]
    assert await gather_all([]) == []


@pytest.mark.parametrize("count", [0, 1, 3])
async def test_an_error_is_raised_once_all_other_calls_have_ended(count: int) -> None:
    ended: list[int] = []
    with pytest.raises(ValueError, match="the first"):
        await gather_all([fail("the first"), *(end(each, ended) for each in range(count)), fail("the second")])
    assert ended == list(range(count))


async def test_a_single_call_raises_its_error() -> None:
    with pytest.raises(ValueError, match="alone"):
        await gather_all([fail("alone")])


async def test_a_cancellation_returns_once_all_calls_have_ended() -> None:
    ended: list[int] = []
    gathering = asyncio.create_task(gather_all(end(each, ended) for each in range(3)))
    for _ in range(2):  # first it starts, then they do
        await asyncio.sleep(0)
    gathering.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gathering
    assert sorted(ended) == [0, 1, 2]


async def fail(text: str) -> None:
    """Raise ValueError with *text*."""
    raise ValueError(text)


async def end(number: int, ended: list[int]) -> None:
    """Add *number* to *ended* after a moment, also if it is cancelled."""
    try:
        await asyncio.sleep(0.01)
    finally:
        await asyncio.sleep(0.01)
        ended.append(number)
