"""Read the streams of the page from their oldest records, and follow them as they grow, in no consumer group."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from math import inf

import structlog

from monitor.bus import Bus, OffsetOutOfRange, Record, Transient
from monitor.clock import Clock, utc
from monitor.messages import Message, Process
from monitor.messages.codec import Invalid, decode
from monitor.runtime import presence
from monitor.runtime.time_slice import TimeSlice
from page.records.changes import Changes, Place
from page.records.records import KINDS, Records

RETRY_SECONDS = 2.0
"""Seconds between two attempts while the bus does not answer."""
LOOK_SECONDS = 0.2
"""The least seconds between two reads of a stream whose changes readers wait for."""
SLOW_LOOK_SECONDS = 1.0
"""The least seconds between two reads of any other stream."""
MAX_WAITING = 200
"""How many records wait at the start for a newer one of their key, which saves decoding them. More would take memory."""
NAMES = {
    "alert.v1": "alert",
    "mark.v1": "mark",
    "feed.v1": "feed",
    "websub.v1": "feed",
    "process.v1": "status",
    "target.v1": "status",
}
"""The kinds of changes that browsers are told, by stream."""
SOON = frozenset({"alert", "mark"})
"""The kinds of changes that readers wait for."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Outage:
    """A time in which the processes were not seen: from *began*, None if they never were before, until *ended* by the timer."""

    began: datetime | None
    ended: float


