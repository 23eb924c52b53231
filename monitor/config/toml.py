"""TOML with its syntax errors explained: place, what is wrong in words, and the remedy. Several errors are found at once."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from monitor.config.problems import Problem
from monitor.config.toml_errors import begins_key, explain, opening_line

MAX_ERRORS = 20
"""Syntax errors of one file that are reported."""
_HEADER = re.compile(r"[ \t]*\[\[?[ \t]*([A-Za-z0-9_.\"' -]+?)[ \t]*\]\]?[ \t]*(#.*)?")
_POSITION = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


@dataclass(frozen=True, slots=True)
class ParsedToml:
    """The readable part of a file.

    If there are *problems*, *data* lacks the tables that contain them, and in *text* the lines of these are empty.
    """

    data: dict[str, Any]
    text: str
    problems: tuple[Problem, ...] = ()


def parse_toml(text: str) -> ParsedToml:
    """Return the data and the syntax errors of *text*."""
    lines = text.split("\n")
    problems: list[Problem] = []
    while True:
        try:
            # The newline gives an error at the end of the last line a position.
            remaining = "\n".join(lines)
            return ParsedToml(tomllib.loads(f"{remaining}\n"), remaining, tuple(problems))
        except tomllib.TOMLDecodeError as error:
            problem = _problem(str(error), lines)
            problems.append(problem)
        except RecursionError:
            return ParsedToml({}, "", (*problems, Problem(0, "lists and tables are nested too deep")))
        if len(problems) == MAX_ERRORS or not _blank_table(lines, problem.line - 1):
            return ParsedToml({}, "", tuple(problems))


def _problem(error: str, lines: Sequence[str]) -> Problem:
    """Return the message *error* of tomllib as a problem."""
    position, kind = _POSITION.search(error), _POSITION.sub("", error)
    if position is None or position[1] is None:
        return Problem(opening_line(lines), f"not valid TOML: {explain(kind, '', 0, at_end=True)}")
    line, column = int(position[1]), int(position[2])
    message = f"not valid TOML: {explain(kind, lines[line - 1], column - 1)}"
    if begins_key(kind, lines[line - 1][column - 1 :]):
        return Problem(opening_line(lines[: line - 1]), message)
    return Problem(line, message, column=column)


def _blank_table(lines: list[str], index: int) -> bool:
    """Empty the lines of the table that contains the line *index*, and of its subtables, so that line numbers stay.

    Returns False if these lines are empty already.
    """
    headers = [(number, match[1]) for number, line in enumerate(lines) if (match := _HEADER.fullmatch(line))]
    start, name = next(((number, name) for number, name in reversed(headers) if number <= index), (0, ""))
    later = (number for number, other in headers if number > index and not (name and other.startswith(f"{name}.")))
    end = next(later, len(lines))
    if not any(lines[start:end]):
        return False
    lines[start:end] = [""] * (end - start)
    return True
