"""The files that `watch_files` names: leftovers of editors, mounted folders, links, and folders that cannot be listed."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from monitor.config.files import read_files
from monitor.config.load import read
from monitor.config.reload import ConfigReloader
from monitor.config.watch_files import select_watch_files
from tests.unit.config.texts import checked

FEED = '[[feeds]]\nurl = "https://example.org/rss"\n[[targets]]\nid = "desk"\nlog = true\n'
NOBODY = 65534


def watch(name: str) -> str:
    return f'[[watches]]\nid = "{name}"\nany = ["{name}"]\nto = ["desk"]\n'


def lay_out(folder: Path, names: str, *paths: str) -> Path:
    """Write a monitor.toml that names the watch files *names*, and a watch in each of *paths*. Return monitor.toml."""
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(watch(Path(path).name.strip("#~.").replace("~", "").replace("#", "")))
    (folder / "monitor.toml").write_text(f"watch_files = [{names}]\n{FEED}")
    return folder / "monitor.toml"


def selected(main: Path, *names: str) -> list[str]:
    return [str(path.relative_to(main.parent)) for path in select_watch_files(main, names).paths]


@pytest.mark.parametrize(
    "leftover", ["._ferry.toml", ".ferry.toml", "#ferry.toml#", "ferry.toml~", "ferry.toml.swp", "ferry.toml.bak"]
)
@pytest.mark.parametrize("pattern", ["w/*", "w/**/*", "*/*"])
def test_copies_of_editors_are_left_out_and_reported(tmp_path: Path, pattern: str, leftover: str) -> None:
    main = lay_out(tmp_path, f'"{pattern}"', "w/ferry.toml", f"w/{leftover}")
    assert selected(main, pattern) == ["w/ferry.toml"]
    hint, last = checked(tmp_path)
    left_out = f"w/{leftover} is left out: its name is that of a hidden file or of an editor's copy"
    assert hint == f"monitor.toml:1: hint: watch_files: {left_out}"
    assert "is valid" in last


def test_a_lock_of_an_editor_is_left_out(tmp_path: Path) -> None:
    main = lay_out(tmp_path, '"w"', "w/ferry.toml")
    (tmp_path / "w" / ".#ferry.toml").symlink_to("me@here.1234:1700000000")
    assert selected(main, "w") == ["w/ferry.toml"]


def test_a_hidden_name_that_is_written_out_is_read(tmp_path: Path) -> None:
    main = lay_out(tmp_path, '".w/*.toml"', ".w/ferry.toml", ".w/.port.toml", "w/x.bak")
    assert selected(main, ".w/*.toml", ".w/.port.toml") == [".w/.port.toml", ".w/ferry.toml"]
    assert selected(main, "w/*.bak") == ["w/x.bak"]


@pytest.mark.parametrize("pattern", ["w", "w/*.toml", "w/**/*.toml", "**/*.toml", "w/**"])
def test_a_mounted_folder_is_read_once(tmp_path: Path, pattern: str) -> None:
    main = lay_out(tmp_path, f'"{pattern}"', "w/..2026_11_26/ferry.toml", "w/..2026_11_26/sub/port.toml")
    (tmp_path / "w" / "..data").symlink_to("..2026_11_26")
    for name in ("ferry.toml", "sub"):
        (tmp_path / "w" / name).symlink_to(f"..data/{name}")
    expected = ["w/ferry.toml", "w/sub/port.toml"] if "**" in pattern else ["w/ferry.toml"]
    assert selected(main, pattern) == expected
    assert checked(tmp_path) == [f"monitor.toml is valid: 1 feeds, {len(expected)} watches, 1 targets."]


def test_a_file_with_several_names_is_read_once(tmp_path: Path) -> None:
    main = lay_out(tmp_path, '"w/*.toml"', "w/ferry.toml")
    (tmp_path / "w" / "again.toml").symlink_to("ferry.toml")
    (tmp_path / "w" / "main.toml").symlink_to("../monitor.toml")
    assert len(read(main).watches) == 1
    assert selected(main, "w/ferry.toml", "w", "w/*") == ["w/again.toml"]


def test_folders_that_link_to_each_other_are_visited_once(tmp_path: Path) -> None:
    main = lay_out(tmp_path, '"w/**/*.toml"', "w/a/ferry.toml", "w/b/port.toml")
    for link, target in (("w/a/up", ".."), ("w/b/up", ".."), ("w/a/b", "../b"), ("w/self", ".")):
        (tmp_path / link).symlink_to(target)
    assert len(read(main).watches) == 2


@pytest.mark.parametrize(
    ("names", "line", "message"),
    [
        ('"w/*.toml"', 1, "hint: watch_files: 'w/*.toml' matches no file; correct it, or create a file"),
        ('\n  "none.toml",\n', 2, "watch_files: there is no none.toml; create the file, or remove its name"),
        ('"loop"', 1, "watch_files: loop is a link that leads to no file; correct the link, or remove its name"),
        ('"gone"', 1, "watch_files: gone is a link that leads to no file; correct the link, or remove its name"),
    ],
)
def test_a_name_without_a_file_is_reported(tmp_path: Path, names: str, line: int, message: str) -> None:
    lay_out(tmp_path, names)
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "gone").symlink_to("nowhere")
    assert f"monitor.toml:{line}: {message}" in checked(tmp_path)


def test_an_absent_file_and_other_mistakes_are_reported_together(tmp_path: Path) -> None:
    lay_out(tmp_path, '"none.toml", "w"', "w/ferry.toml")
    (tmp_path / "w" / "ferry.toml").write_text("[[watches]]\nid = 'a'\nayn = ['b']\n[sets]\nx = 1 2\n")
    places = [line.split(": ")[0] for line in checked(tmp_path)]
    assert places == ["monitor.toml:1", "w/ferry.toml:3", "w/ferry.toml:5:7"]


@contextmanager
def unprivileged() -> Iterator[None]:
    """Run as a user that is not root, whom permissions bind."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(before)


