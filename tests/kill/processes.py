"""Service processes, and the ways to kill them: at once, or inside a commit."""

import asyncio
import mmap
import sys
from asyncio.subprocess import Process
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.kill.instrumented import FLAG_COUNT, IN_COMMIT, KILL_IN_COMMIT, STARTED, map_flags

COMMIT_TIMEOUT = 10.0
"""Seconds to wait for a commit in which the process kills itself."""
STOP_TIMEOUT = 40.0
"""Seconds that a process may take to start, and to end after SIGTERM."""


@dataclass
class ServiceProcess:
    """A service in a process of its own, and its flags (tests/kill/instrumented.py)."""

    service: str
    process: Process
    flags: mmap.mmap

    @property
    def has_ended(self) -> bool:
        """Whether the process has ended."""
        return self.process.returncode is not None

    @property
    def died_in_commit(self) -> bool:
        """Whether the process was inside a commit when it was killed."""
        return bool(self.flags[IN_COMMIT])

    async def terminate(self) -> int:
        """Send SIGTERM once the process handles it; return the exit code. Raises TimeoutError."""
        async with asyncio.timeout(STOP_TIMEOUT):
            while not (self.flags[STARTED] or self.has_ended):
                await asyncio.sleep(0.05)
            if not self.has_ended:
                self.process.terminate()
            return await self.process.wait()

    async def kill(self, *, in_commit: bool) -> None:
        """Kill the process at once, or inside its next commit if one begins within COMMIT_TIMEOUT."""
        if in_commit:
            await self.kill_in_commit()
        if not self.has_ended:
            self.process.kill()
        await self.process.wait()

    async def kill_in_commit(self) -> None:
        """Wait until the process has killed itself inside its next commit, at most COMMIT_TIMEOUT."""
        self.flags[KILL_IN_COMMIT] = 1
        await asyncio.wait([asyncio.ensure_future(self.process.wait())], timeout=COMMIT_TIMEOUT)


async def start(service: str, config_file: Path) -> ServiceProcess:
    """Start a process for *service*. Its flags and its log are files beside *config_file*."""
    flags_file = config_file.with_suffix(f".{service}.flags")
    flags_file.write_bytes(bytes(FLAG_COUNT))
    with config_file.with_suffix(f".{service}.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.kill.instrumented", str(config_file), service, str(flags_file), stderr=log, stdout=log
        )
    return ServiceProcess(service, process, map_flags(flags_file))


async def stop(processes: Iterable[ServiceProcess]) -> list[str]:
    """Send SIGTERM to *processes* and wait for them; return a line for each exit code that is not 0."""
    processes = list(processes)
    codes = await asyncio.gather(*(each.terminate() for each in processes))
    return [f"{each.service} ended with exit code {code}" for each, code in zip(processes, codes, strict=True) if code]
