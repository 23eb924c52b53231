"""`newsmonitor alerts`: print past and new alerts."""

import sys
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args

import click

from monitor.bus import Bus
from monitor.bus.tail import POLL_SECONDS, tail
from monitor.cli.group import CommandRow, LazyGroup
from monitor.cli.marks import newest_marks
from monitor.cli.options import as_json, parse_optional_duration, reject_nan
from monitor.cli.shared import decode_all, echo_message, missing_bus, read_bus, read_config, with_bus
from monitor.clock import utc
from monitor.config import Config
from monitor.config.suggestions import nearest
from monitor.format import describe_mark, format_alert, format_counted, pluralize
from monitor.marks import brought_back_by
from monitor.messages import Alert, Counted, Severity, StateOfAlert
from monitor.output import echo
from monitor.terminal.board import AlertFilter, Board

COUNTED = Counted.STREAM.name


ROWS = {
    name: CommandRow(f"monitor.cli.marks:{name}", summary)
    for name, summary in {
        "ack": "Acknowledge an alert.",
        "marks": "List the marks that hold.",
        "mute": "Tell no later version of an alert.",
        "snooze": "Tell no later version for a time.",
        "unmark": "Remove the mark of an alert.",
    }.items()
}


@click.group(cls=LazyGroup, rows=ROWS, extended_by="newsmonitor.alert_commands", invoke_without_command=True)
@click.option("--follow", is_flag=True, help="Also show each new alert when it is raised, until Ctrl-C.")
@click.option(
    "--hours",
    default=24.0,
    show_default=True,
    type=click.FloatRange(0, 1e6),
    callback=reject_nan,
    help="The number of hours to look back.",
)
@click.option("--since", callback=parse_optional_duration, metavar="DURATION", help="The same as a duration: 90m, 12h or 7d.")
@click.option("--watch", "watches", multiple=True, help="Show only the alerts of this watch. May be given several times.")
@click.option(
    "--severity",
    "severities",
    multiple=True,
    type=click.Choice(get_args(Severity)),
    help="Show only the alerts of this severity. May be given several times.",
)
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice(get_args(StateOfAlert)),
    help="Show only the alerts in this state. May be given several times.",
)
@click.option("--marked", is_flag=True, help="On a terminal, show marked alerts too, dimmed.")
@click.option("--versions", is_flag=True, help="On a terminal, print each version in lines, as in a pipe.")
@as_json
@click.pass_context
def alerts(ctx: click.Context, /, hours: float, since: timedelta | None, **options: Any) -> None:
    """Show the alerts of the last hours: on a terminal a card for each story, the newest change last.

    With --follow the cards stay up to date, the newest change first. What readers have marked (ack, snooze, mute) is left out.

    In a pipe, and with --json or --versions, all versions are printed, oldest first. Below the newest version stands how many
    articles have matched since with nothing new; --follow and --json leave that out.
    """
    if ctx.invoked_subcommand is None:
        show_alerts(ctx.obj, Choice(hours=since / timedelta(hours=1) if since else hours, **options))


@dataclass(frozen=True, slots=True)
class Choice:
    """The options of the command."""

    follow: bool
    hours: float
    watches: tuple[str, ...]
    severities: tuple[Severity, ...]
    states: tuple[StateOfAlert, ...]
    marked: bool
    versions: bool
    json: bool

    @property
    def shown(self) -> AlertFilter:
        """Which alerts are shown."""
        return AlertFilter(frozenset(self.watches), frozenset(self.severities), frozenset(self.states))

    def __str__(self) -> str:
        return ", ".join((f"last {self.hours:g} hours", *self.watches, *self.severities, *self.states))


def show_alerts(path: Path, choice: Choice) -> None:
    """Show the alerts of *choice*. Raises click.BadParameter for a watch that neither the config nor the log has."""
    config = read_config(path)
    unknown = {*choice.watches} - {watch.id for watch in config.watches}
    if unknown and choice.follow:
        raise no_such_watch(unknown, config)
    if choice.follow and not _wait_for_bus(config):
        return
    with_cards = sys.stdout.isatty() and not (choice.json or choice.versions)
    found = (show_cards if with_cards else print_versions)(config, choice)
    # The alerts of a watch that was removed are still in the log.
    if unknown - found:
        raise no_such_watch(unknown - found, config)


def show_cards(config: Config, choice: Choice) -> set[str]:
    """Show a card for each story on the terminal. Return the watches of their alerts."""
    from monitor.terminal.live import AlertView, live_view, open_console

    console = open_console()
    if console is None:
        return print_versions(config, choice)
    view = AlertView(Board(choice.shown, timedelta(days=config.stories.days + 1)), choice.hours, str(choice), choice.marked)
    if choice.follow:
        with live_view(console) as live:
            with_bus(config, lambda bus: view.follow(bus, live))
        console.print(view.screen(console))
        return set()
    read_bus(config, view.read)
    if cards := view.listing(console):
        console.print(cards)
    else:
        echo("no alerts", err=True)
    if view.skipped:
        echo(f"{pluralize(view.skipped, 'record')} skipped; --versions says why", err=True)
    return {watch for entry in view.board.entries.values() for watch in entry.alerts}


def print_versions(config: Config, choice: Choice) -> set[str]:
    """Print the versions. Return the watches of their alerts."""
    found, shown = set[str](), choice.shown

    async def print_alerts(bus: Bus) -> None:
        since = utc() - timedelta(hours=choice.hours)
        records = tail(bus, Alert.STREAM.name, since) if choice.follow else bus.replay(Alert.STREAM.name, since)
        plain = not (choice.follow or choice.json)
        counted = {each.id: each async for each in decode_all(Counted, bus.replay(COUNTED, None))} if plain else {}
        marks = await newest_marks(bus) if plain else {}
        async for alert in decode_all(Alert, records):
            if not (shown.admits(alert) and shown.admits_state(alert.state)):
                continue
            found.add(alert.watch)
            echo_message(alert) if choice.json else echo(format_alert(alert))
            later = counted.get(alert.id)
            if later and (later.version, later.raised) == (alert.version, alert.raised):
                echo(format_counted(later, alert))
            if (mark := marks.get(alert.id)) and mark.version == alert.version and mark.state != "open":
                echo(f"    {describe_mark(mark)}")
            elif mark and brought_back_by(mark, (alert,)):
                echo(f"    told again: it was {describe_mark(marks.pop(alert.id))}")

    read_bus(config, print_alerts)
    return found


def no_such_watch(unknown: set[str], config: Config) -> click.BadParameter:
    """Return the error for an option that names watches which are neither in the config nor in the log."""
    names = [watch.id for watch in config.watches]
    close = nearest(min(unknown), names)
    hint = f"did you mean {close!r}?" if close else "`newsmonitor watch list` shows all"
    return click.BadParameter(f"there is no watch {min(unknown)!r}, and no alert of one; {hint}", param_hint="--watch")


def _wait_for_bus(config: Config) -> bool:
    """Wait until the first run has created the bus. Return False if Ctrl-C ends the wait."""
    if message := missing_bus(config):
        echo(f"{message}; waiting for it", err=True)
    try:
        while missing_bus(config):
            time.sleep(POLL_SECONDS)
    except KeyboardInterrupt:
        return False
    return True
