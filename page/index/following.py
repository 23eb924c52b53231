"""Fill the index from the log, and follow the log as it grows."""

import asyncio
import sqlite3
import time
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TypeVar

import structlog

from monitor.bus import Bus, Misconfigured, OffsetOutOfRange, Partition, Record, Transient
from monitor.messages import Alert, ArticleStories, Message
from monitor.messages.codec import Invalid, decode
from page.index.store import Index, IndexRow, Position, Renewed
from page.index.words import index_words

BATCH = 200
"""The most records of one transaction."""
BATCH_BYTES = 4 * 1024 * 1024
"""About how many bytes the records of one transaction have at most."""
LOOK_SECONDS = 0.5
"""The least seconds between two reads of the log."""
RETRY_SECONDS = 2.0
KIND_NAMES: Mapping[type[Message], str] = {ArticleStories: "article", Alert: "alert"}
"""The messages that the index has, and their kinds in its table."""
KINDS = tuple(KIND_NAMES)
Place = tuple[str, int]
"""A stream and the number of a partition."""

M = TypeVar("M", bound=Message)

log = structlog.get_logger()


@dataclass
class IndexFollower:
    """Keeps *index* up to date with the log. *complete* is set once it has all that the log had at the start."""

    index: Index
    complete: asyncio.Event = field(default_factory=asyncio.Event)
    _caught_up: set[str] = field(default_factory=set)
    _known: dict[tuple[int, str], dict[Place, Position]] = field(default_factory=dict)
    """How far each stream has been read, by the generation of the index (Index.open) and the name of the stream.

    Absent until the index has been compared with the log.
    """

    async def follow(self, bus: Bus) -> None:
        """Follow the log without end."""
        async with asyncio.TaskGroup() as tasks:
            for kind in KINDS:
                tasks.create_task(self._follow_one(bus, kind))

    async def _follow_one(self, bus: Bus, kind: type[Message]) -> None:
        name = kind.STREAM.name
        while True:
            writes, seconds = bus.writes(), RETRY_SECONDS
            try:
                await self.catch_up(bus, kind)
            except Transient as error:
                self._tell(name, str(error))
            except (OSError, sqlite3.Error, Misconfigured) as error:
                self._tell(name, f"the index {self.index.path} cannot be used: {error}")
                self._known.clear()
            else:
                self.index.trouble.pop(name, None)
                self.index.current[name] = time.time()
                seconds = LOOK_SECONDS
                self._caught_up.add(name)
                if len(self._caught_up) == len(KINDS):
                    self.complete.set()
            await bus.wait(writes, seconds)

    def _tell(self, stream: str, trouble: str) -> None:
        if stream not in self.index.trouble:
            log.error("the index does not follow the log", stream=stream, error=trouble)
        self.index.trouble[stream] = trouble

    async def catch_up(self, bus: Bus, kind: type[Message]) -> None:
        """Add the records of *kind* that the log has now and the index has not.

        Raises Transient, Misconfigured, OSError and sqlite3.Error.
        """
        while True:
            place = await asyncio.to_thread(self.index.open), kind.STREAM.name
            if place not in self._known:
                self._known[place] = await self._positions_in(bus, kind)
            try:
                return await self._add_new(bus, kind, place[0], self._known[place])
            except (OffsetOutOfRange, Renewed):
                self._known.pop(place, None)

    async def _add_new(self, bus: Bus, kind: type[Message], generation: int, known: dict[Place, Position]) -> None:
        """Add the records after *known*, which is moved on. If the log gets stuck, those that were read are added first."""
        batch, size = list[Record](), 0
        stuck: Transient | None = None
        start = {number: each.offset + 1 for (_, number), each in known.items()}
        try:
            async for record in bus.replay(kind.STREAM.name, None, offsets=start):
                batch.append(record)
                size += len(record.value)
                if len(batch) >= BATCH or size >= BATCH_BYTES:
                    known |= await self._add(kind, batch, generation)
                    batch, size = [], 0
        except Transient as error:
            stuck = error
        if batch:
            known |= await self._add(kind, batch, generation)
        if stuck:
            raise stuck

    async def _positions_in(self, bus: Bus, kind: type[Message]) -> dict[Place, Position]:
        """Return how far the index has read the stream of *kind*. What it has of another log is removed first."""
        name = kind.STREAM.name
        positions = await asyncio.to_thread(self.index.positions)
        known = {place: each for place, each in positions.items() if place[0] == name}
        for (_, number), position in known.items():
            if not await _is_at(bus, name, number, position):
                log.warning("the index is built anew: it is of another log, or far behind this one", stream=name)
                await asyncio.to_thread(self.index.clear, KIND_NAMES[kind], name, known)
                return {}
        return known

    async def _add(self, kind: type[Message], records: list[Record], generation: int) -> dict[Place, Position]:
        """Add *records*. Return the positions after them."""
        positions = {(each.partition.stream, each.partition.number): Position(each.offset, each.time) for each in records}
        await asyncio.to_thread(self._write, kind, records, positions, generation)
        return positions

    def _write(self, kind: type[Message], records: list[Record], positions: dict[Place, Position], generation: int) -> None:
        self.index.add([row for record in records if (row := make_row(kind, record))], positions, generation)


async def _is_at(bus: Bus, stream: str, number: int, position: Position) -> bool:
    """Return whether the log has the record at *position*."""
    try:
        async with aclosing(bus.replay(stream, None, number, {number: position.offset})) as found:
            async for record in found:
                return (record.offset, record.time) == (position.offset, position.time)
    except OffsetOutOfRange:
        pass
    return False


def make_row(kind: type[Message], record: Record) -> IndexRow | None:
    """Return *record* as a row of the index; None if it is no valid message."""
    try:
        message = decode(kind, record)
    except Invalid as error:
        log.error("record left out of the index", at=record.place, error=str(error))
        return None
    if isinstance(message, ArticleStories):
        article, at = message.article, message.article.fetched.timestamp()
        named = tuple((each.id, each.name, each.type) for each in message.entities)
        story, words = message.story.id, index_words(message)
        return IndexRow(KIND_NAMES[kind], article.id, article.version, story, at, record.value, words, named)
    if isinstance(message, Alert):
        return IndexRow(KIND_NAMES[kind], message.id, message.version, message.story, message.updated.timestamp(), record.value)
    raise TypeError(kind)


def read_row(kind: type[M], value: bytes) -> M:
    """Return the JSON *value* of a row as a *kind*. Raises Invalid."""
    return decode(kind, Record(Partition(kind.STREAM.name), 0, 0.0, "", value, {}))


def read_title(index: Index, story: str) -> str:
    """Return the title of the latest article of *story*; an empty text if the index has none."""
    values = index.of_story("article", story, 1)
    return read_row(ArticleStories, values[0]).article.title if values else ""
