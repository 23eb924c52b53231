"""Read the streams of the page from their oldest records, and follow them as they grow, in no consumer group."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

import structlog

from monitor.bus import Bus, Record, Transient
from monitor.bus.tail import MARGIN, tail
from monitor.clock import utc
from monitor.messages import Message
from monitor.messages.codec import Invalid, decode
from page.records.changes import Changes
from page.records.records import KINDS, Records

RETRY_SECONDS = 2.0
"""Seconds between two attempts while the bus does not answer."""
PAUSE_AFTER = 200
"""How many records are decoded before others get their turn."""
NAMES = {"alert.v1": "alert", "mark.v1": "mark", "feed.v1": "feed", "process.v1": "status", "target.v1": "status"}
"""The kinds of changes that browsers are told, by stream."""

log = structlog.get_logger()


@dataclass
class Follower:
    """Folds what comes into *records*, and tells *changes*. *trouble* is why it does not follow, by stream."""

    records: Records = field(default_factory=Records)
    changes: Changes = field(default_factory=Changes)
    trouble: dict[str, str] = field(default_factory=dict)
    complete: asyncio.Event = field(default_factory=asyncio.Event)

    async def follow(self, bus: Bus) -> None:
        """Read all records, then follow the streams without end. Sets *complete* in between."""
        started = utc()
        for kind in KINDS:
            await self._until_done(kind, partial(self._restore, bus, kind))
        self.complete.set()
        async with asyncio.TaskGroup() as tasks:
            for kind in KINDS:
                tasks.create_task(self._until_done(kind, partial(self._tail, bus, kind, started)))

    async def _until_done(self, kind: type[Message], work: Callable[[], Awaitable[None]]) -> None:
        """Do *work* again and again until it ends without an error, and tell each error."""
        name = kind.STREAM.name
        while True:
            try:
                await work()
            except Transient as error:
                if name not in self.trouble:
                    log.warning("waiting for the bus", stream=name, error=str(error))
                self.trouble[name] = str(error)
                await asyncio.sleep(RETRY_SECONDS)
            else:
                return

    async def _restore(self, bus: Bus, kind: type[Message]) -> None:
        """Take in the newest record of each key of *kind*: decoding all versions of all alerts would take long."""
        newest: dict[str, Record] = {}
        async for record in bus.replay(kind.STREAM.name, None):
            newest[record.key] = record
            self._note(kind, record)
        for count, record in enumerate(newest.values(), start=1):
            self._apply(kind, record)
            if count % PAUSE_AFTER == 0:
                await asyncio.sleep(0)

    async def _tail(self, bus: Bus, kind: type[Message], started: datetime) -> None:
        async for record in tail(bus, kind.STREAM.name, started - MARGIN):
            self.trouble.pop(kind.STREAM.name, None)
            place = (record.partition.stream, record.partition.number)
            if record.offset > self.changes.offsets.get(place, -1):
                self._apply(kind, record)
                self._note(kind, record)

    def _apply(self, kind: type[Message], record: Record) -> None:
        try:
            self.records.apply(decode(kind, record))
        except Invalid as error:
            log.error("record left out", at=f"{record.partition.stream}/{record.offset}", error=str(error))

    def _note(self, kind: type[Message], record: Record) -> None:
        place = (record.partition.stream, record.partition.number)
        self.changes.add(place, record.offset, NAMES.get(kind.STREAM.name, ""), (record.key,))
