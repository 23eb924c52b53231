"""Editing the config as a person would: comments and order kept, and only into another good one."""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import AoT

from monitor.config.files import gather, locate_problems
from monitor.config.load import parse_files, read
from monitor.config.problems import InvalidConfig
from monitor.runtime import registry


def editable(path: Path) -> tomlkit.TOMLDocument:
    """The config for editing; it must be good before. Raises InvalidConfig."""
    read(path)
    return tomlkit.parse(path.read_text(encoding="utf-8"))


def append(document: tomlkit.TOMLDocument, name: str, given: Mapping[str, Any]) -> None:
    """Add to the list *name* of *document*, written as tables or in one line, what *given* says; made where there is none."""
    if name not in document:
        document.append(name, tomlkit.aot())
    entries: Any = document[name]
    entry = tomlkit.table() if isinstance(entries, AoT) else tomlkit.inline_table()
    for key, value in given.items():
        if value:
            entry.add(key, list(value) if isinstance(value, tuple) else value)
    entries.append(entry)


def save(path: Path, text: str) -> None:
    """Replace the file atomically, following a link, if *text* is a valid config. Raises InvalidConfig."""
    files = gather(path, text)
    if found := locate_problems(files, registry.check(parse_files(files))):
        raise InvalidConfig(found)
    path = path.resolve()
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    Path(name).chmod(path.stat().st_mode)
    Path(name).replace(path)
