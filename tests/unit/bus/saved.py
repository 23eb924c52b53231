"""An SQLite file with records, its backup, and a look into both."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from monitor.bus.backends import Address, backup, restore
from monitor.bus.backups import Copied
from monitor.bus.sqlite.bus import connect
from tests.bus import producer_records
from tests.unit.bus.peer import RETENTION, STREAM

NOW = datetime(2026, 11, 27, 7, 30, tzinfo=UTC)


def ignore(_done: int, _total: int) -> None:
    """Show no progress."""


def address_of(path: Path) -> Address:
    """Return the address of the bus in the file at *path*."""
    return Address(f"sqlite:{path}")


def save(path: Path, target: Path) -> Copied:
    """Back the file at *path* up to *target*."""
    return backup(address_of(path), target, ignore)


def put_back(path: Path, source: Path, now: datetime = NOW) -> Copied:
    """Restore the backup *source* to *path*."""
    return restore(address_of(path), source, ignore, now)


async def fill(path: Path, count: int = 20) -> None:
    """Publish *count* records."""
    async with connect(path, RETENTION, "off") as bus:
        await bus.publish(producer_records(STREAM, count))


def names(folder: Path) -> list[str]:
    """Return the names of the files in *folder*."""
    return sorted(each.name for each in folder.iterdir())


def keys(path: Path, stream: str) -> list[str]:
    """Return the keys of *stream* in the file at *path*."""
    with closing(sqlite3.connect(path)) as db:
        return [key for (key,) in db.execute(f'SELECT key FROM "{stream}" ORDER BY offset')]
