"""A backup in the place of the SQLite file."""

import asyncio
import os
import sqlite3
import stat
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from monitor.bus import Misconfigured
from monitor.bus.backends import restore
from monitor.bus.sqlite import locks
from monitor.bus.sqlite.bus import connect
from tests.bus import replay
from tests.unit.bus.peer import RETENTION, STREAM, line, peer
from tests.unit.bus.saved import NOW, address_of, fill, keys, names, put_back, save


def not_there(_: Path) -> None:
    """Make nothing."""


def of_another_program(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE accounts (name)")


def of_another_version(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.executescript(";".join(f"CREATE TABLE {name} (x)" for name in ("streams", "positions", "epochs", "retention")))
        db.execute("PRAGMA user_version = 7")


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (not_there, "there is no file"),
        (lambda path: path.write_text("no database, and longer than a header of one " * 50), "it is no SQLite file"),
        (lambda path: path.write_bytes(b""), "it has other tables"),
        (of_another_program, "it has other tables"),
        (of_another_version, "another version of newsmonitor (table version 7; this one reads 1)"),
    ],
)
async def test_what_is_no_backup_is_refused_and_the_log_stays(
    tmp_path: Path, make: Callable[[Path], None], problem: str
) -> None:
    path, file = tmp_path / "bus.db", tmp_path / "backup.db"
    await fill(path)
    make(file)
    with pytest.raises(Misconfigured) as error:
        put_back(path, file)
    assert problem in str(error.value)
    assert len(keys(path, STREAM)) == 20
    assert [name for name in names(tmp_path) if name != "backup.db"] == ["bus.db", "bus.db-locks"]


async def test_a_backup_that_lacks_records_is_refused(tmp_path: Path) -> None:
    path, file = tmp_path / "bus.db", tmp_path / "backup.db"
    await fill(path)
    save(path, file)
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        db.execute(f'DELETE FROM "{STREAM}" WHERE offset = 3')
    with pytest.raises(Misconfigured, match=r"is damaged \(article.raw.v1 has 19 records, but it should have 20\)"):
        put_back(path, file)


async def test_a_log_in_use_is_not_replaced(tmp_path: Path) -> None:
    path, file = tmp_path / "bus.db", tmp_path / "backup.db"
    await fill(path)
    save(path, file)
    async with connect(path, RETENTION, "off"):
        with pytest.raises(Misconfigured, match=rf"processes of newsmonitor \({os.getpid()}\) have .* open: stop them"):
            put_back(path, file)


async def test_a_log_that_is_opened_during_the_copy_is_not_replaced(tmp_path: Path) -> None:
    path, file = tmp_path / "bus.db", tmp_path / "backup.db"
    await fill(path)
    save(path, file)
    with ExitStack() as stack:

        def open_log(_done: int, _total: int) -> None:
            process = stack.enter_context(peer(path, "publish"))
            line(process, "acknowledged 3")

        with pytest.raises(Misconfigured, match="stop them"):
            restore(address_of(path), file, open_log, NOW)
    assert len(keys(path, STREAM)) > 20
    assert not (tmp_path / "bus.db.part").exists()


async def test_what_a_killed_process_left_in_its_log_is_kept_with_the_former_file(tmp_path: Path) -> None:
    path, file = tmp_path / "bus.db", tmp_path / "backup.db"
    await fill(path)
    save(path, file)
    with peer(path, "publish") as process:
        await asyncio.to_thread(line, process, "acknowledged 5")
    assert path.with_name("bus.db-wal").stat().st_size
    aside = put_back(path, file).aside
    assert aside is not None
    assert {f"peer {number}" for number in range(6)} <= set(keys(aside, STREAM))
    assert keys(path, STREAM) == [f"key {number}" for number in range(20)]


async def test_a_log_that_was_emptied_is_kept_with_what_was_written_last(tmp_path: Path) -> None:
    path, file = tmp_path / "bus.db", tmp_path / "backup.db"
    await fill(path)
    save(path, file)
    wal = path.with_name("bus.db-wal")
    with peer(path, "publish") as process:
        await asyncio.to_thread(line, process, "acknowledged 5")
    path.write_bytes(b"")
    log = wal.read_bytes()
    aside = put_back(path, file).aside
    assert aside is not None
    assert (aside.read_bytes(), aside.with_name(f"{aside.name}-wal").read_bytes()) == (b"", log)
    assert not wal.exists()
    async with connect(path, RETENTION, "off") as bus:
        assert len(await replay(bus, STREAM)) == 20


async def test_a_restored_log_has_the_rights_of_the_former_one(tmp_path: Path) -> None:
    path, file = tmp_path / "bus.db", tmp_path / "backup.db"
    await fill(path)
    save(path, file)
    path.chmod(0o660)
    put_back(path, file)
    assert stat.S_IMODE(path.stat().st_mode) == 0o660
    path.unlink()
    assert put_back(path, file).aside is None
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_a_restored_log_is_not_taken_for_one_that_others_wrote(tmp_path: Path) -> None:
    path, file = tmp_path / "bus.db", tmp_path / "backup.db"
    await fill(path)
    save(path, file)
    put_back(path, file)
    assert locks.lock_file(path, locks.MAINTENANCE).stat().st_mtime_ns == path.stat().st_mtime_ns
    async with connect(path, RETENTION, "off") as bus:
        assert not bus.file.is_written_by_others()
