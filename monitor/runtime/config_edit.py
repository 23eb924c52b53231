"""Edit monitor.toml and its watch files: keep comments and order, and save only a valid result."""

import errno
import os
import stat
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import AoT, Table

from monitor.config.files import ConfigFiles, locate_problems, read_files
from monitor.config.load import parse_files
from monitor.config.problems import InvalidConfig, Problem
from monitor.runtime import registry

BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""How a file that was saved as "UTF-8 with BOM" begins."""


class CannotWrite(Exception):
    """The file cannot be written; the text says why, and what to do. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class OpenConfig:
    """A *file* of the config *main* with the *text* that was read, and the *document* of that text, in which edits are made."""

    main: Path
    file: Path
    text: str
    document: tomlkit.TOMLDocument


def open_config(main: Path, file: Path | None = None) -> OpenConfig:
    """Open the config *main*, or its watch file *file*, for editing. Raises InvalidConfig if it is not valid as it is."""
    parse_files(read_files(main), registry.extensions())
    text = _read(file or main)
    lines = text.removeprefix(BYTE_ORDER_MARK)
    document = tomlkit.parse(lines.replace("\r", "\n") if _newline(lines) == "\r" else lines)
    return OpenConfig(main, file or main, text, document)


def append_entry(document: tomlkit.TOMLDocument, name: str, values: Mapping[str, Any]) -> None:
    """Append an entry with the non-empty *values* to the list *name*, in the style of the list: [[tables]] or inline tables.

    Create the list if *document* has none.
    """
    if name not in document:
        document.append(name, tomlkit.aot())
    entries: Any = document[name]
    entry = tomlkit.table() if isinstance(entries, AoT) else tomlkit.inline_table()
    for key, value in values.items():
        if value:
            entry.add(key, to_toml(value))
    entries.append(entry)


def update_entry(entry: Any, values: Mapping[str, Any]) -> None:
    """Give the table *entry* the *values*: those that it has already stay as they are written, and empty ones go."""
    for key, value in values.items():
        if not value:
            if key in entry:
                del entry[key]
        elif key not in entry:
            _add(entry, key, to_toml(value))
        elif isinstance(value, Mapping) and isinstance(entry[key], Mapping):
            update_entry(entry[key], {**dict.fromkeys(entry[key]), **value})
        elif _unwrap(entry[key]) != _unwrap(value):
            entry[key] = to_toml(value)


def remove_entry(document: tomlkit.TOMLDocument, name: str, index: int) -> None:
    """Remove an entry of the list *name*. The blank lines and comments at its end stay: they belong to what follows."""
    entries: Any = document[name]
    if not isinstance(entries, AoT):
        del entries[index]
        return
    body = _innermost(entries[index]).value.body
    end = _tail_start(body)
    tail = body[end:]
    del body[end:]
    del entries[index]
    if index:
        _innermost(entries[index - 1]).value.body.extend(tail)
        return
    place = next(number for number, (_, item) in enumerate(document.body) if item is entries)
    if not entries:
        # As an empty list it would be a key of the table before it.
        document.remove(name)
    document.body[place:place] = tail


def _innermost(entry: Table) -> Table:
    """Return the table in *entry* that ends with it: a table within it, or itself."""
    items = [item for key, item in entry.value.body if key is not None]
    return _innermost(items[-1]) if items and isinstance(items[-1], Table) else entry


def _tail_start(body: list[Any]) -> int:
    """Return where the blank lines and comments at the end of *body* begin."""
    end = len(body)
    while end and body[end - 1][0] is None:
        end -= 1
    return end


def _add(entry: Any, key: str, item: Any) -> None:
    """Add *key* to the table *entry*, before the blank lines and comments at its end: these belong to what follows."""
    body = entry.value.body if isinstance(entry, Table) else []
    end = _tail_start(body)
    tail = body[end:]
    del body[end:]
    entry[key] = item
    body.extend(tail)


def to_toml(value: Any) -> Any:
    """Return *value* as TOML is written by hand: a text with quotation marks in single ones, a table in one line."""
    if isinstance(value, Mapping):
        table = tomlkit.inline_table()
        table.update({key: to_toml(each) for key, each in value.items() if each})
        return table
    if isinstance(value, str):
        is_literal = "'" not in value and ('"' in value or "\\" in value) and value.replace("\n", "").isprintable()
        return tomlkit.string(value, literal=is_literal, multiline="\n" in value)
    return list(value) if isinstance(value, tuple) else value


