"""Files with secrets are private to their owner, and those that are not are told."""

import os
import stat
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.cli import main
from monitor.runtime.config_edit import CannotWrite, replace_text

CONTENT = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BASE = """[[feeds]]
url = "https://example.org/a.rss"

[[targets]]
id = "desk"
webhook = "https://example.org/hook"
secret_file = "secret"

[[watches]]
id = "w"
any = ["x"]
to = ["desk"]
"""
WITH_TOKEN = BASE.replace("example.org/hook", "example.org/services/T0AB12CD3/B0EF45GH6/a1B2c3D4e5F6g7H8i9J0")
WITH_PASSWORD = BASE.replace("https://example.org/a.rss", "https://me:pw@example.org/a.rss")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """The current folder, with a usual umask."""
    before = os.umask(0o022)
    with chdir(tmp_path):
        yield tmp_path
    os.umask(before)


def run(*arguments: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(main, arguments)


def mode(path: Path) -> int:
    """Return the mode of *path*."""
    return stat.S_IMODE(path.stat().st_mode)


def make(folder: Path, text: str, config_mode: int = 0o600, secret_mode: int = 0o600) -> Path:
    """Write a config and its secret, and return the path of the config."""
    (folder / "secret").write_text(CONTENT)
    (folder / "secret").chmod(secret_mode)
    (folder / "monitor.toml").write_text(text)
    (folder / "monitor.toml").chmod(config_mode)
    return folder / "monitor.toml"


def test_init_makes_a_private_config(folder: Path) -> None:
    assert run("init").exit_code == 0
    assert mode(folder / "monitor.toml") == 0o600


@pytest.mark.parametrize("secret_mode", [0o604, 0o640, 0o644, 0o444])
def test_check_hints_at_a_secret_file_that_others_can_read(folder: Path, secret_mode: int) -> None:
    make(folder, BASE, secret_mode=secret_mode)
    result = run("check")
    assert result.exit_code == 0
    assert "monitor.toml:7: hint: " in result.output
    assert "secret holds a secret and can be read by other users of this machine: chmod 600" in result.output
    assert CONTENT not in result.output


@pytest.mark.parametrize(("text", "line"), [(WITH_TOKEN, 6), (WITH_PASSWORD, 2)])
@pytest.mark.parametrize("config_mode", [0o640, 0o644])
def test_check_hints_at_a_config_with_secrets_that_others_can_read(
    folder: Path, text: str, line: int, config_mode: int
) -> None:
    make(folder, text, config_mode)
    assert f"monitor.toml:{line}: hint: monitor.toml holds a secret here and can be read by other users" in run("check").output
    make(folder, text)
    assert "can be read by" not in run("check").output


def test_a_config_without_secrets_may_be_read_by_all(folder: Path) -> None:
    make(folder, BASE, 0o644)
    assert "can be read by" not in run("check").output


@pytest.mark.parametrize("config_mode", [0o600, 0o640, 0o644, 0o660])
def test_an_edit_keeps_the_mode_and_tells_of_a_lax_one(folder: Path, config_mode: int) -> None:
    path = make(folder, WITH_TOKEN, config_mode)
    result = run("watch", "add", "v", "--any", "y")
    assert result.exit_code == 0
    assert mode(path) == config_mode
    assert ("can be read by other users" in result.output) == bool(config_mode & 0o044)


def test_an_edit_keeps_the_owner(folder: Path) -> None:
    path = make(folder, BASE)
    # Only root can give a file away.
    owner = (12345, 23456) if os.getuid() == 0 else (os.getuid(), os.getgid())
    os.chown(path, *owner)
    assert run("watch", "add", "v", "--any", "y").exit_code == 0
    assert (path.stat().st_uid, path.stat().st_gid) == owner


def test_an_edit_that_may_not_keep_the_owner_or_the_group_says_which(folder: Path) -> None:
    path = make(folder, BASE)

    def refuse(*_: object) -> None:
        raise PermissionError

    with pytest.raises(CannotWrite, match=r"has a group that this user is not in: run .*; nothing was changed"):
        replace_text(path, BASE, WITH_TOKEN, refuse)
    if os.getuid() == 0:
        os.chown(path, 12345, -1)
        with pytest.raises(CannotWrite, match="belongs to another user: run newsmonitor as user 12345"):
            replace_text(path, BASE, WITH_TOKEN, refuse)
    assert path.read_text() == BASE
    assert [each.name for each in folder.iterdir() if each.name.startswith(".")] == []


def test_no_other_user_can_read_the_new_text_before_it_replaces_the_old(folder: Path) -> None:
    path = make(folder, BASE, 0o644)
    modes: list[int] = []

    def set_owner(temporary: Path, uid: int, gid: int) -> None:
        assert temporary.read_text() == WITH_TOKEN
        modes.append(mode(temporary))
        os.chown(temporary, uid, gid)

    replace_text(path, BASE, WITH_TOKEN, set_owner)
    assert (modes, mode(path), path.read_text()) == ([0o600], 0o644, WITH_TOKEN)


def test_an_edit_by_hand_just_before_the_file_is_replaced_is_kept(folder: Path) -> None:
    path = make(folder, BASE)

    def edit_by_hand(*_: object) -> None:
        path.write_text(WITH_TOKEN)

    with pytest.raises(CannotWrite, match="has changed just now"):
        replace_text(path, BASE, BASE + "# more\n", edit_by_hand)
    assert path.read_text() == WITH_TOKEN
