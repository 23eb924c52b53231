"""The time that a command takes before it does anything: CPU and wall-clock seconds, the least of several runs."""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 7
COMMANDS = ("--version", "--help", "init", "check", "watch list", "status")


async def main() -> None:
    """Run each command in a new folder with the config that `newsmonitor init` writes, and Python alone for comparison."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        command = [sys.executable, "-m", "monitor"]
        _print("python -c pass", [sys.executable, "-c", "pass"], folder)
        for arguments in COMMANDS:
            # Only the first `init` writes the file; the others find it and say so.
            _print(f"newsmonitor {arguments}", [*command, *arguments.split()], folder)


def _print(name: str, command: list[str], folder: Path) -> None:
    cpu, wall = zip(*(run_command(command, folder) for _ in range(RUNS)), strict=True)
    print(f"{name:<24} {min(cpu):5.2f} s CPU, {min(wall):5.2f} s in all", flush=True)


def run_command(command: list[str], folder: Path) -> tuple[float, float]:
    """Run *command* in *folder*. Return its CPU and wall-clock seconds."""
    before, started = os.times(), time.perf_counter()
    subprocess.run(command, cwd=folder, capture_output=True, check=False)
    after = os.times()
    cpu = after.children_user - before.children_user + after.children_system - before.children_system
    return cpu, time.perf_counter() - started


if __name__ == "__main__":
    asyncio.run(main())
