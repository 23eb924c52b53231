"""Of several texts for each id the last one, in a temporary file, so that memory does not grow with their length."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import IO

KEPT_IN_MEMORY = 8 << 20
"""The bytes of the texts from which on they are in a file."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the text of an id is in the file, and the time that orders it."""

    time: datetime
    offset: int
    length: int


@dataclass
class NewestTexts:
    """The last text of each id. *end* is that of the file."""

    file: IO[bytes]
    places: dict[str, _Place] = field(default_factory=dict)
    end: int = 0

    def put(self, id_: str, time: datetime, text: str) -> None:
        """Let *text*, of *time*, take the place of the text of *id_*. Raises OSError."""
        data = text.encode()
        self.file.seek(self.end)
        self.file.write(data)
        self.places[id_] = _Place(time, self.end, len(data))
        self.end += len(data)

    def latest(self) -> datetime | None:
        """Return the time of the newest text; None if there is none."""
        return max((place.time for place in self.places.values()), default=None)

    def __iter__(self) -> Iterator[str]:
        """Yield the texts, the newest first; of those of one time, the one with the greatest id. Raises OSError."""
        for _, place in sorted(self.places.items(), key=lambda item: (item[1].time, item[0]), reverse=True):
            self.file.seek(place.offset)
            yield self.file.read(place.length).decode()


@contextmanager
def newest_texts() -> Iterator[NewestTexts]:
    """Yield an empty store, whose file is removed at the end. Raises OSError."""
    with SpooledTemporaryFile(KEPT_IN_MEMORY) as file:
        yield NewestTexts(file)
