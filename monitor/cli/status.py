"""`newsmonitor status`: the services and their lag, the state of the feeds, and of the deliveries."""

import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from monitor.bus import Bus, Transient
from monitor.bus.backends import storage
from monitor.bus.storage import Storage
from monitor.cli.backfill import describe_backfill, summarize_backfill
from monitor.cli.findings.services import examine_configs
from monitor.cli.findings.stored import examine_storage
from monitor.cli.options import as_json
from monitor.cli.processes import describe_replaced, place_of, read_processes, without_replaced
from monitor.cli.shared import decode_all, echo_json, feed_states, hub_subscriptions, read_bus, read_config
from monitor.clock import utc
from monitor.config import Config, target_hash
from monitor.escape import printable
from monitor.feeds.configured import id_of
from monitor.feeds.websub.description import has_trouble
from monitor.feeds.websub.lifecycle import is_live, is_working
from monitor.format import pluralize
from monitor.messages import Delivery, Process, TargetState, Websub
from monitor.messages.base import isoformat
from monitor.messages.codec import to_dict
from monitor.messages.deliveries import FINAL_STATES
from monitor.output import echo
from monitor.runtime import registry
from monitor.runtime.connection import bus_address
from monitor.runtime.dead_letters import list_dead_letters
from monitor.runtime.loop_monitor import WARN_SECONDS
from monitor.runtime.process_records import ProcessRecord, running_processes
from monitor.text.languages.coverage import describe_lacks
from monitor.text.office_holders import last_checked

_VERBS = {"starting": "starts", "running": "runs", "waiting": "waits", "broken": "fails", "stopped": "stops"}


@click.command()
@as_json
@click.pass_obj
def status(path: Path, json: bool) -> None:  # noqa: FBT001  (click passes flags as arguments)
    """Show which services run and who serves the page, where and since when, the lag, and the state of feeds and deliveries.

    The lag is the number of messages that a service has not read yet. Exit code 1 if a feed fails. `newsmonitor doctor` says
    what to do.
    """
    config = read_config(path)
    summary, records, now = read_bus(config, lambda bus: _read(config, bus))
    room = storage(bus_address(config))
    if json:
        data = {"processes": [process_data(each, now) for each in records], "config_hash": config.hash}
        echo_json("status.v1", {**summary, **data, "storage": room and _room_data(room)})
    else:
        _echo(summary, records, now)
        for finding in (*examine_configs(running_processes(records, now), config.hash), *examine_storage(room)):
            echo(f"{finding.area:<10} {finding.text}")
    if summary["failing"]:
        sys.exit(1)


def _room_data(room: Storage) -> dict[str, Any]:
    return {**asdict(room), "removed_early": room.removed_early and isoformat(room.removed_early)}


async def _read(config: Config, bus: Bus) -> tuple[dict[str, Any], list[ProcessRecord], datetime]:
    """Return the summary, the records of the processes, and the time at which these were read.

    If not all can be read, what the services say is shown before Transient is raised, on standard error.
    """
    records, now = await read_processes(bus), utc()
    try:
        return await summarize(config, bus), records, now
    except Transient:
        for line in _describe_services(await read_lags(bus), records, now):
            echo(line, err=True)
        raise


async def summarize(config: Config, bus: Bus) -> dict[str, Any]:
    """Return the data that `status --json` prints, without the processes. The lag of a service that has never run is None."""
    states = await feed_states(bus)
    feeds = [states.get(id_of(feed_config)) for feed_config in config.feeds]
    failing = [feed for feed in feeds if feed and feed.state not in {"ok", "new"}]
    deliveries = await _count_deliveries(bus)
    subscriptions = await hub_subscriptions(bus)
    return {
        "services": await read_lags(bus),
        "backfill": await summarize_backfill(bus),
        "feeds": dict(Counter(feed.state if feed else "new" for feed in feeds)),
        "failing": [
            {"feed": feed.id, "state": feed.state, "reason": feed.reason, "failures": feed.failures, "error": feed.error}
            for feed in failing
        ],
        "reasons": dict(Counter(feed.reason or feed.state for feed in failing)),
        "silent": [
            {"feed": feed.id, "since": isoformat(feed.rhythm.at)}
            for feed in feeds
            if feed and feed.rhythm and feed.trouble and feed.trouble.kind == "silent"
        ],
        "hubs": _summarize_hubs([known for each in config.feeds if (known := subscriptions.get(id_of(each)))], utc()),
        "languages": describe_lacks((feed.lang for feed in config.feeds if feed.lang), config.entities.model),
        "holders_known_until": last_checked().isoformat(),
        "deliveries": deliveries,
        "held": await registry.held_deliveries(config, bus) if deliveries["pending"] else [],
        "targets": await _count_targets(config, bus),
        "dead": sum(not facts["redriven"] for facts in await list_dead_letters(bus)),
    }


