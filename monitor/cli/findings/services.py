"""What the processes tell: which services run, stand by, wait or are lost, and the page; clocks, configs and versions. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from monitor.cli.findings.finding import Finding, act, note, or_ok
from monitor.cli.processes import REPLACED_SECONDS, describe_replaced, place_of, without_replaced
from monitor.escape import printable
from monitor.format import pluralize
from monitor.messages import Process, RunningService
from monitor.runtime.process_records import ProcessRecord, is_new, running_processes

CLOCK_SECONDS = 5.0
"""Seconds by which two clocks may differ: a record takes time, and webhooks are refused from five minutes on."""
HOW = "`timedatectl` shows whether it is set by the network"


def examine_services(
    names: Sequence[str], records: Sequence[ProcessRecord], lags: Mapping[str, int | None], now: datetime
) -> list[Finding]:
    """Return what is to be done so that each of the services *names* runs, and the page where it was served."""
    records, replaced = without_replaced(records, now)
    others = [*_examine_page(records, now), *([note("services", describe_replaced(replaced))] if replaced else [])]
    if not any(each.process.services for each in records):
        waiting = sum(lag or 0 for lag in lags.values())
        messages = f", and {pluralize(waiting, 'message')} wait" if waiting else ""
        return [act("services", f"no service runs{messages}: start them with `newsmonitor run`"), *others]
    found = [finding for name in names for finding in _examine_service(name, records, lags.get(name), now)] + others
    working = {each.name for process in running_processes(records, now) for each in process.services if each.partitions}
    return or_ok(found, "services", f"{len(working.intersection(names))} of {len(names)} run")


def _examine_service(name: str, records: Sequence[ProcessRecord], lag: int | None, now: datetime) -> Iterator[Finding]:
    running = list(_instances(name, running_processes(records, now)))
    lost = [process for process, _ in _instances(name, [each.process for each in records if each.is_lost(now)])]
    waiting = f", and {pluralize(lag, 'message')} wait for it" if lag else ""
    start = f"start it with `newsmonitor run` or `newsmonitor run {name}`"
    yield from _examine_losses(name, lost, f"{waiting}; see its log, and {start}", is_run=bool(running))
    if not running and not lost:
        yield act("services", f"{name} runs nowhere{waiting}: {start}")
    for process, service in running:
        yield from _examine_instance(process, service)
    is_idle = running and all(service.state == "running" and not service.partitions for _, service in running)
    if is_idle and not any(is_new(process, now) for process, _ in running):
        remedy = "end the process that has them and does not report, such as one that is stopped or hangs"
        yield act("services", f"{name} only stands by: no process that reports has its partitions{waiting}; {remedy}")


def _examine_instance(process: Process, service: RunningService) -> Iterator[Finding]:
    place, trouble = f"{service.name} {place_of(process)}", printable(service.trouble or "")
    match service.state:
        case "broken" | "waiting":
            verb = "fails" if service.state == "broken" else "waits"
            yield act("services", f"{place} {verb}: {trouble or 'its log says why'}")
        case "starting" | "stopped":
            verb = "starts" if service.state == "starting" else "stops"
            yield note("services", f"{place} {verb}{f': {trouble}' if trouble else ''}")
        case "running" if trouble:
            yield act("services", f"{place} runs, but: {trouble}")
        case "running" if not service.partitions:
            yield note("services", f"{place} stands by: it takes over when the process that has the partitions stops")


def _examine_page(records: Sequence[ProcessRecord], now: datetime) -> Iterator[Finding]:
    pages = [each for each in records if each.process.serves_page]
    lost = [each for each in pages if each.is_lost(now)]
    recent = [each.process for each in lost if each.age(now) <= REPLACED_SECONDS]
    remedy = "; see its log, and start it with `newsmonitor serve` or `newsmonitor run`"
    yield from _examine_losses("the page", recent, remedy, is_run=len(lost) < len(pages))
    # Who has done without it for a day does not want it.
    yield from (note("services", _describe_loss("the page", each.process)) for each in lost if each.process not in recent)


def _examine_losses(name: str, lost: Sequence[Process], remedy: str, *, is_run: bool) -> Iterator[Finding]:
    """Yield that the processes *lost* ran *name*. *is_run* tells whether another one does."""
    for process in lost:
        since = _describe_loss(name, process)
        yield note("services", f"{since}; another process runs it") if is_run else act("services", f"{since}{remedy}")


def _describe_loss(name: str, process: Process) -> str:
    return f"{name} was lost {place_of(process)}: nothing heard since {process.at:%Y-%m-%d %H:%M:%S} UTC"


def _instances(name: str, processes: Sequence[Process]) -> Iterator[tuple[Process, RunningService]]:
    return ((process, service) for process in processes for service in process.services if service.name == name)


def examine_clocks(records: Sequence[ProcessRecord], now: datetime) -> list[Finding]:
    """Return which clocks differ: that of this machine, the bus, and the machines of the processes."""
    found = []
    ahead = max((each.stored for each in records), default=0.0) - now.timestamp()
    if ahead > CLOCK_SECONDS:
        text = f"the newest record is {_seconds(ahead)} after the time of this machine: its clock is behind, or was ahead"
        found.append(act("clock", f"{text}; set it, {HOW}"))
    for each in records:
        difference = each.process.at.timestamp() - each.stored
        if abs(difference) > CLOCK_SECONDS and not each.is_lost(now):
            by = f"{_seconds(abs(difference))} {'ahead of' if difference > 0 else 'behind'}"
            text = f"the clock {place_of(each.process)} is {by} the times that the bus gives records"
            found.append(act("clock", f"{text}; set it, {HOW}"))
    return or_ok(found, "clock", "agrees with the records")


def examine_configs(processes: Sequence[Process], config_hash: str) -> list[Finding]:
    """Return which of the running *processes* use another config than the file, whose hash is *config_hash*, and why."""
    found = [
        act(
            "config",
            f"the process {place_of(process)} uses another config than this file ({process.config_hash}, not {config_hash}):"
            " give it the same file; if it has it, its log says why the edit is refused",
        )
        for process in processes
        if process.config_hash and process.config_hash != config_hash and not process.config_trouble
    ]
    found += [
        act("config", f"the process {place_of(process)} does not use the latest edit of its config: {trouble}")
        for process in processes
        if (trouble := printable(process.config_trouble or ""))
    ]
    found += [
        act(
            "config",
            f"the process {place_of(process)} was started before an edit of {keys}: restart it, so that it takes effect",
        )
        for process in processes
        if (keys := printable(", ".join(process.config_deferred)))
    ]
    return or_ok(found, "config", "in use by all processes that run" if processes else "valid")


def examine_versions(processes: Sequence[Process], version: str) -> list[Finding]:
    """Return which of the running *processes* have another version than this program."""
    found = [
        note("version", f"the process {place_of(process)} runs {process.version}, and this is {version}: restart the older one")
        for process in processes
        if process.version != version
    ]
    return or_ok(found, "version", version)


def _seconds(seconds: float) -> str:
    return f"{seconds:,.0f} s"
