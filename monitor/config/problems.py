"""Problems of a config: file, line, column and remedy."""

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from monitor.escape import printable
from monitor.redaction import hide_in_text

_WORD = re.compile(r"\w+")
_HEADER = re.compile(r"\s*\[\[?\s*([^\[\]]*?)\s*\]\]?")
_TABLE = re.compile(r"\s*\[\[?\w+\]\]?\s*(#.*)?$")
KeyPath = Sequence[str | int]
"""The keys and list indexes that lead to a value of a config file, such as ("watches", 2, "severity")."""


def show_path(path: Path | str) -> str:
    """Return *path* for a message: bytes that are no text, line breaks and other invisible characters are escaped."""
    return printable(str(path))


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem of a config and its remedy.

    *line* and *column* count from 1; 0 means unknown. *file* is None for monitor.toml itself. A problem with a *watch* (its
    id) affects only that watch: the rest of the config may take effect. A *variable* is the environment variable whose value is
    wrong, rather than a file. The *text* may quote the config: the secrets of URLs in it are hidden.
    """

    line: int
    text: str
    file: Path | None = None
    column: int = 0
    watch: str | None = None
    variable: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", hide_in_text(self.text))

    def __str__(self) -> str:
        place = self.variable or ", ".join(filter(None, (show_path(self.file or ""), f"line {self.line}" if self.line else "")))
        return f"{place}: {self.text}" if place else self.text

    def location(self, main: Path) -> str:
        """Return FILE:LINE or FILE:LINE:COLUMN, as compilers write it, or VARIABLE. *main* is the path of monitor.toml."""
        if self.variable:
            return self.variable
        column = f":{self.column}" if self.column else ""
        return f"{show_path(self.file or main)}:{self.line or 1}{column}"


@dataclass(frozen=True, slots=True)
class WatchProblem:
    """A problem that a service finds in one watch. The rest of the config may take effect.

    *watch* is the id of the watch. *line* and *column* count from 1 within the value of *key*; 0 means the whole value.
    """

    text: str
    watch: str
    key: str
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class KeyProblem:
    """A problem that a service finds in the value at *path* of the config. The whole config is refused."""

    text: str
    path: KeyPath


class InvalidConfig(ValueError):
    """The config cannot be used. *problems* lists all of its problems."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = tuple(problems)


def locate_key(text: str, path: KeyPath) -> int:
    """Return the line of *path* in *text*, from 1. If it cannot be found, return that of the innermost enclosing key.

    Returns 0 if the first key cannot be found.
    """
    lines = _index(text)
    line, start = 0, 0
    for index, key in enumerate(path):
        if isinstance(key, int):
            continue
        position = path[index + 1] if index + 1 < len(path) and isinstance(path[index + 1], int) else None
        line_index = lines.find(start, key, int(position or 0), in_table=index > 0)
        if line_index is None:
            break
        line, start = line_index + 1, line_index + 1
    return line


@dataclass(frozen=True, slots=True)
class _LineIndex:
    """Where the keys and the table headers of a text may be. A config may have thousands of problems, and each needs its line.

    *headers* has the lines of the headers of each top-level table by its name. *tables* are all lines with such a header and
    nothing else. *candidates* has the lines that begin with a word, and the headers that contain it.
    """

    lines: Sequence[str]
    headers: Mapping[str, Sequence[int]]
    tables: Sequence[int]
    candidates: Mapping[str, Sequence[int]]

    def find(self, start: int, key: str, position: int, *, in_table: bool) -> int | None:
        """Return the index, at or after *start*, of the table number *position* called *key*, or of the first such key.

        With *in_table* the search ends at the next table header.
        """
        headers = self.headers.get(key, ())
        if not in_table and position < len(headers):
            return headers[position]
        name = re.escape(key)
        assignment = re.compile(rf"""\s*["']?{name}["']?\s*[=.]""")
        subtable = re.compile(rf"\s*\[\[?\s*[\w.]+\.{name}\s*\]" if in_table else rf"\s*\[\[?\s*{name}\.")
        next_table = bisect_left(self.tables, start)
        end = self.tables[next_table] if in_table and next_table < len(self.tables) else len(self.lines)
        word = _WORD.search(key)
        candidates = self.candidates.get(word[0], ()) if word else range(len(self.lines))
        for number in range(bisect_left(candidates, start), bisect_left(candidates, end)):
            line = self.lines[candidates[number]]
            if subtable.match(line) or assignment.match(line):
                return candidates[number]
        return None


@lru_cache(maxsize=4)
def _index(text: str) -> _LineIndex:
    lines = text.split("\n")
    headers: dict[str, list[int]] = {}
    candidates: dict[str, list[int]] = {}
    for index, line in enumerate(lines):
        is_header = line.lstrip().startswith("[")
        if header := _HEADER.match(line) if is_header else None:
            headers.setdefault(header[1], []).append(index)
        words = dict.fromkeys(_WORD.findall(line)) if is_header else [word[0] for word in [_WORD.search(line)] if word]
        for word in words:
            candidates.setdefault(word, []).append(index)
    return _LineIndex(lines, headers, [index for index, line in enumerate(lines) if _TABLE.match(line)], candidates)


def locate_in_value(text: str, key_line: int, value: str, line: int, column: int) -> tuple[int, int]:
    """Return the line and column in *text* that correspond to *line* and *column* in *value*. All of them count from 1.

    *value* is the parsed, possibly multi-line string of the key on *key_line*. If it contains escapes, so that its line cannot
    be found, the result is *key_line* and column 0.
    """
    wanted = value.split("\n")[line - 1].rstrip("\r")
    lines = _index(text).lines
    for index in range(max(key_line - 1, 0), min(key_line + line, len(lines))):
        skipped = lines[index].index("=") + 1 if index == key_line - 1 and "=" in lines[index] else 0
        start = lines[index].find(wanted, skipped) if wanted else -1
        if start >= 0 and index >= key_line - 2 + line:
            return index + 1, start + column
    return key_line, 0
