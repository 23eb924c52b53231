"""`newsmonitor streams`: make them, check them, and let a group pass over what is gone."""

import asyncio
import sys
from pathlib import Path

import click

from monitor.bus.backends import check_streams, create_streams, skip
from monitor.config.load import read
from monitor.runtime.runner import address


@click.group()
def streams() -> None:
    """Make and check the streams on Kafka; `newsmonitor run` makes those that are absent."""


@streams.command()
@click.pass_obj
def create(path: Path) -> None:
    """Make the streams that are absent, and set those that are there as they should be."""
    config = read(path)
    for line in asyncio.run(create_streams(address(config))):
        click.echo(line)


@streams.command()
@click.pass_obj
def check(path: Path) -> None:
    """Tell how the streams differ from what they should be; exit code 1 if they do."""
    found = asyncio.run(check_streams(address(read(path))))
    for line in found:
        click.echo(line)
    if found:
        sys.exit(1)
    click.echo("the streams are as they should be")


@streams.command("skip")
@click.argument("group")
@click.pass_obj
def skip_command(path: Path, group: str) -> None:
    """Let GROUP (a service's name) go on at the oldest message that is kept, after it was told that messages were missed."""
    asyncio.run(skip(address(read(path)), group))
    click.echo(f"{group} goes on at the oldest message that is kept")
