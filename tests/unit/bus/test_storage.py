"""The room that a bus takes on this machine."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from monitor.bus import ProducerRecord
from monitor.bus.address import Address
from monitor.bus.backends import connect, storage
from monitor.bus.sqlite import bus as sqlite
from monitor.bus.sqlite import tables
from monitor.bus.sqlite.tables import Retention
from monitor.bus.streams import STREAMS, Stream
from monitor.clock import utc
from tests.bus import restore_nothing
from tests.unit.runtime.harness import raw

MIB = 1024 * 1024


async def test_an_sqlite_file_counts_with_its_write_ahead_log(tmp_path: Path) -> None:
    address = Address(f"sqlite:{tmp_path / 'news.db'}", max_mb=64)
    assert storage(address) is None
    async with connect(address) as bus:
        await bus.publish([raw(number) for number in range(50)])
        files = (tmp_path / "news.db", tmp_path / "news.db-wal")
        found = storage(address)
        assert found is not None
        assert found.size == sum(file.stat().st_size for file in files)
        assert files[1].stat().st_size > 0
        assert (found.mark, found.limit) == (int(0.9 * 64 * 1024 * 1024), 64 * 1024 * 1024)
        assert found.free > 0


async def test_articles_that_were_removed_early_are_told_until_far_more_may_be_used(tmp_path: Path) -> None:
    address = Address(f"sqlite:{tmp_path / 'news.db'}", days=30, max_mb=20)
    async with sqlite.connect(tmp_path / "news.db", Retention(30, 20 * MIB)) as file:
        for _ in range(2):
            await file.publish([ProducerRecord("article.raw.v1", str(n), bytes(100_000)) for n in range(90)])
            found = storage(address)
            assert found is not None
            assert not found.is_short
        await file.publish([ProducerRecord("article.raw.v1", str(n), bytes(100_000)) for n in range(10)])
        before = utc()
        await file.maintain_records()
        found = storage(address)
        assert found is not None
        # The file keeps its size.
        assert found.used == await file.read(tables.used_bytes) < found.mark < found.size
        assert found.removed_early is not None
        assert found.is_short
        assert before - timedelta(minutes=1) < found.removed_early <= utc() + timedelta(minutes=1)
    larger = storage(replace(address, max_mb=30))
    assert larger is not None
    assert not larger.is_short
    for days, is_short in ((6, True), (2, False)):
        with closing(sqlite3.connect(tmp_path / "news.db")) as db, db:
            db.execute("UPDATE removed SET time = time - ?", (days * 86400,))
        found = storage(address)
        assert found is not None
        assert found.is_short == is_short
    # What was removed longer ago would not be kept any more.
    later = storage(replace(address, days=0.0))
    assert later is not None
    assert later.removed_early is None


async def test_the_use_of_a_file_that_cannot_be_read_is_not_known(tmp_path: Path) -> None:
    address = Address(f"sqlite:{tmp_path / 'news.db'}", days=30, max_mb=20)
    (tmp_path / "news.db").write_bytes(b"no database " * 2_000_000)
    found = storage(address)
    assert found is not None
    assert (found.size, found.used, found.is_short) == (24_000_000, None, False)


async def test_the_use_of_a_file_without_the_streams_of_a_package_that_was_added_is_known(tmp_path: Path) -> None:
    address = Address(f"sqlite:{tmp_path / 'news.db'}")
    async with connect(address):
        further = {"own.v1": Stream("own.v1"), "big.v1": Stream("big.v1", bulk=True)}
        found = storage(replace(address, streams={**STREAMS, **further}))
        assert found
        assert found.used


async def test_records_that_have_expired_unread_are_known(tmp_path: Path) -> None:
    address = Address(f"sqlite:{tmp_path / 'news.db'}", days=1)

    def has_unread() -> bool:
        found = storage(address)
        assert found is not None
        return found.has_unread

    async with connect(address) as bus, bus.subscribe("delivery", "alert.v1", restore=restore_nothing) as subscription:
        assert await subscription.read(10, 0) == ()
        await bus.publish([ProducerRecord("alert.v1", str(n), b"x") for n in range(3)])
        assert not has_unread(), "they are read soon"
        with closing(sqlite3.connect(tmp_path / "news.db")) as db, db:
            db.execute('UPDATE "alert.v1" SET time = time - 2 * 86400')
        assert has_unread()
        batch = await subscription.read(10, 1)
        await subscription.commit(batch[0].partition, batch, ())
        assert not has_unread()


async def test_whether_there_are_articles_and_unread_ones_is_known(tmp_path: Path) -> None:
    address = Address(f"sqlite:{tmp_path / 'news.db'}")

    def known() -> tuple[bool, bool]:
        found = storage(address)
        assert found is not None
        return found.has_articles, found.has_unread

    async with connect(address) as bus, bus.subscribe("entities", "article.raw.v1", restore=restore_nothing) as subscription:
        assert await subscription.read(10, 0) == ()
        assert known() == (False, False)
        await bus.publish([raw(number) for number in range(3)])
        assert known() == (True, True)
        batch = await subscription.read(10, 1)
        await subscription.commit(batch[0].partition, batch, ())
        assert known() == (True, False)


async def test_the_days_of_the_oldest_article_are_those_since_it_was_written(tmp_path: Path) -> None:
    address = Address(f"sqlite:{tmp_path / 'news.db'}", days=30)
    path, retention = tmp_path / "news.db", Retention(30, 2**40)
    async with sqlite.connect(path, retention, clock=lambda: utc() - timedelta(days=3)) as bus:
        found = storage(address)
        assert found is not None
        assert (found.days, found.span) == (30, 0.0)
        await bus.publish([raw(0)])
        await bus.publish([raw(1)])
        found = storage(address)
        assert found is not None
        assert round(found.span, 1) == 3.0


def test_a_broker_keeps_its_log_elsewhere() -> None:
    assert storage(Address("kafka://127.0.0.1:9")) is None
