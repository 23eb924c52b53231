"""The SQLite file and its write-ahead log take no more room than they need."""

import asyncio
import os
import sqlite3
import time
from contextlib import closing
from math import ceil
from pathlib import Path

from monitor.bus import ProducerRecord
from monitor.bus.sqlite.bus import SqliteBus, connect
from monitor.bus.sqlite.checkpoints import OVERLONG_PAGES
from monitor.bus.sqlite.shrinking import CHUNK_PAGES, INCREMENTAL, KEPT_BYTES, shrink
from monitor.bus.sqlite.tables import LOG_BYTES
from tests.running import until
from tests.unit.bus.peer import RETENTION, STREAM
from tests.unit.bus.saved import put_back, save

MB = 1_000_000
DAY = 86400


async def write(bus: SqliteBus, megabytes: int) -> None:
    for number in range(megabytes):
        await bus.publish([ProducerRecord(STREAM, f"{number} {n}", os.urandom(100_000)) for n in range(10)])


async def expire(bus: SqliteBus) -> None:
    await bus.trim(time.time() + 31 * DAY)


async def test_the_file_shrinks_after_a_large_removal_and_keeps_what_is_in_it(tmp_path: Path) -> None:
    path = tmp_path / "bus.db"
    async with connect(path, RETENTION, "off") as bus:
        await write(bus, 100)
        await expire(bus)
        await asyncio.to_thread(bus.file.copy_back)
        assert path.stat().st_size < KEPT_BYTES + 2 * MB
        await write(bus, 1)
        assert [each.key for each in [record async for record in bus.replay(STREAM, None)]] == [f"0 {n}" for n in range(10)]
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


async def test_a_small_removal_leaves_its_room_to_later_records(tmp_path: Path) -> None:
    path = tmp_path / "bus.db"
    async with connect(path, RETENTION, "off") as bus:
        await write(bus, 40)
        await expire(bus)
        assert path.stat().st_size > 35 * MB


async def test_commits_run_between_the_steps(tmp_path: Path) -> None:
    path = tmp_path / "bus.db"
    async with connect(path, RETENTION, "off") as bus:
        await write(bus, 100)
        trimming = asyncio.create_task(expire(bus))
        commits = 0
        while not trimming.done():
            await bus.publish([ProducerRecord("dead.v1", "k", b"x")])
            commits += 1
        assert commits > 5


def test_the_room_is_given_back_in_few_transactions(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "bus.db", isolation_level=None)) as db:
        db.execute(f"PRAGMA auto_vacuum={INCREMENTAL}")
        db.execute("PRAGMA synchronous=OFF")
        db.execute("CREATE TABLE t (x)")
        db.execute("INSERT INTO t VALUES (zeroblob(5000000))")
        db.execute("DELETE FROM t")
        (free,) = db.execute("PRAGMA freelist_count").fetchone()
        assert len(list(shrink(db, lambda action, *args: action(db, *args), kept=0))) == ceil(free / CHUNK_PAGES)
        assert db.execute("PRAGMA freelist_count").fetchone() == (0,)


def remove_first(db: sqlite3.Connection, count: int) -> None:
    """Remove the first *count* records."""
    db.execute(f'DELETE FROM "{STREAM}" WHERE offset < ?', (count,))


async def test_the_log_stays_short_while_the_file_shrinks(tmp_path: Path) -> None:
    path, log = tmp_path / "bus.db", tmp_path / "bus.db-wal"
    async with connect(path, RETENTION, "off") as bus:
        await write(bus, 140)
        await bus.write(remove_first, 900)
        # A reader may prevent that the log is shortened at once: the bus tries it each second.
        await until(lambda: log.stat().st_size <= 2 * LOG_BYTES)
        trimming, longest = asyncio.create_task(bus.trim(time.time())), 0
        while not trimming.done():
            longest = max(longest, log.stat().st_size)
            await asyncio.sleep(0.001)
        await trimming
        # The records at the end were moved, through the log.
        assert path.stat().st_size < 100 * MB
        assert longest < 5 * LOG_BYTES


async def test_a_file_of_an_older_version_shrinks_once_it_was_restored(tmp_path: Path) -> None:
    path, file = tmp_path / "bus.db", tmp_path / "backup.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA journal_mode=WAL")
    async with connect(path, RETENTION, "off") as bus:
        await write(bus, 100)
        await expire(bus)
        assert path.stat().st_size > 100 * MB
    await asyncio.to_thread(save, path, file)
    await asyncio.to_thread(put_back, path, file)
    assert path.stat().st_size < MB
    async with connect(path, RETENTION, "off") as bus:
        await write(bus, 100)
        await expire(bus)
        assert path.stat().st_size < KEPT_BYTES + 2 * MB


async def read_for(path: Path, seconds: float) -> None:
    """Read a snapshot, as another program may."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("BEGIN")
        db.execute(f'SELECT count(*) FROM "{STREAM}"').fetchone()
        await asyncio.sleep(seconds)


async def test_the_log_stays_short_although_there_is_always_a_reader(tmp_path: Path) -> None:
    path, log = tmp_path / "bus.db", tmp_path / "bus.db-wal"
    async with connect(path, RETENTION, "off") as bus:
        await write(bus, 1)
        reading = asyncio.create_task(read_for(path, 0.2))
        longest = 0
        for _ in range(170):
            former, reading = reading, asyncio.create_task(read_for(path, 0.2))
            await asyncio.sleep(0)
            await write(bus, 1)
            await former
            longest = max(longest, log.stat().st_size)
        await reading
    assert longest < 2 * OVERLONG_PAGES * 4096


async def test_a_reader_that_reads_for_long_is_waited_for_once(tmp_path: Path) -> None:
    path, log = tmp_path / "bus.db", tmp_path / "bus.db-wal"
    async with connect(path, RETENTION, "off") as bus:
        await write(bus, 1)
        reading = asyncio.create_task(read_for(path, 60))
        await asyncio.sleep(0.05)
        waits = 0

        def count(statement: str) -> None:
            nonlocal waits
            waits += statement.startswith("PRAGMA busy_timeout=1000")

        bus.file.writer.set_trace_callback(count)
        await write(bus, 120)
        assert log.stat().st_size > 110 * MB
        assert waits == 1
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
        async with asyncio.timeout(20):
            while log.stat().st_size > 20 * MB:
                await asyncio.sleep(0.05)
