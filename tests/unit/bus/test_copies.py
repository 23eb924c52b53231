"""Copies of the SQLite file while others write it, and their return to its place."""

import asyncio
import os
import random
import sqlite3
import stat
from collections.abc import Callable
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import rmtree

import pytest

from monitor.bus import Misconfigured, ProducerRecord, Transient
from monitor.bus.backends import Address, backup, restore
from monitor.bus.sqlite.bus import connect
from tests.bus import replay
from tests.unit.bus.peer import COPY, RETENTION, STREAM, copy, line, peer
from tests.unit.bus.saved import NOW, address_of, fill, ignore, keys, names, put_back, save


def position(path: Path, group: str) -> int:
    with closing(sqlite3.connect(path)) as db:
        row = db.execute("SELECT next FROM positions WHERE member = ?", (group,)).fetchone()
    return row[0] if row else 0


async def copy_everything(path: Path) -> None:
    """Copy until the group `entities` has read all."""
    async with connect(path, RETENTION, "off") as bus:
        copying = asyncio.create_task(copy(bus))
        async with asyncio.timeout(30):
            while await bus.lag("entities", STREAM) != 0:
                await asyncio.sleep(0.02)
        copying.cancel()


async def test_a_log_comes_back_as_it_was(tmp_path: Path) -> None:
    path, file = tmp_path / "bus.db", tmp_path / "backup.db"
    await fill(path)
    shown: list[tuple[int, int]] = []
    copied = backup(address_of(path), file, lambda done, total: shown.append((done, total)))
    assert (copied.records, copied.size) == (20, file.stat().st_size)
    assert copied.newest is not None
    assert datetime.now(UTC) - copied.newest < timedelta(minutes=5)
    assert shown[-1][0] == shown[-1][1] > 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    await fill(path, 5)
    restored = put_back(path, file)
    assert restored.records == 20
    assert restored.aside == tmp_path / "bus.db.replaced-20261127T073000Z"
    assert len(keys(restored.aside, STREAM)) == 25
    assert file.exists()
    async with connect(path, RETENTION, "off") as bus:
        assert [each.key for each in await replay(bus, STREAM)] == [f"key {number}" for number in range(20)]
        assert not bus.file.is_suspect()
    assert names(tmp_path) == ["backup.db", "bus.db", "bus.db-locks", restored.aside.name]


async def test_a_backup_is_one_file_that_can_be_read_where_nothing_can_be_written(tmp_path: Path) -> None:
    path, file = tmp_path / "bus.db", tmp_path / "backup.db"
    await fill(path)
    save(path, file)
    with closing(sqlite3.connect(file)) as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("delete",)


@pytest.mark.parametrize("seed", range(3))
async def test_a_backup_made_while_services_are_killed_goes_on_without_loss_or_doubling(tmp_path: Path, seed: int) -> None:
    path, rng, copies = tmp_path / "bus.db", random.Random(seed), 4
    await fill(path, 3000)
    with ExitStack() as stack:
        peers = {role: stack.enter_context(peer(path, role)) for role in ("publish", "copy")}
        await asyncio.to_thread(line, peers["publish"], "acknowledged")
        for number in range(copies):
            saving = asyncio.create_task(asyncio.to_thread(save, path, tmp_path / f"{number}.db"))
            await asyncio.sleep(rng.uniform(0, 0.05))
            role = rng.choice(list(peers))
            peers[role].kill()
            await saving
            peers[role] = stack.enter_context(peer(path, role))
            await asyncio.sleep(rng.uniform(0, 0.3))
    for number in range(copies):
        put_back(path, tmp_path / f"{number}.db", NOW + timedelta(seconds=number))
        published, done = keys(path, STREAM), keys(path, COPY)
        # What was published for a message and the position after it are in the copy both, or neither is.
        assert done == published[: position(path, "entities")]
        assert published[:3000] == [f"key {each}" for each in range(3000)]
        await copy_everything(path)
        assert keys(path, COPY) == published


async def test_a_long_copy_holds_up_no_writer_and_has_nothing_of_what_is_written_meanwhile(tmp_path: Path) -> None:
    path, file = tmp_path / "bus.db", tmp_path / "backup.db"
    records = [ProducerRecord(STREAM, f"key {number}", os.urandom(20_000)) for number in range(2000)]
    async with connect(path, RETENTION, "off") as bus:
        await bus.publish(records)
        loop, written = asyncio.get_running_loop(), 0

        def write_between_steps(_done: int, _total: int) -> None:
            nonlocal written
            asyncio.run_coroutine_threadsafe(bus.publish([ProducerRecord(STREAM, "later", b"x")]), loop).result(20)
            written += 1

        copied = await asyncio.to_thread(backup, address_of(path), file, write_between_steps)
        assert written > 3
        assert copied.records == 2000
        assert len(keys(path, STREAM)) == 2000 + written


