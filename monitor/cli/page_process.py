"""The process of the web page, which `newsmonitor run` starts beside the services and starts anew whenever it ends."""

import asyncio
import random
import sys
from asyncio.subprocess import Process
from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import entry_points
from pathlib import Path

import structlog

from monitor.backoff import backoff, pause

STOP_SECONDS = 5.0
"""Seconds that the page has to end after SIGTERM."""
STEADY_SECONDS = 60.0
"""A page that has run for this long starts again at once when it ends."""

log = structlog.get_logger()


def page_command(config: Path) -> Sequence[str] | None:
    """Return the command that serves the page of the file *config*; None if no installed package has one."""
    if not any(entry.name == "serve" for entry in entry_points(group="newsmonitor.commands")):
        return None
    return (sys.executable, "-m", "monitor", "--config", str(config), "serve")


async def keep_page_running(command: Sequence[str], stop: asyncio.Event) -> None:
    """Run *command* until *stop* is set. It is started again with longer and longer waits while it keeps ending."""
    loop, failures = asyncio.get_running_loop(), 0
    while not stop.is_set():
        started = loop.time()
        process = await asyncio.create_subprocess_exec(*command)
        try:
            code = await _wait(process, stop)
        finally:
            await _end(process)
        if code is None:
            return
        failures = 1 if loop.time() - started > STEADY_SECONDS else failures + 1
        wait = backoff(failures, random.random(), first=1.0)
        log.warning("the page has ended; the services go on", code=code, again_in=f"{wait:.0f} s")
        await pause(stop, wait)


async def _wait(process: Process, stop: asyncio.Event) -> int | None:
    """Return the exit code of *process*; None if *stop* is set first."""
    ended, stopped = asyncio.create_task(process.wait()), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([ended, stopped], return_when=asyncio.FIRST_COMPLETED)
        return process.returncode if not stop.is_set() else None
    finally:
        stopped.cancel()
        ended.cancel()


async def _end(process: Process) -> None:
    """End *process* if it runs: ask it to, and kill it if it does not end in time."""
    if process.returncode is not None:
        return
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await process.wait()
    except TimeoutError:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