@dataclass
class Follower:
    """Applies new records to *records*, and adds them to *changes*.

    *trouble* has the reason why a stream cannot be followed, by stream, and *current* when the last look at it began that
    found all of its records. *complete* is set once all records have been read. *outage* is the last one in which the processes
    were not seen for so long that they may look lost, and *looked* is when the last look at them began that found all. Both are
    by *timer*, which counts seconds: a clock that is put back must not keep the page from telling what is lost.
    """

    records: Records = field(default_factory=Records)
    changes: Changes = field(default_factory=Changes)
    trouble: dict[str, str] = field(default_factory=dict)
    complete: asyncio.Event = field(default_factory=asyncio.Event)
    current: dict[str, datetime] = field(default_factory=dict)
    outage: Outage | None = None
    looked: float = -inf
    clock: Clock = utc
    timer: Callable[[], float] = time.monotonic

    @property
    def seen(self) -> datetime | None:
        """Until when it is known what the processes have published; None before that has been read.

        After an outage it is still the time before it, until each has had the time to publish anew.
        """
        current = self.current.get(Process.STREAM.name)
        return self.outage.began if current and self.outage and not self._have_published_since(self.outage) else current

    @property
    def sees_processes(self) -> bool:
        """Whether it is known what the processes publish now. Otherwise their silence is that of the log."""
        is_known = self.outage is None or self._have_published_since(self.outage)
        return is_known and self.seen is not None and Process.STREAM.name not in self.trouble

    def _have_published_since(self, outage: Outage) -> bool:
        return self.looked - outage.ended >= presence.PUBLISH_SECONDS

    @property
    def sees_all(self) -> bool:
        """Whether all that the log has is known: no stream is in trouble, or being read from its beginning."""
        return not self.trouble and self.current.keys() >= {kind.STREAM.name for kind in KINDS}

    @property
    def last_read(self) -> datetime | None:
        """When the streams that cannot be followed now could all be; None if one never could, or all can be now."""
        if not self.trouble or not self.current.keys() >= self.trouble.keys():
            return None
        return min(self.current[stream] for stream in self.trouble)

    def report_wait(self, reason: str | None) -> None:
        """Note why the bus cannot be opened yet; None once it is open."""
        if not reason and self.trouble:
            self.outage = Outage(None, self.timer())
        self.trouble = {"bus": reason} if reason else {}

    def report_stall(self, stream: str, reason: str | None) -> None:
        """Note why no further record of *stream* comes although no call fails; None while it does.

        A stream that is followed keeps its trouble until it has been read to its end.
        """
        if reason:
            self.trouble[stream] = reason
        elif stream not in self.current:
            self.trouble.pop(stream, None)

    async def follow(self, bus: Bus) -> None:
        """Read all records, then follow the streams without end. Sets *complete* in between."""
        for kind in KINDS:
            await self._until_done(kind, partial(self._restore, bus, kind))
        self.complete.set()
        async with asyncio.TaskGroup() as tasks:
            for kind in KINDS:
                tasks.create_task(self._follow_one(bus, kind))

    async def _follow_one(self, bus: Bus, kind: type[Message]) -> None:
        while True:
            await self._until_done(kind, partial(self._tail, bus, kind))
            self.changes.restart(kind.STREAM.name)
            await self._until_done(kind, partial(self._restore, bus, kind))

    async def _until_done(self, kind: type[Message], work: Callable[[], Awaitable[None]]) -> None:
        """Repeat *work* until it ends without an error. Keep the error in *trouble* meanwhile."""
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
                self._end_trouble(name, None, -inf)
                return

    async def _restore(self, bus: Bus, kind: type[Message]) -> None:
        """Read all records of *kind* again. Of records near each other with the same key only the newest is applied."""
        name, began, looked = kind.STREAM.name, self.clock(), self.timer()
        self.current.pop(name, None)
        self.records.forget(kind)
        waiting: dict[tuple[str, int], Record] = {}
        keys: list[tuple[Place, int, str]] = []
        time_slice = TimeSlice()
        async for record in bus.replay(name, None, report_stall=partial(self.report_stall, name)):
            waiting[record.key, record.offset if self.records.needs_all(kind, record.key) else -1] = record
            keys.append((_place(record), record.offset, record.key))
            if len(waiting) == MAX_WAITING:
                await self._apply_all(kind, waiting, time_slice)
        await self._apply_all(kind, waiting, time_slice)
        # Only now: if the bus fails before, all is read again.
        for place, offset, key in keys:
            self.changes.add(place, offset, NAMES.get(name, ""), (key,))
            if time_slice.is_over():
                await time_slice.pause()
        self._note_look(name, began, looked)

    async def _apply_all(self, kind: type[Message], waiting: dict[tuple[str, int], Record], time_slice: TimeSlice) -> None:
        """Apply the records in *waiting*, and empty it."""
        for record in waiting.values():
            self._apply(kind, record)
            if time_slice.is_over():
                await time_slice.pause()
        waiting.clear()

    async def _tail(self, bus: Bus, kind: type[Message]) -> None:
        """Follow the stream of *kind*. Ends if records were removed unread, or the stream was replaced by another one."""
        name = kind.STREAM.name
        while True:
            writes, time_slice, began, looked = bus.writes(), TimeSlice(), self.clock(), self.timer()
            start = {number: offset + 1 for (stream, number), offset in self.changes.offsets.items() if stream == name}
            try:
                async for record in bus.replay(name, None, offsets=start, report_stall=partial(self.report_stall, name)):
                    self._apply(kind, record)
                    self.changes.add(_place(record), record.offset, NAMES.get(name, ""), (record.key,))
                    if time_slice.is_over():
                        await time_slice.pause()
            except OffsetOutOfRange as error:
                log.warning("the stream is read anew", stream=name, reason=str(error))
                return
            self._end_trouble(name, self.seen, self.looked)
            self._note_look(name, began, looked)
            await bus.wait(writes, LOOK_SECONDS if NAMES.get(name) in SOON else SLOW_LOOK_SECONDS)

    def _note_look(self, name: str, began: datetime, looked: float) -> None:
        self.current[name] = began
        if name == Process.STREAM.name:
            self.looked = looked

    def _end_trouble(self, name: str, seen: datetime | None, looked: float) -> None:
        """End the trouble of the stream *name*. The processes were last *seen* then, and *looked* at by the timer."""
        now = self.timer()
        if self.trouble.pop(name, None) and name == Process.STREAM.name and now - looked >= presence.PUBLISH_SECONDS:
            # In less, no process that is there gets to look lost. To wait after each of many short outages would never end.
            self.outage = Outage(seen, now)

    def _apply(self, kind: type[Message], record: Record) -> None:
        try:
            self.records.apply(decode(kind, record, shares_words=True), record.time)
        except Invalid as error:
            log.error("record left out", at=record.place, error=str(error))


def _place(record: Record) -> Place:
    return record.partition.stream, record.partition.number
