"""The disk of the SQLite file is full, or fails: nothing is acknowledged, and services go on by themselves."""

import asyncio
import errno
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from monitor.bus import ProducerRecord, Transient
from monitor.bus.sqlite.bus import connect
from monitor.bus.sqlite.errors import may_pass
from tests.unit.bus.peer import RETENTION, STREAM, line, peer
from tests.unit.bus.test_file_faults import OUT, Copier, keys, until


async def test_a_full_disk_acknowledges_nothing_and_is_gone_once_there_is_space(tmp_path: Path) -> None:
    path = tmp_path / "bus.db"
    acknowledged: list[str] = []
    async with connect(path, RETENTION, "off") as bus:
        copier = Copier(bus)
        copying = asyncio.create_task(copier.run())
        # SQLite reports this as it does a full disk.
        (used,) = bus.file.writer.execute("PRAGMA page_count").fetchone()
        bus.file.writer.execute(f"PRAGMA max_page_count={used + 50}")

        async def fill() -> None:
            while True:
                await bus.publish([ProducerRecord(STREAM, str(len(acknowledged)), bytes(20_000))])
                acknowledged.append(str(len(acknowledged)))

        with pytest.raises(Transient, match=r"no space is left for .*bus\.db .*: free some on its disk"):
            await fill()
        assert acknowledged
        bus.file.writer.execute("PRAGMA max_page_count=100000")
        await bus.publish([ProducerRecord(STREAM, "after", b"x")])
        await until(lambda: copier.copied == [*acknowledged, "after"])
        copying.cancel()
    assert keys(path, STREAM) == keys(path, OUT) == [*acknowledged, "after"]


async def test_a_process_that_cannot_write_the_file_is_told_and_others_go_on(tmp_path: Path) -> None:
    path = tmp_path / "bus.db"
    async with connect(path, RETENTION, "off") as bus:
        await bus.publish([ProducerRecord(STREAM, "first", b"x")])
        with peer(path, "publish") as process:
            await asyncio.to_thread(line, process, "acknowledged")
            # Its writes fail from here on, as those to a disk that fails.
            unlimited = resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
            refused = await asyncio.to_thread(line, process, "refused")
            assert "bus.db cannot be read or written (disk I/O error): check its disk and its folder" in refused
            await bus.publish([ProducerRecord(STREAM, "second", b"x")])
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, unlimited)
            acknowledged = (await asyncio.to_thread(line, process, "acknowledged")).split()[1]
    stored = keys(path, STREAM)
    assert {"first", "second", f"peer {acknowledged}"} <= set(stored)
    assert f"peer {refused.split()[1]}" not in stored


@contextmanager
def full_disk() -> Iterator[None]:
    """Let no file of this process grow."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@pytest.mark.parametrize("before", [[], ["before"]])
async def test_a_file_on_a_full_disk_is_opened_once_there_is_space(tmp_path: Path, before: list[str]) -> None:
    path = tmp_path / "bus.db"
    for key in before:
        async with connect(path, RETENTION, "off") as bus:
            await bus.publish([ProducerRecord(STREAM, key, b"x")])
    with full_disk(), pytest.raises(Transient, match=r"bus\.db cannot be read or written \(disk I/O error\): check its disk"):
        await connect(path, RETENTION, "off").__aenter__()
    async with connect(path, RETENTION, "off") as bus:
        await bus.publish([ProducerRecord(STREAM, "after", b"x")])
    assert keys(path, STREAM) == [*before, "after"]


def test_an_error_of_the_disk_passes_and_a_missing_right_does_not() -> None:
    for number in (errno.ENOSPC, errno.EIO, errno.EMFILE):
        assert may_pass(OSError(number, os.strerror(number)), Path("bus.db"))
    assert not may_pass(OSError(errno.EACCES, os.strerror(errno.EACCES)), Path("bus.db"))
