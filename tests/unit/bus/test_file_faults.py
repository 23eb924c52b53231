"""The file of the bus deleted, exchanged, truncated or damaged while two processes use it."""

import asyncio
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from monitor.bus import Damaged, Partition, ProducerRecord, Transient
from monitor.bus.sqlite.bus import SqliteBus, connect
from tests.unit.bus.peer import RETENTION, STREAM, line, peer

OUT = "article.entities.v1"


class Copier:
    """Copies a stream in the group `entities`, and records what it was told."""

    def __init__(self, bus: SqliteBus) -> None:
        self.bus = bus
        self.restored = 0
        self.copied: list[str] = []
        self.faults: list[str] = []

    async def restore(self, _: Partition) -> None:
        """Count the call."""
        self.restored += 1

    async def run(self) -> None:
        """Copy until cancelled."""
        async with self.bus.subscribe("entities", STREAM, restore=self.restore) as subscription:
            while True:
                try:
                    if batch := await subscription.read(50, 0.1):
                        out = [ProducerRecord(OUT, record.key, b"x") for record in batch]
                        await subscription.commit(batch[0].partition, batch, out)
                        self.copied += [record.key for record in batch]
                except Transient as error:
                    self.faults.append(str(error))
                    await asyncio.sleep(0.02)


def keys(path: Path, stream: str) -> list[str]:
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return [key for (key,) in db.execute(f'SELECT key FROM "{stream}"')]


def beside(path: Path) -> list[Path]:
    return [path, *(path.with_name(path.name + suffix) for suffix in ("-wal", "-shm"))]


async def until(condition: Callable[[], object], seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.02)


async def fill(bus: SqliteBus, path: Path) -> Path:
    """Publish 2,000 records, and return a backup that has only the first thousand."""
    for part in range(2):
        for number in range(0, 1000, 50):
            await bus.publish([ProducerRecord(STREAM, f"{part} {number + n}", bytes(2000)) for n in range(50)])
        if part == 0:
            backup = path.with_name("backup.db")
            with closing(sqlite3.connect(path)) as db, closing(sqlite3.connect(backup)) as copy:
                db.backup(copy)
    return backup


def remove_wal(path: Path) -> None:
    beside(path)[1].unlink()


def remove_shm(path: Path) -> None:
    beside(path)[2].unlink()


def remove_both(path: Path) -> None:
    remove_wal(path)
    remove_shm(path)


def exchange_wal(path: Path) -> None:
    remove_wal(path)
    beside(path)[1].touch()


@pytest.mark.parametrize("fault", [remove_wal, remove_shm, remove_both, exchange_wal])
async def test_a_removed_log_loses_nothing(tmp_path: Path, fault: Callable[[Path], None]) -> None:
    path = tmp_path / "bus.db"
    async with connect(path, RETENTION, "off") as bus:
        await fill(bus, path)
        copier = Copier(bus)
        copying = asyncio.create_task(copier.run())
        with peer(path, "publish") as process:
            await asyncio.to_thread(line, process, "acknowledged 20")
            fault(path)
            await until(lambda: copier.restored > 1)
            assert any("-wal or" in text and "was removed" in text for text in copier.faults)
            read = sum(key.startswith("peer ") for key in copier.copied)
            acknowledged = await asyncio.to_thread(next_acknowledged, process, read + 100)
            await until(lambda: f"peer {acknowledged}" in copier.copied)
        copying.cancel()
    copied = keys(path, OUT)
    assert set(copier.copied) <= set(copied)
    assert len(copied) == len(set(copied))
    assert {f"peer {number}" for number in range(21)} <= set(keys(path, STREAM))


def next_acknowledged(process: "subprocess.Popen[str]", first: int) -> int:
    """Return the number of the next record from *first* on that *process* says is acknowledged. Others may be refused."""
    while (number := int(line(process, "acknowledged").split()[1])) < first:
        pass
    return number


async def test_nothing_is_acknowledged_while_the_file_is_away(tmp_path: Path) -> None:
    path, away = tmp_path / "bus.db", tmp_path / "away.db"
    async with connect(path, RETENTION, "off") as bus:
        copier = Copier(bus)
        copying = asyncio.create_task(copier.run())
        await bus.publish([ProducerRecord(STREAM, "before", b"x")])
        await until(lambda: copier.copied)
        path.rename(away)
        await until(lambda: any("was deleted or moved away: put it back" in text for text in copier.faults))
        with pytest.raises(Damaged, match="was deleted or moved away"):
            await bus.publish([ProducerRecord(STREAM, "meanwhile", b"x")])
        assert not path.exists()
        away.rename(path)
        await until(lambda: copier.restored == 2)
        await bus.publish([ProducerRecord(STREAM, "after", b"x")])
        await until(lambda: "after" in copier.copied)
        copying.cancel()
    assert keys(path, OUT) == ["before", "after"]


