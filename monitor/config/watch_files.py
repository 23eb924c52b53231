"""The files that `watch_files` names: single files, folders and patterns."""

import os
import re
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path, PurePath

from monitor.config.problems import show_path

MAX_WATCH_FILES = 10_000
MAX_FOLDERS = 10_000
"""The most folders to list, for all names together."""
_LEFTOVER = re.compile(r"[.#].*|~\$.*|.*(~|#|\.(swp|swo|swx|bak|orig|rej|tmp|temp|save|old))", re.DOTALL)
"""Names of files that editors, file managers and version control leave beside a file."""


@dataclass
class Selection:
    """The files that the names in `watch_files` mean. *problems* and *hints* are pairs of a name and a message about it."""

    paths: list[Path] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    hints: list[tuple[str, str]] = field(default_factory=list)
    max_folders: int = MAX_FOLDERS
    listed: int = 0
    """Folders that were listed so far."""


def select_watch_files(main: Path, names: Iterable[str], max_folders: int = MAX_FOLDERS) -> Selection:
    """Return the files for *names*, relative to the folder of *main*, sorted. A file to which several links lead is there once.

    A name is that of a file, that of a folder, which means all its .toml files, or a glob pattern. A pattern does not match
    names that begin with a dot, except where it has one itself, nor what editors leave behind.
    """
    selection = Selection(max_folders=max_folders)
    matched: set[Path] = set()
    for name in names:
        if not name.isprintable():
            selection.problems.append(
                (name, f"{name!r} contains a control character, perhaps from a backslash: write / instead")
            )
            continue
        try:
            matched.update(_matches(main.parent, name, selection))
        except (ValueError, OSError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            selection.problems.append((name, f"{name!r} cannot be used as a path: {reason}; correct it"))
    selection.paths = _distinct(main, matched, selection)
    if len(selection.paths) > MAX_WATCH_FILES:
        selection.problems.append(("", f"{len(selection.paths)} files; at most {MAX_WATCH_FILES} are read"))
        selection.paths = []
    return selection


def _matches(folder: Path, name: str, selection: Selection) -> Iterator[Path]:
    """Yield the files that *name* means. Add to *selection* what is absent, cannot be read, or is left out."""
    path = folder / name
    if path.is_dir():
        parts = [*PurePath(name).parts, "*.toml"]
    elif path.exists():
        yield path
        return
    elif path.is_symlink():
        selection.problems.append(
            (name, f"{show_path(path)} is a link that leads to no file; correct the link, or remove its name")
        )
        return
    elif not re.search(r"[*?\[]", name):
        remedy = "write / between folders" if "\\" in name else "create the file, or remove its name"
        selection.problems.append((name, f"there is no {show_path(path)}; {remedy}"))
        return
    else:
        parts = list(PurePath(name).parts)
    found = False
    for match in _expand(folder, parts, name, selection):
        if _LEFTOVER.fullmatch(match.name) and not _LEFTOVER.fullmatch(parts[-1]):
            selection.hints.append(
                (name, f"{show_path(match)} is left out: its name is that of a hidden file or of an editor's copy")
            )
        elif match.is_file():
            found = True
            yield match
        elif not match.is_dir():
            message = f"{show_path(match)} is no file, or a link that leads to none; correct or remove it"
            selection.problems.append((name, message))
    if not found:
        selection.hints.append((name, f"{name!r} matches no file; correct it, or create a file"))


def _expand(folder: Path, parts: Sequence[str], name: str, selection: Selection) -> Iterator[Path]:
    """Yield the paths below *folder* that match the pattern whose components are *parts*. Hidden folders do not match."""
    if not parts:
        yield folder
        return
    first, rest = parts[0], parts[1:]
    if first == "**":
        while rest and rest[0] == "**":
            rest = rest[1:]
        for below in _folders(folder, name, selection):
            yield from _expand(below, rest or ("*.toml",), name, selection)
    elif not re.search(r"[*?\[]", first):
        if (folder / first).exists():
            yield from _expand(folder / first, rest, name, selection)
    else:
        for entry in _list(folder, name, selection):
            visible = first.startswith(".") or not entry.startswith(".") or not rest
            if visible and fnmatch(entry, first):
                yield from _expand(folder / entry, rest, name, selection)


def _folders(folder: Path, name: str, selection: Selection) -> Iterator[Path]:
    """Yield *folder* and all folders below it that are not hidden. A link to a folder is followed; none is visited twice."""
    visited: set[tuple[int, int]] = set()
    pending = [folder]
    while pending:
        current = pending.pop()
        status = current.stat()
        if (status.st_dev, status.st_ino) not in visited:
            visited.add((status.st_dev, status.st_ino))
            yield current
            below = [current / entry for entry in _list(current, name, selection) if not entry.startswith(".")]
            pending += [path for path in reversed(below) if path.is_dir()]


def _list(folder: Path, name: str, selection: Selection) -> list[str]:
    if not folder.is_dir():
        return []
    selection.listed += 1
    if selection.listed > selection.max_folders:
        raise ValueError(f"it searches more than {selection.max_folders:,} folders; name one that is further down")
    try:
        return sorted(os.listdir(folder))  # noqa: PTH208  (names are needed, not paths)
    except OSError as error:
        message = f"the folder {show_path(folder)} cannot be listed: {error.strerror}; give newsmonitor the right to read it"
        if (name, message) not in selection.problems:
            selection.problems.append((name, message))
        return []


def _distinct(main: Path, matched: Iterable[Path], selection: Selection) -> list[Path]:
    """Return the paths in order, without *main* and without those that lead to a file that is there already."""
    distinct: dict[tuple[int, int], Path] = {}
    for path in (main, *sorted(matched, key=lambda path: path.parts)):
        try:
            status = path.stat()
        except OSError as error:
            if path != main:
                selection.problems.append(("", f"{show_path(path)} cannot be read: {error.strerror}; correct or remove it"))
            continue
        if stat.S_ISREG(status.st_mode):
            distinct.setdefault((status.st_dev, status.st_ino), path)
        elif path != main:
            message = f"{show_path(path)} is no file: save its content to a file, and name that"
            selection.problems.append(("", message))
    return [path for path in distinct.values() if path != main]
