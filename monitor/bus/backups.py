"""What a back end says of a copy of all its streams."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

Progress = Callable[[int, int], None]
"""Is called with how much of a copy is done, and how much there is."""


@dataclass(frozen=True, slots=True)
class Copied:
    """A copy of all streams: its number of *records*, its *size* in bytes, and the time of its *newest* record, if it has any.

    *aside* is where the file is kept in whose place it was put.
    """

    records: int
    size: int
    newest: datetime | None
    aside: Path | None = None
