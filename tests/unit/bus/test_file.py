"""The file of the bus: its rights, its log, and commands on one that is damaged or read-only."""

import asyncio
import os
import socket
import sqlite3
import stat
import sys
import threading
from asyncio.subprocess import PIPE
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from monitor.bus import Damaged, Fenced, Misconfigured, ProducerRecord, backends
from monitor.bus.address import Address
from monitor.bus.sqlite import locks
from monitor.bus.sqlite.bus import connect
from monitor.bus.sqlite.recovery import accept
from monitor.bus.sqlite.tables import LOG_BYTES
from monitor.messages.codec import encode
from tests.make import alert
from tests.unit.bus.peer import RETENTION, STREAM

ROOT = Path(__file__).parents[3]
UNPRIVILEGED = ("setpriv", "--bounding-set=-all", "--inh-caps=-all") if os.geteuid() == 0 else ()
"""Makes the rights of files count for root too."""


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def test_a_new_file_is_private_and_an_existing_one_keeps_its_rights(tmp_path: Path) -> None:
    private, shared = tmp_path / "private.db", tmp_path / "shared.db"
    shared.touch(0o660)
    shared.chmod(0o660)
    for path, expected in ((private, 0o600), (shared, 0o660)):
        async with connect(path, RETENTION, "off") as bus, bus.subscribe("topics", STREAM, restore=nothing) as member:
            await member.read(1, 0)
            assert [mode(path.with_name(path.name + end)) for end in ("", "-wal", "-shm")] == [expected] * 3
            locks = path.with_name(f"{path.name}-locks")
            assert mode(locks) & 0o007 == 0
            assert {mode(file) & ~expected for file in locks.iterdir()} == {0}
    assert backends.hints(Address(f"sqlite:{private}")) == []
    (hint,) = backends.hints(Address(f"sqlite:{shared}"))
    assert hint.startswith(f"bus: {shared} can be written by other users of this machine")
    assert "`chmod 600" in hint


async def nothing(_: object) -> None:
    """Restore nothing."""


async def test_the_log_shrinks_once_a_slow_reader_has_gone(tmp_path: Path) -> None:
    path = tmp_path / "bus.db"
    log = path.with_name("bus.db-wal")
    async with connect(path, RETENTION, "off") as bus:
        for number in range(5):
            await bus.publish([ProducerRecord(STREAM, f"{number} {n}", bytes(20_000)) for n in range(10)])
        with closing(sqlite3.connect(path)) as db:
            rows = db.execute(f'SELECT value FROM "{STREAM}"')
            rows.fetchone()
            for number in range(100):
                await bus.publish([ProducerRecord(STREAM, f"{number} {n}", os.urandom(20_000)) for n in range(10)])
            assert log.stat().st_size > 15_000_000
            rows.close()
        # Nothing is written any more.
        async with asyncio.timeout(20):
            while log.stat().st_size > LOG_BYTES:
                await asyncio.sleep(0.05)


async def test_copies_by_newsmonitor_itself_are_not_taken_for_writes_by_others(tmp_path: Path) -> None:
    async with connect(tmp_path / "bus.db", RETENTION, "off") as bus:
        suspected = False
        for number in range(150):
            await bus.publish([ProducerRecord(STREAM, f"{number} {n}", os.urandom(200_000)) for n in range(5)])
            for _ in range(10):
                suspected = suspected or bus.file.is_suspect()
                await asyncio.sleep(0)
        assert not suspected
        assert bus.file.generation == 0


async def test_a_commit_is_refused_if_a_read_claims_the_group_anew_meanwhile(tmp_path: Path) -> None:
    path = tmp_path / "bus.db"
    async with connect(path, RETENTION, "off") as bus, bus.subscribe("topics", STREAM, restore=nothing) as member:
        await bus.publish([ProducerRecord(STREAM, key, b"x") for key in "ab"])
        batch = await member.read(1, 1)
        # Another program has written the file. Its contents are intact, but what was read may be gone.
        accept(bus.file, path.stat().st_mtime_ns)
        may_go_on = threading.Event()
        reading = asyncio.create_task(member.read(9, 1))
        writing = asyncio.create_task(bus.write(lambda _: may_go_on.wait(20)))
        commit = asyncio.create_task(member.commit(batch[0].partition, batch, [ProducerRecord(STREAM, "out", b"x")]))
        again = await reading
        may_go_on.set()
        await writing
        with pytest.raises(Fenced):
            await commit
        assert [record.key for record in again] == ["a", "b"]
        assert member.partitions()
        await member.commit(batch[0].partition, again, [])
        assert await bus.lag("topics", STREAM) == 0


async def test_other_work_runs_while_another_process_looks_after_the_file(tmp_path: Path) -> None:
    path = tmp_path / "bus.db"
    async with connect(path, RETENTION, "off") as bus:
        await bus.publish([ProducerRecord(STREAM, "a", b"x")])
        with locks.maintenance(path):
            bus.file.set_damaged("the contents are to be checked")
            os.utime(path, ns=(0, 0))
            async with asyncio.timeout(20):
                while bus.file.next_scan == 0:
                    await asyncio.sleep(0.01)
        async with asyncio.timeout(20):
            while bus.file.fault:
                await asyncio.sleep(0.01)
        # The check ended while the lock was held, so its result was noted after that.
        assert not bus.file.is_written_by_others()


