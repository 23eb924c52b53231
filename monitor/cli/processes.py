"""The processes of process.v1, and those of them that others have replaced."""

from collections.abc import Sequence
from datetime import datetime

from monitor.bus import Bus
from monitor.cli.shared import decode_records
from monitor.escape import printable
from monitor.messages import Process
from monitor.runtime.process_records import ProcessRecord, running_processes

REPLACED_SECONDS = 24 * 60 * 60
"""Seconds after which a lost process is no longer reported if others do all that it did. In a container each start has another
host, so a process that was killed never reports its end."""


async def read_processes(bus: Bus) -> list[ProcessRecord]:
    """Return the newest record of each process that has not ended, the oldest process first."""
    records = decode_records(Process, bus.replay(Process.STREAM.name, None))
    newest = {process.id: ProcessRecord(process, record.time) async for record, process in records}
    running = (each for each in newest.values() if not each.process.ended)
    return sorted(running, key=lambda each: (each.process.started, each.process.id))


def without_replaced(records: Sequence[ProcessRecord], now: datetime) -> tuple[list[ProcessRecord], int]:
    """Return *records* without the processes that were lost over a day ago and whose work others do, and their number."""
    done = {work for process in running_processes(records, now) for work in _work(process)}
    shown = [each for each in records if each.age(now) <= REPLACED_SECONDS or not done.issuperset(_work(each.process))]
    return shown, len(records) - len(shown)


def _work(process: Process) -> set[str]:
    """Return the names of the services that *process* runs; if it runs none, it serves the page."""
    return {service.name for service in process.services} or {"the page"}


def describe_replaced(count: int) -> str:
    """Return what is said of *count* processes that are not reported one by one."""
    what = "1 process was" if count == 1 else f"{count:,} processes were"
    return f"{what} lost over a day ago; others do their work now"


def place_of(process: Process) -> str:
    """Return where *process* runs, in words."""
    return f"on {printable(process.host)} (pid {process.pid})"
