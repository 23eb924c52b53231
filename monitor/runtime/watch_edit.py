"""Remove and rename a watch of the config, in whichever of its files it stands."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from monitor.config.files import merge_files, read_files
from monitor.runtime.config_edit import open_document, remove_entry, save, update_entry

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


def remove_watch(main: Path, watch_id: str) -> None:
    """Remove the watch *watch_id* from the config *main*. Raises NoSuchWatch, InvalidConfig and CannotWrite."""
    place, index = _known_place(main, watch_id)
    document = open_document(main, place.file)
    remove_entry(document, "watches", index)
    save(main, document, place.file)


def rename_watch(main: Path, watch_id: str, new_id: str) -> None:
    """Give the watch *watch_id* of the config *main* another id. Raises NoSuchWatch, InvalidConfig and CannotWrite."""
    place, index = _known_place(main, watch_id)
    document = open_document(main, place.file)
    entries: Any = document["watches"]
    update_entry(entries[index], {"id": new_id})
    save(main, document, place.file)


def _known_place(main: Path, watch_id: str) -> tuple[Place, int]:
    place = find_place(main, watch_id)
    if place.index is None:
        raise NoSuchWatch(watch_id)
    return place, place.index
