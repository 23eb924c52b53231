"""monitor.toml and the watch files beside it, merged into one document."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from monitor.config.environment import Override, apply
from monitor.config.problems import (
    InvalidConfig,
    KeyPath,
    KeyProblem,
    Problem,
    WatchProblem,
    locate_in_value,
    locate_key,
    show_path,
)
from monitor.config.reading import MAX_BYTES, read_text
from monitor.config.toml import parse_toml
from monitor.config.watch_files import select_watch_files

WATCH_FILE_KEYS = ("watches", "sets")
"""The top-level keys that a watch file may have."""
_TABLE_HEADER = re.compile(r"^[ \t]*\[", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ConfigFiles:
    """The texts of all config files by path. *main* is the path of monitor.toml.

    *problems* and *hints* are about files that watch_files names and that cannot be read, are absent, or are left out.
    """

    main: Path
    texts: Mapping[Path, str]
    problems: tuple[Problem, ...] = ()
    hints: tuple[Problem, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class MergedConfig:
    """The parsed TOML of all files in one dictionary.

    *watch_origins* gives the file of each watch and its index in that file; *set_files* gives the file of each set. *problems*
    are those of reading the files. Tables with errors of syntax are missing in *data*, and in the texts of *files*.
    *overrides* are the values in *data* that environment variables set; *written* is the document without them.
    """

    files: ConfigFiles
    data: dict[str, Any]
    watch_origins: tuple[tuple[Path, int], ...]
    set_files: Mapping[str, Path]
    problems: tuple[Problem, ...] = ()
    overrides: tuple[Override, ...] = ()
    written: Mapping[str, Any] = field(default_factory=dict)

    def problem(self, path: KeyPath, message: str) -> Problem:
        """Return *message* as a Problem with the file and line of the value at *path*, or the variable that sets it."""
        for override in self.overrides:
            if tuple(path[:2]) == override.place:
                return Problem(0, message.removeprefix(f"{'.'.join(override.place)}: "), variable=override.variable)
        file, inner = self.files.main, list(path)
        if inner[:1] == ["watches"] and len(path) > 1 and isinstance(path[1], int) and path[1] < len(self.watch_origins):
            file, inner[1] = self.watch_origins[path[1]]
        elif inner[:1] == ["sets"] and len(path) > 1:
            file = self.set_files.get(str(path[1]), file)
        return Problem(locate_key(self.files.texts[file], inner), message, None if file == self.files.main else file)


def read_files(main: Path, text: str | None = None, max_bytes: int = MAX_BYTES) -> ConfigFiles:
    """Return the texts of *main* and its watch files. *text*, if given, replaces the text of *main*.

    Raises InvalidConfig if *main* cannot be read. A problem of a watch file is in the result.
    """
    if text is None:
        match read_text(main):
            case Problem() as problem:
                raise InvalidConfig([problem])
            case str(text):
                pass
    selection = select_watch_files(main, _watch_file_names(text))
    lines = {name: _watch_files_line(text, name) for name, _ in (*selection.problems, *selection.hints)}
    problems = [Problem(lines[name], f"watch_files: {message}") for name, message in selection.problems]
    hints = [Problem(lines[name], f"watch_files: {message}") for name, message in selection.hints]
    texts, remaining = {main: text}, max_bytes - len(text)
    for path in selection.paths:
        match read_text(path, max(remaining, 0)):
            case Problem() as problem:
                problems.append(replace(problem, file=path))
            case str(watch_text):
                texts[path] = watch_text
                remaining -= len(watch_text)
    return ConfigFiles(main, texts, tuple(problems), tuple(hints))


def _watch_files_line(text: str, name: str) -> int:
    """Return the line of *name*, an entry of watch_files, in *text*."""
    start = locate_key(text, ["watch_files"])
    return next((number for number, line in enumerate(text.split("\n"), 1) if number >= start and name and name in line), start)


@lru_cache(maxsize=1)
def _watch_file_names(text: str) -> tuple[str, ...]:
    """Return the watch_files of the config *text*. Cached because the reloader calls this twice a second."""
    # The key is before the first table, so it is enough to parse that part. If the bracket is inside a string or list, the
    # part is not valid TOML, and the whole text is parsed.
    names: object = []
    for part in (_TABLE_HEADER.split(text, maxsplit=1)[0], text):
        with suppress(tomllib.TOMLDecodeError, RecursionError):
            names = tomllib.loads(part).get("watch_files", [])
            break
    return tuple(name for name in names if isinstance(name, str) and name) if isinstance(names, list) else ()


def merge_files(files: ConfigFiles, overrides: tuple[Override, ...] = ()) -> MergedConfig:
    """Merge *files*, and put the values of *overrides* in place of theirs. Their problems are in the result."""
    parsed = {path: parse_toml(text) for path, text in files.texts.items()}
    problems = [*files.problems, *(replace(each, file=path) for path in parsed for each in parsed[path].problems)]
    data: dict[str, Any] = parsed[files.main].data
    watches, sets = _tables(data, "watches"), data.get("sets", {})
    origins = [(files.main, index) for index in range(len(watches))]
    set_files = dict.fromkeys(sets, files.main) if isinstance(sets, dict) else {}
    for path in [path for path in files.texts if path != files.main]:
        watch_file = parsed[path].data
        problems += _watch_file_problems(files, path, watch_file, set_files)
        origins += [(path, index) for index in range(len(_tables(watch_file, "watches")))]
        watches += _tables(watch_file, "watches")
        if isinstance(sets, dict) and isinstance(added := watch_file.get("sets", {}), dict):
            set_files |= dict.fromkeys(added, path)
            sets = {**sets, **added}
    data |= {"watches": watches} if watches and isinstance(data.get("watches", []), list) else {}
    data |= {"sets": sets} if sets else {}
    remaining = replace(files, texts={path: parsed[path].text for path in parsed})
    in_main = [replace(each, file=None) if each.file == files.main else each for each in problems]
    return MergedConfig(remaining, apply(data, overrides), tuple(origins), set_files, tuple(in_main), overrides, data)


def _watch_file_problems(
    files: ConfigFiles, path: Path, data: dict[str, Any], set_files: Mapping[str, Path]
) -> Iterator[Problem]:
    """Yield the keys of the watch file *path* that it may not have, and its sets that are already in *set_files*."""

    def problem(key_path: KeyPath, message: str) -> Problem:
        return Problem(locate_key(files.texts[path], key_path), message, path)

    for key in data:
        if key not in WATCH_FILE_KEYS:
            yield problem([key], f"{key!r} belongs in {files.main.name}; a watch file holds only [[watches]] and [sets]")
    if not isinstance(sets := data.get("sets", {}), dict):
        yield problem(["sets"], "sets must be a table: write [sets], and below it name = [...]")
    else:
        for name in sorted(sets.keys() & set_files.keys()):
            yield problem(
                ["sets", name], f"duplicate set {name!r}, already in {show_path(set_files[name])}: remove or rename one"
            )
    if not isinstance(data.get("watches", []), list):
        yield problem(["watches"], "watches must be a list of tables: write [[watches]], with two brackets, for each watch")


def _tables(data: dict[str, Any], name: str) -> list[Any]:
    tables = data.get(name, [])
    return list(tables) if isinstance(tables, list) else []


def locate_problems(
    files: ConfigFiles, problems: Sequence[str | WatchProblem | KeyProblem], overrides: tuple[Override, ...] = ()
) -> list[Problem]:
    """Return the *problems* that the services report, with file, line and column, or the variable, if these are known."""
    if not problems:
        return []
    merged = merge_files(files, overrides)
    indexes: dict[object, int] = {}
    for index, watch in enumerate(merged.data.get("watches", ())):
        indexes.setdefault(watch.get("id"), index)
    return [_locate(merged, problem, indexes) for problem in problems]


def _locate(merged: MergedConfig, problem: str | WatchProblem | KeyProblem, indexes: Mapping[object, int]) -> Problem:
    """Return *problem* with its place. *indexes* are those of the watches by id."""
    match problem:
        case KeyProblem(text, path):
            return merged.problem(path, text)
        case WatchProblem():
            return _locate_watch_problem(merged, problem, indexes[problem.watch])
        case str(text):
            return _locate_named(merged, text)


def _locate_named(merged: MergedConfig, text: str) -> Problem:
    """Return *text*, which may begin with the key or the environment variable that it is about, with its place."""
    name, colon, message = text.partition(": ")
    if colon and re.fullmatch(r"[A-Z][A-Z0-9_]+", name):
        return Problem(0, message, variable=name)
    path = name.split(".")
    return merged.problem(path, text) if colon and path[0] in merged.data else Problem(0, text)


def _locate_watch_problem(merged: MergedConfig, problem: WatchProblem, index: int) -> Problem:
    file, _ = merged.watch_origins[index]
    at_key = merged.problem(["watches", index, problem.key], problem.text)
    if not problem.line:
        return replace(at_key, watch=problem.watch)
    value = str(merged.data["watches"][index].get(problem.key, ""))
    line, column = locate_in_value(merged.files.texts[file], at_key.line, value, problem.line, problem.column)
    return replace(at_key, line=line, column=column, watch=problem.watch)
