"""A file is replaced in one step, or stays as it was."""

import os
import stat
import threading
from pathlib import Path

import pytest

from monitor.export.replacing import replacing


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_reader_sees_the_old_file_until_all_is_written(tmp_path: Path) -> None:
    path = tmp_path / "alerts.csv"
    path.write_text("old")
    with replacing(path) as file:
        file.write("new\r\n")
        file.flush()
        assert path.read_text() == "old"
    assert path.read_bytes() == b"new\r\n"
    assert names(tmp_path) == ["alerts.csv"]


@pytest.mark.parametrize("before", ["", "old"])
def test_after_an_exception_the_folder_is_as_it_was(tmp_path: Path, before: str) -> None:
    path = tmp_path / "alerts.csv"
    if before:
        path.write_text(before)

    def fail() -> None:
        with replacing(path) as file:
            file.write("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert names(tmp_path) == (["alerts.csv"] if before else [])
    assert not before or path.read_text() == before


def test_a_file_keeps_its_mode_and_a_new_one_has_that_of_the_umask(tmp_path: Path) -> None:
    old, new, plain = tmp_path / "old", tmp_path / "new", tmp_path / "plain"
    old.touch()
    old.chmod(0o640)
    plain.touch()
    for path in (old, new):
        with replacing(path) as file:
            file.write("text")
    assert stat.S_IMODE(old.stat().st_mode) == 0o640
    assert new.stat().st_mode == plain.stat().st_mode


def test_the_target_of_a_link_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "target")
    (tmp_path / "target").write_text("old")
    with replacing(tmp_path / "link") as file:
        file.write("new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_text() == "new"


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    pipe, read = tmp_path / "pipe", list[str]()
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    with replacing(pipe) as file:
        file.write("text")
    reader.join()
    assert (read, names(tmp_path)) == (["text"], ["pipe"])
