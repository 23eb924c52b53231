"""The room that a bus takes on this machine."""

from datetime import timedelta
from pathlib import Path

from monitor.bus import ProducerRecord
from monitor.bus.address import Address
from monitor.bus.backends import connect, storage
from monitor.bus.sqlite import bus as sqlite
from monitor.bus.sqlite import tables
from monitor.bus.sqlite.tables import Retention
from monitor.clock import utc
from tests.unit.runtime.harness import raw


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


async def test_free_pages_of_the_file_are_not_used_and_the_mark_is_that_of_the_removal(tmp_path: Path) -> None:
    address = Address(f"sqlite:{tmp_path / 'news.db'}", days=30, max_mb=20)
    async with connect(address) as bus:
        await bus.publish([ProducerRecord("article.raw.v1", str(n), bytes(100_000)) for n in range(190)])
        full = storage(address)
        assert full is not None
        assert full.used > full.mark
    # Nine tenths of a smaller file are not reached after a removal of a tenth, although the file keeps its size.
    async with sqlite.connect(tmp_path / "news.db", Retention(30, 20 * 1024 * 1024)) as file:
        await file.trim(utc().timestamp())
        found = storage(address)
        assert found is not None
        assert found.used == await file.read(tables.used_bytes) < found.mark < found.size


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
