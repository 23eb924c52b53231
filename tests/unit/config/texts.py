"""A valid config, and functions to edit a config and to return its problems."""

from contextlib import chdir
from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.cli import configure
from monitor.config.extensions import NO_EXTENSIONS, Extensions
from monitor.config.load import parse
from monitor.config.problems import InvalidConfig

VALID = """
bus = "sqlite:news.db"

[[feeds]]
url = "https://example.org/a.rss"
name = "Post"

[[watches]]
id = "kim"
any = ["Kim Jong Un"]
to = ["desk"]

[[targets]]
id = "desk"
log = true
"""


def write(path: Path, text: str | bytes | None) -> None:
    """Replace the content of *path*, or delete the file if *text* is None."""
    if text is None:
        path.unlink()
    else:
        path.write_bytes(text.encode() if isinstance(text, str) else text)


def problems_of(text: str, extensions: Extensions = NO_EXTENSIONS) -> list[tuple[int, str]]:
    """Return the line and text of each problem of the invalid config *text*."""
    with pytest.raises(InvalidConfig) as caught:
        parse(text, Path("/somewhere"), extensions)
    return [(problem.line, problem.text) for problem in caught.value.problems]


def check(folder: Path, text: str | bytes) -> list[str]:
    """Return what `newsmonitor check` prints about the config *text*, with monitor.toml as its path."""
    write(folder / "monitor.toml", text)
    return checked(folder)


def checked(folder: Path) -> list[str]:
    """Return what `newsmonitor check` prints about the config in *folder*."""
    with chdir(folder):
        return CliRunner().invoke(configure.check, obj=Path("monitor.toml")).output.splitlines()