def _summarize_hubs(subscriptions: Sequence[Websub], now: datetime) -> dict[str, Any]:
    """Return how many feeds are pushed by their hubs, and those whose hubs do not do what they should."""
    troubled = [each for each in subscriptions if has_trouble(each, now)]
    return {
        "pushed": sum(is_working(each, now) for each in subscriptions),
        "subscribed": sum(is_live(each, now) for each in subscriptions),
        "troubled": [{"feed": each.id, "hub": each.hub, "error": each.error} for each in troubled],
    }


async def read_lags(bus: Bus) -> dict[str, int | None]:
    """Return how many messages each service has not read, by its name; None if it has never run."""
    return {name: await bus.lag(name, module.reads.STREAM.name) for name, module in registry.service_modules().items()}


async def _count_deliveries(bus: Bus) -> dict[str, int]:
    """Return the number of deliveries on the bus by final state, and of those pending.

    Each version of an alert counts once for each target, in its newest state.
    """
    newest: dict[tuple[str, str, int], str] = {}
    async for delivery in decode_all(Delivery, bus.replay(Delivery.STREAM.name, None)):
        state = delivery.state if delivery.state in FINAL_STATES else "pending"
        newest[delivery.target, delivery.alert, delivery.version] = state
    counts = Counter(newest.values())
    return {state: counts[state] for state in ("pending", *FINAL_STATES)}


async def _count_targets(config: Config, bus: Bus) -> dict[str, int]:
    """Return the number of targets by state. The state of an earlier address counts no more."""
    states, hashes = {target.id: "ok" for target in config.targets}, {each.id: target_hash(each) for each in config.targets}
    async for record in decode_all(TargetState, bus.replay(TargetState.STREAM.name, None)):
        if record.id in states:
            states[record.id] = record.state if record.target_hash == hashes[record.id] else "ok"
    return dict(Counter(states.values()))


def process_data(record: ProcessRecord, now: datetime) -> dict[str, Any]:
    """Return the process of *record* as data for JSON. *lost* is True if it is."""
    return {**to_dict(record.process), "lost": record.is_lost(now)}


def describe_service(name: str, lag: str | None, records: Sequence[ProcessRecord], now: datetime) -> Iterator[str]:
    """Yield the lines on the service *name*: where it runs, since when, and its *lag* in words; None if it has never run."""
    progress = f"; {lag}" if lag else ""
    count = 0
    for record in records:
        process = record.process
        for service in process.services:
            if service.name != name:
                continue
            if record.is_lost(now):
                yield _describe_loss(process)
                continue
            count += 1
            verb = "stands by" if service.state == "running" and not service.partitions else _VERBS[service.state]
            trouble = f": {printable(service.trouble)}" if service.trouble else ""
            yield f"{verb} {place_of(process)} since {process.started:%Y-%m-%d %H:%M:%S}{progress}{trouble}"
            progress = ""
    if not count:
        yield f"does not run{progress}" if lag else "has not run yet"


def describe_pages(records: Sequence[ProcessRecord], now: datetime) -> Iterator[str]:
    """Yield a line for each process that serves the web page: where it runs, and since when."""
    for record in records:
        process = record.process
        if process.serves_page:
            is_lost = record.is_lost(now)
            yield _describe_loss(process) if is_lost else f"runs {place_of(process)} since {process.started:%Y-%m-%d %H:%M:%S}"


