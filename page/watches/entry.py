"""The entry of a watch in the config files: where it stands, how an edit changes it, and saving it."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import ndiff
from pathlib import Path
from typing import Any

import tomlkit

from monitor.config.files import read_files
from monitor.config.load import parse_files
from monitor.runtime import registry
from monitor.runtime.config_edit import append_entry, open_config, save, update_entry
from monitor.runtime.config_lock import one_edit
from monitor.runtime.watch_edit import Place, open_watch, remove_watch, rename_watch

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
class Line:
    """A line of a difference: *sign* is ``+``, ``-`` or a blank."""

    sign: str
    text: str


def preview(main: Path, place: Place, entry: Mapping[str, Any]) -> list[Line]:
    """Return how *entry* changes the text at *place*: the lines that go and those that come."""
    document = open_config(main, place.file).document
    watches: Any = document.get("watches", ())
    before = "" if place.index is None else _text(watches[place.index])
    if place.index is None:
        _append(document, entry)
    else:
        _update(watches[place.index], entry)
    after = _text(document["watches"][-1 if place.index is None else place.index])
    lines = ndiff(before.splitlines(), after.splitlines())
    return [Line(each[0], each[2:]) for each in lines if each[0] in "+-"]


def save_entry(main: Path, watch_id: str, entry: Mapping[str, Any], hash_: str, *, is_new: bool) -> str:
    """Write *entry* for the watch *watch_id*, and return the hash of the new config.

    Raises Changed if the config does not have the hash *hash_*, and what config_edit.save raises.
    """
    with one_edit(main):
        opened, table = (open_config(main), None) if is_new else open_watch(main, watch_id)
        # After the file was read: what is saved there from now on is noticed before it is replaced.
        _check(main, hash_)
        if table is None:
            _append(opened.document, entry)
        else:
            _update(table, entry)
        save(opened)
        return _hash(main)


def remove_saved(main: Path, watch_id: str, hash_: str) -> str:
    """Remove the watch *watch_id*, and return the hash of the new config. Raises Changed, and what remove_watch raises."""
    with one_edit(main):
        _check(main, hash_)
        remove_watch(main, watch_id)
        return _hash(main)


def rename_saved(main: Path, watch_id: str, new_id: str, hash_: str) -> str:
    """Rename the watch *watch_id*, and return the hash of the new config. Raises Changed, and what rename_watch raises."""
    with one_edit(main):
        _check(main, hash_)
        rename_watch(main, watch_id, new_id)
        return _hash(main)


def _check(main: Path, hash_: str) -> None:
    """Raise Changed if the config does not have the hash *hash_*."""
    if (current := _hash(main)) != hash_:
        raise Changed(current)


def _append(document: tomlkit.TOMLDocument, entry: Mapping[str, Any]) -> None:
    append_entry(document, "watches", _without_defaults(entry, {}, DEFAULTS))


def _update(table: Any, entry: Mapping[str, Any]) -> None:
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
