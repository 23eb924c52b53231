"""monitor.toml and the files of watches beside it, read as one."""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from monitor.config.problems import InvalidConfig, Path_, Problem, WatchProblem, locate, locate_within

MOST = 10_000
"""The most files of watches."""
_TABLE = re.compile(r"^[ \t]*\[", re.MULTILINE)
ALLOWED = ("watches", "sets")
"""The tables that a file of watches may hold."""


@dataclass(frozen=True, slots=True)
class Files:
    """The text of *main*, and of the other files by their paths."""

    main: Path
    texts: Mapping[Path, str]


@dataclass(frozen=True, slots=True)
class Merged:
    """What the files say together. *origins* tell of each watch its file, and its number there."""

    files: Files
    data: dict[str, Any]
    origins: tuple[tuple[Path, int], ...]
    sets: Mapping[str, Path]

    def problem(self, steps: Path_, said: str) -> Problem:
        """*said* of what *steps* lead to, with its file and line."""
        file, inner = self.files.main, list(steps)
        if steps[:1] == ["watches"] and len(steps) > 1 and isinstance(steps[1], int) and steps[1] < len(self.origins):
            file, inner[1] = self.origins[steps[1]]
        elif steps[:1] == ["sets"] and len(steps) > 1:
            file = self.sets.get(str(steps[1]), file)
        return Problem(locate(self.files.texts[file], inner), said, None if file == self.files.main else file)


def gather(main: Path, text: str | None = None) -> Files:
    """*main* (or *text* in its stead) and the files of watches that it names. Raises InvalidConfig."""
    text = _read(main) if text is None else text
    return Files(main, {main: text, **{path: _read(path) for path in _paths(main, _named(text))}})


@lru_cache(maxsize=1)
def _named(text: str) -> tuple[str, ...]:
    """The watch_files of a config's *text*, kept since whoever follows the files asks twice a second."""
    # They stand before the first table; where the bracket was one of a text or a list, what is before it is no TOML.
    named: object = []
    for part in (_TABLE.split(text, maxsplit=1)[0], text):
        with suppress(tomllib.TOMLDecodeError, RecursionError):
            named = tomllib.loads(part).get("watch_files", [])
            break
    return tuple(name for name in named if isinstance(name, str)) if isinstance(named, list) else ()


def merge(files: Files) -> Merged:
    """What *files* say together. Raises InvalidConfig where one is no TOML, or holds what it may not."""
    data = _loads(files, files.main)
    watches = _tables(data)
    origins = [(files.main, index) for index in range(len(watches))]
    sets = dict.fromkeys(data.get("sets", {}), files.main) if isinstance(data.get("sets"), dict) else {}
    for path in [path for path in files.texts if path != files.main]:
        more = _loads(files, path)
        _holds_watches(files, path, more, sets)
        origins += [(path, index) for index in range(len(_tables(more)))]
        watches += _tables(more)
        sets |= dict.fromkeys(more.get("sets", {}), path)
        if more.get("sets"):
            data["sets"] = {**data.get("sets", {}), **more["sets"]}
    if watches:
        data["watches"] = watches
    return Merged(files, data, tuple(origins), sets)


def locate_problems(files: Files, findings: Sequence[str | WatchProblem]) -> list[Problem]:
    """*findings* with their files, lines and columns, where they have any."""
    if not findings:
        return []
    merged = merge(files)
    return [Problem(0, each) if isinstance(each, str) else _placed(merged, each) for each in findings]


def _placed(merged: Merged, finding: WatchProblem) -> Problem:
    index = next(index for index, watch in enumerate(merged.data["watches"]) if watch.get("id") == finding.watch)
    file, _ = merged.origins[index]
    at = merged.problem(["watches", index, finding.key], finding.text)
    if not finding.line:
        return Problem(at.line, finding.text, at.file, watch=finding.watch)
    value = str(merged.data["watches"][index].get(finding.key, ""))
    line, column = locate_within(merged.files.texts[file], at.line, value, finding.line, finding.column)
    return Problem(line, finding.text, at.file, column, finding.watch)


def _paths(main: Path, named: Iterable[str]) -> list[Path]:
    """The files that *named* mean: a file, all .toml of a folder, or a pattern; each once, sorted."""
    found: set[Path] = set()
    for name in named:
        at = main.parent / name
        pattern = "*.toml" if at.is_dir() else ""
        try:
            some = list(at.glob(pattern)) if pattern else [at] if at.exists() else list(main.parent.glob(name))
        except (ValueError, NotImplementedError, OSError) as error:
            raise InvalidConfig([Problem(0, f"watch_files: {name!r} is no path beside monitor.toml: {error}")]) from error
        if not some and not re.search(r"[*?\[]", name):
            raise InvalidConfig([Problem(0, f"watch_files: there is no {at}; write the file, or remove its name")])
        found |= {path for path in some if path.is_file() and path != main}
    if len(found) > MOST:
        raise InvalidConfig([Problem(0, f"watch_files: {len(found)} files; at most {MOST} are read")])
    return sorted(found)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise InvalidConfig(
            [Problem(0, f"there is no {path}: `newsmonitor init` writes one, or name yours with -c FILE")]
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidConfig([Problem(0, f"{path} cannot be read: {error}", path)]) from error


def _loads(files: Files, path: Path) -> dict[str, Any]:
    text = files.texts[path]
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        number = int(line[1]) if line else len(text.splitlines())
        raise InvalidConfig([Problem(number, f"not TOML: {error}", None if path == files.main else path)]) from error
    except RecursionError as error:
        said = "lists and tables in one another are too deep for any config"
        raise InvalidConfig([Problem(0, said, None if path == files.main else path)]) from error


def _holds_watches(files: Files, path: Path, data: dict[str, Any], sets: Mapping[str, Path]) -> None:
    """Raises InvalidConfig where a file of watches holds anything else, or a set that there is already."""
    other = f"belongs into {files.main.name}; here only [[watches]] and [sets]"
    wrong = [(key, f"{key!r} {other}") for key in data if key not in ALLOWED]
    if not isinstance(data.get("sets", {}), dict):
        wrong.append(("sets", "sets is a table: [sets], and below it name = [...]"))
    elif twice := data.get("sets", {}).keys() & sets.keys():
        name = min(twice)
        wrong.append((name, f"the set {name!r} is there already, in {sets[name]}: remove one, or give another name"))
    if not isinstance(data.get("watches", []), list):
        wrong.append(("watches", "watches is a list of tables: write [[watches]]"))
    if wrong:
        raise InvalidConfig([Problem(locate(files.texts[path], [key]), said, path) for key, said in wrong])


def _tables(data: dict[str, Any]) -> list[Any]:
    watches = data.get("watches", [])
    return list(watches) if isinstance(watches, list) else []
