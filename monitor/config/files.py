"""monitor.toml and the watch files beside it, merged into one document."""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from monitor.config.problems import InvalidConfig, KeyPath, Problem, WatchProblem, locate_in_value, locate_key

MAX_WATCH_FILES = 10_000
WATCH_FILE_KEYS = ("watches", "sets")
"""The top-level keys that a watch file may have."""
_TABLE_HEADER = re.compile(r"^[ \t]*\[", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ConfigFiles:
    """The texts of all config files by path. *main* is the path of monitor.toml."""

    main: Path
    texts: Mapping[Path, str]


@dataclass(frozen=True, slots=True)
class MergedConfig:
    """The parsed TOML of all files in one dictionary.

    *watch_origins* gives the file of each watch and its index in that file; *set_files* gives the file of each set.
    """

    files: ConfigFiles
    data: dict[str, Any]
    watch_origins: tuple[tuple[Path, int], ...]
    set_files: Mapping[str, Path]

    def problem(self, path: KeyPath, message: str) -> Problem:
        """Return *message* as a Problem with the file and line of the value at *path*."""
        file, inner = self.files.main, list(path)
        if path[:1] == ["watches"] and len(path) > 1 and isinstance(path[1], int) and path[1] < len(self.watch_origins):
            file, inner[1] = self.watch_origins[path[1]]
        elif path[:1] == ["sets"] and len(path) > 1:
            file = self.set_files.get(str(path[1]), file)
        return Problem(locate_key(self.files.texts[file], inner), message, None if file == self.files.main else file)


def read_files(main: Path, text: str | None = None) -> ConfigFiles:
    """Return the texts of *main* and its watch files. *text*, if given, replaces the text of *main*. Raises InvalidConfig."""
    text = _read_text(main) if text is None else text
    paths = _watch_file_paths(main, _watch_file_names(text))
    return ConfigFiles(main, {main: text, **{path: _read_text(path) for path in paths}})


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
    return tuple(name for name in names if isinstance(name, str)) if isinstance(names, list) else ()


def _watch_file_paths(main: Path, names: Iterable[str]) -> list[Path]:
    """Return the files for *names*, sorted and without duplicates. Raises InvalidConfig.

    A name is that of a file, that of a folder, which means all its .toml files, or a glob pattern.
    """
    paths: set[Path] = set()
    for name in names:
        path = main.parent / name
        pattern = "*.toml" if path.is_dir() else ""
        try:
            matches = list(path.glob(pattern)) if pattern else [path] if path.exists() else list(main.parent.glob(name))
        except (ValueError, NotImplementedError, OSError) as error:
            message = f"watch_files: {name!r} is not a path relative to monitor.toml: {error}"
            raise InvalidConfig([Problem(0, message)]) from error
        if not matches and not re.search(r"[*?\[]", name):
            raise InvalidConfig([Problem(0, f"watch_files: there is no {path}; create the file, or remove its name")])
        paths |= {match for match in matches if match.is_file() and match != main}
    if len(paths) > MAX_WATCH_FILES:
        raise InvalidConfig([Problem(0, f"watch_files: {len(paths)} files; at most {MAX_WATCH_FILES} are read")])
    return sorted(paths)


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        message = f"there is no {path}: `newsmonitor init` writes one; -c FILE names another"
        raise InvalidConfig([Problem(0, message)]) from error
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidConfig([Problem(0, f"cannot read {path}: {error}", path)]) from error


def merge_files(files: ConfigFiles) -> MergedConfig:
    """Merge *files*. Raises InvalidConfig if one is not valid TOML, or if a watch file has a key that is not allowed in it."""
    data = _parse_toml(files, files.main)
    watches = _watch_tables(data)
    origins = [(files.main, index) for index in range(len(watches))]
    sets = dict.fromkeys(data.get("sets", {}), files.main) if isinstance(data.get("sets"), dict) else {}
    for path in [path for path in files.texts if path != files.main]:
        watch_file = _parse_toml(files, path)
        _check_watch_file(files, path, watch_file, sets)
        origins += [(path, index) for index in range(len(_watch_tables(watch_file)))]
        watches += _watch_tables(watch_file)
        sets |= dict.fromkeys(watch_file.get("sets", {}), path)
        if watch_file.get("sets"):
            data["sets"] = {**data.get("sets", {}), **watch_file["sets"]}
    if watches:
        data["watches"] = watches
    return MergedConfig(files, data, tuple(origins), sets)


def _parse_toml(files: ConfigFiles, path: Path) -> dict[str, Any]:
    text = files.texts[path]
    file = None if path == files.main else path
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        match = re.search(r"line (\d+)", str(error))
        line = int(match[1]) if match else len(text.splitlines())
        raise InvalidConfig([Problem(line, f"not valid TOML: {error}", file)]) from error
    except RecursionError as error:
        raise InvalidConfig([Problem(0, "lists and tables are nested too deep", file)]) from error


def _check_watch_file(files: ConfigFiles, path: Path, data: dict[str, Any], sets: Mapping[str, Path]) -> None:
    """Raise InvalidConfig if a watch file has other keys than WATCH_FILE_KEYS, or a set that is already in *sets*."""
    remedy = f"belongs in {files.main.name}; a watch file holds only [[watches]] and [sets]"
    errors = [(key, f"{key!r} {remedy}") for key in data if key not in WATCH_FILE_KEYS]
    if not isinstance(data.get("sets", {}), dict):
        errors.append(("sets", "sets must be a table: write [sets], and below it name = [...]"))
    elif duplicates := data.get("sets", {}).keys() & sets.keys():
        name = min(duplicates)
        errors.append((name, f"duplicate set {name!r}, already in {sets[name]}: remove or rename one"))
    if not isinstance(data.get("watches", []), list):
        errors.append(("watches", "watches must be a list of tables: write [[watches]]"))
    if errors:
        raise InvalidConfig([Problem(locate_key(files.texts[path], [key]), message, path) for key, message in errors])


def _watch_tables(data: dict[str, Any]) -> list[Any]:
    watches = data.get("watches", [])
    return list(watches) if isinstance(watches, list) else []


def locate_problems(files: ConfigFiles, problems: Sequence[str | WatchProblem]) -> list[Problem]:
    """Return the *problems* that the services report, with file, line and column if these are known."""
    if not problems:
        return []
    merged = merge_files(files)
    return [Problem(0, item) if isinstance(item, str) else _locate_watch_problem(merged, item) for item in problems]


def _locate_watch_problem(merged: MergedConfig, problem: WatchProblem) -> Problem:
    index = next(index for index, watch in enumerate(merged.data["watches"]) if watch.get("id") == problem.watch)
    file, _ = merged.watch_origins[index]
    at_key = merged.problem(["watches", index, problem.key], problem.text)
    if not problem.line:
        return replace(at_key, watch=problem.watch)
    value = str(merged.data["watches"][index].get(problem.key, ""))
    line, column = locate_in_value(merged.files.texts[file], at_key.line, value, problem.line, problem.column)
    return replace(at_key, line=line, column=column, watch=problem.watch)