async def test_a_commit_into_a_deleted_file_is_not_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "bus.db"
    async with connect(path, RETENTION, "off") as bus:
        await bus.publish([ProducerRecord(STREAM, "a", b"x")])
        for file in beside(path):
            file.unlink()
        with pytest.raises(Damaged, match="was deleted or moved away"):
            await bus.publish([ProducerRecord(STREAM, "b", b"x")])
        with pytest.raises(Damaged):
            await bus.lag("entities", STREAM)


def move_over(path: Path, backup: Path) -> None:
    copy = path.with_name("copy.db")
    shutil.copy(backup, copy)
    copy.replace(path)


def remove_and_copy(path: Path, backup: Path) -> None:
    for file in beside(path):
        file.unlink()
    shutil.copy(backup, path)


def restore_with_sqlite(path: Path, backup: Path) -> None:
    with closing(sqlite3.connect(path, timeout=20)) as db, closing(sqlite3.connect(backup)) as copy:
        copy.backup(db)


@pytest.mark.parametrize("put", [move_over, remove_and_copy, restore_with_sqlite])
async def test_a_backup_in_the_place_of_the_file_is_used_with_the_state_it_has(
    tmp_path: Path, put: Callable[[Path, Path], None]
) -> None:
    path = tmp_path / "bus.db"
    async with connect(path, RETENTION, "off") as bus:
        backup = await fill(bus, path)
        copier = Copier(bus)
        copying = asyncio.create_task(copier.run())
        await until(lambda: len(copier.copied) == 2000)
        await asyncio.to_thread(put, path, backup)
        await until(lambda: copier.restored > 1)
        await until(lambda: len(copier.copied) == 3000)
        await bus.publish([ProducerRecord(STREAM, "new", b"x")])
        await until(lambda: copier.copied[-1] == "new")
        copying.cancel()
    assert keys(path, STREAM) == keys(path, OUT)
    assert len(keys(path, OUT)) == 1001


def vacuum(path: Path) -> None:
    with closing(sqlite3.connect(path, timeout=20, isolation_level=None)) as db:
        db.execute("VACUUM")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


async def test_vacuum_and_checkpoints_of_another_program_stay_right(tmp_path: Path) -> None:
    path = tmp_path / "bus.db"
    async with connect(path, RETENTION, "off") as bus:
        await fill(bus, path)
        copier = Copier(bus)
        copying = asyncio.create_task(copier.run())
        await until(lambda: len(copier.copied) > 500)
        await asyncio.to_thread(vacuum, path)
        await until(lambda: len(copier.copied) == 2000)
        copying.cancel()
    assert keys(path, OUT) == keys(path, STREAM)


def overwrite_pages(path: Path) -> None:
    with path.open("r+b") as file:
        for page in range(20, path.stat().st_size // 4096, 7):
            file.seek(page * 4096 + 100)
            file.write(os.urandom(3000))


def cut(path: Path) -> None:
    os.truncate(path, 4096 * 40)


def empty(path: Path) -> None:
    os.truncate(path, 0)


async def damage_in_another_process(path: Path, damage: Callable[[Path], None]) -> None:
    """Run *damage*. If this process closed the file, its connections would lose their locks."""
    program = (
        f"from pathlib import Path; from tests.unit.bus.test_file_faults import {damage.__name__} as damage;"
        f" damage(Path({str(path)!r}))"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, cwd=Path(__file__).parents[3])
    assert await process.wait() == 0


@pytest.mark.parametrize("damage", [overwrite_pages, cut, empty])
async def test_damage_is_noticed_while_idle_and_heals_with_a_backup(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    path = tmp_path / "bus.db"
    async with connect(path, RETENTION, "off") as bus:
        backup = await fill(bus, path)
        copier = Copier(bus)
        copying = asyncio.create_task(copier.run())
        await until(lambda: len(copier.copied) == 2000)
        await asyncio.to_thread(bus.file.copy_back)
        await damage_in_another_process(path, damage)
        await until(lambda: any("is damaged" in text and ".recover" in text for text in copier.faults))
        with pytest.raises(Damaged, match="put a backup in its place"):
            await bus.publish([ProducerRecord(STREAM, "meanwhile", b"x")])
        move_over(path, backup)
        await until(lambda: copier.restored > 1)
        await bus.publish([ProducerRecord(STREAM, "after", b"x")])
        await until(lambda: copier.copied[-1] == "after")
        copying.cancel()
    assert len(keys(path, OUT)) == 1001


async def test_a_file_of_another_program_in_the_place_is_refused_until_a_bus_is_there(tmp_path: Path) -> None:
    path, other = tmp_path / "bus.db", tmp_path / "other.db"
    async with connect(path, RETENTION, "off") as bus:
        backup = await fill(bus, path)
        with closing(sqlite3.connect(other)) as db:
            db.execute("CREATE TABLE accounts (name)")
        other.replace(path)
        await until(lambda: bus.file.fault and "has the tables of another program" in bus.file.fault)
        with closing(sqlite3.connect(path)) as db:
            assert db.execute("SELECT name FROM sqlite_master").fetchall() == [("accounts",)]
        move_over(path, backup)
        await until(lambda: bus.file.fault is None)
        assert await bus.lag("entities", STREAM) is None
