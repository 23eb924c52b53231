"""A live reload survives whatever happens to the config files: it keeps the last valid config, tells why, and recovers."""

import asyncio
import os
import socket
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from monitor.config import Config
from monitor.config.files import ConfigFiles, read_files
from monitor.config.problems import InvalidConfig
from monitor.config.reload import ConfigReloader
from monitor.config.watch_files import select_watch_files
from tests.running import until
from tests.unit.config.texts import VALID, write

WATCH = '[[watches]]\nid = "{}"\nany = ["x"]\n'


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        path.chmod(0o700)
        for each in path.iterdir():
            each.unlink()
        path.rmdir()
    else:
        path.unlink(missing_ok=True)


def _socket(path: Path) -> None:
    with closing(socket.socket(socket.AF_UNIX)) as server:
        # The path of a socket has at most 107 bytes.
        os.chdir(path.parent)
        server.bind(path.name)


def _huge(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(1 << 30)


def _nested(path: Path) -> None:
    path.write_text("a = " + "[" * 100_000)


FAULTS: dict[str, tuple[Callable[[Path], object], str]] = {
    "deleted": (lambda _: None, "there is no"),
    "folder": (lambda path: path.mkdir(), "is a folder"),
    "dangling link": (lambda path: path.symlink_to("nowhere"), "is a link that leads to no file"),
    "looping link": (lambda path: path.symlink_to(path), "cannot read"),
    "link to itself through a folder": (lambda path: path.symlink_to(f"{path.name}/x"), "cannot read"),
    "pipe": (os.mkfifo, "is a pipe, not a file"),
    "device": (lambda path: path.symlink_to("/dev/zero"), "is a device, not a file"),
    "terminal": (lambda path: path.symlink_to("/dev/tty"), "cannot read|is a device"),
    "socket": (_socket, "cannot read|is a socket"),
    "memory": (lambda path: path.symlink_to("/proc/self/mem"), "cannot read"),
    "huge": (_huge, "is too large: at most 128 MiB"),
    "binary": (lambda path: path.write_bytes(bytes(range(256)) * 10), "NUL|UTF"),
    "UTF-16": (lambda path: path.write_text(VALID, encoding="utf-16"), "UTF-16"),
    "no TOML": (lambda path: path.write_text("[["), "not valid TOML"),
    "deep": (_nested, "nested too deep"),
    "empty name": (lambda path: path.write_text('watch_files = [""]\n' + VALID), ""),
}


@pytest.fixture
def _stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """Restore the current folder after the test."""
    monkeypatch.chdir(Path.cwd())


@pytest.mark.usefixtures("_stay")
@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_of_the_main_file_keeps_the_config_is_told_once_and_ends(config_file: Path, fault: str) -> None:
    reloader = ConfigReloader(config_file, settle_seconds=0)
    before, (make, expected) = reloader(), FAULTS[fault]
    _remove(config_file)
    make(config_file)
    with capture_logs() as logs:
        for _ in range(3):
            await asyncio.wait_for(reloader.apply_edit(), 30)
    if expected:
        assert reloader() is before
        assert len([each for each in logs if each["log_level"] == "error"]) == 1
        problem = logs[0]["problem"]
        assert any(part in problem for part in expected.split("|"))
        assert reloader.trouble is not None
        assert problem in reloader.trouble
        assert str(config_file) in reloader.trouble
    _remove(config_file)
    write(config_file, VALID.replace("Post", "Times"))
    await reloader.apply_edit()
    assert reloader().feeds[0].name == "Times"
    assert reloader.trouble is None


@pytest.mark.usefixtures("_stay")
@pytest.mark.parametrize("fault", [name for name in FAULTS if name != "empty name"])
async def test_a_fault_of_a_watch_file_keeps_the_config_and_names_the_file(config_file: Path, fault: str) -> None:
    watch_file = config_file.parent / "more.toml"
    watch_file.write_text(WATCH.format("more"))
    write(config_file, 'watch_files = ["more.toml"]\n' + VALID)
    reloader = ConfigReloader(config_file, settle_seconds=0)
    before = reloader()
    _remove(watch_file)
    FAULTS[fault][0](watch_file)
    with capture_logs():
        await asyncio.wait_for(reloader.apply_edit(), 30)
    if fault == "folder":
        # A folder is a valid name: it means the watch files in it.
        assert [watch.id for watch in reloader().watches] == [watch.id for watch in before.watches if watch.id != "more"]
    else:
        assert reloader() is before
        assert "more.toml" in str(reloader.trouble)
    _remove(watch_file)
    watch_file.write_text(WATCH.format("other"))
    await reloader.apply_edit()
    assert "other" in {watch.id for watch in reloader().watches}
    assert reloader.trouble is None


async def test_the_folder_of_the_config_may_be_renamed_and_come_back(tmp_path: Path) -> None:
    folder = tmp_path / "config"
    folder.mkdir()
    write(folder / "monitor.toml", VALID)
    reloader = ConfigReloader(folder / "monitor.toml")
    folder.rename(tmp_path / "away")
    with capture_logs() as logs:
        await reloader.apply_edit()
    assert [each["log_level"] for each in logs] == ["error"]
    (tmp_path / "away").rename(folder)
    write(folder / "monitor.toml", VALID.replace("Post", "Times"))
    await reloader.apply_edit()
    assert reloader().feeds[0].name == "Times"


async def test_the_current_folder_may_be_deleted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "config"
    folder.mkdir()
    monkeypatch.chdir(folder)
    write(Path("monitor.toml"), VALID)
    reloader = ConfigReloader(Path("monitor.toml"))
    _remove(folder)
    with capture_logs():
        await reloader.apply_edit()
    assert "there is no monitor.toml" in str(reloader.trouble)


@pytest.mark.parametrize("name", [b"caf\xe9.toml", b"a\nb.toml", b"\x1b[31m.toml", "\u202e.toml".encode()])
async def test_a_name_that_is_no_text_is_escaped_in_messages(config_file: Path, name: bytes) -> None:
    folder = config_file.parent / "watches"
    folder.mkdir()
    write(config_file, 'watch_files = ["watches"]\n' + VALID)
    reloader = ConfigReloader(config_file, settle_seconds=0)
    write(Path(os.fsdecode(os.fsencode(folder) + b"/" + name)), "[[")
    with capture_logs() as logs:
        await reloader.apply_edit()
    for text in (str(reloader.trouble), logs[0]["file"], str(InvalidConfig([]))):
        text.encode()
        assert "\n" not in text
        assert text.isprintable()
    _remove(Path(os.fsdecode(os.fsencode(folder) + b"/" + name)))
    await reloader.apply_edit()
    assert reloader.trouble is None


def test_a_pattern_over_a_huge_tree_is_refused(config_file: Path) -> None:
    for number in range(60):
        (config_file.parent / f"{number}" / "x").mkdir(parents=True)
    ((name, message),) = select_watch_files(config_file, ["**/*.toml"], max_folders=50).problems
    assert name == "**/*.toml"
    assert "it searches more than 50 folders; name one that is further down" in message
    assert select_watch_files(config_file, ["**/*.toml"], max_folders=500).problems == []


@pytest.mark.parametrize("error", [OSError(5, "Input/output error"), OSError("x"), MemoryError(), RecursionError()])
async def test_the_task_survives_any_error_of_a_read(config_file: Path, error: Exception) -> None:
    errors: list[Exception] = []

    def read(path: Path) -> ConfigFiles:
        for each in errors:
            raise each
        return read_files(path)

    reloader = ConfigReloader(config_file, read=read, poll_seconds=0.001, settle_seconds=0)
    task = asyncio.create_task(reloader.run())
    with capture_logs() as logs:
        errors.append(error)
        await until(lambda: reloader.trouble)
        errors.clear()
        write(config_file, VALID.replace("Post", "Times"))
        await until(lambda: reloader().feeds[0].name == "Times")
        assert reloader.trouble is None
    assert not task.done()
    assert any(each["log_level"] == "error" for each in logs)
    task.cancel()


async def test_what_is_absent_outside_the_config_is_looked_for_again(config_file: Path) -> None:
    secret, now = config_file.parent / "secret", 0.0
    reloader = ConfigReloader(
        config_file, lambda config: [] if secret.exists() or len(config.feeds) < 2 else ["no secret"], monotonic=lambda: now
    )
    write(config_file, VALID + '[[feeds]]\nurl = "https://example.org/more"\n')
    with capture_logs() as logs:
        for now in (1.0, 40.0, 80.0):  # noqa: B007  (read by the reloader)
            await reloader.apply_edit()
        assert len(logs) == 1
        assert "no secret" in str(reloader.trouble)
        secret.touch()
        await reloader.apply_edit()
        assert len(reloader().feeds) == 1
        now = 120.0
        await reloader.apply_edit()
    assert len(reloader().feeds) == 2
    assert reloader.trouble is None


STEPS = st.lists(st.sampled_from([*FAULTS, "good"]), max_size=6)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(STEPS)
def test_after_any_faults_the_next_good_version_is_used(tmp_path_factory: pytest.TempPathFactory, steps: list[str]) -> None:
    folder = tmp_path_factory.mktemp("c")
    path, here = folder / "monitor.toml", Path.cwd()
    write(path, VALID)
    reloader = ConfigReloader(path, settle_seconds=0)

    async def run() -> Config:
        for number, step in enumerate((*steps, "good")):
            _remove(path)
            if step == "good":
                write(path, VALID.replace("Post", f"Times {number}"))
            else:
                FAULTS[step][0](path)
            await reloader.apply_edit()
        return reloader()

    with capture_logs():
        assert asyncio.run(run()).feeds[0].name == f"Times {len(steps)}"
    with suppress(OSError):
        os.chdir(here)


def test_the_size_of_all_files_together_is_limited(config_file: Path) -> None:
    for number in range(3):
        (config_file.parent / f"w{number}.toml").write_text(WATCH.format(number) + "#" * 300 + "\n")
    write(config_file, 'watch_files = ["w*.toml"]\n' + VALID)
    (problem,) = read_files(config_file, max_bytes=1000).problems
    assert "w2.toml is too large" in problem.text
    assert read_files(config_file, max_bytes=2000).problems == ()
