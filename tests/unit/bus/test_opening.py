"""Opening a file that another program has locked, which does not hold the event loop, or one that is not in its place."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.bus import Misconfigured, ProducerRecord, Transient, backends
from monitor.bus.address import Address
from monitor.bus.sqlite import locks
from monitor.bus.sqlite.bus import connect
from monitor.bus.sqlite.connections import open_connections
from monitor.bus.sqlite.errors import bus_error
from monitor.bus.sqlite.file import BusFile
from monitor.bus.sqlite.opening import open_in_thread
from monitor.bus.sqlite.recovery import problem_of, recover
from monitor.bus.sqlite.tables import page
from monitor.bus.sqlite.transactions import TIMEOUTS
from monitor.bus.streams import Stream
from tests.bus import restore_nothing
from tests.running import until
from tests.unit.bus.peer import RETENTION, STREAM
from tests.unit.bus.records import close_with_records, publish


def is_unused(path: Path) -> bool:
    """Whether no connection has the file at *path* open."""
    lock = locks.open_lock_file(path, locks.OPEN)
    try:
        return locks.try_lock(lock)
    finally:
        os.close(lock)


@pytest.fixture
def blocker(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that has locked a new file, so that it cannot be opened."""
    with closing(sqlite3.connect(tmp_path / "news.db", isolation_level=None)) as db:
        db.execute("CREATE TABLE t (x)")
        db.execute("DROP TABLE t")
        db.execute("BEGIN EXCLUSIVE")
        yield db


@pytest.fixture
async def opening(tmp_path: Path, blocker: sqlite3.Connection) -> AsyncIterator["asyncio.Task[bool]"]:
    """A task that opens the locked file, and has begun to wait."""

    async def open_and_close() -> bool:
        async with connect(tmp_path / "news.db", RETENTION, "off"):
            return blocker.in_transaction

    task = asyncio.create_task(open_and_close())
    await until(locks.lock_file(tmp_path / "news.db", locks.OPEN).exists)
    yield task
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_other_tasks_run_while_the_file_is_opened(opening: "asyncio.Task[bool]", blocker: sqlite3.Connection) -> None:
    assert not opening.done()
    blocker.execute("COMMIT")
    assert await opening is False


