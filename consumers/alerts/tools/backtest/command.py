"""The command `newsmonitor backtest`."""

from datetime import datetime, timedelta
from pathlib import Path

from consumers.alerts.tools.backtest.configs import BacktestConfigs, select_configs
from consumers.alerts.tools.backtest.report import print_differences, print_totals
from consumers.alerts.tools.backtest.results import AlertPair, AlertPairing, AlertSummary, Differences, Totals
from consumers.alerts.tools.backtest.run import backtest, compare, warm_up
from monitor.bus import Bus
from monitor.cli.progress import progress_bar
from monitor.cli.shared import echo_json, echo_message, read_bus, read_config
from monitor.clock import utc
from monitor.config import Config
from monitor.messages import health_of
from monitor.messages.codec import to_dict


def show_alerts(
    path: Path, edited_file: Path | None, watch: str | None, query: str | None, since: timedelta, limit: int, *, json: bool
) -> None:
    """Print the alerts that the config in *edited_file*, or in *path* with *query* for *watch*, would have raised."""
    current, now = read_config(path), utc()
    configs = select_configs(current, edited_file, watch, query)
    read_bus(current, lambda bus: _show_alerts(bus, configs.edited, now - since, now, limit, json=json))


def show_differences(
    path: Path, edited_file: Path | None, watch: str | None, query: str | None, since: timedelta, limit: int, *, json: bool
) -> None:
    """Print the alerts that such an edit adds and removes; without an edit, compare with the log."""
    current, now = read_config(path), utc()
    configs = select_configs(current, edited_file, watch, query)
    read_bus(current, lambda bus: _show_differences(bus, configs, watch, now - since, now, limit, json=json))


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
                    echo_message(alert)
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
            echo_json(
                "alert_difference.v1", {"change": pair.change, "before": _to_data(pair.before), "after": _to_data(pair.after)}
            )

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
