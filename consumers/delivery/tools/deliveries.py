"""The commands `newsmonitor deliveries list` and `redrive`: read the log, send, and print the result."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from consumers.delivery.tools.redrive import Selection, newest_records, newest_versions, select, send
from monitor.bus import Bus
from monitor.cli.shared import echo_json, missing_bus, read_bus, read_config, with_bus
from monitor.clock import utc
from monitor.config import Config
from monitor.escape import printable
from monitor.format import pluralize
from monitor.messages import Alert, Delivery
from monitor.messages.codec import encode, to_dict
from monitor.output import echo


def list_deliveries(path: Path, selection: Selection, *, json: bool) -> None:
    """Print the deliveries of *selection*. Raises click.BadParameter if there is no such target or alert."""
    config = read_config(path)
    everything = read_bus(config, newest_records)
    if everything is None:  # Ctrl-C
        return
    _check_names(config, selection, everything)
    records = select(everything, selection, utc())
    for record in records:
        _echo(record, json=json)
    if not records and not json:
        echo(f"no {selection.state} deliveries" if selection.state != "all" else "no deliveries", err=True)


def redrive_deliveries(path: Path, selection: Selection, *, json: bool) -> bool:
    """Send the deliveries of *selection* again, and print each result. Return True if all were accepted."""
    config = read_config(path)
    if message := missing_bus(config):
        _check_names(config, selection, [])
        echo(message, err=True)
        return False

    async def send_all(bus: Bus) -> tuple[int, int]:
        everything = await newest_records(bus)
        _check_names(config, selection, everything)
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
        echo(f"{sent:,} of {count:,} accepted", err=True)
    return bool(sent == count)


def _check_names(config: Config, selection: Selection, everything: Sequence[Delivery]) -> None:
    """Raise click.BadParameter for a target that is neither in *config* nor in the log, or an alert without a delivery."""
    targets = sorted({target.id for target in config.targets} | {record.target for record in everything})
    if unknown := [each for each in selection.targets if each not in targets]:
        choices = f"choose from {', '.join(targets)}" if targets else "there are no [[targets]] in the config yet"
        raise click.BadParameter(f"there is no target {printable(unknown[0])!r}; {choices}", param_hint="--target")
    alerts = {record.alert for record in everything}
    if unknown := [each for each in selection.alerts if each not in alerts]:
        hint = "`newsmonitor deliveries list --state all` shows the ids"
        message = f"there is no delivery of an alert {printable(unknown[0])!r}; {hint}"
        raise click.BadParameter(message, param_hint="--alert")


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
    echo(f"{when}  {record.state:<10} {record.target}  {record.alert} version {record.version}, {attempts}{why}{title}")
