"""The commands that the delivery service adds. What they need is imported when they run, so that the help starts fast."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from monitor.cli.options import as_json, since_option

STATES = ("failed", "dropped", "pending", "sent", "superseded", "withheld", "left-out", "all")


def _filters(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that choose deliveries, with the names of the fields of redrive.Selection."""
    options = (
        click.option("--target", "targets", multiple=True, help="Only this target. May be given several times."),
        click.option("--alert", "alerts", multiple=True, help="Only the alert with this id. May be given several times."),
        since_option,
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.group(short_help="List failed deliveries, and send them again.")
def deliveries() -> None:
    """List deliveries that failed, with the reason, and send them again."""


@deliveries.command("list", short_help="List deliveries that failed, and why.")
@_filters
@click.option("--state", default="failed", show_default=True, type=click.Choice(STATES), help="The state that they are in.")
@as_json
@click.pass_obj
def list_command(path: Path, /, *, json: bool, **selection: Any) -> None:
    """List the deliveries in a state, by default those that failed, oldest first, each with its reason."""
    from consumers.delivery.tools.deliveries import list_deliveries
    from consumers.delivery.tools.redrive import Selection

    list_deliveries(path, Selection(**selection), json=json)


@deliveries.command(short_help="Send deliveries that failed again.")
@_filters
@click.option(
    "--state", default="failed", show_default=True, type=click.Choice(["failed", "dropped"]), help="The state that they are in."
)
@as_json
@click.pass_obj
def redrive(path: Path, /, *, json: bool, **selection: Any) -> None:
    """Send the deliveries that failed once more, now, under the same ids.

    Of each alert, the newest version is sent, unless the target already has a newer one. Each attempt ends in a record of
    delivery.v1. If a target fails again, its other deliveries are not tried. This process sends them, so run it where the
    secrets of the targets are set. Exit code 1 if a delivery fails.
    """
    from consumers.delivery.tools.deliveries import redrive_deliveries
    from consumers.delivery.tools.redrive import Selection

    if not redrive_deliveries(path, Selection(**selection), json=json):
        sys.exit(1)


@click.group(short_help="Show the state of the targets, test them and enable them.", invoke_without_command=True)
@as_json
@click.pass_context
def targets(ctx: click.Context, /, *, json: bool) -> None:
    """Show the state of each target: whether alerts are sent to it, how many wait, its last success and its last failure.

    Alerts that quiet hours, a digest, a pace or a snooze hold are counted apart, with when they are sent.

    With a command, do what it says instead.
    """
    if ctx.invoked_subcommand is None:
        from consumers.delivery.tools.target_report import list_targets

        list_targets(ctx.obj, json=json)


@targets.command("list", short_help="Show the state of each target.")
@as_json
@click.pass_obj
def list_targets_command(path: Path, /, *, json: bool) -> None:
    """Show the state of each target: whether alerts are sent to it, how many wait, its last success and its last failure.

    Alerts that quiet hours, a digest, a pace or a snooze hold are counted apart, with when they are sent.
    """
    from consumers.delivery.tools.target_report import list_targets

    list_targets(path, json=json)


@targets.command(short_help="Send the alerts that wait for a target now.")
@click.argument("target")
@as_json
@click.pass_obj
def enable(path: Path, /, *, target: str, json: bool) -> None:
    """Enable TARGET, which is disabled because its receiver was gone, or end the wait after a failure.

    The alerts that wait for it are sent within a few seconds, if the delivery service runs. The command says how many they are,
    and how many were dropped because too many waited.
    """
    from consumers.delivery.tools.target_actions import enable_target

    if not enable_target(path, target, json=json):
        sys.exit(1)


@targets.command(short_help="Send a test message to a target.")
@click.argument("target")
@as_json
@click.pass_obj
def test(path: Path, /, *, target: str, json: bool) -> None:
    """Send a test message to TARGET now, whatever its state, and print the result.

    It has the form of an alert, with the watch @test and an id that begins with @test, which no alert has. It is not recorded.
    This process sends it, so run it where the secret of the target is set. Exit code 1 if it is not accepted.
    """
    from consumers.delivery.tools.target_actions import send_test

    if not send_test(path, target, json=json):
        sys.exit(1)
