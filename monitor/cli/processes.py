"""The processes of process.v1, and those of them that others have replaced."""

from collections.abc import Sequence
from datetime import datetime

from monitor.bus import Bus
from monitor.cli.shared import decode_records
from monitor.messages import Process
from monitor.runtime.process_records import ProcessRecord, running_processes

REPLACED_SECONDS = 24 * 60 * 60
"""Seconds after which a lost process is no longer reported whose services all run elsewhere. In a container each start has
another host, so a process that was killed never reports its end."""


async def read_processes(bus: Bus) -> list[ProcessRecord]:
    """Return the newest record of each process that has not ended, the oldest process first."""
    records = decode_records(Process, bus.replay(Process.STREAM.name, None))
    newest = {process.id: ProcessRecord(process, record.time) async for record, process in records}
    running = (each for each in newest.values() if not each.process.ended)
    return sorted(running, key=lambda each: (each.process.started, each.process.id))


def without_replaced(records: Sequence[ProcessRecord], now: datetime) -> tuple[list[ProcessRecord], int]:
    """Return *records* without the processes that were lost over a day ago and whose services others run, and their number."""
    present = {service.name for process in running_processes(records, now) for service in process.services}
    shown = [
        each
        for each in records
        if each.age(now) <= REPLACED_SECONDS or not present.issuperset(service.name for service in each.process.services)
    ]
    return shown, len(records) - len(shown)


def describe_replaced(count: int) -> str:
    """Return what is said of *count* processes that are not reported one by one."""
    what = "1 process was" if count == 1 else f"{count:,} processes were"
    return f"{what} lost over a day ago; others run the services now"
