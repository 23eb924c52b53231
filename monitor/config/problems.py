"""What is wrong with a config: file, line, column, and what to do."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

Path_ = Sequence[str | int]
"""Where something stands in a config file: such as ("watches", 2, "severity")."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong: its *line* and *column* (from 1; 0 where none can be named), and what to do.

    *file* is None for monitor.toml itself. Where *watch* is given, it concerns that watch alone: the rest may go live.
    """

    line: int
    text: str
    file: Path | None = None
    column: int = 0
    watch: str | None = None

    def __str__(self) -> str:
        place = ", ".join(filter(None, (str(self.file or ""), f"line {self.line}" if self.line else "")))
        return f"{place}: {self.text}" if place else self.text

    def at(self, main: Path) -> str:
        """The place as compilers name it, *main* being where monitor.toml is."""
        column = f":{self.column}" if self.column else ""
        return f"{self.file or main}:{self.line or 1}{column}"


@dataclass(frozen=True, slots=True)
class WatchProblem:
    """What a service finds wrong with one watch, that can wait while the rest of the config goes live.

    *watch* is its id; *line* and *column*, from 1, are within the value of *key*; 0 where the whole value is meant.
    """

    text: str
    watch: str
    key: str
    line: int = 0
    column: int = 0


class InvalidConfig(ValueError):
    """The config cannot be used; *problems* tells all that is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = tuple(problems)


def locate(text: str, steps: Path_) -> int:
    """The line of *text*, from 1, on which what *steps* lead to stands, or the nearest thing round it that can be found."""
    lines = text.splitlines()
    line, start = 0, 0
    for index, step in enumerate(steps):
        if isinstance(step, int):
            continue
        count = steps[index + 1] if index + 1 < len(steps) and isinstance(steps[index + 1], int) else None
        found = _find(lines, start, step, int(count or 0), in_table=index > 0)
        if found is None:
            break
        line, start = found + 1, found + 1
    return line


def _find(lines: Sequence[str], start: int, key: str, nth: int, *, in_table: bool) -> int | None:
    """The index of the *nth* table, or of the first key, called *key*, from *start* on; in a table, not past its end."""
    name = re.escape(key)
    table = re.compile(rf"\s*\[\[?\s*{name}\s*\]\]?")
    plain = re.compile(rf"""\s*["']?{name}["']?\s*=""")
    tables = [index for index in range(start, len(lines)) if table.match(lines[index])]
    if not in_table and nth < len(tables):
        return tables[nth]
    for index in range(start, len(lines)):
        if in_table and re.match(r"\s*\[\[?[\w.]+\]\]?\s*(#.*)?$", lines[index]):
            return None
        if plain.match(lines[index]):
            return index
    return None


def locate_within(text: str, key_line: int, value: str, line: int, column: int) -> tuple[int, int]:
    """Line and column in *text*, from 1, of what stands at *line* and *column* of the string *value* of the key on *key_line*.

    Where escapes hide the value's line, the key's line and 0.
    """
    wanted = value.split("\n")[line - 1].rstrip("\r")
    lines = text.splitlines()
    for index in range(max(key_line - 1, 0), min(key_line + line, len(lines))):
        skipped = lines[index].index("=") + 1 if index == key_line - 1 and "=" in lines[index] else 0
        start = lines[index].find(wanted, skipped) if wanted else -1
        if start >= 0 and index >= key_line - 2 + line:
            return index + 1, start + column
    return key_line, 0
