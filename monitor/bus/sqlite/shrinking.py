"""Give the room of removed records back to the disk.

SQLite keeps the pages of removed records for later ones, which is right for a log that stays as long as it is. After a large
removal the file would stay as large as it ever was. So the pages at its end are moved into free ones, in short transactions.
A file can be made shorter in this way only if it was created so; `newsmonitor restore` makes a file of an older version anew.
"""

import sqlite3
from collections.abc import Callable, Iterator

INCREMENTAL = 2
"""SQLite's number for a file that can be made shorter step by step."""
KEPT_BYTES = 32 * 1024 * 1024
KEPT_FRACTION = 0.1
"""Free room that the file keeps for later records: so many bytes, or this fraction of what is used, if that is more."""
CHUNK_PAGES = 500
"""Pages given back in one transaction, for which other writers wait some 10 ms."""
CHUNK_BYTES = CHUNK_PAGES * 4096
"""About how many bytes such a transaction writes."""

Transact = Callable[..., int]
"""Runs an action on the file in a write transaction, with the arguments that follow, and returns its result."""


def shrink(db: sqlite3.Connection, transact: Transact, kept: int = KEPT_BYTES) -> Iterator[None]:
    """Shorten the file if more than twice what it keeps is free. Each step is a short transaction."""
    if _number(db, "auto_vacuum") != INCREMENTAL or _spare_pages(db, 2 * kept, 2 * KEPT_FRACTION) <= 0:
        return
    while (spare := _spare_pages(db, kept, KEPT_FRACTION)) > 0 and transact(_give_back, min(spare, CHUNK_PAGES)):
        yield None


def _spare_pages(db: sqlite3.Connection, kept: int, fraction: float) -> int:
    """Return how many more pages are free than *kept* bytes, and than *fraction* of those in use."""
    free = _number(db, "freelist_count")
    return free - max(kept // _number(db, "page_size"), int(fraction * (_number(db, "page_count") - free)))


def _give_back(db: sqlite3.Connection, pages: int) -> int:
    """Shorten the file by *pages* at most. Return by how many it has become shorter."""
    before = _number(db, "page_count")
    for _ in range(pages):
        # With a larger number, the statement has to be stepped through, which Python 3.11 does not do: it has no columns.
        db.execute("PRAGMA incremental_vacuum(1)").fetchall()
    return before - _number(db, "page_count")


def _number(db: sqlite3.Connection, name: str) -> int:
    row: tuple[int] = db.execute(f"PRAGMA {name}").fetchone()
    return row[0]
