"""`newsmonitor dead`: list dead letters, retry them, and skip messages that block a service."""

import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import click

from monitor.bus import Bus
from monitor.cli.options import as_json
from monitor.cli.shared import echo_json, missing_bus, read_bus, read_config, with_bus
from monitor.config import Config
from monitor.escape import printable
from monitor.output import echo
from monitor.runtime import dead_letters, registry


@click.group()
def dead() -> None:
    """List and retry messages that a service could not process."""


@dead.command("list")
@as_json
@click.pass_obj
def list_command(path: Path, json: bool) -> None:  # noqa: FBT001  (click passes flags as arguments)
    """List all dead letters, oldest first, with the error of each."""
    rows = read_bus(read_config(path), dead_letters.list_dead_letters)
    for row in rows:
        if json:
            echo_json("dead_letter.v1", row)
        else:
            position = f"{row['stream']}/{row['partition']}/{row['offset']}"
            retried = " (retried)" if row["redriven"] else ""
            echo(f"{row['at']}  {row['service']:<9} {row['reason']:<9} {position}{retried}\n    {printable(row['error'])}")
    if not rows and not json:
        echo("no dead letters", err=True)


@dead.command()
@click.pass_obj
def redrive(path: Path) -> None:
    """Retry every dead letter that has not been retried yet.

    Each message is published again to the stream it came from, exactly once.
    """
    echo(f"{_count(read_config(path), dead_letters.redrive)} retried")


@dead.command("pass")
@click.argument("service")
@click.option("--count", default=1, show_default=True, type=click.IntRange(1), help="The number of messages to skip.")
@click.option("--stream", help="The stream to skip messages of, if SERVICE reads several. Default: its main input.")
@click.pass_obj
def pass_command(path: Path, service: str, count: int, stream: str | None) -> None:
    """Skip the next messages of SERVICE. Each becomes a dead letter.

    SERVICE must not be running. Use this if the circuit breaker of the service is open: after 20 failures in a row over three
    feeds, the service is assumed to be at fault. It commits nothing, and tries the next messages, at least 50, again every
    minute until one of them succeeds. If the messages are at fault, skip them. Once the service can process them, retry them
    with `newsmonitor dead redrive`.
    """
    config = read_config(path)
    modules = registry.service_modules()
    if service not in modules:
        raise click.BadParameter(f"{service!r}; choose from {', '.join(modules)}", param_hint="SERVICE")
    streams = [kind.STREAM.name for kind in registry.inputs(modules[service])]
    chosen = stream or streams[0]
    if chosen not in streams:
        raise click.BadParameter(f"{service} does not read {stream!r}; choose from {', '.join(streams)}", param_hint="--stream")
    skipped = _count(config, lambda bus: dead_letters.skip_messages(bus, service, chosen, count))
    echo(f"{service} skipped {skipped} of {chosen}")


def _count(config: Config, work: Callable[[Bus], Awaitable[int]]) -> int:
    """Return the number that *work* returns. Exits with code 1 if there is no bus yet, or on Ctrl-C."""
    if message := missing_bus(config):
        echo(message, err=True)
        sys.exit(1)
    count: int | None = with_bus(config, work)
    if count is None:
        sys.exit(1)
    return count
