"""The command `newsmonitor backtest`."""

from datetime import datetime, timedelta
from pathlib import Path

import click

from consumers.alerts.tools.backtest.configs import BacktestConfigs, select_configs
from consumers.alerts.tools.backtest.report import print_differences, print_totals
from consumers.alerts.tools.backtest.results import AlertPair, AlertPairing, AlertSummary, Differences, Totals
from consumers.alerts.tools.backtest.run import backtest, compare, warm_up
from monitor.bus import Bus
from monitor.cli.shared import as_json, echo_json, progress_bar, read_bus, read_config, since_option
from monitor.clock import utc
from monitor.config import Config
from monitor.messages import health_of
from monitor.messages.codec import to_dict, to_json


@click.command("backtest")
@click.option("--watch", help="Only this watch.")
@click.option("--query", help="A query to try, in the language of docs/watches.md: instead of the words of --watch, or alone.")
@since_option
@click.option(
    "--config",
    "edited_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="An edited config to try instead of the current one.",
)
@click.option(
    "--diff", is_flag=True, help="Show which alerts the edit adds and removes; without an edit, compare with the log."
)
@click.option("--limit", type=click.IntRange(min=0), default=20, show_default=True, help="The most alerts in the table.")
@as_json
@click.pass_obj
def backtest_command(
    path: Path,
    watch: str | None,
    query: str | None,
    since: timedelta,
    edited_file: Path | None,
    diff: bool,  # noqa: FBT001  (a command-line flag)
    limit: int,
    json: bool,  # noqa: FBT001  (a command-line flag)
) -> None:
    """Show the alerts that the watches would have raised from the articles that the log still holds.

    The backtest runs the alerts service itself; it joins no consumer group and publishes nothing. --diff compares the current
    config with --config FILE or --query; without either, it compares what was raised (alert.v1) with what the current config
    would raise.
    """
    if diff and query is not None and watch is None:
        raise click.UsageError("--diff with --query needs --watch: the watch whose words the query replaces")
    current = read_config(path)
    configs = select_configs(current, edited_file, watch, query)
    now = utc()
    if diff:
        read_bus(current, lambda bus: _show_differences(bus, configs, watch, now - since, now, limit, json=json))
    else:
        read_bus(current, lambda bus: _show_alerts(bus, configs.edited, now - since, now, limit, json=json))


async def _show_alerts(bus: Bus, config: Config, since: datetime, now: datetime, limit: int, *, json: bool) -> None:
    totals = Totals(limit)
    with progress_bar("replaying", since - warm_up([config]), now) as advance:
        async for step in backtest(bus, [config], since, now):
            advance(step.log_time)
            if not step.in_range:
                continue
            if step.message and not health_of(step.message.article):
                totals.add_article(step.message.article)
            for alert in step.alerts[0]:
                totals.add_alert(alert)
                if json:
                    click.echo(to_json(alert).decode())
    if not json:
        print_totals(totals, now - since)


async def _show_differences(
    bus: Bus, configs: BacktestConfigs, watch_id: str | None, since: datetime, now: datetime, limit: int, *, json: bool
) -> None:
    pairing, differences = AlertPairing(), Differences(limit)
    keep = warm_up([configs.edited])

    def add(pair: AlertPair) -> None:
        differences.add(pair)
        if json:
            echo_json({"change": pair.change, "before": _to_data(pair.before), "after": _to_data(pair.after)})

    with progress_bar("replaying", since - keep, now) as advance:
        async for comparison in compare(bus, configs, watch_id, since, now):
            advance(comparison.log_time)
            pairing.add(comparison.before, comparison.after)
            for pair in pairing.close(comparison.service_time - keep):
                add(pair)
        for pair in pairing.close():
            add(pair)
    if not json:
        print_differences(differences, now - since, is_edited=configs.is_edited)


def _to_data(summary: AlertSummary | None) -> object | None:
    return None if summary is None else to_dict(summary)
