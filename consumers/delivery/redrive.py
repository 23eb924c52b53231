"""List the deliveries of the log by state, and send those that failed again."""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click

from consumers.delivery.channels import CHANNELS
from consumers.delivery.queue import MAX_ERROR, Result
from monitor.bus import Bus
from monitor.cli.shared import decode_all, echo_json, missing_bus, read_bus, read_config, with_bus
from monitor.clock import utc
from monitor.config import Config
from monitor.format import pluralize, printable
from monitor.http.address_policy import parse_networks
from monitor.http.connector import session
from monitor.messages import Alert, Delivery
from monitor.messages.codec import encode, to_dict
from monitor.messages.deliveries import FINAL_STATES


@dataclass(frozen=True, slots=True)
class Selection:
    """Which deliveries are meant: empty *targets* and *alerts* mean all. *state* is a final state, pending, or all."""

    targets: tuple[str, ...] = ()
    alerts: tuple[str, ...] = ()
    since: timedelta = timedelta(days=7)
    state: str = "failed"

    def contains(self, record: Delivery, now: datetime) -> bool:
        """Return True if the delivery whose newest record is *record* is meant."""
        state = record.state if record.state in FINAL_STATES else "pending"
        return (
            (not self.targets or record.target in self.targets)
            and (not self.alerts or record.alert in self.alerts)
            and self.state in {state, "all"}
            and record.at >= now - self.since
        )


def list_deliveries(path: Path, selection: Selection, *, json: bool) -> None:
    """Print the deliveries of *selection*. Raises click.BadParameter if a target is not in the config."""
    config = read_config(path)
    _check_targets(config, selection)
    records = select(read_bus(config, newest_records), selection, utc())
    for record in records:
        _echo(record, json=json)
    if not records and not json:
        click.echo(f"no {selection.state} deliveries" if selection.state != "all" else "no deliveries", err=True)


def redrive_deliveries(path: Path, selection: Selection, *, json: bool) -> bool:
    """Send the deliveries of *selection* again, and print each result. Return True if all were accepted."""
    config = read_config(path)
    _check_targets(config, selection)
    if message := missing_bus(config):
        click.echo(message, err=True)
        return False

    async def send_all(bus: Bus) -> tuple[int, int]:
        everything = await newest_records(bus)
        chosen = newest_versions(select(everything, selection, utc()), everything)
        sent = 0
        async for record in send(config, chosen):
            # Published after each attempt, so that no delivery is repeated because a later one was interrupted.
            await bus.publish([encode(replace(record, body=None))])
            _echo(record, json=json)
            sent += record.state == "sent"
        return sent, len(chosen)

    sent, count = with_bus(config, send_all) or (0, -1)
    if not json and count >= 0:
        click.echo(f"{sent:,} of {count:,} accepted", err=True)
    return bool(sent == count)


async def newest_records(bus: Bus) -> list[Delivery]:
    """Return the newest record of each version of each alert for each target, with the alert as its body, oldest first."""
    newest: dict[tuple[str, str, int], Delivery] = {}
    async for record in decode_all(Delivery, bus.replay(Delivery.STREAM.name, None)):
        key = (record.target, record.alert, record.version)
        earlier = newest.pop(key, None)
        newest[key] = replace(record, body=record.body or (earlier.body if earlier else None))
    return list(newest.values())


def select(records: Iterable[Delivery], selection: Selection, now: datetime) -> list[Delivery]:
    """Return the deliveries of *selection* among *records*."""
    return [record for record in records if selection.contains(record, now)]


def newest_versions(chosen: Iterable[Delivery], everything: Iterable[Delivery]) -> list[Delivery]:
    """Return the newest of *chosen* for each alert and target, without those of which *everything* has a newer version.

    A version never follows a later one of the same alert, so an older one is left out even if the newer one also failed.
    """
    newest: dict[tuple[str, str], int] = {}
    for record in everything:
        key = (record.target, record.alert)
        newest[key] = max(newest.get(key, 0), record.version)
    return [record for record in chosen if record.version == newest[record.target, record.alert]]


async def send(config: Config, chosen: Sequence[Delivery]) -> AsyncIterator[Delivery]:
    """Send each of *chosen*, and yield its record after the attempt. Leave out a target after its first failure."""
    targets = {target.id: target for target in config.targets}
    networks = parse_networks(config.delivery.allow_networks)
    failed: set[str] = set()
    async with session(lambda: networks) as http:
        for record in chosen:
            if record.target in failed:
                continue
            target = targets.get(record.target)
            if target is None:
                result = Result(error="the target is no longer in the config; add it, or leave this delivery")
            elif record.body is None:
                result = Result(error="the alert is no longer in the log")
            else:
                result = await CHANNELS[target.kind].make(target, config, http).send((record.body,))
            ended = _after(record, result, utc())
            if ended.state == "failed":
                failed.add(record.target)
            yield ended


def _after(record: Delivery, result: Result, now: datetime) -> Delivery:
    error = None if result.error is None else result.error[:MAX_ERROR]
    state: Any = "sent" if error is None else "failed"
    return replace(record, state=state, attempt=record.attempt + 1, at=now, due=None, status=result.status, error=error)


def _check_targets(config: Config, selection: Selection) -> None:
    known = [target.id for target in config.targets]
    if unknown := [each for each in selection.targets if each not in known]:
        raise click.BadParameter(f"there is no target {unknown[0]!r}; choose from {', '.join(known)}", param_hint="--target")


def _echo(record: Delivery, *, json: bool) -> None:
    if json:
        title = record.body.title if record.body else None
        echo_json("delivery_status.v1", {**to_dict(replace(record, body=None)), "title": title})
        return
    attempts = f"after {pluralize(record.attempt, 'attempt')}" if record.attempt else "before the first attempt"
    why = f": {printable(record.error)}" if record.error else ""
    alert: Alert | None = record.body
    title = f"\n    {printable(alert.title)}" if alert else ""
    when = f"{record.at:%Y-%m-%d %H:%M:%S}"
    click.echo(f"{when}  {record.state:<10} {record.target}  {record.alert} version {record.version}, {attempts}{why}{title}")
