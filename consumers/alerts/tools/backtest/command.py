"""`newsmonitor backtest`: what watches would have raised over the last days."""

from datetime import datetime, timedelta
from pathlib import Path

import click

from consumers.alerts.tools.backtest.compare import sides
from consumers.alerts.tools.backtest.report import show_differences, show_tally
from consumers.alerts.tools.backtest.results import Diff, Differences, Pair, Row, Tally
from consumers.alerts.tools.backtest.run import backtest, warm_up
from consumers.alerts.tools.backtest.versions import Versions, versions
from monitor.bus import Bus
from monitor.cli.shared import as_json, echo_json, progress_bar, read_bus, read_config, since_option
from monitor.clock import utc
from monitor.config import Config
from monitor.messages import health_of
from monitor.messages.codec import to_dict, to_json


@click.command("backtest")
@click.option("--watch", help="Only this watch.")
@click.option("--query", help="A query to try, in the language of docs/watches.md: in place of --watch's own words, or alone.")
@since_option
@click.option(
    "--config",
    "edited",
    type=click.Path(dir_okay=False, path_type=Path),
    help="An edited config to try instead of the one in use.",
)
@click.option(
    "--diff", is_flag=True, help="Tell what the edit raises more, less and the same; without an edit, beside the log."
)
@click.option("--limit", type=click.IntRange(min=0), default=20, show_default=True, help="The most alerts in the table.")
@as_json
@click.pass_obj
def backtest_command(
    path: Path,
    watch: str | None,
    query: str | None,
    since: timedelta,
    edited: Path | None,
    diff: bool,  # noqa: FBT001  (click gives flags so)
    limit: int,
    json: bool,  # noqa: FBT001  (as above)
) -> None:
    """Tell which alerts the watches would have raised, by the articles that the log still holds.

    The alerts service itself reads them, in no group, and nothing is published. With --diff two versions are compared:
    the config in use with --config FILE or --query, else what was raised (alert.v1) with the config as it stands now.
    """
    if diff and query is not None and watch is None:
        raise click.UsageError("--diff with --query needs --watch: the watch whose words the query takes the place of")
    config = read_config(path)
    asked = versions(config, edited, watch, query)
    now = utc()
    if diff:
        read_bus(config, lambda bus: _differ(bus, asked, watch, now - since, now, limit, json=json))
    else:
        read_bus(config, lambda bus: _raise(bus, asked.tried, now - since, now, limit, json=json))


async def _raise(bus: Bus, config: Config, since: datetime, now: datetime, limit: int, *, json: bool) -> None:
    tally = Tally(limit)
    with progress_bar("replaying", since - warm_up([config]), now) as advance:
        async for heard in backtest(bus, [config], since, now):
            advance(heard.at)
            if heard.counts and heard.message and not health_of(heard.message.article):
                tally.hear(heard.message.article)
            for alert in heard.raised[0] if heard.counts else ():
                tally.take(alert)
                if json:
                    click.echo(to_json(alert).decode())
    if not json:
        show_tally(tally, now - since)


async def _differ(
    bus: Bus, asked: Versions, watch: str | None, since: datetime, now: datetime, limit: int, *, json: bool
) -> None:
    diff, found = Diff(), Differences(limit)
    kept = warm_up([asked.tried])

    def tell(pair: Pair) -> None:
        found.take(pair)
        if json:
            echo_json({"change": pair.change, "before": _plain(pair.before), "after": _plain(pair.after)})

    with progress_bar("replaying", since - kept, now) as advance:
        async for side in sides(bus, asked, watch, since, now):
            advance(side.at)
            diff.take(side.before, side.after)
            for pair in diff.settled(side.now - kept):
                tell(pair)
        for pair in diff.rest():
            tell(pair)
    if not json:
        show_differences(found, now - since, edited=asked.edited)


def _plain(row: Row | None) -> object | None:
    return None if row is None else to_dict(row)
