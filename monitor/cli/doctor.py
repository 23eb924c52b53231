"""`newsmonitor doctor`: gather what is known of the config, the bus and the processes, and print the findings."""

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import aclosing
from functools import partial
from importlib.metadata import version
from pathlib import Path

import click

from monitor.bus import Bus, Misconfigured, Transient
from monitor.bus.backends import check_streams, missing, storage
from monitor.cli.findings.finding import Finding, act, note, or_ok, stream_findings
from monitor.cli.findings.printing import report
from monitor.cli.findings.services import examine_clocks, examine_configs, examine_services, examine_versions
from monitor.cli.findings.stored import (
    examine_dead_letters,
    examine_deliveries,
    examine_feeds,
    examine_records,
    examine_storage,
)
from monitor.cli.options import as_json
from monitor.cli.processes import read_processes
from monitor.cli.status import read_lags, summarize
from monitor.clock import Clock, utc
from monitor.config import Config
from monitor.config.environment import find_overrides
from monitor.config.files import locate_problems, read_files
from monitor.config.load import parse_files
from monitor.config.privacy import lax_files
from monitor.config.problems import InvalidConfig, Problem
from monitor.messages import Message
from monitor.messages.codec import Invalid, decode
from monitor.messages.deliveries import DeadLetter
from monitor.runtime import registry
from monitor.runtime.connection import bus_address, open_bus
from monitor.runtime.process_records import running_processes

ANSWER_SECONDS = 30.0
"""Seconds after which a bus that has not answered is said not to answer."""
SAMPLE = 20
"""The oldest records of a stream that are decoded, to see whether this version can read them."""


@click.command()
@as_json
@click.pass_obj
def doctor(path: Path, json: bool) -> None:  # noqa: FBT001  (click passes flags as arguments)
    """Examine everything, and say what to do.

    Examined are the config, the bus and its streams, the disk, the clocks, and what the services have published. Each finding
    is one line: `act` if you must do something, with the remedy, `note` if you should know, `ok` if all is well. Exit code 1
    if something needs an act.
    """
    report(list(_examine(path)), json=json)


def _examine(path: Path) -> Iterator[Finding]:
    config, found = _read_config(path)
    yield from found
    if config is None:
        yield note("bus", "not examined: the config does not say where it is")
        return
    address = bus_address(config)
    try:
        yield from examine_storage(storage(address))
    except OSError as error:
        yield act("storage", f"its disk cannot be read: {error.strerror}; see whether it is mounted")
    if message := missing(address):
        yield act("bus", message)
        return
    yield from asyncio.run(_examine_bus(config))


def _read_config(path: Path) -> tuple[Config | None, list[Finding]]:
    """Return the config in the file *path*, and its problems. It is None if it cannot be used."""
    try:
        files, overrides = read_files(path), find_overrides(os.environ, registry.extensions().schema)
        config = parse_files(files, registry.extensions())
        problems = locate_problems(files, registry.check(config), overrides)
        hints = locate_problems(files, list(lax_files(config, path)), overrides)
    except InvalidConfig as error:
        return None, [_problem(path, each) for each in error.problems]
    found = [*(_problem(path, each) for each in problems), *(note("config", _text(path, each)) for each in hints)]
    # Without a problem, what the processes use is examined later.
    return config, found


def _problem(path: Path, problem: Problem) -> Finding:
    return act("config", _text(path, problem))


def _text(path: Path, problem: Problem) -> str:
    return f"{problem.location(path)}: {problem.text}"


async def _examine_bus(config: Config) -> list[Finding]:
    """Return the findings about the bus of *config* and what is on it: as far as it answers."""
    found: list[Finding] = []
    try:
        async with asyncio.timeout(ANSWER_SECONDS) as limit:
            streams = stream_findings(await check_streams(bus_address(config)))
            found += or_ok(streams, "streams", "have the expected settings")
            async with open_bus(config) as bus:
                # Once the bus has answered, to read a long log takes its time.
                contents = await examine_contents(config, bus, utc, partial(limit.reschedule, None))
                found += contents
    except (Misconfigured, Transient) as error:
        found.append(act("bus", str(error)))
    except TimeoutError:
        found.append(act("bus", f"no answer within {ANSWER_SECONDS:g} s; see whether it runs, and the key bus of the config"))
    return found


async def examine_contents(config: Config, bus: Bus, clock: Clock, answered: Callable[[], None]) -> list[Finding]:
    """Return the findings about what is on *bus*, as far as it can be read. *answered* is called once it has answered.

    Raises Transient if the processes cannot be read.
    """
    # The time is that at which their records were read: what follows may take longer than after which a process is lost.
    processes, now = await read_processes(bus), clock()
    answered()
    running = running_processes(processes, now)
    found = [
        *examine_services(list(registry.service_modules()), processes, await read_lags(bus), now),
        *examine_configs(running, config.hash),
        *examine_versions(running, version("newsmonitor")),
        *examine_clocks(processes, now),
    ]
    try:
        summary, unreadable = await summarize(config, bus), await _sample(bus)
    except Transient as error:
        return [act("bus", str(error)), *found]
    return [
        Finding("ok", "bus", "answers"),
        *found,
        *examine_records(unreadable),
        *examine_feeds(summary, config.fetch.failing_after),
        *examine_deliveries(summary),
        *examine_dead_letters(summary["dead"]),
    ]


async def _sample(bus: Bus) -> dict[str, str]:
    """Return the first error by stream that the oldest records of each stream give."""
    errors = {}
    for kind in registry.messages():
        if kind.STREAM.name != DeadLetter.STREAM.name and (error := await _first_error(bus, kind)):
            errors[kind.STREAM.name] = error
    return errors


async def _first_error(bus: Bus, kind: type[Message]) -> str | None:
    count = 0
    async with aclosing(bus.replay(kind.STREAM.name, None)) as records:
        async for record in records:
            try:
                decode(kind, record)
            except Invalid as error:
                return f"the record at {record.place} cannot be read: {error}"
            count += 1
            if count == SAMPLE:
                return None
    return None
