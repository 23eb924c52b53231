"""A valid config, and functions to edit a config and to return its problems."""

from pathlib import Path

import pytest

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