def test_a_folder_or_file_without_permission_is_reported() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        main = lay_out(folder, '"open.toml", "w/**/*.toml"', "open.toml", "w/ferry.toml", "w/sub/port.toml")
        (folder / "open.toml").chmod(0)
        folder.chmod(0o755)
        (folder / "w" / "sub").chmod(0)
        with unprivileged():
            problems = [problem.text for problem in read_files(main).problems]
        (folder / "w" / "sub").chmod(0o755)
    assert f"cannot read {folder / 'open.toml'}: Permission denied; give newsmonitor the right to read it" in problems
    listed = f"watch_files: the folder {folder / 'w' / 'sub'} cannot be listed: Permission denied; give newsmonitor the right"
    assert any(listed in problem for problem in problems), problems


async def test_a_swapped_mount_is_applied_and_a_leftover_changes_nothing(tmp_path: Path) -> None:
    main = lay_out(tmp_path, '"w/**/*.toml"', "w/..1/ferry.toml")
    (tmp_path / "w" / "..data").symlink_to("..1")
    (tmp_path / "w" / "ferry.toml").symlink_to("..data/ferry.toml")
    reloader = ConfigReloader(main)
    before = reloader()
    (tmp_path / "w" / ".ferry.toml").write_text("not toml")
    await reloader.apply_edit()
    assert reloader() is before
    lay_out(tmp_path, '"w/**/*.toml"', "w/..2/ferry.toml")
    (tmp_path / "w" / "..2" / "ferry.toml").write_text(watch("port"))
    (tmp_path / "w" / "..tmp").symlink_to("..2")
    (tmp_path / "w" / "..tmp").replace(tmp_path / "w" / "..data")
    await reloader.apply_edit()
    assert [each.id for each in reloader().watches] == ["port"]
