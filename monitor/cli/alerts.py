"""`newsmonitor alerts`: print past and new alerts."""

import time
from datetime import timedelta
from pathlib import Path

import click

from monitor.bus import Bus
from monitor.bus.tail import POLL_SECONDS, tail
from monitor.cli.group import CommandRow, LazyGroup
from monitor.cli.options import as_json, reject_nan
from monitor.cli.shared import decode_all, echo_message, missing_bus, read_bus, read_config
from monitor.clock import utc
from monitor.config import Config
from monitor.config.suggestions import nearest
from monitor.format import describe_mark, format_alert, format_counted
from monitor.marks import brought_back_by
from monitor.messages import Alert, Counted, Mark
from monitor.output import echo

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
@click.option("--follow", is_flag=True, help="Also print each new alert when it is raised, until Ctrl-C.")
@click.option(
    "--hours",
    default=24.0,
    show_default=True,
    type=click.FloatRange(0, 1e6),
    callback=reject_nan,
    help="The number of hours to look back.",
)
@click.option("--watch", "watches", multiple=True, help="Print only the alerts of this watch. May be given several times.")
@as_json
@click.pass_context
def alerts(ctx: click.Context, follow: bool, hours: float, watches: tuple[str, ...], json: bool) -> None:  # noqa: FBT001  (click passes flags as arguments)
    """Print all versions of the alerts of the last hours, oldest first.

    Below the newest version stands how many articles have matched since with nothing new; --follow and --json leave that out.
    """
    if ctx.invoked_subcommand is None:
        _print_alerts(ctx.obj, follow=follow, hours=hours, watches=watches, json=json)


def _print_alerts(path: Path, *, follow: bool, hours: float, watches: tuple[str, ...], json: bool) -> None:
    """Print the alerts of the last *hours*. Raises click.BadParameter for a watch that neither the config nor the log has."""

    async def print_alerts(bus: Bus) -> None:
        since = utc() - timedelta(hours=hours)
        records = tail(bus, Alert.STREAM.name, since) if follow else bus.replay(Alert.STREAM.name, since)
        plain = not (follow or json)
        counted = {each.id: each async for each in decode_all(Counted, bus.replay(COUNTED, None))} if plain else {}
        marks = {each.id: each async for each in decode_all(Mark, bus.replay(Mark.STREAM.name, None))} if plain else {}
        async for alert in decode_all(Alert, records):
            if watches and alert.watch not in watches:
                continue
            found.add(alert.watch)
            echo_message(alert) if json else echo(format_alert(alert))
            later = counted.get(alert.id)
            if later and (later.version, later.raised) == (alert.version, alert.raised):
                echo(format_counted(later, alert))
            if (mark := marks.get(alert.id)) and mark.version == alert.version and mark.state != "open":
                echo(f"    {describe_mark(mark)}")
            elif mark and brought_back_by(mark, (alert,)):
                echo(f"    told again: it was {describe_mark(marks.pop(alert.id))}")

    config, found = read_config(path), set[str]()
    unknown = {each for each in watches if each not in {watch.id for watch in config.watches}}
    if unknown and follow:
        raise no_such_watch(unknown, config)
    if not follow or _wait_for_bus(config):
        read_bus(config, print_alerts)
    # The alerts of a watch that was removed are still in the log.
    if unknown - found:
        raise no_such_watch(unknown - found, config)


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
