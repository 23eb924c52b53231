"""Remove and rename a watch of the config, in whichever of its files it stands."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from monitor.config.files import merge_files, read_files
from monitor.runtime.config_edit import CannotWrite, OpenConfig, open_config, remove_entry, save, update_entry

REMOVED = "its alerts stay as they are and get no further version; messages that wait for delivery are not sent"
"""What becomes of the alerts of a watch that is removed."""
RENAMED = (
    "its alerts stay under the old name and get no further version; messages that wait for delivery are not sent; a story that"
    " goes on is raised anew under the new name"
)
"""What becomes of the alerts of a watch that is renamed."""


class NoSuchWatch(Exception):
    """The config has no such watch."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a watch stands: its file, its index among the watches of that file, and its line. A new one has no index."""

    file: Path
    index: int | None = None
    line: int = 0


def find_place(main: Path, watch_id: str) -> Place:
    """Return where the watch *watch_id* of the config *main* stands; for one that is not there, where a new one is written."""
    merged = merge_files(read_files(main))
    tables = zip(merged.data.get("watches", ()), merged.watch_origins, strict=True)
    for number, (table, (file, index)) in enumerate(tables):
        if isinstance(table, dict) and table.get("id") == watch_id:
            return Place(file, index, merged.problem(["watches", number], "").line)
    return Place(main)


def open_watch(main: Path, watch_id: str) -> tuple[OpenConfig, Any]:
    """Open the file in which the watch *watch_id* stands, for editing; return it with its table.

    Raises NoSuchWatch, InvalidConfig, and CannotWrite if somebody moves the watch at this moment.
    """
    opened, index = _open_at(main, watch_id)
    watches: Any = opened.document["watches"]
    return opened, watches[index]


def remove_watch(main: Path, watch_id: str) -> None:
    """Remove the watch *watch_id* from the config *main*. Raises NoSuchWatch, InvalidConfig and CannotWrite."""
    opened, index = _open_at(main, watch_id)
    remove_entry(opened.document, "watches", index)
    save(opened)


def rename_watch(main: Path, watch_id: str, new_id: str) -> None:
    """Give the watch *watch_id* of the config *main* another id. Raises NoSuchWatch, InvalidConfig and CannotWrite."""
    opened, table = open_watch(main, watch_id)
    update_entry(table, {"id": new_id})
    save(opened)


def _open_at(main: Path, watch_id: str) -> tuple[OpenConfig, int]:
    place = find_place(main, watch_id)
    if place.index is None:
        raise NoSuchWatch(watch_id)
    opened = open_config(main, place.file)
    ids = [table.get("id") for table in opened.document.get("watches", ())]
    if ids[place.index : place.index + 1] != [watch_id]:
        raise CannotWrite(f"{place.file} has changed just now; look at it and try again: nothing was changed")
    return opened, place.index
