"""The process of the web page, which `newsmonitor run` starts beside the services and starts anew whenever it ends.

`newsmonitor demo` starts one too, which shows the recorded day.
"""

import asyncio
import os
import random
import socket
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from importlib.metadata import entry_points
from pathlib import Path

import structlog

from monitor.backoff import backoff, pause
from monitor.config import Config

STOP_SECONDS = 5.0
"""Seconds that the page has to end after SIGTERM."""
STEADY_SECONDS = 60.0
"""A page that has run for this long starts again at once when it ends."""

START_SECONDS = 15.0
"""Seconds that the page of the demo has to answer."""

log = structlog.get_logger()


def page_command(config: Path) -> Sequence[str] | None:
    """Return the command that serves the page of the file *config* until its standard input ends, and reloads it at each line.

    None if no installed package has one. The input is a pipe: the kernel closes it when this process is gone, even if it was
    killed.
    """
    if not any(entry.name == "serve" for entry in entry_points(group="newsmonitor.commands")):
        return None
    return (sys.executable, "-m", "monitor", "--config", str(config), "serve", "--until-eof")


async def keep_page_running(command: Sequence[str], stop: asyncio.Event, inputs: set[asyncio.StreamWriter]) -> None:
    """Run *command* until *stop* is set. It is started again with longer and longer waits while it keeps ending.

    Its standard input is in *inputs* while it runs.
    """
    loop, failures = asyncio.get_running_loop(), 0
    while not stop.is_set():
        started = loop.time()
        process = await asyncio.create_subprocess_exec(*command, stdin=PIPE)
        running = {process.stdin} if process.stdin else set()
        inputs |= running
        try:
            code = await _wait(process, stop)
        finally:
            inputs -= running
            await _end(process)
        if code is None:
            return
        failures = 1 if loop.time() - started > STEADY_SECONDS else failures + 1
        wait = backoff(failures, random.random(), first=1.0)
        log.warning("the page has ended; the services go on", code=code, again_in=f"{wait:.0f} s")
        await pause(stop, wait)


def ask_to_reload(inputs: set[asyncio.StreamWriter]) -> None:
    """Make the pages with these standard inputs read the config at once.

    A signal would end a page that has just been started.
    """
    for each in inputs:
        each.write(b"reload\n")


@asynccontextmanager
async def recorded_page(config: Config, text: str, title: str) -> AsyncIterator[str | None]:
    """Serve the page of *config*, whose text is *text*, as that of a recorded day. Yield its URL; None if it does not start.

    It listens at another port if that of the config is taken.
    """
    file = config.folder / "monitor.toml"
    command = page_command(file) if config.page.start else None
    if command is None:
        yield None
        return
    address = free_address(config.page.listen)
    file.write_text(f'{text}\n[page]\nlisten = "{address}"\n', encoding="utf-8")
    variables = {name: value for name, value in os.environ.items() if name != "NEWSMONITOR_PAGE"}
    # The view has the terminal for itself.
    process = await asyncio.create_subprocess_exec(
        *command, "--recorded", title, env=variables, stdin=PIPE, stdout=DEVNULL, stderr=DEVNULL
    )
    try:
        yield f"http://{address}/" if await _answers(address, process) else None
    finally:
        await _end(process)


@asynccontextmanager
async def no_page(_config: Config, _text: str, _title: str) -> AsyncIterator[str | None]:
    """Serve no page: without a terminal nobody is there who would open it."""
    yield None


def free_address(listen: str) -> str:
    """Return *listen* (``HOST:PORT``), or the same host with a free port if this one is taken."""
    host, _, port = listen.rpartition(":")
    for wanted in (int(port), 0):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host.strip("[]"), wanted))
            return f"{host}:{probe.getsockname()[1]}"
    return listen


async def _answers(address: str, process: Process) -> bool:
    """Wait until *process* listens on *address*. Return False if it ends first, or takes too long."""
    host, _, port = address.rpartition(":")
    with suppress(TimeoutError):
        async with asyncio.timeout(START_SECONDS):
            while process.returncode is None:
                with suppress(OSError):
                    _, writer = await asyncio.open_connection(host.strip("[]"), int(port))
                    writer.close()
                    return True
                await asyncio.sleep(0.1)
    return False


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
