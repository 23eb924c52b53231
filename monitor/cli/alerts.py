"""`newsmonitor alerts`: what was raised, and what is being raised."""

from datetime import timedelta
from pathlib import Path

import click

from monitor.bus import Bus
from monitor.cli.shared import as_json, decoded, with_bus
from monitor.clock import utc
from monitor.codec import to_json
from monitor.configfile import read
from monitor.follow import follow as follow_stream
from monitor.messages import STREAM, Alert
from monitor.show import lines


@click.command()
@click.option("--follow", is_flag=True, help="Go on with each alert as it is raised, until Ctrl-C.")
@click.option("--hours", default=24.0, show_default=True, type=click.FloatRange(0, 1e6), help="How far back to begin.")
@click.option("--watch", "only", multiple=True, help="Only this watch; may be given several times.")
@as_json
@click.pass_obj
def alerts(path: Path, follow: bool, hours: float, only: tuple[str, ...], json: bool) -> None:  # noqa: FBT001  (click gives flags so)
    """The alerts of the last hours, every version, oldest first."""

    async def show(bus: Bus) -> None:
        since = utc() - timedelta(hours=hours)
        records = follow_stream(bus, STREAM[Alert], since) if follow else bus.replay(STREAM[Alert], since)
        async for alert in decoded(Alert, records):
            if not only or alert.watch in only:
                click.echo(to_json(alert).decode() if json else lines(alert))

    with_bus(read(path), show)
