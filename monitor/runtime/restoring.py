"""Restore the state of a partition by replaying what the service has published."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog

from monitor.bus import Bus, Partition, Record
from monitor.clock import Clock, utc
from monitor.messages.codec import decode
from monitor.runtime.health import State
from monitor.runtime.passed_over import PassedOverCounter
from monitor.runtime.service import Service
from monitor.runtime.time_slice import TimeSlice

PROGRESS_SECONDS = 5.0
"""Seconds between two log lines about the progress of a restore."""
REPORT_SECONDS = 1.0
"""Seconds between two reports of a restore as the state of the service. Most take less."""

log = structlog.get_logger()


@dataclass
class Restored:
    """A restored *state*, from *count* records; *skipped* others could not be used, for the reason *first_error*.

    *stall* is why no further record comes, while that is so.
    """

    state: Any
    count: int = 0
    skipped: int = 0
    first_error: str = ""
    stall: str | None = None

    @property
    def trouble(self) -> str | None:
        """What the owner of the service should know about the state."""
        if not self.skipped:
            return None
        return f"the state was restored without {self.skipped:,} of the service's own records; the first: {self.first_error}"

    def skip(self, record: Record, error: Exception) -> None:
        """Count *record*, which cannot be used."""
        self.skipped += 1
        if not self.first_error:
            self.first_error = f"{record.place}: {type(error).__name__}: {error}"[:500]

    def note_stall(self, reason: str | None) -> None:
        """Note why no further record comes; None if one does."""
        self.stall = reason


async def restore(
    service: Service[Any, Any],
    bus: Bus,
    partition: Partition,
    clock: Clock,
    report: Callable[[State, str], None],
    passed_over: PassedOverCounter,
) -> Restored:
    """Return the state of *partition*. Raises Transient.

    A record that is invalid, or that `Service.apply` cannot add, is skipped. *report* is called with the state of the service
    and the progress every REPORT_SECONDS. *passed_over* counts what records of a newer version have.
    """
    restored = Restored(service.fresh(lambda key: bus.partition(partition.stream, key) == partition.number))
    # The bus stamps records with the machine's time. A jump of either clock must not hide records.
    since = min(utc(), clock()) - service.keep() if service.keep else None
    started, time_slice = time.monotonic(), TimeSlice()
    telling = asyncio.create_task(_tell(service.name, restored, report))
    try:
        for kind in (*service.restores, *service.follows):
            is_followed = kind in service.follows
            start = since if kind.STREAM.expires and not is_followed else None
            number = None if is_followed else partition.number
            async for record in bus.replay(kind.STREAM.name, start, number, report_stall=restored.note_stall):
                try:
                    service.apply(restored.state, decode(kind, record, passed_over.add))
                    restored.count += 1
                except Exception as error:  # noqa: BLE001  (one record must not prevent the restore)
                    restored.skip(record, error)
                if time_slice.is_over():
                    await time_slice.pause()
    finally:
        telling.cancel()
    if (seconds := time.monotonic() - started) >= PROGRESS_SECONDS:
        log.info("restored", service=service.name, records=restored.count, seconds=round(seconds, 1))
    if restored.skipped:
        log.error("own records skipped", service=service.name, count=restored.skipped, first=restored.first_error)
    return restored


async def _tell(service: str, restored: Restored, report: Callable[[State, str], None]) -> None:
    """Report the progress of *restored* again and again, also while no record comes, and log it now and then."""
    started = logged = time.monotonic()
    while True:
        await asyncio.sleep(REPORT_SECONDS)
        progress = f"restoring its state: {restored.count:,} records read"
        if restored.stall:
            report("waiting", f"{progress}; {restored.stall}")
        else:
            report("starting", progress)
        if (now := time.monotonic()) - logged >= PROGRESS_SECONDS:
            logged, rate = now, int(restored.count / (now - started))
            log.info("restoring", service=service, records=restored.count, a_second=rate)
