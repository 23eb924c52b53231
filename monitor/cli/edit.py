"""Editing the config as a person would: comments and order kept, and only into another good one."""

import os
import tempfile
from pathlib import Path

import tomlkit
from tomlkit.items import AoT

from monitor import services
from monitor.configfile import Problem, Refused, parse, read


def editable(path: Path) -> tomlkit.TOMLDocument:
    """The config for editing; it must be good before. Raises Refused."""
    read(path)
    return tomlkit.parse(path.read_text(encoding="utf-8"))


def tables(document: tomlkit.TOMLDocument, name: str) -> AoT:
    """The tables [[name]] of *document*, made where there are none."""
    found = document.get(name)
    if not isinstance(found, AoT):
        found = tomlkit.aot()
        document.append(name, found)
    return found


def save(path: Path, text: str) -> None:
    """Replace the file by *text* in one step, if it is a good config. Raises Refused."""
    if found := services.check(parse(text, path.parent)):
        raise Refused([Problem(0, problem) for problem in found])
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    Path(name).chmod(path.stat().st_mode)
    Path(name).replace(path)
