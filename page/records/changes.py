"""The latest changes of the records, for readers that follow them and those that come back after a pause."""

import asyncio
import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

KEPT = 500
"""How many changes are kept for readers that come back."""
Place = tuple[str, int]
"""A stream and the number of a partition."""
POSITION = re.compile(r"([a-z0-9.]{1,100})/([0-9]{1,9})=([0-9]{1,18})", re.ASCII)
"""A part of a position: a stream, a partition and an offset."""
ERA: Place = ("era", 0)
"""The part of a position that counts how often a stream was replaced by another one. Absent before the first time."""


class Stale(Exception):
    """The changes since a position are not known any more: the reader has to read all anew."""


@dataclass(frozen=True, slots=True)
class Change:
    """A record that has come: its *kind*, such as ``alert``, the *ids* that it changes, and the position after it."""

    kind: str
    ids: tuple[str, ...]
    position: str


@dataclass
class Changes:
    """The latest changes that readers are told, and the position in each stream: the offset of the last record read."""

    offsets: dict[Place, int] = field(default_factory=dict)
    _latest: deque[tuple[Place, int, Change]] = field(default_factory=lambda: deque(maxlen=KEPT))
    _forgotten: dict[Place, int] = field(default_factory=dict)
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def position(self) -> str:
        """Where the reading of all streams is, as text for a browser to send back."""
        return format_position(self.offsets)

    def add(self, place: Place, offset: int, kind: str, ids: tuple[str, ...]) -> None:
        """Note that the record at *offset* of *place* has come, and wake those that wait. Without a *kind* nobody is told."""
        if not kind:
            self.offsets[place] = offset
            return
        if len(self._latest) == KEPT:
            (oldest, at, _) = self._latest[0]
            self._forgotten[oldest] = at
        self.offsets[place] = offset
        self._latest.append((place, offset, Change(kind, ids, self.position)))
        self._wake()

    def restart(self, stream: str) -> None:
        """Note that *stream* was replaced by another one and is read anew: positions from before are not valid any more."""
        self.offsets = {place: offset for place, offset in self.offsets.items() if place[0] != stream}
        self.offsets[ERA] = self.offsets.get(ERA, 0) + 1
        self._latest.clear()
        self._forgotten.clear()
        self._wake()

    def since(self, position: str) -> list[Change]:
        """Return the changes after *position*. Raises Stale if they are not known any more, or *position* is not one."""
        known = parse_position(position)
        if known.pop(ERA, 0) != self.offsets.get(ERA, 0):
            raise Stale
        if any(known.get(place, -1) < at for place, at in self._forgotten.items()):
            raise Stale
        if any(self.offsets.get(place, -1) < at for place, at in known.items()):
            # The reader has seen what this log does not have: it is another log.
            raise Stale
        return [change for place, offset, change in self._latest if offset > known.get(place, -1)]

    async def wait(self, seconds: float) -> bool:
        """Wait until a change arrives that readers are told. Return False if none has after *seconds*."""
        arrived = self._arrived
        try:
            async with asyncio.timeout(seconds):
                await arrived.wait()
        except TimeoutError:
            return False
        return True

    def _wake(self) -> None:
        self._arrived.set()
        self._arrived = asyncio.Event()


def format_position(offsets: Mapping[Place, int]) -> str:
    """Return *offsets* as text: ``alert.v1/0=12,mark.v1/0=3``."""
    return ",".join(f"{stream}/{number}={offset}" for (stream, number), offset in sorted(offsets.items()))


def parse_position(text: str) -> dict[Place, int]:
    """Return the offsets in *text*, as `format_position` writes them. Raises Stale for any other text."""
    offsets = {}
    for part in filter(None, text.split(",")):
        if not (match := POSITION.fullmatch(part)):
            raise Stale
        stream, number, offset = match.groups()
        offsets[stream, int(number)] = int(offset)
    return offsets
