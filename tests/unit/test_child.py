"""A function in a process of its own."""

import asyncio
import os
import time
from collections.abc import Callable

import pytest

from monitor.child import Child, Died, Overrun


def greeter(greeting: str) -> Callable[[str], str]:
    """Greets, unless told to do something worse."""

    def greet(name: str) -> str:
        if name == "sleep":
            time.sleep(60)
        if name == "die":
            os._exit(3)
        if name == "raise":
            raise ValueError("no such name")
        return f"{greeting} {name} from {os.getpid()}"

    return greet


def broken() -> Callable[[str], str]:
    """Cannot be set up."""
    raise FileNotFoundError("no model here")


async def test_calls_are_answered_from_one_other_process() -> None:
    async with Child(greeter, "hello") as child:
        answers = await asyncio.gather(*(child.call(name, 5) for name in "abc"))
        assert [answer.split(" from ")[0] for answer in answers] == ["hello a", "hello b", "hello c"]
        (other,) = {int(answer.split(" from ")[1]) for answer in answers}
        assert other != os.getpid()
    with pytest.raises(ProcessLookupError):
        os.kill(other, 0)


async def test_what_takes_too_long_or_dies_is_replaced() -> None:
    async with Child(greeter, "hello") as child:
        with pytest.raises(Overrun, match=r"0\.2 s"):
            await child.call("sleep", 0.2)
        assert (await child.call("again", 5)).startswith("hello again")
        with pytest.raises(Died):
            await child.call("die", 5)
        assert (await child.call("again", 5)).startswith("hello again")


async def test_errors_come_back_and_the_process_stays() -> None:
    async with Child(greeter, "hello") as child:
        before = await child.call("a", 5)
        with pytest.raises(ValueError, match="no such name"):
            await child.call("raise", 5)
        assert await child.call("a", 5) == before


async def test_a_process_that_cannot_be_set_up_says_why() -> None:
    async with Child(broken) as child:
        with pytest.raises(FileNotFoundError, match="no model here"):
            await child.call("a", 5)


async def test_a_cancelled_call_ends_its_process_and_the_next_one_works() -> None:
    async with Child(greeter, "hello") as child:
        task = asyncio.create_task(child.call("sleep", 60))
        await asyncio.sleep(0.5)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await child.call("again", 5)).startswith("hello again")


async def test_a_call_that_is_cancelled_as_its_answer_comes_costs_the_next_one_nothing() -> None:
    async with Child(greeter, "hello") as child:
        await child.call("first", 5)
        task = asyncio.create_task(child.call("second", 5))
        await asyncio.sleep(0)
        # The answer comes while the loop is busy.
        time.sleep(0.3)  # noqa: ASYNC251
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await child.call("third", 5)).startswith("hello third")
