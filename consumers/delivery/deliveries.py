"""The commands `newsmonitor deliveries list` and `redrive`: read the log, send, and print the result."""

from dataclasses import replace
from pathlib import Path

import click

from consumers.delivery.redrive import Selection, newest_records, newest_versions, select, send
from monitor.bus import Bus
from monitor.cli.shared import echo_json, missing_bus, read_bus, read_config, with_bus
from monitor.clock import utc
from monitor.config import Config
from monitor.format import pluralize, printable
from monitor.messages import Alert, Delivery
from monitor.messages.codec import encode, to_dict


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
