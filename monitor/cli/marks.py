"""`newsmonitor alerts ack`, `snooze`, `mute`, `unmark` and `marks`: what readers decide about alerts."""

import getpass
import sys
from datetime import datetime, timedelta
from pathlib import Path

import click

from monitor.bus import Bus
from monitor.cli.options import as_json, parse_optional_duration
from monitor.cli.shared import decode_all, echo_message, missing_bus, read_bus, read_config, with_bus
from monitor.clock import utc
from monitor.config.suggestions import nearest
from monitor.escape import printable
from monitor.format import format_mark
from monitor.marks import holds, later_mark, time_of_mark
from monitor.messages import Alert, Mark, MarkState
from monitor.messages.codec import decode, encode
from monitor.output import echo

alert_argument = click.argument("alert", metavar="ALERT")
by_option = click.option("--by", default=None, help="Who decides it. Default: the user's name.")
note_option = click.option("--note", default=None, help="Why, for other readers.")


@click.command("ack")
@alert_argument
@by_option
@note_option
@click.pass_obj
def ack(path: Path, alert: str, by: str | None, note: str | None) -> None:
    """Acknowledge ALERT: it is read. A new stance or a correction brings it back."""
    _mark(path, alert, "acknowledged", by, note)


@click.command("snooze")
@alert_argument
@click.option(
    "--for", "duration", callback=parse_optional_duration, metavar="DURATION", help="For how long, such as 90m or 12h."
)
@click.option("--until", type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]), help="Until when, in UTC.")
@by_option
@note_option
@click.pass_obj
def snooze(
    path: Path, alert: str, duration: timedelta | None, until: datetime | None, by: str | None, note: str | None
) -> None:
    """Snooze ALERT: nothing of it is delivered for a while. Then its newest version is, if one has come meanwhile.

    With --for or --until it lasts until that time, whatever comes. Without them it ends with the first version in which the
    story stands otherwise (its badge changes), or which is a correction by the publisher, whatever the badge. Other new
    versions, also those with a new stance or new facts, do not end it.
    """
    if duration and until:
        raise click.UsageError("give either --for or --until")
    now = utc()
    end = until.replace(tzinfo=now.tzinfo) if until else now + duration if duration else None
    if end is not None and end <= now:
        raise click.BadParameter(f"{end:%Y-%m-%d %H:%M} UTC has passed; it is {now:%Y-%m-%d %H:%M} UTC", param_hint="--until")
    _mark(path, alert, "snoozed", by, note, end)


@click.command("mute")
@alert_argument
@by_option
@note_option
@click.pass_obj
def mute(path: Path, alert: str, by: str | None, note: str | None) -> None:
    """Mute ALERT: its later versions are not told any more. They stay in the stream."""
    _mark(path, alert, "muted", by, note)


@click.command("unmark")
@alert_argument
@by_option
@note_option
@click.pass_obj
def unmark(path: Path, alert: str, by: str | None, note: str | None) -> None:
    """Remove the mark of ALERT."""
    _mark(path, alert, "open", by, note)


@click.command("marks")
@as_json
@click.pass_obj
def marks(path: Path, json: bool) -> None:  # noqa: FBT001  (click passes flags as arguments)
    """List the marks that hold, with who made them and until when."""
    rows = read_bus(read_config(path), _marks_that_hold) or []
    for mark, alert in rows:
        echo_message(mark) if json else echo(format_mark(mark, alert))
    if not rows and not json:
        echo("no marks", err=True)


async def newest_marks(bus: Bus) -> dict[str, Mark]:
    """Return the newest mark of each alert, by the alert's id."""
    newest: dict[str, Mark] = {}
    async for mark in decode_all(Mark, bus.replay(Mark.STREAM.name, None)):
        newest[mark.id] = later_mark(newest.get(mark.id), mark)
    return newest


async def _marks_that_hold(bus: Bus) -> list[tuple[Mark, Alert]]:
    """Return the marks that hold, each with the newest version of its alert."""
    newest = await newest_marks(bus)
    versions: dict[str, list[Alert]] = {alert_id: [] for alert_id in newest}
    async for alert in decode_all(Alert, bus.replay(Alert.STREAM.name, None)):
        if alert.id in versions:
            versions[alert.id].append(alert)
    held = ((mark, versions[mark.id]) for mark in newest.values())
    return [(mark, alerts[-1]) for mark, alerts in held if alerts and holds(mark, alerts, utc())]


def _mark(path: Path, alert_id: str, state: MarkState, by: str | None, note: str | None, until: datetime | None = None) -> None:
    """Publish the mark and print it. Exits with code 1 if there is no bus yet. Raises click.BadParameter."""
    config = read_config(path)
    if message := missing_bus(config):
        echo(message, err=True)
        sys.exit(1)

    async def publish(bus: Bus) -> tuple[Mark, Alert]:
        alert = await _newest(bus, alert_id)
        at = time_of_mark((await newest_marks(bus)).get(alert.id), utc())
        mark = Mark(alert.id, state, alert.version, until, alert.standing, by or _user(), note, at)
        await bus.publish([encode(mark)])
        return mark, alert

    if marked := with_bus(config, publish):
        echo(format_mark(*marked))


def _user() -> str:
    """Return the name of the user. Raises click.BadParameter if there is none, as in some containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        raise click.BadParameter("the user has no name here; say who it is", param_hint="--by") from None


async def _newest(bus: Bus, alert_id: str) -> Alert:
    """Return the newest version of an alert. Raises click.BadParameter if there is none."""
    newest, known = None, set[str]()
    async for record in bus.replay(Alert.STREAM.name, None):
        known.add(record.key)
        newest = record if record.key == alert_id else newest
    if newest is None:
        close = nearest(alert_id, sorted(known))
        hint = f"did you mean {close!r}?" if close else "`newsmonitor alerts --json` shows the ids"
        raise click.BadParameter(f"there is no alert {printable(alert_id)!r}; {hint}", param_hint="ALERT")
    return decode(Alert, newest)
