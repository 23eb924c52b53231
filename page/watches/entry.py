"""The entry of a watch in the config files: where it stands, how an edit changes it, and saving it."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import ndiff
from pathlib import Path
from typing import Any

import tomlkit

from monitor.config.files import merge_files, read_files
from monitor.config.load import parse_files
from monitor.runtime import registry
from monitor.runtime.config_edit import append_entry, open_document, save, update_entry
from monitor.runtime.config_lock import one_edit

DEFAULTS: Mapping[str, Any] = {
    "severity": "normal",
    "burst": {"times": 3, "floor": 5, "half_life": "3d"},
    "quiet": {"zone": "UTC"},
    "digest": {"zone": "UTC"},
}
"""What a watch that leaves a key out has. It is written only where the entry has the key already."""


class Changed(Exception):
    """The config files have changed since the editor was opened: *hash* is that of the config now."""

    def __init__(self, hash_: str) -> None:
        super().__init__("the config has changed since this page was opened")
        self.hash = hash_


@dataclass(frozen=True, slots=True)
class Place:
    """Where a watch stands: its file, its index among the watches of that file, and its line. A new one has no index."""

    file: Path
    index: int | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a difference: *sign* is ``+``, ``-`` or a blank."""

    sign: str
    text: str


def find_place(main: Path, watch_id: str) -> Place:
    """Return where the watch *watch_id* of the config *main* stands; for one that is not there, where a new one is written."""
    merged = merge_files(read_files(main))
    for number, (table, (file, index)) in enumerate(
        zip(merged.data.get("watches", ()), merged.watch_origins, strict=True)
    ):  # fmt: skip
        if isinstance(table, dict) and table.get("id") == watch_id:
            return Place(file, index, merged.problem(["watches", number], "").line)
    return Place(main)


def preview(main: Path, place: Place, entry: Mapping[str, Any]) -> list[Line]:
    """Return how *entry* changes the text at *place*: the lines that go and those that come."""
    document = open_document(main, place.file)
    before = _text(document["watches"][place.index]) if place.index is not None else ""
    _write(document, place, entry)
    after = _text(document["watches"][-1 if place.index is None else place.index])
    lines = ndiff(before.splitlines(), after.splitlines())
    return [Line(each[0], each[2:]) for each in lines if each[0] in "+-"]


def save_entry(main: Path, watch_id: str, entry: Mapping[str, Any], hash_: str, *, is_new: bool) -> str:
    """Write *entry* for the watch *watch_id*, and return the hash of the new config.

    Raises Changed if the config does not have the hash *hash_*, and what config_edit.save raises.
    """
    with one_edit(main):
        if (current := _hash(main)) != hash_:
            raise Changed(current)
        place = Place(main) if is_new else find_place(main, watch_id)
        document = open_document(main, place.file)
        _write(document, place, entry)
        save(main, document, place.file)
        return _hash(main)


def _write(document: tomlkit.TOMLDocument, place: Place, entry: Mapping[str, Any]) -> None:
    if place.index is None:
        append_entry(document, "watches", _without_defaults(entry, {}, DEFAULTS))
    else:
        entries: Any = document["watches"]
        table = entries[place.index]
        update_entry(table, _without_defaults(entry, table, DEFAULTS))


def _without_defaults(entry: Mapping[str, Any], table: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """Return *entry* without the values that are *defaults*, except where *table* has the key."""
    kept: dict[str, Any] = {}
    for key, value in entry.items():
        default = defaults.get(key)
        if isinstance(default, Mapping) and isinstance(value, Mapping):
            kept[key] = _without_defaults(value, table.get(key, {}), default)
        elif value != default or key in table:
            kept[key] = value
    return kept


def _text(entry: Any) -> str:
    text: str = entry.as_string()
    return text.strip()


def _hash(main: Path) -> str:
    return parse_files(read_files(main), registry.extensions()).hash