@pytest.mark.parametrize("make", [Path.touch, Path.mkdir, lambda path: path.symlink_to("elsewhere")])
async def test_nothing_is_overwritten(tmp_path: Path, make: Callable[[Path], None]) -> None:
    path, file = tmp_path / "bus.db", tmp_path / "backup.db"
    await fill(path)
    make(file)
    with pytest.raises(Misconfigured, match="already exists, and no file is overwritten: name another"):
        save(path, file)
    assert not (tmp_path / "elsewhere").exists()


async def test_a_file_that_appears_during_the_copy_is_not_overwritten(tmp_path: Path) -> None:
    path, file = tmp_path / "bus.db", tmp_path / "backup.db"
    await fill(path)

    def make_it(_done: int, _total: int) -> None:
        file.write_text("mine")

    with pytest.raises(Misconfigured, match="already exists"):
        backup(address_of(path), file, make_it)
    assert file.read_text() == "mine"
    assert not (tmp_path / "backup.db.part").exists()


async def test_the_logs_of_two_restores_in_one_second_are_both_kept(tmp_path: Path) -> None:
    path, file = tmp_path / "bus.db", tmp_path / "backup.db"
    await fill(path, 1)
    save(path, file)
    kept = []
    for records in (2, 3):
        await fill(path, records)
        kept.append(put_back(path, file).aside)
    assert [each.name for each in kept if each] == [f"bus.db.replaced-20261127T073000Z{suffix}" for suffix in ("", "-2")]
    assert [len(keys(each, STREAM)) for each in kept if each] == [3, 4]


@pytest.mark.parametrize(
    ("target", "reason"),
    [("/proc/x.db", "No such file or directory"), ("x" * 256, "File name too long")],
    ids=["folder", "name"],
)
async def test_a_file_that_cannot_be_written_is_named_with_the_reason_and_a_remedy(
    tmp_path: Path, target: str, reason: str
) -> None:
    await fill(tmp_path / "bus.db", 1)
    with pytest.raises(Misconfigured, match=rf"{target} cannot be written \({reason}\): name another file"):
        save(tmp_path / "bus.db", tmp_path / target)


@pytest.mark.parametrize("obstacle", ["bus.db-locks", "bus.db.part"])
async def test_a_restore_that_cannot_write_the_file_of_the_bus_says_what_to_do_about_this_file(
    tmp_path: Path, obstacle: str
) -> None:
    path, backup_file = tmp_path / "bus.db", tmp_path / "backup.db"
    await fill(path, 1)
    save(path, backup_file)
    rmtree(tmp_path / "bus.db-locks")
    (tmp_path / obstacle).symlink_to("/proc/none")
    remedy = f"give newsmonitor the right to write it and {tmp_path}, or make room on the disk"
    with pytest.raises(Misconfigured, match=rf"{path} cannot be written \(.+\): {remedy}"):
        put_back(path, backup_file)


async def test_a_copy_that_has_no_room_says_how_much_it_needs(tmp_path: Path) -> None:
    path = tmp_path / "bus.db"
    await fill(path, 1)
    with path.open("r+b") as file:
        # The number of pages, in the header. The file is sparse.
        file.seek(28)
        file.write((2**28).to_bytes(4, "big"))
        file.truncate(2**40)
    needs = r"its disk has room for [\d,]+ bytes, and 1,099,511,627,776 are needed"
    with pytest.raises(Misconfigured, match=rf"backup\.db cannot be written \({needs}\): name another file, or see whether"):
        save(path, tmp_path / "backup.db")


async def test_what_a_killed_backup_has_left_is_overwritten(tmp_path: Path) -> None:
    path, file, part = tmp_path / "bus.db", tmp_path / "backup.db", tmp_path / "backup.db.part"
    await fill(path)
    for left in (part, tmp_path / "backup.db.part-wal"):
        left.write_bytes(os.urandom(50_000))
    assert save(path, file).records == 20
    assert not part.exists()


async def test_two_backups_to_one_file_do_not_mix(tmp_path: Path) -> None:
    path, file = tmp_path / "bus.db", tmp_path / "backup.db"
    await fill(path)
    refused: list[str] = []

    def save_again(_done: int, _total: int) -> None:
        try:
            save(path, file)
        except Misconfigured as error:
            refused.append(str(error))

    backup(address_of(path), file, save_again)
    assert "another process writes" in refused[0]


async def test_a_damaged_log_makes_no_backup(tmp_path: Path) -> None:
    path, file = tmp_path / "bus.db", tmp_path / "backup.db"
    await fill(path, 2000)
    with path.open("r+b") as opened:
        for page in range(20, path.stat().st_size // 4096):
            opened.seek(page * 4096)
            opened.write(b"\x07" * 3000)
    with pytest.raises(Transient, match="is damaged"):
        save(path, file)
    assert names(tmp_path) == ["bus.db", "bus.db-locks"]


def test_kafka_says_what_to_do_instead(tmp_path: Path) -> None:
    address, file, remedy = Address("kafka://127.0.0.1:1"), tmp_path / "backup.db", "mirror the topics to a second cluster"
    with pytest.raises(Misconfigured, match=remedy):
        backup(address, file, ignore)
    with pytest.raises(Misconfigured, match=remedy):
        restore(address, file, ignore, NOW)
