"""The file of the bus behind a symbolic link that is changed while in use."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from monitor.bus import Damaged, ProducerRecord
from monitor.bus.sqlite import tables
from monitor.bus.sqlite.file import BusFile
from monitor.bus.sqlite.recovery import recover
from tests.unit.bus.peer import RETENTION, STREAM


@contextmanager
def opened(path: Path) -> Iterator[BusFile]:
    """Open the file at *path* as a bus."""
    file = BusFile(path, "off", RETENTION.streams)
    try:
        yield file
    finally:
        file.close()


def publish(file: BusFile, key: str) -> None:
    file.transact(0, tables.publish, [ProducerRecord(STREAM, key, b"x")], RETENTION, time.time())


def keys(file: BusFile) -> list[str]:
    return [record.key for record in tables.page(file.reader, STREAM, 0, 100, 100)]


def bus_file(path: Path, key: str) -> Path:
    """Create the file of a bus with one record. No lock files are beside it."""
    path.touch()
    with closing(tables.open_file(path, "off", RETENTION.streams)) as db:
        tables.publish(db, [ProducerRecord(STREAM, key, b"x")], RETENTION, time.time())
    return path


def other_database(path: Path) -> Path:
    """Create a database of another program."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE accounts (name)")
    return path


def point(link: Path, target: Path) -> None:
    """Make *link* a symbolic link to *target*."""
    link.with_name("new link").symlink_to(target)
    link.with_name("new link").replace(link)


def recover_from_change(file: BusFile) -> None:
    """Do what the bus does every second, until it has seen that the file does not change any more."""
    with pytest.raises(Damaged):
        file.check()
    for _ in range(2):
        recover(file)


@pytest.mark.parametrize("corrected", ["to the former file", "to a backup"])
def test_a_link_is_corrected_after_it_led_to_a_database_of_another_program(tmp_path: Path, corrected: str) -> None:
    link, former = tmp_path / "news.db", tmp_path / "former.db"
    point(link, former)
    with opened(link) as file:
        publish(file, "former")
        point(link, other_database(tmp_path / "other.db"))
        recover_from_change(file)
        assert "has the tables of another program" in str(file.fault)
        # Another file that is opened now may get the number of a descriptor that was closed.
        foreign = os.open(tmp_path / "foreign", os.O_CREAT | os.O_RDWR)
        point(link, former if corrected == "to the former file" else bus_file(tmp_path / "backup.db", "backup"))
        recover_from_change(file)
        assert file.fault is None
        publish(file, "after")
        assert keys(file) == ["former" if corrected == "to the former file" else "backup", "after"]
        assert os.fstat(foreign).st_size == 0
        os.close(foreign)
    with opened(link) as file:
        assert keys(file)[1:] == ["after"]