def save(opened: OpenConfig) -> None:
    """Replace the file that is *opened*, or the target of that link, with what its document has now, atomically.

    Line endings and a byte order mark stay as they were. Raises InvalidConfig if the edit makes the config invalid, and
    CannotWrite, also if the file is no longer as it was read. A problem that was there before, such as a secret that only the
    services have, does not prevent an edit of something else.
    """
    file, text = opened.file, tomlkit.dumps(opened.document)
    if problems := _new_problems(opened.main, file, text):
        raise InvalidConfig(problems)
    if newline := _newline(opened.text):
        text = text.replace("\r\n", "\n").replace("\n", newline)
    if opened.text.startswith(BYTE_ORDER_MARK):
        text = BYTE_ORDER_MARK + text
    try:
        replace_text(file.resolve(), opened.text, text)
    except OSError as error:
        reason = f"cannot write {file}: {error.strerror}; {_remedy(error, file.resolve().parent)}"
        raise CannotWrite(f"{reason}: nothing was changed") from error


def replace_text(path: Path, before: str, text: str, set_owner: Callable[[Path, int, int], None] = os.chown) -> None:
    """Replace *before*, the content of *path*, in one step: a reader sees the old text or the new one. Owner and mode stay.

    Until then only this user can read the new text. Raises OSError, and CannotWrite if *path* is read-only or has another
    content than *before*, or if this user may not set the owner.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        _keep_owner(temporary, path.stat(), set_owner)
        # As late as can be: what an editor saves after this is lost.
        _check_unchanged(path, before)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _check_unchanged(path: Path, before: str) -> None:
    """Raise CannotWrite if *path* is not to be replaced: it is read-only, or has another content than *before*."""
    if not os.access(path, os.W_OK):
        raise CannotWrite(f"{path} is read-only; give newsmonitor the right to write it: nothing was changed")
    if _read(path) != before:
        raise CannotWrite(f"{path} has changed just now; look at it and try again: nothing was changed")


def _remedy(error: OSError, folder: Path) -> str:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return "free some space on its disk"
    if error.errno == errno.EFBIG:
        return "raise its limit on the size of files"
    if error.errno == errno.EROFS:
        return "its disk is mounted read-only"
    return f"give newsmonitor the right to write the folder {folder}"


def _keep_owner(temporary: Path, status: os.stat_result, set_owner: Callable[[Path, int, int], None]) -> None:
    """Give *temporary* the owner and the mode of *status*. Raises CannotWrite if this user may not."""
    try:
        set_owner(temporary, status.st_uid, status.st_gid)
    except PermissionError:
        whose = "belongs to another user" if status.st_uid != os.geteuid() else "has a group that this user is not in"
        remedy = f"run newsmonitor as user {status.st_uid} with group {status.st_gid}, or edit the file"
        raise CannotWrite(f"the config {whose}: {remedy}; nothing was changed") from None
    temporary.chmod(stat.S_IMODE(status.st_mode))


def _read(path: Path) -> str:
    """Return the text with its line endings."""
    return path.read_bytes().decode("utf-8")


def _newline(text: str) -> str:
    """Return what each line of *text* ends with: that of Windows, a carriage return, or "" for anything else."""
    if "\n" not in text:
        return "\r" if "\r" in text else ""
    return "\r\n" if text.count("\n") == text.count("\r\n") else ""


def _unwrap(value: Any) -> Any:
    """Return *value* as plain data, by which two ways to write it are compared."""
    plain = value.unwrap() if hasattr(value, "unwrap") else value
    return list(plain) if isinstance(plain, tuple) else plain


def _new_problems(path: Path, edited: Path, text: str) -> list[Problem]:
    """Return the problems of the config *path*, whose file *edited* has the *text*, that it does not have as it is."""
    before = read_files(path)
    after = read_files(path, text) if edited == path else replace(before, texts={**before.texts, edited: text})
    problems = _problems(after)
    known = {(each.text, each.watch) for each in _problems(before)} if problems else set()
    return [each for each in problems if (each.text, each.watch) not in known]


def _problems(files: ConfigFiles) -> list[Problem]:
    return locate_problems(files, registry.check(parse_files(files, registry.extensions())))
