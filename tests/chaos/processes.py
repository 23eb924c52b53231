"""Processes of the command `newsmonitor run`, and the ways to end or stop them."""

import asyncio
import mmap
import os
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.chaos.forking import NO_VARIABLES, ForkedProcess, fork
from tests.chaos.instrumented import FLAG_COUNT, IN_COMMIT, KILL, NOTHING, ORDER, READY, STARTED, STOP, map_flags, run
from tests.ports import unused_port

ROOT = Path(__file__).parents[2]
"""The tree whose code the processes run: a mutant has a tree of its own."""
COMMIT_TIMEOUT = 10.0
"""Seconds to wait for a commit in which the process kills or stops itself."""
LAST_LINES = 10
"""The number of lines of a log that a finding tells."""
STOP_TIMEOUT = 180.0
"""Seconds that a process may take to start, and to end after SIGTERM."""


@dataclass
class ServiceProcess:
    """A process that runs *services*, its flags (tests/chaos/instrumented.py), the *port* of its health, and its *log*.

    *is_to_end* is True once the trial ends it.
    """

    services: tuple[str, ...]
    process: Process | ForkedProcess
    flags: mmap.mmap
    port: int
    log: Path
    is_to_end: bool = False

    @property
    def has_ended(self) -> bool:
        """Whether the process has ended."""
        return self.process.returncode is not None

    @property
    def has_failed(self) -> bool:
        """Whether the process has ended by itself."""
        return self.has_ended and not self.is_to_end

    def describe_end(self) -> str:
        """Return the exit code, or the negative number of the signal, and the last lines of the log."""
        lines = self.log.read_text(errors="replace").splitlines()[-LAST_LINES:]
        return "\n".join([f"{' '.join(self.services)} ended by itself with {self.process.returncode}; its log ends:", *lines])

    @property
    def died_in_commit(self) -> bool:
        """Whether the process was inside a commit when it was killed."""
        return bool(self.flags[IN_COMMIT])

    @property
    def is_ready(self) -> bool:
        """Whether all of its services read their input: loading what they need takes seconds."""
        return self.flags[READY] >= len(self.services)

    def workers(self) -> list[psutil.Process]:
        """Return the worker processes that this process has started."""
        return [] if self.has_ended else psutil.Process(self.process.pid).children()

    async def terminate(self) -> int:
        """Send SIGTERM once the process handles it; return the exit code. Raises TimeoutError."""
        async with asyncio.timeout(STOP_TIMEOUT):
            while not (self.flags[STARTED] or self.has_ended):
                await asyncio.sleep(0.05)
            if not self.has_ended:
                self.is_to_end = True
                self.send(signal.SIGCONT)
                self.send(signal.SIGTERM)
            return await self.process.wait()

    def suspend(self) -> None:
        """Stop the process (SIGSTOP)."""
        self.send(signal.SIGSTOP)

    def resume(self) -> None:
        """Let the process go on (SIGCONT)."""
        self.send(signal.SIGCONT)

    def send(self, number: signal.Signals) -> None:
        """Send a signal, unless the process has ended.

        The methods of Process wait for a process that ends at that moment; asyncio then takes its exit code for 255.
        """
        if not self.has_ended:
            with suppress(ProcessLookupError):
                os.kill(self.process.pid, number)

    async def kill(self) -> None:
        """Kill the process at once."""
        self.send_kill()
        await self.process.wait()

    def send_kill(self) -> None:
        """Send SIGKILL."""
        if not self.has_ended:
            self.is_to_end = True
            self.send(signal.SIGKILL)

    async def kill_in_commit(self) -> bool:
        """Wait until the process has killed itself inside its next commit, at most COMMIT_TIMEOUT. Return whether it has."""
        self.is_to_end, self.flags[ORDER] = True, KILL
        await asyncio.wait([asyncio.ensure_future(self.process.wait())], timeout=COMMIT_TIMEOUT)
        self.is_to_end = self.died_in_commit
        if not self.is_to_end:
            self.flags[ORDER] = NOTHING
        return self.is_to_end

    async def stop_before_commit(self) -> bool:
        """Wait until the process has stopped itself before its next commit, at most COMMIT_TIMEOUT. Return whether it has."""
        self.flags[ORDER] = STOP
        process, loop = psutil.Process(self.process.pid), asyncio.get_running_loop()
        deadline = loop.time() + COMMIT_TIMEOUT
        while loop.time() < deadline:
            if process.status() == psutil.STATUS_STOPPED:
                return True
            await asyncio.sleep(0.02)
        self.flags[ORDER] = NOTHING
        return process.status() == psutil.STATUS_STOPPED


async def start(config_file: Path, *services: str, environment: Mapping[str, str] = NO_VARIABLES) -> ServiceProcess:
    """Start a process that runs *services*. Its flags and its log are files beside *config_file*."""
    port = unused_port()
    variables = {**environment, "NEWSMONITOR_LISTEN": f"127.0.0.1:{port}"}
    name = "-".join(services)
    flags_file = config_file.with_suffix(f".{name}.{len(list(config_file.parent.glob('*.flags')))}.flags")
    flags_file.write_bytes(bytes(FLAG_COUNT))
    arguments, log = ["-c", str(config_file), "run", *services], config_file.with_suffix(f".{name}.log")
    process: Process | ForkedProcess
    if environment:
        process = await execute([str(flags_file), *arguments], log, variables)
    else:
        process = fork(run, flags_file, arguments, output=log, variables=variables)
    return ServiceProcess(services, process, map_flags(flags_file), port, log)


async def execute(arguments: Sequence[str], output: Path, variables: Mapping[str, str]) -> Process:
    """Run tests.chaos.instrumented with *arguments* in a new process, which appends its output to the file *output*."""
    command = [sys.executable, "-m", "tests.chaos.instrumented", *arguments]
    with output.open("ab") as file:
        return await asyncio.create_subprocess_exec(
            *command, stderr=file, stdout=file, cwd=ROOT, env={**os.environ, **variables}
        )


async def stop(processes: Iterable[ServiceProcess]) -> list[str]:
    """Send SIGTERM to *processes* and wait for them; return a line for each exit code that is not 0."""
    processes = list(processes)
    codes = await asyncio.gather(*(each.terminate() for each in processes), return_exceptions=True)
    for each in processes:
        await each.kill()
    return [f"{' '.join(each.services)} ended with {code!r}" for each, code in zip(processes, codes, strict=True) if code != 0]
