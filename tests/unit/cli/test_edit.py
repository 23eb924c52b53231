"""Commands that edit the config: they need no secret and no bus, and keep the form of the file."""

from contextlib import chdir
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.cli import main

CONFIG = """# the desk's own
bus = "sqlite:news.db"

[[feeds]]
url = "https://example.org/a.rss"  # the first
name = "Post"

[[watches]]
id = "ferry"
any = ["Ferry"]
to = ["log"]

[[targets]]
id = "log"
log = true

[[targets]]
id = "desk"
webhook = "https://example.org/hook"
secret_env = "SECRET_OF_THE_SERVICE"
"""
ABSENT = "monitor.toml:20: target 'desk': the environment variable SECRET_OF_THE_SERVICE is missing or empty"
OPML = '<opml version="2.0"><head/><body><outline type="rss" text="B" xmlUrl="https://example.org/b"/></body></opml>'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a config whose target has a secret that is absent here."""
    (tmp_path / "monitor.toml").write_text(CONFIG)
    (tmp_path / "feeds.opml").write_text(OPML)
    return tmp_path


def command(folder: Path, *words: str) -> Result:
    with chdir(folder):
        return CliRunner().invoke(main, words)


@pytest.mark.parametrize(
    "words",
    [
        ("watch", "add", "port", "--any", "Port", "--to", "desk"),
        ("watch", "remove", "ferry"),
        ("feeds", "add", "https://example.org/b.rss", "--name", "B"),
        ("feeds", "import", "feeds.opml"),
        ("feeds", "remove", "Post"),
    ],
)
@pytest.mark.parametrize("bus", ["sqlite:news.db", "sqlite:absent/news.db"])
def test_an_edit_needs_no_secret_and_no_bus(folder: Path, words: tuple[str, ...], bus: str) -> None:
    (folder / "monitor.toml").write_text(CONFIG.replace("sqlite:news.db", bus))
    result = command(folder, *words)
    assert (result.exit_code, "SECRET" in result.output) == (0, False), result.output
    text = (folder / "monitor.toml").read_text()
    assert text != CONFIG
    assert "# the desk's own" in text


@pytest.mark.parametrize(
    "words",
    [("watch", "list"), ("watch", "lint"), ("feeds", "list"), ("feeds", "export"), ("status",), ("alerts",), ("dead", "list")],
)
def test_a_command_that_reads_needs_no_secret(folder: Path, words: tuple[str, ...]) -> None:
    result = command(folder, *words)
    assert (result.exit_code, "SECRET" in result.output) == (0, False), result.output


@pytest.mark.parametrize("words", [("check",), ("run",)])
def test_check_and_run_report_a_missing_secret_at_its_line(folder: Path, words: tuple[str, ...]) -> None:
    result = command(folder, *words)
    assert result.exit_code == 1
    assert ABSENT in result.output


def test_an_edit_with_a_mistake_of_its_own_is_refused(folder: Path) -> None:
    result = command(folder, "watch", "add", "port", "--topic", "whether")
    assert (result.exit_code, "did you mean 'weather'?" in result.output, "SECRET" in result.output) == (1, True, False)
    result = command(folder, "watch", "add", "port", "--any", "Port", "--to", "dsek")
    assert (result.exit_code, "did you mean 'desk'?" in result.output) == (1, True)
    assert (folder / "monitor.toml").read_text() == CONFIG


def test_a_mistake_elsewhere_does_not_prevent_an_edit(folder: Path) -> None:
    (folder / "monitor.toml").write_text(CONFIG.replace('any = ["Ferry"]', 'query = "Ferry AND"'))
    assert command(folder, "watch", "add", "port", "--any", "Port").exit_code == 0
    assert 'id = "port"' in (folder / "monitor.toml").read_text()


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("newline", [b"\n", b"\r\n", b"\r"])
def test_an_edit_keeps_line_endings_comments_and_the_byte_order_mark(folder: Path, mark: bytes, newline: bytes) -> None:
    path = folder / "monitor.toml"
    path.write_bytes(mark + CONFIG.encode().replace(b"\n", newline))
    path.chmod(0o640)
    assert command(folder, "watch", "add", "port", "--any", "Port", "--to", "log").exit_code == 0
    data = path.read_bytes()
    assert data.startswith(mark + b"# the desk's own" + newline)
    assert b"# the first" + newline in data
    added = newline.join([b"[[watches]]", b'id = "port"', b'any = ["Port"]', b'to = ["log"]'])
    assert added in data
    assert len(data.removeprefix(mark).splitlines()) == data.count(newline)
    assert path.stat().st_mode & 0o777 == 0o640
    assert [each.name for each in folder.iterdir() if each.name.startswith(".")] == []
    assert command(folder, "watch", "remove", "port").exit_code == 0
    assert path.read_bytes().split() == (mark + CONFIG.encode()).split()


def test_a_file_that_cannot_be_replaced_is_told_with_the_remedy(folder: Path) -> None:
    # The name is so long that no temporary file can stand beside it.
    path = folder / f"{'m' * 245}.toml"
    path.write_text(CONFIG)
    result = command(folder, "-c", path.name, "watch", "remove", "ferry")
    assert result.exit_code == 1
    assert f"cannot write {path.name}: File name too long; give newsmonitor the right to write the folder" in result.output
    assert result.output.endswith(": nothing was changed\n")
    assert path.read_text() == CONFIG


def test_a_folder_in_place_of_the_config_is_told(folder: Path) -> None:
    result = command(folder, "-c", "", "check")
    assert (result.exit_code, result.output) == (1, ".:1: . is a folder: name the file in it with -c FILE\n")
