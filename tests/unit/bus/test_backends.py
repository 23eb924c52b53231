"""The back ends of the bus, chosen by URL scheme."""

import subprocess
import sys
from pathlib import Path

import pytest

from monitor.bus import Misconfigured, ProducerRecord, backends
from monitor.bus.address import Address
from monitor.config.load import parse
from monitor.runtime import registry


@pytest.mark.parametrize("url", ["", "sqlite:", "kafka:", "redis://127.0.0.1", "/var/lib/news.db"])
def test_an_unknown_url_is_refused_with_the_known_forms(url: str) -> None:
    with pytest.raises(Misconfigured, match="is neither sqlite:FILE nor kafka://HOST:PORT"):
        backends.connect(Address(url))


def test_relative_paths_are_resolved_against_the_folder_of_the_config(tmp_path: Path) -> None:
    assert backends.absolute("sqlite:news.db", tmp_path) == f"sqlite:{tmp_path / 'news.db'}"
    assert backends.absolute("kafka://127.0.0.1:9092/desk", tmp_path) == "kafka://127.0.0.1:9092/desk"
    assert backends.absolute("redis:news", tmp_path) == "redis:news"


def test_kafka_streams_must_be_kept_as_long_as_offsets(tmp_path: Path) -> None:
    assert backends.problems(Address("kafka://127.0.0.1:9092", days=7)) == []
    assert backends.problems(Address("sqlite:news.db", days=6)) == []
    config = parse('bus = "kafka://127.0.0.1:9092"\n[streams]\ndays = 6\n', tmp_path)
    assert "streams.days: a Kafka broker keeps offsets for 7 days; set at least 7" in registry.check(config)


COUNT = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
print(*db.execute("SELECT count(*) FROM 'dead.v1'").fetchone())
db.close()
"""


async def test_checking_the_file_of_an_open_bus_keeps_the_locks_of_this_process(tmp_path: Path) -> None:
    file = tmp_path / "news.db"
    address = Address(f"sqlite:{file}", days=7)

    def count_in_another_process() -> int:
        command = [sys.executable, "-c", COUNT, str(file)]
        result = subprocess.run(command, capture_output=True, text=True, check=True)
        return int(result.stdout)

    async with backends.connect(address) as bus:
        await bus.publish([ProducerRecord("dead.v1", "a", b"{}")])
        assert backends.problems(address) == []
        assert count_in_another_process() == 1
        await bus.publish([ProducerRecord("dead.v1", "b", b"{}")])
        assert count_in_another_process() == 2, "the other process has not removed the write-ahead log"