async def test_other_tasks_run_while_a_command_waits_to_write_the_file(tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    async with connect(path, RETENTION, "off") as bus, bus.subscribe("topics", STREAM, restore=restore_nothing) as member:
        await bus.publish([ProducerRecord(STREAM, str(number), b"x") for number in range(5)])
        await member.read(1, 1)
    opened = locks.lock_file(path, locks.OPEN)
    opened.unlink()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("UPDATE streams SET floor = 3 WHERE name = ?", (STREAM,))
        other.execute("BEGIN IMMEDIATE")
        skipping = asyncio.create_task(backends.skip(Address(f"sqlite:{path}", streams=RETENTION.streams), "topics"))
        # Its wait for the lock ends with an error after some seconds, so only this task can end it before.
        await until(opened.exists)
        other.execute("COMMIT")
        await skipping
    async with connect(path, RETENTION, "off") as bus:
        assert await bus.positions("topics", STREAM) == {0: 3}


async def test_a_file_is_not_open_once_its_opening_is_cancelled(tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    opening = asyncio.create_task(open_in_thread(path, "off", RETENTION.streams, TIMEOUTS))
    await asyncio.sleep(0)
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    assert locks.lock_file(path, locks.OPEN).exists()
    assert is_unused(path)


async def test_a_file_whose_opening_is_cancelled_twice_is_closed_once_it_is_open(
    tmp_path: Path, blocker: sqlite3.Connection
) -> None:
    path = tmp_path / "news.db"
    opening = asyncio.create_task(open_in_thread(path, "off", RETENTION.streams, TIMEOUTS))
    await until(locks.lock_file(path, locks.OPEN).exists)
    for _ in range(2):
        opening.cancel()
        await asyncio.wait([opening], timeout=0.01)
    with pytest.raises(asyncio.CancelledError):
        await opening
    assert not is_unused(path)
    blocker.execute("COMMIT")
    await until(lambda: is_unused(path), 10)


def test_a_file_is_closed_at_the_end_of_a_program_that_was_still_opening_it(
    tmp_path: Path, blocker: sqlite3.Connection
) -> None:
    path = tmp_path / "news.db"

    async def leave() -> None:
        opening = asyncio.create_task(open_in_thread(path, "off", RETENTION.streams, TIMEOUTS))
        await until(locks.lock_file(path, locks.OPEN).exists)
        asyncio.get_running_loop().call_later(0.1, blocker.execute, "COMMIT")
        assert not opening.done()

    asyncio.run(leave())
    assert is_unused(path)


async def test_a_process_that_starts_while_the_file_is_away_creates_none(tmp_path: Path) -> None:
    path, away = tmp_path / "news.db", tmp_path / "away.db"
    async with connect(path, RETENTION, "off") as bus:
        path.rename(away)
        starting = asyncio.create_task(open_in_thread(path, "off", RETENTION.streams, TIMEOUTS))
        # The others would take it for what has replaced their file.
        await until(lambda: "was deleted or moved away: put it back" in (bus.file.fault or ""))
        assert not path.exists()
        assert not starting.done()
        away.rename(path)
        with closing(await starting) as file:
            await until(lambda: bus.file.fault is None)
            await bus.publish([ProducerRecord(STREAM, "after", b"x")])
            assert [record.key for record in page(file.reader, STREAM, 0, 10, 10)] == ["after"]


class Exchanging(dict[str, Stream]):
    """Streams that put the file *other* at *path* when a connection looks for their tables."""

    def __init__(self, path: Path, other: Path) -> None:
        super().__init__(RETENTION.streams)
        self.path, self.other = path, other

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names."""
        if self.other.exists():
            self.other.replace(self.path)
        return super().__iter__()


def keys(file: BusFile) -> set[str]:
    """Return the keys of the records."""
    return {record.key for record in page(file.reader, STREAM, 0, 10_000, 10_000_000)}


def test_the_file_that_is_at_the_path_in_the_end_is_opened(tmp_path: Path) -> None:
    path, other = tmp_path / "news.db", tmp_path / "other.db"
    close_with_records(path, "former", 10)
    close_with_records(other, "other", 500)
    with closing(BusFile(path, "off", Exchanging(path, other))) as file:
        assert keys(file) == {"other"}
        publish(file, "after", 1)
        file.check()
    with closing(BusFile(path, "off", RETENTION.streams)) as file:
        assert keys(file) == {"other", "after"}


def test_a_file_that_is_exchanged_while_it_is_opened_gets_nothing_of_the_log_of_others(tmp_path: Path) -> None:
    path, other = tmp_path / "news.db", tmp_path / "other.db"
    close_with_records(path, "former", 10)
    close_with_records(other, "other", 2000)
    contents = other.read_bytes()
    with closing(BusFile(path, "off", RETENTION.streams)) as peer:
        publish(peer, "of the peer", 100)
        exchanging = Exchanging(path, other)
        with pytest.raises(Transient, match="was removed or exchanged"):
            BusFile(path, "off", exchanging)
        assert path.read_bytes() == contents
        # Nothing of the log was removed either.
        assert (tmp_path / "news.db-wal").stat().st_size > 100 * 2000


def test_a_link_that_is_changed_while_it_is_followed_is_followed_anew(tmp_path: Path) -> None:
    link, former, other = tmp_path / "news.db", tmp_path / "former.db", tmp_path / "other.db"
    close_with_records(former, "former", 1)
    close_with_records(other, "other", 1)
    link.symlink_to(former)
    (tmp_path / "new link").symlink_to(other)
    with closing(BusFile(link, "off", Exchanging(link, tmp_path / "new link"))) as file:
        assert keys(file) == {"other"}
    assert is_unused(former)


def test_a_file_whose_index_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    close_with_records(path, "first", 1)
    (tmp_path / "news.db-shm").mkdir()
    with pytest.raises(Misconfigured, match=r"news\.db-shm is not a file that may be written"):
        BusFile(path, "off", RETENTION.streams)
    assert is_unused(path)


def test_the_log_of_others_that_is_removed_while_it_is_opened_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    with closing(BusFile(path, "off", RETENTION.streams)) as peer:
        publish(peer, "of the peer", 100)
        expected = peer.files
        for suffix in ("-wal", "-shm"):
            (tmp_path / f"news.db{suffix}").unlink()
        lock = locks.open_lock_file(path, locks.OPEN)
        with pytest.raises(Transient, match="was removed or exchanged"):
            open_connections(path, path, lock, expected, "off", RETENTION.streams)
        os.close(lock)
        assert not (tmp_path / "news.db-wal").exists()
        # The peer copies it back, and opens another.
        recover(peer)
        assert keys(peer) == {"of the peer"}


def test_a_replacement_that_was_taken_away_again_is_not_created(tmp_path: Path) -> None:
    with (
        closing(BusFile(tmp_path / "news.db", "off", RETENTION.streams)) as file,
        pytest.raises(sqlite3.OperationalError, match="unable to open"),
    ):
        problem_of(tmp_path / "other.db", file)
    assert not (tmp_path / "other.db").exists()


def test_a_file_whose_log_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    with closing(BusFile(tmp_path / "news.db", "off", RETENTION.streams)):
        pass
    (tmp_path / "news.db-wal").mkdir()
    with pytest.raises(Misconfigured, match=r"news\.db cannot be used as a bus: unable to open"):
        BusFile(tmp_path / "news.db", "off", RETENTION.streams)
    assert is_unused(tmp_path / "news.db")


def test_a_new_file_whose_time_cannot_be_noted_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    locks.lock_file(path, locks.MAINTENANCE).mkdir(parents=True)
    with pytest.raises(Misconfigured, match=r"news\.db cannot be used as a bus: .*maintenance"):
        BusFile(path, "off", RETENTION.streams)
    assert is_unused(path)


async def test_a_file_that_is_moved_away_while_it_is_opened_is_not_created(tmp_path: Path) -> None:
    path, away = tmp_path / "news.db", tmp_path / "away.db"
    async with connect(path, RETENTION, "off") as bus:
        expected = bus.file.files
        bus.file.disconnect()
        path.rename(away)
        with pytest.raises(Transient, match="was removed or exchanged while it was opened"):
            bus.file.reconnect(expected)
        assert not path.exists()
        away.rename(path)
        bus.file.reconnect(replace(expected, wal=None, shm=None))
        await bus.publish([ProducerRecord(STREAM, "after", b"x")])


def test_the_error_of_a_locked_connection_has_the_path(tmp_path: Path, blocker: sqlite3.Connection) -> None:
    assert blocker.in_transaction
    with closing(sqlite3.connect(tmp_path / "news.db", timeout=0)) as db:
        with pytest.raises(sqlite3.OperationalError) as caught:
            db.execute("SELECT * FROM sqlite_master")
        error = bus_error(caught.value, db)
    assert isinstance(error, Transient)
    assert str(error).startswith(f"{tmp_path / 'news.db'} is locked by another program")
