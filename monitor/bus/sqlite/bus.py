"""Publishing, subscribing and replaying on an SQLite file."""

import asyncio
import contextlib
import random
import sqlite3
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import structlog

from monitor.bus import ProducerRecord, Record, ReportStall, Restore, Subscription, Transient, checked_records, raise_stall
from monitor.bus.sqlite import retention as expiry
from monitor.bus.sqlite import tables
from monitor.bus.sqlite.clock_check import ClockCheck
from monitor.bus.sqlite.errors import bus_error, is_busy
from monitor.bus.sqlite.file import BusFile
from monitor.bus.sqlite.opening import open_in_thread
from monitor.bus.sqlite.recovery import accept, find_damage, recover
from monitor.bus.sqlite.removals import RemovalCounts, Steps, store_removals, stored_removals
from monitor.bus.sqlite.repeating import repeat
from monitor.bus.sqlite.shrinking import CHUNK_BYTES, shrink
from monitor.bus.sqlite.subscription import SqliteSubscription, position_and_head
from monitor.bus.sqlite.tables import Retention
from monitor.bus.sqlite.transactions import LOCK_SECONDS, TIMEOUTS, Timeouts
from monitor.bus.streams import Stream
from monitor.clock import Clock, steady, uptime

P = ParamSpec("P")
T = TypeVar("T")

POLL_SECONDS = 0.005
"""Seconds between two checks for writes of other processes. Over five stages this adds 12 ms on average."""
SLOW_POLL_SECONDS = 0.05
"""The same while this process has no subscription, as that of the page."""
QUIET_SECONDS = 2.0
"""The longest that `wait` waits for a write, in seconds: a file that was exchanged may look as if nothing had been written."""
LOOK_SECONDS = 1.0
"""Seconds between two looks at the files at the path."""
TRIM_SECONDS = 60.0
"""Seconds between two removals of old records (retention.py)."""
REPLAY_PAGE = 200
"""Records per read of a replay. A longer read transaction would let the write-ahead log grow."""

log = structlog.get_logger()


@asynccontextmanager
async def connect(
    path: Path,
    retention: Retention,
    synchronous: str = "full",
    clock: Clock | None = None,
    uptime: Callable[[], float] = uptime,
    timeouts: Timeouts = TIMEOUTS,
) -> AsyncIterator["SqliteBus"]:
    """Open the bus in the file at *path*, which is created if it does not exist. Raises Misconfigured."""
    file = await open_in_thread(path, synchronous, retention.streams, timeouts)
    bus = SqliteBus(path, retention, file, clock or steady(), uptime)
    work = (
        (bus.poll_seconds, bus.notice_writes),
        (lambda: LOOK_SECONDS, bus.look_after_file),
        (lambda: LOOK_SECONDS, bus.maintain_if_due),
    )
    tasks = [] if bus.file.read_only else [asyncio.create_task(repeat(*each)) for each in work]
    try:
        yield bus
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        bus.close()


