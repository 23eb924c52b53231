"""The room that a bus takes on this machine."""

from pathlib import Path

from monitor.bus.address import Address
from monitor.bus.backends import connect, storage
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


def test_a_broker_keeps_its_log_elsewhere() -> None:
    assert storage(Address("kafka://127.0.0.1:9")) is None
