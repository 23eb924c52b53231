"""Faults of the SQLite file, and of the disk that it is on."""

import asyncio
import os
import random
import resource
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

from tests.chaos.fault import Concerned, lasting
from tests.chaos.system import System, slowness, wait_for

ROOM = 4096
"""Bytes beyond the longest log of a process that a file may have on a disk that counts as full."""
USED_AGAIN = "is used again"
"""What a process logs when it goes on with the file at the path."""
RECOVERY_SECONDS = 90.0
"""Longest wait until all processes use another file."""
ROUND_SECONDS = 1.5
"""The most seconds of a round before its file is lost."""


def file_of(system: System) -> Path:
    """Return the path of the SQLite file."""
    return Path(system.url.removeprefix("sqlite:"))


@lasting
async def lock_file(system: System, rng: random.Random) -> AsyncIterator[Concerned]:  # noqa: ARG001
    """Hold the lock for writing, as a program that makes a backup with a lock does."""
    with closing(sqlite3.connect(file_of(system), timeout=30, isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        system.events.append("the file locked")
        yield None


@lasting
async def move_file(system: System, rng: random.Random) -> AsyncIterator[Concerned]:
    """Move the file away, and back."""
    path = file_of(system)
    await asyncio.sleep(rng.uniform(0, ROUND_SECONDS))
    path.rename(path.with_suffix(".away"))
    system.events.append("the file moved away, and back")
    try:
        yield None
    finally:
        path.with_suffix(".away").rename(path)


@lasting
async def fill_disk(system: System, rng: random.Random) -> AsyncIterator[Concerned]:
    """Let no file grow any more. A limit of each process stands for the disk: its writes fail in the same call."""
    await asyncio.sleep(rng.uniform(0, ROUND_SECONDS))
    size = max((path.stat().st_size for path in system.logs()), default=0) + ROOM
    limit_files(system, size)
    system.events.append(f"files limited to {size} bytes")
    try:
        yield None
    finally:
        limit_files(system, resource.RLIM_INFINITY)


@lasting
async def delete_file(system: System, rng: random.Random) -> AsyncIterator[Concerned]:
    """Delete the file, and begin with an empty one. All that it had is lost, and is published anew from the feeds."""
    system.show_round()
    await asyncio.sleep(rng.uniform(0, ROUND_SECONDS))
    delete(file_of(system))
    system.events.append("the file deleted")
    yield None
    await system.kill_everything("killed, to begin with an empty file")
    delete(file_of(system))
    system.forget()


@lasting
async def cut_file(system: System, rng: random.Random) -> AsyncIterator[Concerned]:
    """Cut the file in place, and put a backup in its place."""
    saved, path = await save(system), file_of(system)
    with closing(sqlite3.connect(path, timeout=30)) as db:
        # Otherwise the log may have all of it, and mends the file.
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    await lose_round(system, rng)
    os.truncate(path, path.stat().st_size // 2)
    system.events.append("the file cut to its half")
    yield None
    await return_to(system, rng, saved)


@lasting
async def exchange_file(system: System, rng: random.Random) -> AsyncIterator[Concerned]:
    """Put a backup in the place of the file."""
    saved = await save(system)
    await lose_round(system, rng)
    system.events.append("the file exchanged")
    exchange(system, saved)
    yield None
    await until_used_again(system)


def limit_files(system: System, size: int) -> None:
    """Let no file that the processes write grow beyond *size* bytes."""
    for process in system.processes:
        if not process.has_ended:
            resource.prlimit(process.process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def delete(path: Path) -> None:
    """Delete the SQLite file at *path*, and the two beside it."""
    for suffix in ("", "-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


async def save(system: System) -> Path:
    """Make a backup with the command."""
    await system.log.read()
    system.mark = system.log.entries.mark()
    system.acknowledged = dict(system.server.acknowledged)
    saved = system.config_file.with_name("saved.db")
    saved.unlink(missing_ok=True)
    await system.succeed("backup", str(saved))
    return saved


async def lose_round(system: System, rng: random.Random) -> None:
    """Show a round, of which some articles are published."""
    system.show_round()
    await asyncio.sleep(rng.uniform(0, ROUND_SECONDS))


async def return_to(system: System, rng: random.Random, saved: Path) -> None:
    """Put the backup *saved* in the place of the file: while all runs, or with the command when nothing does."""
    if rng.random() < 0.5:
        exchange(system, saved)
        await until_used_again(system)
        return
    await system.kill_everything("killed, to restore a backup")
    await system.succeed("restore", str(saved))
    lose(system)


def exchange(system: System, saved: Path) -> None:
    """Put the backup *saved* in the place of the file."""
    saved.replace(file_of(system))


async def until_used_again(system: System) -> None:
    """Wait until all processes go on with the file at the path."""
    if not await wait_for(lambda: all(USED_AGAIN in log for log in system.logged_by_each()), RECOVERY_SECONDS * slowness()):
        raise RuntimeError("the file at the path is not used again")
    lose(system)


def lose(system: System) -> None:
    """Expect that the log is that of the backup, and that the feeds serve what came after it."""
    system.server.acknowledged = dict(system.acknowledged)
    system.lose(system.mark)
