"""Calls in a worker process."""

import asyncio
import fcntl
import importlib
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from monitor.worker import WorkerDied, WorkerError, WorkerProcess, WorkerTimeout
from tests.unit.worker_functions import (
    MIB,
    OnlyReadableHere,
    broken,
    file_sizer,
    greeter,
    lock_returner,
    multiplier,
    pid,
    printer,
    reverser,
    sizer,
    until_gone,
)


async def test_all_calls_are_answered_by_one_other_process() -> None:
    async with WorkerProcess(greeter, "hello") as worker:
        answers = await asyncio.gather(*(worker.call(name, 5) for name in "abc"))
        assert [answer.split(" from ")[0] for answer in answers] == ["hello a", "hello b", "hello c"]
        (other,) = {int(answer.split(" from ")[1]) for answer in answers}
        assert other != os.getpid()
    with pytest.raises(ProcessLookupError):
        os.kill(other, 0)


async def test_a_worker_that_takes_too_long_or_dies_is_replaced() -> None:
    async with WorkerProcess(greeter, "hello") as worker:
        with pytest.raises(WorkerTimeout, match=r"0\.2 s"):
            await worker.call("sleep", 0.2)
        assert (await worker.call("again", 5)).startswith("hello again")
        with pytest.raises(WorkerDied):
            await worker.call("die", 5)
        assert (await worker.call("again", 5)).startswith("hello again")
        assert worker.starts == 3


async def test_an_error_is_raised_in_the_parent_and_the_worker_stays() -> None:
    async with WorkerProcess(greeter, "hello") as worker:
        before = await worker.call("a", 5)
        with pytest.raises(WorkerError, match="ValueError: no such name"):
            await worker.call("raise", 5)
        assert await worker.call("a", 5) == before


async def test_an_error_of_the_setup_is_raised_in_the_parent() -> None:
    async with WorkerProcess(broken) as worker:
        with pytest.raises(WorkerError, match="FileNotFoundError: no model here"):
            await worker.call("a", 5)


async def test_a_cancelled_call_kills_its_worker_and_the_next_call_works() -> None:
    async with WorkerProcess(greeter, "hello") as worker:
        task = asyncio.create_task(worker.call("sleep", 60))
        await asyncio.sleep(0.5)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await worker.call("again", 5)).startswith("hello again")


async def test_a_call_cancelled_as_its_answer_arrives_does_not_harm_the_next() -> None:
    async with WorkerProcess(greeter, "hello") as worker:
        await worker.call("first", 5)
        task = asyncio.create_task(worker.call("second", 5))
        await asyncio.sleep(0)
        # The answer arrives while the event loop is blocked.
        time.sleep(0.3)  # noqa: ASYNC251
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await worker.call("third", 5)).startswith("hello third")


async def test_a_call_cancelled_after_its_answer_was_read_keeps_the_worker() -> None:
    async with WorkerProcess(greeter, "hello") as worker:
        before = pid(await worker.call("first", 5))
        task = asyncio.create_task(worker.call("second", 5))
        await asyncio.sleep(0)
        # When the loop continues, both are due, and it handles what it can read first.
        asyncio.get_running_loop().call_later(0.05, task.cancel)
        time.sleep(0.3)  # noqa: ASYNC251
        with pytest.raises(asyncio.CancelledError):
            await task
        assert pid(await worker.call("third", 5)) == before


async def test_an_answer_that_arrived_in_time_counts_although_the_event_loop_was_blocked() -> None:
    async with WorkerProcess(greeter, "hello") as worker:
        await worker.call("first", 5)
        task = asyncio.create_task(worker.call("second", 0.1))
        await asyncio.sleep(0)
        time.sleep(0.3)  # noqa: ASYNC251
        assert (await task).startswith("hello second")


async def test_a_killed_worker_is_reaped_at_once() -> None:
    async with WorkerProcess(greeter, "hello") as worker:
        late = pid(await worker.call("a", 5))
        with pytest.raises(WorkerTimeout):
            await worker.call("sleep", 0.2)
        await until_gone(late)
        unwanted = pid(await worker.call("a", 5))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(worker.call("sleep", 60), 0.2)
        await until_gone(unwanted)
        dead = pid(await worker.call("a", 5))
        with pytest.raises(WorkerDied):
            await worker.call("die", 5)
        await until_gone(dead)


async def test_a_worker_that_dies_between_calls_fails_no_call() -> None:
    async with WorkerProcess(greeter, "hello") as worker:
        before = pid(await worker.call("a", 5))
        os.kill(before, signal.SIGKILL)
        await until_gone(before)
        assert pid(await worker.call("again", 5)) != before


async def test_the_worker_ignores_ctrl_c_and_sigterm() -> None:
    async with WorkerProcess(greeter, "hello") as worker:
        before = pid(await worker.call("a", 5))
        for number in (signal.SIGINT, signal.SIGTERM):
            os.kill(before, number)
        assert pid(await worker.call("a", 5)) == before


