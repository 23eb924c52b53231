"""A connection of its own to a file that exists."""

import sqlite3
from contextlib import closing
from pathlib import Path


def open_existing(path: Path) -> closing[sqlite3.Connection]:
    """Open the file at the absolute *path* once, beside the connections. No file is created. Raises sqlite3.Error."""
    return closing(sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, timeout=1, isolation_level=None))
