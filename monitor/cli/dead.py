"""`newsmonitor dead`: what no service could digest."""

import sys
from pathlib import Path

import click

from monitor import dead as letters
from monitor.cli.shared import as_json, echo_json, look, not_there, with_bus
from monitor.configfile import read
from monitor.show import safe


@click.group()
def dead() -> None:
    """Messages that no service could digest: why, where, and how to try them again."""


@dead.command("list")
@as_json
@click.pass_obj
def list_command(path: Path, json: bool) -> None:  # noqa: FBT001  (click gives flags so)
    """Every dead letter that is kept, oldest first."""
    found = look(read(path), letters.listed)
    for letter in found:
        if json:
            echo_json(letter)
        else:
            at = f"{letter['stream']}/{letter['partition']}/{letter['offset']}"
            again = " (tried again)" if letter["redriven"] else ""
            click.echo(f"{letter['at']}  {letter['service']:<9} {letter['reason']:<9} {at}{again}\n    {safe(letter['error'])}")
    if not found and not json:
        click.echo("no dead letters", err=True)


@dead.command()
@click.pass_obj
def redrive(path: Path) -> None:
    """Put every dead letter that was not tried again yet back where it came from, each exactly once."""
    config = read(path)
    if absent := not_there(config):
        click.echo(absent, err=True)
        sys.exit(1)
    count = with_bus(config, letters.redrive)
    if count is None:
        sys.exit(1)
    click.echo(f"{count} tried again")