async def test_a_call_pending_at_the_end_raises_and_so_does_a_queued_one() -> None:
    async with WorkerProcess(greeter, "hello") as worker:
        before = pid(await worker.call("a", 5))
        pending, queued = (asyncio.create_task(worker.call("sleep", 60)) for _ in range(2))
        await asyncio.sleep(0.1)
    assert not psutil.pid_exists(before)
    with pytest.raises(WorkerDied):
        await pending
    with pytest.raises(RuntimeError, match="after the end"):
        await queued


async def test_values_that_cannot_be_sent_raise_and_the_worker_stays() -> None:
    async with WorkerProcess(lock_returner) as worker:
        before = await worker.call("pid", 5)
        with pytest.raises(WorkerError, match=r"ValueError: .*holds a lock"):
            await worker.call("raise lock", 5)
        with pytest.raises(WorkerError, match="NotUnpicklable: feed:3"):
            await worker.call("raise not unpicklable", 5)
        with pytest.raises(WorkerError, match=r"TypeError: .*lock is unsupported"):
            await worker.call("return lock", 5)
        with pytest.raises(TypeError, match="cannot pickle"):
            await worker.call(threading.Lock(), 5)
        with pytest.raises(WorkerError, match="LookupError: pickled elsewhere"):
            await worker.call(OnlyReadableHere(), 5)
        assert await worker.call("pid", 5) == before


async def test_large_values_are_transferred_without_blocking_the_event_loop() -> None:
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    data = os.urandom(15 * MIB)
    async with WorkerProcess(reverser) as worker:
        await worker.call(b"", 5)
        counting = asyncio.create_task(count())
        assert await worker.call(data, 20) == data[::-1]
        counting.cancel()
    assert turns > 100


async def test_a_worker_that_reads_no_argument_times_out_or_dies() -> None:
    data = bytes(15 * MIB)
    async with WorkerProcess(sizer) as worker:
        stopped, _ = await worker.call(b"", 5)
        os.kill(stopped, signal.SIGSTOP)
        with pytest.raises(WorkerTimeout):
            await worker.call(data, 0.2)
        stopped, size = await worker.call(data, 20)
        assert size == len(data)
        os.kill(stopped, signal.SIGSTOP)
        asyncio.get_running_loop().call_later(0.1, os.kill, stopped, signal.SIGKILL)
        with pytest.raises(WorkerDied):
            await worker.call(data, 20)
        assert (await worker.call(data, 20))[1] == len(data)


async def test_the_worker_inherits_no_file_of_its_parent(tmp_path: Path) -> None:
    with (tmp_path / "lock").open("w") as file:
        number = fcntl.fcntl(file, fcntl.F_DUPFD, 200)
        try:
            assert os.get_inheritable(number)
            async with WorkerProcess(file_sizer) as worker:
                with pytest.raises(WorkerError, match=r"OSError: .*Bad file descriptor"):
                    await worker.call(number, 5)
        finally:
            os.close(number)


async def test_one_process_is_started_and_it_shares_the_output_of_its_parent(capfd: pytest.CaptureFixture[str]) -> None:
    before = set(psutil.Process().children(recursive=True))
    async with WorkerProcess(printer) as worker:
        await worker.call("a word", 5)
        assert len(set(psutil.Process().children(recursive=True)) - before) == 1
    assert capfd.readouterr() == ("a word\n", "a word\n")


async def test_the_worker_imports_from_the_path_of_its_parent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "found_only_here.py").write_text("def shouter():\n    return str.upper\n")
    monkeypatch.syspath_prepend(tmp_path)
    async with WorkerProcess(importlib.import_module("found_only_here").shouter) as worker:
        assert await worker.call("heard", 5) == "HEARD"


SCRIPT = """
import asyncio, os, time
from monitor.worker import WorkerProcess

def speller():
    def spell(word):
        if word == "sleep":
            print("asleep", flush=True)
            time.sleep(60)
        return f"{word} from {os.getpid()}"

    return spell

async def main():
    async with WorkerProcess(speller) as worker:
        print(await worker.call("hello", 10), flush=True)
        await asyncio.sleep(WAIT)

if __name__ == "__main__":
    asyncio.run(main())
"""


def test_setup_may_be_defined_in_the_main_module_but_not_in_a_script(tmp_path: Path) -> None:
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


@pytest.mark.parametrize("state", ["idle", "in a call", "stopped"])
def test_the_worker_exits_when_its_parent_is_killed(tmp_path: Path, state: str) -> None:
    wait = "worker.call('sleep', 60)" if state == "in a call" else "asyncio.sleep(60)"
    (tmp_path / "started.py").write_text(SCRIPT.replace("asyncio.sleep(WAIT)", wait))
    command = [sys.executable, "-m", "started"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        worker = pid(parent.stdout.readline())
        assert psutil.Process(worker).ppid() == parent.pid
        if state == "stopped":
            os.kill(worker, signal.SIGSTOP)
        elif state == "in a call":
            assert parent.stdout.readline() == "asleep\n"
        parent.kill()
        # The pipe closes only when both processes have exited.
        assert parent.communicate(timeout=10)[0] == ""


async def test_a_worker_multiplies_matrices_in_one_thread() -> None:
    async with WorkerProcess(multiplier) as worker:
        assert await worker.call(500, 20) == 1
