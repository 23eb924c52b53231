"""A file of the bus that has two names. SQLite would keep a log for each, so only one may be in use."""

import fcntl
import os
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from monitor.bus import Misconfigured, Transient
from monitor.bus.sqlite import connections, other_users
from monitor.bus.sqlite.file import BusFile
from monitor.bus.sqlite.files import is_empty
from monitor.bus.sqlite.tables import page
from tests.unit.bus.peer import RETENTION, STREAM, line, peer
from tests.unit.bus.records import close_with_records

LOCK = """
import fcntl, sys, time
with open(sys.argv[1], "r+b") as file:
    fcntl.lockf(file, fcntl.LOCK_SH, 510, 2**30 + 2)
    print("locked", flush=True)
    time.sleep(float(sys.argv[2]))
"""
"""A program that holds the lock of a reader of the file for some seconds, without a log."""


def add_name(by: str, real: Path, name: Path) -> None:
    """Let *name* lead to the file *real*, by a hard link or by a link to the new name that it gets."""
    if by == "a hard link":
        name.hardlink_to(real)
    else:
        moved = real.rename(real.with_name("new.db"))
        name.symlink_to(moved)


@pytest.mark.parametrize("by", ["a hard link", "a link to its new name"])
@pytest.mark.parametrize("system", ["lists locks", "lists none"])
def test_a_file_that_is_open_by_another_name_waits_for_the_processes_that_use_it(
    tmp_path: Path, by: str, system: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, name = tmp_path / "real.db", tmp_path / "news.db"
    with peer(real, "publish") as process:
        line(process, "acknowledged 5")
        add_name(by, real, name)
        if system == "lists none":
            # As for a process in another container, or on another system than Linux.
            monkeypatch.setattr(other_users, "locks_on", lambda _: [])
        stop = f"process {process.pid} " if system == "lists locks" else "the processes that use it"
        with pytest.raises(Transient, match=f"open by another of its names, .* stop {stop}"):
            BusFile(name, "off", RETENTION.streams)


@pytest.mark.parametrize("by", ["a hard link", "a link to its new name"])
def test_the_log_that_a_killed_process_left_under_another_name_is_told(tmp_path: Path, by: str) -> None:
    real, name = tmp_path / "real.db", tmp_path / "news.db"
    with peer(real, "publish") as process:
        line(process, "acknowledged 5")
    add_name(by, real, name)
    with pytest.raises(Transient, match=r"real\.db-wal is the log of .* rename it to"):
        BusFile(name, "off", RETENTION.streams)
    Path(f"{real}-wal").rename(f"{os.path.realpath(name)}-wal")
    with closing(BusFile(name, "off", RETENTION.streams)) as file:
        assert len(page(file.reader, STREAM, 0, 100, 10_000_000)) >= 6


@pytest.mark.parametrize("size", ["empty", "with records"])
def test_of_two_processes_that_open_a_file_by_two_names_at_once_one_waits(tmp_path: Path, size: str) -> None:
    paths = [tmp_path / "a.db", tmp_path / "b.db"]
    if size == "empty":
        paths[0].touch()
    else:
        close_with_records(paths[0], "key", 1)
    paths[1].hardlink_to(paths[0])
    with ThreadPoolExecutor() as executor:
        opening = [executor.submit(BusFile, name, "off", RETENTION.streams) for name in paths]
    (refused,) = (error for each in opening if (error := each.exception()))
    assert isinstance(refused, Transient)
    for each in opening:
        if not each.exception():
            each.result().close()


@pytest.mark.parametrize("folder", ["same", "other"])
def test_a_log_that_was_left_beside_a_name_hides_no_process_that_uses_another(tmp_path: Path, folder: str) -> None:
    real, name = tmp_path / "a.db", tmp_path / folder / "b.db"
    name.parent.mkdir()
    close_with_records(real, "key", 1)
    name.hardlink_to(real)
    Path(f"{name}-wal").touch()
    with peer(real, "publish") as process:
        line(process, "acknowledged 0")
        with pytest.raises(Transient, match=rf"b\.db is open by another of its names, .* stop process {process.pid} "):
            BusFile(name, "off", RETENTION.streams)


@pytest.mark.parametrize("contents", ["none", "tables of fewer streams", "records"])
def test_a_process_that_opens_the_file_by_another_name_at_the_same_time_is_noticed(
    tmp_path: Path, contents: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, name = tmp_path / "a.db", tmp_path / "folder" / "b.db"
    name.parent.mkdir()
    match contents:
        case "none":
            real.touch()
        case "tables of fewer streams":
            BusFile(real, "off", {STREAM: RETENTION.streams[STREAM]}).close()
        case _:
            close_with_records(real, "key", 1)
    name.hardlink_to(real)
    with ExitStack() as stack:

        def open_by_another_name(_: Path) -> None:
            monkeypatch.undo()
            line(stack.enter_context(peer(real, "publish")), "acknowledged 0")

        # The other one opens it between the look before the opening and the opening itself.
        monkeypatch.setattr(connections, "check_before_opening", open_by_another_name)
        with pytest.raises(Transient, match="is open by another of its names"):
            BusFile(name, "off", RETENTION.streams)
        assert is_empty(Path(f"{name}-wal"))
    with closing(BusFile(real, "off", RETENTION.streams)) as file:
        assert len(page(file.reader, STREAM, 0, 100, 10_000_000)) >= 1


@pytest.mark.parametrize("kind", ["a pipe", "an endless file", "a folder", "no file", "a loop of links as log"])
def test_what_lies_where_another_file_would_have_its_locks_keeps_no_process_from_opening_this_one(
    tmp_path: Path, kind: str
) -> None:
    locks, log = tmp_path / "z.db-locks", tmp_path / "z.db-wal"
    locks.mkdir()
    log.write_bytes(b"records")
    match kind:
        case "a pipe":
            os.mkfifo(locks / ".open")
        case "an endless file":
            (locks / ".open").symlink_to("/dev/zero")
        case "a folder":
            (locks / ".open").mkdir()
        case "no file":
            (locks / ".open").symlink_to("nowhere")
        case _:
            (locks / ".open").touch()
            log.unlink()
            log.symlink_to(log)
    close_with_records(tmp_path / "news.db", "key", 1)


def test_another_program_that_locks_the_folder_is_not_waited_for_long(tmp_path: Path) -> None:
    descriptor = os.open(tmp_path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        close_with_records(tmp_path / "news.db", "key", 1)
    finally:
        os.close(descriptor)


def test_a_program_that_opens_or_closes_the_file_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    close_with_records(path, "first", 1)
    with subprocess.Popen([sys.executable, "-c", LOCK, str(path), "0.4"], stdout=subprocess.PIPE) as program:
        assert program.stdout
        program.stdout.readline()
        close_with_records(path, "second", 1)


def test_a_database_that_another_program_uses_without_a_log_does_not_count_as_open_by_another_name(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE notes (text)")
    with subprocess.Popen([sys.executable, "-c", LOCK, str(path), "60"], stdout=subprocess.PIPE) as program:
        assert program.stdout
        program.stdout.readline()
        with pytest.raises(Misconfigured, match="tables of another program"):
            BusFile(path, "off", RETENTION.streams)
        assert program.poll() is None
        program.kill()


def test_another_program_that_reads_the_file_keeps_no_process_from_opening_it(tmp_path: Path) -> None:
    path = tmp_path / "news.db"
    close_with_records(path, "first", 1)
    with closing(sqlite3.connect(path)) as other:
        other.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        close_with_records(path, "second", 1)
