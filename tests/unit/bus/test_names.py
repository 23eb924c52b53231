"""The names by which the file of the bus may be opened: any, with or without links, but one at a time."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from monitor.bus import Damaged, Misconfigured, Transient
from monitor.bus.sqlite.file import BusFile
from monitor.bus.sqlite.names import check_links
from monitor.bus.sqlite.recovery import recover
from monitor.bus.sqlite.tables import page
from tests.unit.bus.peer import RETENTION, STREAM, line, peer
from tests.unit.bus.records import close_with_records, publish
from tests.unit.bus.test_disk import full_disk

READER = """
import sqlite3, sys, time
db = sqlite3.connect(sys.argv[1])
db.execute("SELECT count(*) FROM sqlite_schema").fetchone()
print("read", flush=True)
time.sleep(60)
"""
"""A program that has read the file, and keeps it open."""


@pytest.mark.parametrize("name", ["loop.db", "missing/news.db"])
def test_a_path_that_leads_to_no_file_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "loop.db").symlink_to("loop.db")
    with pytest.raises(Misconfigured, match=f"{name} cannot be used as a bus: .*name another file"):
        BusFile(tmp_path / name, "off", RETENTION.streams)


@pytest.mark.parametrize("name", ["a?mode=memory", "a#b", "a%20b", "a b", "ä", "file:news.db"])
def test_a_file_may_have_any_name(tmp_path: Path, name: str) -> None:
    with closing(BusFile(tmp_path / name, "off", RETENTION.streams)):
        assert min(each.name for each in tmp_path.iterdir()) == name
    assert (tmp_path / name).stat().st_size > 0


@pytest.mark.parametrize("hops", [1, 2])
def test_a_file_that_was_moved_and_linked_while_it_is_in_use_waits_for_the_processes_that_use_it(
    tmp_path: Path, hops: int
) -> None:
    path, real = tmp_path / "news.db", tmp_path / "moved" / "real.db"
    real.parent.mkdir()
    with closing(BusFile(path, "off", RETENTION.streams)) as other:
        publish(other, "of the peer", 30)
        path.rename(real)
        path.symlink_to("moved/real.db")
        name = path if hops == 1 else tmp_path / "link.db"
        if hops > 1:
            name.symlink_to(path)
        with pytest.raises(Transient, match=r"news\.db is a link .* stop the processes that use it"):
            BusFile(name, "off", RETENTION.streams)
        publish(other, "of the peer", 1)
        other.check()
    with closing(BusFile(name, "off", RETENTION.streams)) as file:
        assert len(page(file.reader, STREAM, 0, 100, 10_000_000)) == 31


def test_a_link_that_is_made_while_a_process_waits_for_the_file_is_noticed(tmp_path: Path) -> None:
    path, real = tmp_path / "news.db", tmp_path / "real.db"
    with closing(BusFile(path, "off", RETENTION.streams)) as other, ThreadPoolExecutor() as executor:
        publish(other, "of the peer", 30)
        path.rename(real)
        waiting = executor.submit(BusFile, path, "off", RETENTION.streams)
        time.sleep(0.3)
        path.symlink_to(real)
        with pytest.raises(Transient, match=r"news\.db is a link .* stop the processes that use it"):
            waiting.result()
        publish(other, "of the peer", 1)
    with closing(BusFile(path, "off", RETENTION.streams)) as file:
        assert len(page(file.reader, STREAM, 0, 100, 10_000_000)) == 31


def test_processes_that_see_the_file_moved_before_it_is_linked_go_on(tmp_path: Path) -> None:
    path, real = tmp_path / "news.db", tmp_path / "real.db"
    with closing(BusFile(path, "off", RETENTION.streams)) as first, closing(BusFile(path, "off", RETENTION.streams)) as second:
        publish(first, "key", 3)
        path.rename(real)
        for file in first, second:
            with pytest.raises(Damaged, match="moved away"):
                file.check()
        path.symlink_to(real)
        for file in first, second:
            recover(file)
            publish(file, "key", 2)
        assert len(page(first.reader, STREAM, 0, 100, 10_000_000)) == 7
    with closing(BusFile(path, "off", RETENTION.streams)) as file:
        assert len(page(file.reader, STREAM, 0, 100, 10_000_000)) == 7


@pytest.mark.parametrize("change", ["the log of the moved and linked file is removed", "the link leads to its new name"])
def test_processes_go_on_with_a_file_that_has_another_name(tmp_path: Path, change: str) -> None:
    path, real = tmp_path / "news.db", tmp_path / "real.db"
    if change == "the link leads to its new name":
        path.symlink_to(tmp_path / "old.db")
    with ExitStack() as stack:
        files = [stack.enter_context(closing(BusFile(path, "off", RETENTION.streams))) for _ in range(3)]
        publish(files[0], "key", 3)
        Path(os.path.realpath(path)).rename(real)
        if path.is_symlink():
            path.unlink()
        else:
            Path(f"{path}-wal").unlink()
        path.symlink_to(real)
        for file in files:
            with pytest.raises(Damaged):
                publish(file, "refused", 1)
        while any(file.fault for file in files):
            # One opens it by its new name once all have closed it by the former.
            for file in files:
                recover(file)
        for file in files:
            publish(file, "key", 2)
        assert [each.key for each in page(files[0].reader, STREAM, 0, 100, 10_000_000)] == ["key"] * 9
    with closing(BusFile(path, "off", RETENTION.streams)) as file:
        assert [each.key for each in page(file.reader, STREAM, 0, 100, 10_000_000)] == ["key"] * 9


@pytest.mark.parametrize("suffix", ["-wal", "-shm"])
def test_a_stopped_process_that_has_the_removed_log_open_does_not_count_as_one_with_another_name(
    tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / "news.db"
    with closing(BusFile(path, "off", RETENTION.streams)) as file, peer(path, "idle") as other:
        line(other, "idle")
        other.send_signal(signal.SIGSTOP)
        publish(file, "key", 1)
        Path(f"{path}{suffix}").unlink()
        with pytest.raises(Damaged):
            publish(file, "refused", 1)
        recover(file)
        publish(file, "key", 2)
        assert [each.key for each in page(file.reader, STREAM, 0, 100, 10_000_000)] == ["key"] * 3


@pytest.mark.parametrize("suffix", ["-wal", "-shm"])
def test_another_program_that_has_the_removed_log_open_keeps_no_process_from_going_on(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / "news.db"
    command = [sys.executable, "-c", READER, str(path)]
    with closing(BusFile(path, "off", RETENTION.streams)) as file, subprocess.Popen(command, stdout=subprocess.PIPE) as reader:
        assert reader.stdout
        reader.stdout.readline()
        Path(f"{path}{suffix}").unlink()
        with pytest.raises(Damaged):
            publish(file, "refused", 1)
        recover(file)
        publish(file, "key", 2)
        reader.kill()


def test_a_file_that_is_moved_away_while_in_use_has_all_records_after_the_end(tmp_path: Path) -> None:
    path, moved = tmp_path / "news.db", tmp_path / "moved.db"
    with closing(BusFile(path, "off", RETENTION.streams)) as file:
        publish(file, "key", 3)
        path.rename(moved)
    with closing(BusFile(moved, "off", RETENTION.streams)) as file:
        assert len(page(file.reader, STREAM, 0, 100, 10_000_000)) == 3


def test_the_log_of_an_exchanged_file_that_was_only_moved_is_kept_until_there_is_room_for_it(tmp_path: Path) -> None:
    path, moved, other = tmp_path / "news.db", tmp_path / "moved.db", tmp_path / "other.db"
    close_with_records(other, "other", 1)
    with closing(BusFile(path, "off", RETENTION.streams)) as file:
        publish(file, "key", 3)
        path.rename(moved)
        other.rename(path)
        with full_disk(), capture_logs() as logs:
            for _ in range(3):
                recover(file)
        assert "the write-ahead log cannot be copied back" in {each["event"] for each in logs}
        with pytest.raises(Damaged, match=r"the log of .* cannot be copied into its file .*: free some space"):
            publish(file, "refused", 1)
        recover(file)
        publish(file, "new", 1)
    for each, count in ((moved, 3), (path, 2)):
        with closing(BusFile(each, "off", RETENTION.streams)) as file:
            assert len(page(file.reader, STREAM, 0, 100, 10_000_000)) == count


def test_a_log_that_cannot_be_copied_into_the_moved_file_is_told(tmp_path: Path) -> None:
    path, moved = tmp_path / "news.db", tmp_path / "moved.db"
    close_with_records(path, "key", 1)
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        with capture_logs() as logs, closing(BusFile(path, "off", RETENTION.streams)) as file:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            publish(file, "key", 3)
            path.rename(moved)
        assert [each["log"] for each in logs if "was not copied into it" in each["event"]] == [f"{path}-wal"]
    with pytest.raises(Transient, match=r"news\.db-wal is the log of .* rename it to"):
        BusFile(moved, "off", RETENTION.streams)


@pytest.mark.parametrize(
    ("log", "own", "remedy"),
    [
        (b"", b"records", "remove it"),
        (b"records", b"", "rename it to .*real.db-wal if .*, and move it away if .* is a copy"),
        (b"records", b"records", "move it away"),
    ],
)
def test_the_remedy_for_a_log_beside_a_link_loses_no_records(tmp_path: Path, log: bytes, own: bytes, remedy: str) -> None:
    path, real = tmp_path / "news.db", tmp_path / "real.db"
    path.symlink_to(real)
    Path(f"{path}-wal").write_bytes(log)
    Path(f"{real}-wal").write_bytes(own)
    with pytest.raises(Transient, match=remedy):
        check_links(path, real)


def test_a_path_through_a_folder_that_does_not_exist_is_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "none" / ".." / "news.db"
    with pytest.raises(Misconfigured, match="No such file or directory"):
        BusFile(path, "off", RETENTION.streams)
    assert not any(tmp_path.iterdir())