class SqliteBus:
    """See monitor.bus.Bus. Reads run in the event loop. Writes run in a thread, because they wait for the disk.

    *clock* gives the times of records, and tells when they expire. *uptime* returns the seconds since the machine was started.
    """

    def __init__(
        self, path: Path, retention: Retention, file: BusFile, clock: Clock, uptime: Callable[[], float] = uptime
    ) -> None:
        self.path, self.retention, self.file, self.clock, self.uptime = path, retention, file, clock, uptime
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="bus")
        self.changed = asyncio.Event()
        self._version: int | None = None
        self._writes, self._subscriptions = 0, 0
        self._told: str | None = None
        self._next_maintenance = time.monotonic() + TRIM_SECONDS
        self._clock_check, self._removal_counts = ClockCheck(), RemovalCounts()
        self._clock_trouble: str | None = None
        # A sentence on each large removal, by stream.
        self._removals: Mapping[str, str] = {}

    @property
    def streams(self) -> Mapping[str, Stream]:
        """See monitor.bus.Bus."""
        return self.retention.streams

    @property
    def reader(self) -> sqlite3.Connection:
        """The connection of the event loop."""
        return self.file.reader

    def trouble(self, streams: Iterable[str]) -> str | None:
        """Return what the owner of a group that reads *streams* should know about their records."""
        return self._clock_trouble or next(filter(None, map(self._removals.get, streams)), None)

    def close(self) -> None:
        """Close the file."""
        self._thread.shutdown(wait=True)
        self.file.close()

    async def publish(self, out: Iterable[ProducerRecord]) -> None:
        """See monitor.bus.Bus."""
        records = checked_records(out, self.streams)
        await self.append(records, lambda db, records, now: tables.publish(db, records, self.retention, now))

    @asynccontextmanager
    async def subscribe(self, group: str, *streams: str, restore: Restore) -> AsyncIterator[Subscription]:
        """See monitor.bus.Bus. One member owns the whole group; the others stand by."""
        subscription = SqliteSubscription(self, group, streams, restore)
        self._subscriptions += 1
        try:
            yield subscription
        finally:
            self._subscriptions -= 1
            subscription.release()

    async def replay(
        self,
        stream: str,
        since: datetime | None,
        partition: int | None = None,
        offsets: Mapping[int, int] | None = None,
        report_stall: ReportStall = raise_stall,  # noqa: ARG002  (it never stalls)
    ) -> AsyncGenerator[Record, None]:
        """See monitor.bus.Bus."""
        end, start = await self.read(tables.head, stream), 0
        if offsets and 0 in offsets:
            start = await self.read(expiry.checked_offset, stream, offsets[0])
        elif since:
            # If this clock is ahead, *since* is too late for a restore. If the machine was off, more is read than is needed.
            now = self.clock().timestamp()
            ahead = 0.0 if partition is None else now - await self.read(expiry.trusted_time, now, self.uptime())
            start = await self.read(expiry.first_since, stream, since.timestamp() - ahead)
        while page := await self.read(tables.page, stream, start, end, REPLAY_PAGE):
            for record in page:
                yield record
            start = page[-1].offset + 1
            await asyncio.sleep(0)

    def writes(self) -> int:
        """See monitor.bus.Bus."""
        return self._writes

    async def wait(self, writes: int, seconds: float) -> None:
        """See monitor.bus.Bus. A file that may only be read is not looked after, so nothing is known of its writes."""
        await asyncio.sleep(seconds)
        if self._writes == writes and not self.file.read_only:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(QUIET_SECONDS):
                    await self.changed.wait()

    def partition(self, stream: str, key: str) -> int:  # noqa: ARG002  (each stream has one partition)
        """See monitor.bus.Bus."""
        return 0

    async def positions(self, group: str, stream: str) -> Mapping[int, int]:
        """See monitor.bus.Bus."""
        row = await self.read(position_and_head, group, stream)
        return {} if row is None else {0: row[0]}

    async def lag(self, group: str, stream: str) -> int | None:
        """See monitor.bus.Bus."""
        row = await self.read(position_and_head, group, stream)
        return None if row is None else row[1] - row[0]

    async def read(self, action: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return the result of *action*, which only reads. Raises Transient."""
        deadline = time.monotonic() + LOCK_SECONDS
        while True:
            self.file.raise_fault()
            try:
                return action(self.reader, *args, **kwargs)
            except sqlite3.DatabaseError as error:
                if not is_busy(error) or time.monotonic() > deadline:
                    raise self.file.noticed(bus_error(error, self.reader)) from error
            await asyncio.sleep(random.uniform(0.0005, 0.0015))

    async def append(
        self,
        out: Sequence[ProducerRecord],
        action: Callable[Concatenate[sqlite3.Connection, Sequence[ProducerRecord], float, P], None],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        """Run *action*, which appends *out* at the time that it gets, in a write transaction. Raises Transient."""
        await self._write(sum(len(record.value) for record in out), action, out, self.clock().timestamp(), *args, **kwargs)

    async def write(self, action: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run *action* in a write transaction and return its result. Raises Transient."""
        return await self._write(0, action, *args, **kwargs)

    async def _write(
        self, size: int, action: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Do so for about *size* bytes. The transaction has ended when this returns or raises, even if it is cancelled."""
        result = await self._in_thread(lambda: self.file.transact(size, action, *args, **kwargs))
        self.notify()
        if self.file.needs_copy():
            self._thread.submit(self.file.copy_back)
        return result

    async def _in_thread(self, action: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return the result of *action*, which has ended or never begun when this returns or raises."""
        call = self._thread.submit(action, *args, **kwargs)
        try:
            return await asyncio.wrap_future(call)
        except asyncio.CancelledError:
            if not call.done():
                await asyncio.wait([asyncio.wrap_future(call)])
            raise

    def notify(self) -> None:
        """Wake those that wait for records."""
        self._writes += 1
        changed, self.changed = self.changed, asyncio.Event()
        changed.set()

    def poll_seconds(self) -> float:
        """Return the seconds between two checks for writes of other processes."""
        return POLL_SECONDS if self._subscriptions else SLOW_POLL_SECONDS

    async def notice_writes(self) -> None:
        """Wake those that wait if another process has written the file."""
        self.file.raise_fault()
        (version,) = self.reader.execute("PRAGMA data_version").fetchone()
        if version != self._version:
            self._version = version
            self.notify()

    async def look_after_file(self) -> None:
        """Look at the files at the path, and do what they need."""
        self.file.end_stopped_writer()
        with contextlib.suppress(Transient, sqlite3.Error):
            self.file.notice_changes()
        if self.file.fault and self.file.fault != self._told:
            log.error("the file of the bus cannot be used", problem=self.file.fault)
        self._told = self.file.fault
        if self.file.is_suspect():
            if (modified := await find_damage(self.file)) is not None:
                await self._in_thread(accept, self.file, modified)
        elif self.file.fault:
            self.notify()
            await self._in_thread(recover, self.file)
        elif self.file.is_log_long():
            await self._in_thread(self.file.copy_back)

    async def maintain_if_due(self) -> None:
        """Call `maintain_records` every TRIM_SECONDS, and at once if the file is full, since new articles wait then."""
        if self.file.is_full or time.monotonic() >= self._next_maintenance:
            self.file.is_full, self._next_maintenance = False, time.monotonic() + TRIM_SECONDS
            await self.maintain_records()

    async def maintain_records(self) -> None:
        """Remove the records that need no longer be kept, correct times in the future, and give room back to the disk."""
        now = self.clock().timestamp()
        reached = await self.write(expiry.store_reached_time, now, self.uptime())
        mostly = await self.read(expiry.mostly_expires, self.retention, now)
        self._clock_trouble = self._clock_check.trouble(now, reached, mostly_expires=mostly)
        steps = expiry.correct_times(self.file.writer, partial(self.file.transact, 0), self.retention, max(now, reached))
        await self.run_steps(steps)
        await self.trim(min(now, reached))
        self._removals = await self.read(stored_removals, now)

    async def trim(self, now: float) -> None:
        """Remove the records that need not be kept at *now*, in seconds since 1970. Commits may run between the steps."""
        await self.run_steps(expiry.trim(self.file.writer, partial(self.file.transact, 0), self.retention, now))
        self._removal_counts.clear()
        await self.run_steps(shrink(self.file.writer, partial(self.file.transact, CHUNK_BYTES)))

    async def run_steps(self, steps: Steps) -> None:
        """Run *steps*, copy the log back as it grows, and report what many records were removed for, also if a step fails."""
        try:
            while await self._in_thread(self._removal_counts.run_step, steps):
                if self.file.needs_copy():
                    await self._in_thread(self.file.copy_back)
        finally:
            if notable := self._removal_counts.notable():
                await self.write(store_removals, notable, self.clock().timestamp())
                self._removal_counts.report(notable)
        await self._in_thread(self.file.copy_back)
