"""`newsmonitor dead`: what no service could digest."""

import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import click

from monitor.bus import Bus
from monitor.cli.shared import as_json, echo_json, look, not_there, with_bus
from monitor.config import Config
from monitor.config.load import read
from monitor.format import printable
from monitor.runtime import dead_letters as letters
from monitor.runtime import registry


@click.group()
def dead() -> None:
    """Messages that no service could digest: why, where, how to try them again, and how to pass them."""


@dead.command("list")
@as_json
@click.pass_obj
def list_command(path: Path, json: bool) -> None:  # noqa: FBT001  (click gives flags so)
    """Every dead letter that is kept, oldest first."""
    found = look(read(path), letters.list_dead_letters)
    for letter in found:
        if json:
            echo_json(letter)
        else:
            at = f"{letter['stream']}/{letter['partition']}/{letter['offset']}"
            again = " (tried again)" if letter["redriven"] else ""
            click.echo(
                f"{letter['at']}  {letter['service']:<9} {letter['reason']:<9} {at}{again}\n    {printable(letter['error'])}"
            )
    if not found and not json:
        click.echo("no dead letters", err=True)


@dead.command()
@click.pass_obj
def redrive(path: Path) -> None:
    """Put every dead letter that was not tried again yet back where it came from, each exactly once."""
    click.echo(f"{_done(read(path), letters.redrive)} tried again")


@dead.command("pass")
@click.argument("service")
@click.option("--count", default=1, show_default=True, type=click.IntRange(1), help="How many messages.")
@click.pass_obj
def pass_command(path: Path, service: str, count: int) -> None:
    """Let SERVICE, which must not be running, pass the next messages it has before it: each becomes a dead letter.

    This is for a service that is held back: it stops where 20 messages in succession over three feeds fail, since that
    looks like its own fault, and tries again each minute, looking 50 messages or more ahead for a good one. Where it is the
    messages' fault, this gets it past them; `newsmonitor dead redrive` puts them back once they can be digested.
    """
    config = read(path)
    offers = registry.service_modules()
    if service not in offers:
        raise click.BadParameter(f"{service!r}; there are: {', '.join(offers)}", param_hint="SERVICE")
    stream = offers[service].reads.STREAM.name
    passed = _done(config, lambda bus: letters.skip_messages(bus, service, stream, count))
    click.echo(f"{service} has passed {passed} of {stream}")


def _done(config: Config, work: Callable[[Bus], Awaitable[int]]) -> int:
    """What *work* counts; the end of the program where there is no bus yet, or Ctrl-C ended it."""
    if absent := not_there(config):
        click.echo(absent, err=True)
        sys.exit(1)
    count: int | None = with_bus(config, work)
    if count is None:
        sys.exit(1)
    return count
