"""`newsmonitor alerts`: what was raised, and what is being raised."""

import time
from datetime import timedelta
from pathlib import Path

import click

from monitor.bus import Bus
from monitor.bus.tail import POLL_SECONDS
from monitor.bus.tail import tail as follow_stream
from monitor.cli.shared import a_number, as_json, decoded, look, not_there
from monitor.clock import utc
from monitor.config import Config
from monitor.config.load import read
from monitor.format import format_alert
from monitor.messages import Alert
from monitor.messages.codec import to_json


@click.command()
@click.option("--follow", is_flag=True, help="Go on with each alert as it is raised, until Ctrl-C.")
@click.option(
    "--hours", default=24.0, show_default=True, type=click.FloatRange(0, 1e6), callback=a_number, help="How far back to begin."
)
@click.option("--watch", "only", multiple=True, help="Only this watch; may be given several times.")
@as_json
@click.pass_obj
def alerts(path: Path, follow: bool, hours: float, only: tuple[str, ...], json: bool) -> None:  # noqa: FBT001  (click gives flags so)
    """The alerts of the last hours, every version, oldest first."""

    async def show(bus: Bus) -> None:
        since = utc() - timedelta(hours=hours)
        records = follow_stream(bus, Alert.STREAM.name, since) if follow else bus.replay(Alert.STREAM.name, since)
        async for alert in decoded(Alert, records):
            if not only or alert.watch in only:
                click.echo(to_json(alert).decode() if json else format_alert(alert))

    config = read(path)
    if not follow or _is_there(config):
        look(config, show)


def _is_there(config: Config) -> bool:
    """Wait for the first run, which makes the bus; False where Ctrl-C ended it."""
    if absent := not_there(config):
        click.echo(f"{absent}; waiting for it", err=True)
    try:
        while not_there(config):
            time.sleep(POLL_SECONDS)
    except KeyboardInterrupt:
        return False
    return True
