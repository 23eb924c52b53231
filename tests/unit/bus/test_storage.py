"""The room that a bus takes on this machine."""

from datetime import timedelta
from pathlib import Path

from monitor.bus.address import Address
from monitor.bus.backends import connect, storage
from monitor.bus.sqlite import bus as sqlite
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
        assert found.limit == 64 * 1024 * 1024
        assert found.free > 0


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
