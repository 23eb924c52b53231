"""Processes that are forked from one that has imported the program: a trial starts two dozen, and each import takes a second.

A process with variables of its own is not forked, since some are read before the first import (tests/chaos/processes.py).
"""

import asyncio
import multiprocessing
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path

NO_VARIABLES: Mapping[str, str] = {}
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.chaos.preloaded"])


@dataclass(frozen=True, slots=True)
class ForkedProcess:
    """A process that was forked. It has what asyncio.subprocess.Process has, as far as the trials use it."""

    process: ForkServerProcess
    pid: int
    end: asyncio.Future[int]

    @property
    def returncode(self) -> int | None:
        """The exit code, or the negative number of the signal; None while the process runs."""
        return self.end.result() if self.end.done() else None

    async def wait(self) -> int:
        """Wait until the process has ended; return its exit code."""
        return await asyncio.shield(self.end)


def fork(
    function: Callable[..., None], *arguments: object, output: Path, variables: Mapping[str, str] = NO_VARIABLES
) -> ForkedProcess:
    """Call *function* with *arguments* in a process of its own, which appends its output to the file *output*.

    The *variables* are added to its environment.
    """
    # What a broken-off trial has left is ended with it.
    process = CONTEXT.Process(target=_run, args=(function, arguments, output, variables), daemon=True)
    process.start()
    assert process.pid
    loop = asyncio.get_running_loop()
    end: asyncio.Future[int] = loop.create_future()

    def note_end() -> None:
        loop.remove_reader(process.sentinel)
        end.set_result(process.exitcode or 0)

    loop.add_reader(process.sentinel, note_end)
    return ForkedProcess(process, process.pid, end)


def _run(function: Callable[..., None], arguments: tuple[object, ...], output: Path, variables: Mapping[str, str]) -> None:
    with output.open("ab") as file:
        for standard in (sys.stdout, sys.stderr):
            os.dup2(file.fileno(), standard.fileno())
    os.environ.update(variables)
    function(*arguments)