async def test_a_symbolic_link_has_the_locks_of_its_file(tmp_path: Path) -> None:
    path, link = tmp_path / "bus.db", tmp_path / "link.db"
    async with connect(path, RETENTION, "off") as bus:
        link.symlink_to(path)
        await bus.publish([ProducerRecord(STREAM, "a", b"x")])
        async with connect(link, RETENTION, "off") as other, bus.subscribe("topics", STREAM, restore=nothing) as owner:
            assert len(await owner.read(5, 1)) == 1
            async with other.subscribe("topics", STREAM, restore=nothing) as standby:
                assert await standby.read(5, 0.2) == ()


@pytest.mark.parametrize("version", [0, 1])
async def test_a_database_of_another_program_is_not_touched(tmp_path: Path, version: int) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA user_version={version}")
        db.execute("CREATE TABLE accounts (name)")
    contents = path.read_bytes()
    with pytest.raises(Misconfigured, match="has the tables of another program"):
        async with connect(path, RETENTION):
            pass
    assert path.read_bytes() == contents


def make_socket(path: Path) -> None:
    with closing(socket.socket(socket.AF_UNIX)) as made:
        made.bind(str(path))


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (os.mkfifo, "news.db is a pipe, a socket or a device"),
        (make_socket, "news.db is a pipe, a socket or a device"),
        (lambda path: path.symlink_to("/dev/null"), "news.db is a pipe, a socket or a device"),
        (lambda path: path.symlink_to(path), "news.db is a link that leads back to itself"),
        (lambda path: path.symlink_to("missing/news.db"), "there is no folder "),
        (lambda path: path.symlink_to("other.db"), None),
    ],
)
def test_what_is_no_file_is_named_without_opening_it(tmp_path: Path, make: Callable[[Path], None], problem: str | None) -> None:
    path = tmp_path / "news.db"
    make(path)
    found = backends.problems(Address(f"sqlite:{path}"))
    if problem is None:
        assert found == []
    else:
        (line,) = found
        assert problem in line
        assert "name a" in line


async def run(folder: Path, *words: str) -> tuple[int, str, str]:
    command = (*UNPRIVILEGED, sys.executable, "-m", "monitor", *words)
    environment = dict(os.environ) | {"PYTHONPATH": str(ROOT)}
    process = await asyncio.create_subprocess_exec(*command, cwd=folder, stdout=PIPE, stderr=PIPE, env=environment)
    out, err = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode or 0, out.decode(), err.decode()


async def write_bus(folder: Path) -> Path:
    (folder / "monitor.toml").write_text('bus = "sqlite:news.db"\n')
    path = folder / "news.db"
    async with connect(path, RETENTION, "off") as bus:
        await bus.publish([encode(alert(id=f"kim:s{number}", title=f"Title {number}")) for number in range(300)])
    return path


def set_modes(path: Path, file: int, folder: int) -> None:
    path.chmod(file)
    path.parent.chmod(folder)


async def test_commands_read_a_read_only_file_and_say_that_they_cannot_write_it(tmp_path: Path) -> None:
    path = await write_bus(tmp_path)
    set_modes(path, 0o400, 0o500)
    code, out, err = await run(tmp_path, "alerts")
    assert (code, out.count("Title"), err) == (0, 300, "")
    assert (await run(tmp_path, "status"))[0] == 0
    code, _, err = await run(tmp_path, "dead", "redrive")
    assert (code, err.count("\n"), "give newsmonitor the right to write it" in err) == (1, 1, True), err
    code, _, err = await run(tmp_path, "run")
    # The first line is the log's: the config is being read.
    assert (code, err.count("\n"), "is not writable: give newsmonitor the right" in err) == (1, 2, True), err
    set_modes(path, 0o600, 0o700)


@pytest.mark.parametrize("words", [("alerts",), ("check",), ("run",)])
async def test_commands_on_a_damaged_file_say_what_to_do(tmp_path: Path, words: tuple[str, ...]) -> None:
    path = await write_bus(tmp_path)
    with path.open("r+b") as file:
        for page in range(2, path.stat().st_size // 4096):
            file.seek(page * 4096 + 50)
            file.write(b"\x07" * 3000)
    code, out, err = await run(tmp_path, *words)
    (line,) = [each for each in (out + err).splitlines() if "damaged" in each]
    assert (code, "put a backup in its place" in line, ".recover" in line, "Traceback" in err) == (1, True, True, False), err


async def test_a_record_of_another_type_is_damage_and_no_traceback(tmp_path: Path) -> None:
    path = tmp_path / "bus.db"
    async with connect(path, RETENTION, "off") as bus:
        await bus.publish([ProducerRecord(STREAM, "a", b"x")])
        with closing(sqlite3.connect(path, isolation_level=None)) as db:
            db.execute(f"UPDATE \"{STREAM}\" SET headers = 'no JSON'")
        with pytest.raises(Damaged, match="a record cannot be read"):
            [record async for record in bus.replay(STREAM, None)]


async def test_a_bug_in_a_read_is_not_told_as_damage(tmp_path: Path) -> None:
    async with connect(tmp_path / "bus.db", RETENTION, "off") as bus:
        with pytest.raises(ValueError, match="invalid literal"):
            await bus.read(lambda _: int("a bug"))
        await bus.publish([ProducerRecord(STREAM, "a", b"x")])
