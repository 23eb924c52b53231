"""Edit monitor.toml: keep comments and order, and save only a valid result."""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import AoT

from monitor.cli.shared import read_config
from monitor.config.files import locate_problems, read_files
from monitor.config.load import parse_files
from monitor.config.problems import InvalidConfig
from monitor.runtime import registry


def open_document(path: Path) -> tomlkit.TOMLDocument:
    """Return the config for editing. Raises InvalidConfig if it is not valid before the edit."""
    read_config(path)
    return tomlkit.parse(path.read_text(encoding="utf-8"))


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
    """Replace the file *path*, or the target of that link, atomically. Raises InvalidConfig if *document* is not valid."""
    text = tomlkit.dumps(document)
    files = read_files(path, text)
    if problems := locate_problems(files, registry.check(parse_files(files, registry.extensions()))):
        raise InvalidConfig(problems)
    path = path.resolve()
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    Path(temporary).chmod(path.stat().st_mode)
    Path(temporary).replace(path)