def _describe_loss(process: Process) -> str:
    return f"lost {place_of(process)}: nothing heard since {process.at:%Y-%m-%d %H:%M:%S}"


def describe_event_loops(records: Sequence[ProcessRecord], now: datetime) -> Iterator[str]:
    """Yield a line for each running process whose event loop was held for too long in the last minute."""
    for process in running_processes(records, now):
        held = process.event_loop
        if held and held.longest_ms > WARN_SECONDS * 1000:
            times = f"{pluralize(held.stalls, 'time')} over 50 ms in the last minute"
            place = printable(held.place or "at an unknown place")
            yield f"held for up to {held.longest_ms:,.0f} ms {place_of(process)}, {times}: {place}"


def _describe_services(lags: Mapping[str, int | None], records: Sequence[ProcessRecord], now: datetime) -> Iterator[str]:
    """Yield the lines on all services, the page and their event loops."""
    records, replaced = without_replaced(records, now)
    for name, lag in lags.items():
        waiting = None if lag is None else f"lag: {pluralize(lag, 'message')} not yet read"
        for index, line in enumerate(describe_service(name, waiting, records, now)):
            yield f"{name if index == 0 else '':<10} {line}"
    for index, line in enumerate(describe_pages(records, now)):
        yield f"{'page' if index == 0 else '':<10} {line}"
    if replaced:
        yield f"{'lost':<10} {describe_replaced(replaced)}"
    for line in describe_event_loops(records, now):
        yield f"{'event loop':<10} {line}"


def _echo(summary: dict[str, Any], records: Sequence[ProcessRecord], now: datetime) -> None:
    for line in _describe_services(summary["services"], records, now):
        echo(line)
    echo(f"{'backfill':<10} {describe_backfill(summary['backfill'])}")
    _echo_feeds(summary)
    for line in summary["languages"]:
        echo(f"{'languages':<10} {line}")
    echo(f"{'offices':<10} holders known up to {summary['holders_known_until']}; later articles must name them")
    deliveries = ", ".join(f"{count} {state}" for state, count in summary["deliveries"].items() if count)
    hint = "; `newsmonitor deliveries list` shows why they failed" if summary["deliveries"]["failed"] else ""
    echo(f"{'deliveries':<10} {deliveries or 'none'}{hint}")
    for line in summary["held"]:
        echo(f"{'':<10} {line}")
    if troubled := [f"{count} {state}" for state, count in sorted(summary["targets"].items()) if state != "ok"]:
        echo(f"{'targets':<10} {', '.join(troubled)}; `newsmonitor targets` shows why")
    hint = " letters; `newsmonitor dead list` shows them" if summary["dead"] else ""
    echo(f"{'dead':<10} {summary['dead']}{hint}")


def _echo_feeds(summary: dict[str, Any]) -> None:
    states = ", ".join(f"{count} {state}" for state, count in sorted(summary["feeds"].items()))
    echo(f"{'feeds':<10} {states or 'none'}")
    if summary["reasons"]:
        reasons = sorted(summary["reasons"].items(), key=lambda pair: (-pair[1], pair[0]))
        echo(f"{'':<10} {', '.join(f'{count} {reason}' for reason, count in reasons)}")
    for feed in summary["silent"]:
        echo(f"  silent: no new article from {feed['feed']} since {feed['since']}")
    for feed in summary["failing"]:
        failures = f"{pluralize(feed['failures'], 'failure')} in a row"
        echo(f"  {feed['state']}: {feed['feed']} ({failures}): {printable(feed['error'] or '')}")
    if (hubs := summary["hubs"])["subscribed"] or hubs["troubled"]:
        count = len(hubs["troubled"])
        hint = f"; {count} not as subscribed to, `newsmonitor feeds list` says why" if count else ""
        echo(f"{'hubs':<10} {pluralize(hubs['pushed'], 'feed')} pushed, {hubs['subscribed']} subscribed{hint}")
