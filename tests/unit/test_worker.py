"""A function in a process of its own."""

import asyncio
import fcntl
import importlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from monitor.worker import WorkerDied, WorkerProcess, WorkerTimeout

MIB = 1024 * 1024


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


class Unreadable(Exception):
    """Pickles, and cannot be made again from that."""

    def __init__(self, place: str, line: int) -> None:
        super().__init__(f"{place}:{line}")


def awkward() -> Callable[[object], int]:
    """Gives and raises what does not pass from process to process."""

    def give(what: object) -> Any:
        if what == "raise lock":
            raise ValueError("this holds a lock", threading.Lock())
        if what == "raise unreadable":
            raise Unreadable("feed", 3)
        return threading.Lock() if what == "return lock" else os.getpid()

    return give


class Sealed:
    """Pickles, but cannot be read in the other process."""

    def __reduce__(self) -> tuple[Callable[[str], object], tuple[str]]:
        return unsealed, (str(os.getpid()),)


def unsealed(written: str) -> object:
    """What was sealed, in the process that wrote it alone."""
    if written != str(os.getpid()):
        raise LookupError("sealed elsewhere")
    return Sealed()


def reverser() -> Callable[[bytes], bytes]:
    """Reverses, so that what comes back is not what was sent."""
    return lambda data: data[::-1]


def sizer() -> Callable[[bytes], tuple[int, int]]:
    """Says which process it is, and how much was given."""
    return lambda data: (os.getpid(), len(data))


def looker() -> Callable[[int], int]:
    """Says how many bytes the file with a descriptor has."""
    return lambda number: os.fstat(number).st_size


def speaker() -> Callable[[str], None]:
    """Speaks on both outputs."""

    def speak(words: str) -> None:
        print(words, flush=True)
        print(words, file=sys.stderr, flush=True)

    return speak


def pid(answer: str) -> int:
    """The process that greets so."""
    return int(answer.split(" from ")[1])


async def until_gone(process: int) -> None:
    """Return once it has ended and was reaped."""
    async with asyncio.timeout(10):
        while psutil.pid_exists(process):
            await asyncio.sleep(0.01)


async def test_calls_are_answered_from_one_other_process() -> None:
    async with WorkerProcess(greeter, "hello") as child:
        answers = await asyncio.gather(*(child.call(name, 5) for name in "abc"))
        assert [answer.split(" from ")[0] for answer in answers] == ["hello a", "hello b", "hello c"]
        (other,) = {int(answer.split(" from ")[1]) for answer in answers}
        assert other != os.getpid()
    with pytest.raises(ProcessLookupError):
        os.kill(other, 0)


async def test_what_takes_too_long_or_dies_is_replaced() -> None:
    async with WorkerProcess(greeter, "hello") as child:
        with pytest.raises(WorkerTimeout, match=r"0\.2 s"):
            await child.call("sleep", 0.2)
        assert (await child.call("again", 5)).startswith("hello again")
        with pytest.raises(WorkerDied):
            await child.call("die", 5)
        assert (await child.call("again", 5)).startswith("hello again")


async def test_errors_come_back_and_the_process_stays() -> None:
    async with WorkerProcess(greeter, "hello") as child:
        before = await child.call("a", 5)
        with pytest.raises(ValueError, match="no such name"):
            await child.call("raise", 5)
        assert await child.call("a", 5) == before


async def test_a_process_that_cannot_be_set_up_says_why() -> None:
    async with WorkerProcess(broken) as child:
        with pytest.raises(FileNotFoundError, match="no model here"):
            await child.call("a", 5)


async def test_a_cancelled_call_ends_its_process_and_the_next_one_works() -> None:
    async with WorkerProcess(greeter, "hello") as child:
        task = asyncio.create_task(child.call("sleep", 60))
        await asyncio.sleep(0.5)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await child.call("again", 5)).startswith("hello again")


async def test_a_call_that_is_cancelled_as_its_answer_comes_costs_the_next_one_nothing() -> None:
    async with WorkerProcess(greeter, "hello") as child:
        await child.call("first", 5)
        task = asyncio.create_task(child.call("second", 5))
        await asyncio.sleep(0)
        # The answer comes while the loop is busy.
        time.sleep(0.3)  # noqa: ASYNC251
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await child.call("third", 5)).startswith("hello third")


async def test_a_call_that_is_cancelled_with_its_answer_read_keeps_the_process() -> None:
    async with WorkerProcess(greeter, "hello") as child:
        before = pid(await child.call("first", 5))
        task = asyncio.create_task(child.call("second", 5))
        await asyncio.sleep(0)
        # Both are due when the loop comes to itself, and it takes what it can read first.
        asyncio.get_running_loop().call_later(0.05, task.cancel)
        time.sleep(0.3)  # noqa: ASYNC251
        with pytest.raises(asyncio.CancelledError):
            await task
        assert pid(await child.call("third", 5)) == before


async def test_an_answer_that_came_in_time_counts_though_the_loop_stood_still() -> None:
    async with WorkerProcess(greeter, "hello") as child:
        await child.call("first", 5)
        task = asyncio.create_task(child.call("second", 0.1))
        await asyncio.sleep(0)
        time.sleep(0.3)  # noqa: ASYNC251
        assert (await task).startswith("hello second")


async def test_what_is_ended_is_reaped_at_once() -> None:
    async with WorkerProcess(greeter, "hello") as child:
        late = pid(await child.call("a", 5))
        with pytest.raises(WorkerTimeout):
            await child.call("sleep", 0.2)
        await until_gone(late)
        unwanted = pid(await child.call("a", 5))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(child.call("sleep", 60), 0.2)
        await until_gone(unwanted)
        dead = pid(await child.call("a", 5))
        with pytest.raises(WorkerDied):
            await child.call("die", 5)
        await until_gone(dead)


