"""Edit monitor.toml: keep comments and order, and save only a valid result."""

import os
import stat
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click
import tomlkit
from tomlkit.items import AoT

from monitor.cli.shared import read_config
from monitor.config.files import ConfigFiles, locate_problems, read_files
from monitor.config.load import parse_files
from monitor.config.privacy import lax_files
from monitor.config.problems import InvalidConfig, Problem
from monitor.output import echo
from monitor.runtime import registry

BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""How a file that was saved as "UTF-8 with BOM" begins."""


def open_document(path: Path) -> tomlkit.TOMLDocument:
    """Return the config for editing. Raises InvalidConfig if it is not valid before the edit."""
    read_config(path)
    text = _read(path).removeprefix(BYTE_ORDER_MARK)
    return tomlkit.parse(text.replace("\r", "\n") if _newline(text) == "\r" else text)


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
            entry.add(key, list(value) if isinstance(value, tuple) else value)
    entries.append(entry)


def save(path: Path, document: tomlkit.TOMLDocument) -> None:
    """Replace the file *path*, or the target of that link, atomically. Line endings and a byte order mark stay as they were.

    Raises InvalidConfig if the edit makes the config invalid, and click.ClickException if the file cannot be written. A
    problem that was there before, such as a secret that only the services have, does not prevent an edit of something else.
    """
    before, text = _read(path), tomlkit.dumps(document)
    if problems := _new_problems(path, text):
        raise InvalidConfig(problems)
    if newline := _newline(before):
        text = text.replace("\r\n", "\n").replace("\n", newline)
    if before.startswith(BYTE_ORDER_MARK):
        text = BYTE_ORDER_MARK + text
    try:
        replace_text(path.resolve(), text)
    except OSError as error:
        remedy = f"give newsmonitor the right to write the folder {path.resolve().parent}"
        raise click.ClickException(f"cannot write {path}: {error.strerror}; {remedy}: nothing was changed") from error
    for hint in lax_files(read_config(path), path):
        echo(f"hint: {hint.text}", err=True)


def replace_text(path: Path, text: str, set_owner: Callable[[Path, int, int], None] = os.chown) -> None:
    """Replace the content of *path* in one step: a reader sees the old text or the new one. Owner and mode stay.

    Until then only this user can read the new text. Raises OSError, and ClickException if this user may not set the owner.
    """
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        _keep_owner(Path(temporary), path.stat(), set_owner)
        Path(temporary).replace(path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise


def _keep_owner(temporary: Path, status: os.stat_result, set_owner: Callable[[Path, int, int], None]) -> None:
    """Give *temporary* the owner and the mode of *status*. Raises click.ClickException if this user may not."""
    try:
        set_owner(temporary, status.st_uid, status.st_gid)
    except PermissionError:
        temporary.unlink(missing_ok=True)
        whose = "belongs to another user" if status.st_uid != os.geteuid() else "has a group that this user is not in"
        remedy = f"run the command as user {status.st_uid} with group {status.st_gid}, or edit the file"
        raise click.ClickException(f"the config {whose}: {remedy}; nothing was changed") from None
    temporary.chmod(stat.S_IMODE(status.st_mode))


def _read(path: Path) -> str:
    """Return the text with its line endings."""
    return path.read_bytes().decode("utf-8")


def _newline(text: str) -> str:
    """Return what each line of *text* ends with: that of Windows, a carriage return, or "" for anything else."""
    if "\n" not in text:
        return "\r" if "\r" in text else ""
    return "\r\n" if text.count("\n") == text.count("\r\n") else ""


def _new_problems(path: Path, text: str) -> list[Problem]:
    """Return the problems of the config *text* that the file *path* does not have."""
    problems = _problems(read_files(path, text))
    known = {(each.text, each.watch) for each in _problems(read_files(path))} if problems else set()
    return [each for each in problems if (each.text, each.watch) not in known]


def _problems(files: ConfigFiles) -> list[Problem]:
    return locate_problems(files, registry.check(parse_files(files, registry.extensions())))
