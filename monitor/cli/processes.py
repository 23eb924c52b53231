"""Which processes run the services, by process.v1, and the lines of `newsmonitor status` on them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.bus import Bus
from monitor.cli.shared import decode_records
from monitor.escape import printable
from monitor.format import pluralize
from monitor.messages import Process
from monitor.messages.codec import to_dict
from monitor.runtime.loop_monitor import WARN_SECONDS
from monitor.runtime.presence import LOST_SECONDS, is_lost


@dataclass(frozen=True, slots=True)
class ProcessRecord:
    """The newest record of a process, and when the bus stored it, in seconds since 1970."""

    process: Process
    stored: float

    def is_lost(self, now: datetime) -> bool:
        """Return whether the process has published nothing for too long, whichever of the clocks is wrong."""
        return is_lost(self.process, now) and now.timestamp() - self.stored > LOST_SECONDS


REPLACED_SECONDS = 24 * 60 * 60
"""Seconds after which a lost process is no longer reported whose services all run elsewhere. In a container each start has
another host, so a process that was killed never reports its end."""


async def read_processes(bus: Bus) -> list[ProcessRecord]:
    """Return the newest record of each process that has not ended, the oldest process first."""
    records = decode_records(Process, bus.replay(Process.STREAM.name, None))
    newest = {process.id: ProcessRecord(process, record.time) async for record, process in records}
    running = (each for each in newest.values() if not each.process.ended)
    return sorted(running, key=lambda each: (each.process.started, each.process.id))


def without_replaced(processes: Sequence[Process], now: datetime) -> tuple[list[Process], int]:
    """Return *processes* without those that have been lost for over a day while others run their services, and their number."""
    present = {service.name for each in processes if not is_lost(each, now) for service in each.services}
    shown = [
        each
        for each in processes
        if (now - each.at).total_seconds() <= REPLACED_SECONDS
        or not present.issuperset(service.name for service in each.services)
    ]
    return shown, len(processes) - len(shown)


def describe_replaced(count: int) -> str:
    """Return what is said of *count* processes that are not reported one by one."""
    what = "1 process was" if count == 1 else f"{count:,} processes were"
    return f"{what} lost over a day ago; others run the services now"


def process_data(process: Process, now: datetime) -> dict[str, Any]:
    """Return *process* as data for JSON. *lost* is True if it has published nothing for too long."""
    return {**to_dict(process), "lost": is_lost(process, now)}


def describe_service(name: str, lag: str | None, processes: Sequence[Process], now: datetime) -> Iterator[str]:
    """Yield the lines on the service *name*: where it runs, since when, and its *lag* in words; None if it has never run."""
    progress = f"; {lag}" if lag else ""
    count = 0
    for process in processes:
        for service in process.services:
            if service.name != name:
                continue
            place = f"on {printable(process.host)} (pid {process.pid})"
            if is_lost(process, now):
                yield f"lost {place}: nothing heard since {process.at:%Y-%m-%d %H:%M:%S}"
                continue
            count += 1
            verb = "stands by" if service.state == "running" and not service.partitions else _VERBS[service.state]
            trouble = f": {printable(service.trouble)}" if service.trouble else ""
            yield f"{verb} {place} since {process.started:%Y-%m-%d %H:%M:%S}{progress}{trouble}"
            progress = ""
    if not count:
        yield f"does not run{progress}" if lag else "has not run yet"


def describe_event_loops(processes: Sequence[Process], now: datetime) -> Iterator[str]:
    """Yield a line for each process whose event loop was held for too long in the last minute."""
    for process in processes:
        held = process.event_loop
        if held and held.longest_ms > WARN_SECONDS * 1000 and not is_lost(process, now):
            times = f"{pluralize(held.stalls, 'time')} over 50 ms in the last minute"
            place = printable(held.place or "at an unknown place")
            yield f"held for up to {held.longest_ms:,.0f} ms on {printable(process.host)} (pid {process.pid}), {times}: {place}"


_VERBS = {"starting": "starts", "running": "runs", "waiting": "waits", "broken": "fails", "stopped": "stops"}
