"""Fill the index from the log, and follow the log as it grows."""

import asyncio
import sqlite3
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

import structlog

from monitor.bus import Bus, Partition, Record, Transient
from monitor.bus.tail import MARGIN, tail
from monitor.clock import Clock
from monitor.messages import Alert, ArticleStories, Message
from monitor.messages.codec import Invalid, decode
from page.index.store import Index, IndexRow, Position
from page.index.words import index_words

BATCH = 200
"""How many records one transaction has."""
RETRY_SECONDS = 2.0
KINDS: tuple[type[Message], ...] = (ArticleStories, Alert)

M = TypeVar("M", bound=Message)

log = structlog.get_logger()


@dataclass
class IndexFollower:
    """Keeps *index* up to date with the log. *complete* is set once it has all that the log had at the start.

    *trouble* is why it does not follow, None if it does.
    """

    index: Index
    clock: Clock
    trouble: str | None = None
    complete: asyncio.Event = field(default_factory=asyncio.Event)
    _restored: set[str] = field(default_factory=set)

    async def follow(self, bus: Bus) -> None:
        """Follow the log without end."""
        async with asyncio.TaskGroup() as tasks:
            for kind in KINDS:
                tasks.create_task(self._follow_one(bus, kind))

    async def _follow_one(self, bus: Bus, kind: type[Message]) -> None:
        while True:
            try:
                await self._read(bus, kind)
            except Transient as error:
                if self.trouble is None:
                    log.warning("the index waits for the bus", error=str(error))
                self.trouble = str(error)
            except (OSError, sqlite3.Error) as error:
                log.error("cannot write the index", file=str(self.index.path), error=str(error))
                self.trouble = f"{self.index.path}: {error}"
            await asyncio.sleep(RETRY_SECONDS)

    async def catch_up(self, bus: Bus, kind: type[Message]) -> None:
        """Add the records of *kind* that the log has now. Raises Transient."""
        name = kind.STREAM.name
        known = await self._positions(name)
        since = datetime.fromtimestamp(min(each.time for each in known.values()), UTC) - MARGIN if known else None
        batch: list[Record] = []
        async for record in bus.replay(name, since):
            if _is_new(record, known):
                batch.append(record)
            if len(batch) >= BATCH:
                await self._add(kind, batch)
                batch = []
        await self._add(kind, batch)

    async def _read(self, bus: Bus, kind: type[Message]) -> None:
        name = kind.STREAM.name
        await self.catch_up(bus, kind)
        self._restored.add(name)
        if len(self._restored) == len(KINDS):
            self.complete.set()
        known = await self._positions(name)
        async for record in tail(bus, name, self.clock() - MARGIN):
            self.trouble = None
            if _is_new(record, known):
                await self._add(kind, [record])

    async def _positions(self, stream: str) -> dict[tuple[str, int], Position]:
        known = await asyncio.to_thread(self.index.positions)
        return {place: each for place, each in known.items() if place[0] == stream}

    async def _add(self, kind: type[Message], records: list[Record]) -> None:
        rows = [row for record in records if (row := make_row(kind, record))]
        positions = {
            (record.partition.stream, record.partition.number): Position(record.offset, record.time) for record in records
        }
        await asyncio.to_thread(self.index.add, rows, positions)


def make_row(kind: type[Message], record: Record) -> IndexRow | None:
    """Return *record* as a row of the index; None if it is no valid message."""
    try:
        message = decode(kind, record)
    except Invalid as error:
        log.error("record left out of the index", at=f"{record.partition.stream}/{record.offset}", error=str(error))
        return None
    if isinstance(message, ArticleStories):
        article, at = message.article, message.article.fetched.timestamp()
        named = tuple((each.id, each.name, each.type) for each in message.entities)
        story, words = message.story.id, index_words(message)
        return IndexRow("article", article.id, article.version, story, at, record.value, words, named)
    if isinstance(message, Alert):
        return IndexRow("alert", message.id, message.version, message.story, message.updated.timestamp(), record.value)
    raise TypeError(kind)


def read_row(kind: type[M], value: bytes) -> M:
    """Return the JSON *value* of a row as a *kind*. Raises Invalid."""
    return decode(kind, Record(Partition(kind.STREAM.name), 0, 0.0, "", value, {}))


def read_title(index: Index, story: str) -> str:
    """Return the title of the latest article of *story*; an empty text if the index has none."""
    values = index.of_story("article", story, 1)
    return read_row(ArticleStories, values[0]).article.title if values else ""


def _is_new(record: Record, known: dict[tuple[str, int], Position]) -> bool:
    position = known.get((record.partition.stream, record.partition.number))
    return position is None or record.offset > position.offset