async def test_a_process_that_dies_between_calls_is_no_callers_loss() -> None:
    async with WorkerProcess(greeter, "hello") as child:
        before = pid(await child.call("a", 5))
        os.kill(before, signal.SIGKILL)
        await until_gone(before)
        assert pid(await child.call("again", 5)) != before


async def test_it_leaves_ctrl_c_and_sigterm_to_its_parent() -> None:
    async with WorkerProcess(greeter, "hello") as child:
        before = pid(await child.call("a", 5))
        for number in (signal.SIGINT, signal.SIGTERM):
            os.kill(before, number)
        assert pid(await child.call("a", 5)) == before


async def test_a_call_under_way_at_the_end_is_told_and_one_after_it_too() -> None:
    async with WorkerProcess(greeter, "hello") as child:
        before = pid(await child.call("a", 5))
        under_way, queued = (asyncio.create_task(child.call("sleep", 60)) for _ in range(2))
        await asyncio.sleep(0.1)
    assert not psutil.pid_exists(before)
    with pytest.raises(WorkerDied):
        await under_way
    with pytest.raises(RuntimeError, match="after the end"):
        await queued


async def test_what_cannot_pass_is_told_and_the_process_stays() -> None:
    async with WorkerProcess(awkward) as child:
        before = await child.call("pid", 5)
        with pytest.raises(RuntimeError, match=r"ValueError: .*holds a lock"):
            await child.call("raise lock", 5)
        with pytest.raises(RuntimeError, match=r"test_worker\.Unreadable: feed:3"):
            await child.call("raise unreadable", 5)
        with pytest.raises(TypeError, match="cannot pickle"):
            await child.call("return lock", 5)
        with pytest.raises(TypeError, match="cannot pickle"):
            await child.call(threading.Lock(), 5)
        with pytest.raises(LookupError, match="sealed elsewhere"):
            await child.call(Sealed(), 5)
        assert await child.call("pid", 5) == before


async def test_much_passes_both_ways_while_the_loop_goes_on() -> None:
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    data = os.urandom(15 * MIB)
    async with WorkerProcess(reverser) as child:
        await child.call(b"", 5)
        counting = asyncio.create_task(count())
        assert await child.call(data, 20) == data[::-1]
        counting.cancel()
    assert turns > 100


async def test_a_process_that_takes_no_argument_in_is_late_and_may_die() -> None:
    data = bytes(15 * MIB)
    async with WorkerProcess(sizer) as child:
        stopped, _ = await child.call(b"", 5)
        os.kill(stopped, signal.SIGSTOP)
        with pytest.raises(WorkerTimeout):
            await child.call(data, 0.2)
        stopped, size = await child.call(data, 20)
        assert size == len(data)
        os.kill(stopped, signal.SIGSTOP)
        asyncio.get_running_loop().call_later(0.1, os.kill, stopped, signal.SIGKILL)
        with pytest.raises(WorkerDied):
            await child.call(data, 20)
        assert (await child.call(data, 20))[1] == len(data)


async def test_it_holds_no_file_of_its_parent(tmp_path: Path) -> None:
    with (tmp_path / "lock").open("w") as file:
        number = fcntl.fcntl(file, fcntl.F_DUPFD, 200)
        try:
            assert os.get_inheritable(number)
            async with WorkerProcess(looker) as child:
                with pytest.raises(OSError, match="Bad file descriptor"):
                    await child.call(number, 5)
        finally:
            os.close(number)


async def test_it_starts_one_process_which_speaks_where_its_parent_does(capfd: pytest.CaptureFixture[str]) -> None:
    before = set(psutil.Process().children(recursive=True))
    async with WorkerProcess(speaker) as child:
        await child.call("a word", 5)
        assert len(set(psutil.Process().children(recursive=True)) - before) == 1
    assert capfd.readouterr() == ("a word\n", "a word\n")


async def test_it_finds_modules_where_its_parent_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "found_only_here.py").write_text("def shouter():\n    return str.upper\n")
    monkeypatch.syspath_prepend(tmp_path)
    async with WorkerProcess(importlib.import_module("found_only_here").shouter) as child:
        assert await child.call("heard", 5) == "HEARD"


SCRIPT = """
import asyncio, os
from monitor.worker import WorkerProcess

def speller():
    return lambda word: f"{word} from {os.getpid()}"

async def main():
    async with WorkerProcess(speller) as child:
        print(await child.call("hello", 10), flush=True)
        await asyncio.sleep(WAIT)

if __name__ == "__main__":
    asyncio.run(main())
"""


def test_what_is_set_up_may_stand_in_the_module_that_was_started_but_not_in_a_script(tmp_path: Path) -> None:
    (tmp_path / "started.py").write_text(SCRIPT.replace("WAIT", "0"))
    as_module, as_script = (
        subprocess.run(
            [sys.executable, "-W", "error", *how], cwd=tmp_path, capture_output=True, text=True, timeout=30, check=False
        )
        for how in (["-m", "started"], ["started.py"])
    )
    assert as_module.stdout.startswith("hello from")
    assert as_module.stderr == ""
    assert "ValueError: speller is in a script" in as_script.stderr


def test_it_ends_with_its_parent_though_that_was_killed(tmp_path: Path) -> None:
    (tmp_path / "started.py").write_text(SCRIPT.replace("WAIT", "60"))
    command = [sys.executable, "-m", "started"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        child = pid(parent.stdout.readline())
        assert psutil.Process(child).ppid() == parent.pid
        parent.kill()
        # Both hold this pipe open.
        assert parent.communicate(timeout=10)[0] == ""
