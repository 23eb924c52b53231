"""Which processes run the services: the part of `newsmonitor status` that reads process.v1."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from monitor.bus import Bus
from monitor.cli.shared import decode_all
from monitor.escape import printable
from monitor.format import pluralize
from monitor.messages import Process
from monitor.messages.codec import to_dict
from monitor.runtime.loop_monitor import WARN_SECONDS
from monitor.runtime.presence import is_lost


async def read_processes(bus: Bus) -> list[Process]:
    """Return the processes that have not ended, the oldest first."""
    newest = {process.id: process async for process in decode_all(Process, bus.replay(Process.STREAM.name, None))}
    return sorted((each for each in newest.values() if not each.ended), key=lambda each: (each.started, each.id))


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
