"""Records in the file of the bus, written without a service."""

import time
from contextlib import closing
from pathlib import Path

from monitor.bus import ProducerRecord
from monitor.bus.sqlite import tables
from monitor.bus.sqlite.file import BusFile
from tests.unit.bus.peer import RETENTION, STREAM


def close_with_records(path: Path, key: str, count: int) -> None:
    """Create the file at *path* with *count* records of *key*."""
    with closing(BusFile(path, "off", RETENTION.streams)) as file:
        publish(file, key, count)


def publish(file: BusFile, key: str, count: int) -> None:
    """Publish *count* records of *key*."""
    file.transact(0, tables.publish, [ProducerRecord(STREAM, key, bytes(2000))] * count, RETENTION, time.time())
