"""Options, bus access and output shared by the commands."""

import asyncio
import math
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import click
import orjson
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from monitor.bus import Bus, Record, backends
from monitor.bus.backends import connect
from monitor.config import Config, durations
from monitor.config.load import read
from monitor.format import printable
from monitor.messages import Message
from monitor.messages.codec import Invalid, decode
from monitor.runtime import registry
from monitor.runtime.runner import bus_address, open_bus

M = TypeVar("M", bound=Message)
Advance = Callable[[datetime], None]
"""Advances a progress bar to the time of a message."""

_PROGRESS_COLUMNS = (
    TextColumn("{task.description}"),
    BarColumn(),
    TaskProgressColumn(),
    TextColumn("{task.fields[count]} articles"),
)

as_json = click.option("--json", "json", is_flag=True, help="Print JSON lines, with the field names of the schemas.")


class Group(click.Group):
    """A command group that installed services can extend. Their commands are imported only when they are needed."""

    extended_group = ""
    """The name of the group whose commands the services add; empty for newsmonitor itself."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """See click.Group."""
        return sorted({*super().list_commands(ctx), *registry.commands(self.extended_group)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """See click.Group."""
        return super().get_command(ctx, cmd_name) or registry.commands(self.extended_group).get(cmd_name)


def read_config(path: Path) -> Config:
    """Return the config in the file *path*, with the extensions of the installed packages. Raises InvalidConfig."""
    return read(path, registry.extensions())


def parse_duration_option(ctx: click.Context, param: click.Parameter, value: str) -> timedelta:
    """Return the duration of an option such as --since 7d. For use as the option's callback."""
    try:
        return durations.parse_duration(value)
    except ValueError as error:
        raise click.BadParameter(str(error), ctx, param) from None


since_option = click.option(
    "--since",
    callback=parse_duration_option,
    default="7d",
    show_default=True,
    metavar="DURATION",
    help="How far back to look, such as 90m, 12h or 7d.",
)


def reject_nan(_: click.Context, option: click.Parameter, value: float) -> float:
    """Return *value* unless it is NaN, which click accepts in any range. For use as the option's callback."""
    if math.isnan(value):
        raise click.BadParameter("nan is not a number.", param=option)
    return value


def with_bus(config: Config, work: Callable[[Bus], Awaitable[Any]]) -> Any:
    """Return the result of *work* on the bus of *config*; None if Ctrl-C ends it."""
    return _run(open_bus(config), work)


def read_bus(config: Config, work: Callable[[Bus], Awaitable[Any]]) -> Any:
    """Like with_bus, for commands that only read: if there is no bus yet, say so and use an empty one in memory."""
    if (message := missing_bus(config)) is None:
        return with_bus(config, work)
    click.echo(message, err=True)
    return _run(connect(replace(bus_address(config), url=backends.IN_MEMORY)), work)


def missing_bus(config: Config) -> str | None:
    """Return a message for the user if nothing has been stored on the bus yet, else None."""
    return backends.missing(bus_address(config))


def _run(opening: AbstractAsyncContextManager[Bus], work: Callable[[Bus], Awaitable[Any]]) -> Any:
    async def open_and_work() -> Any:
        async with opening as bus:
            return await work(bus)

    try:
        return asyncio.run(open_and_work())
    except KeyboardInterrupt:
        return None


async def decode_all(message_type: type[M], records: AsyncIterable[Record]) -> AsyncIterator[M]:
    """Yield *records* decoded as *message_type*. An invalid record is reported on standard error and skipped."""
    async for record in records:
        try:
            message = decode(message_type, record)
        except Invalid as error:
            click.echo(f"{record.partition.stream}/{record.offset} skipped: {printable(str(error))}", err=True)
        else:
            yield message


def echo_json(data: Any) -> None:
    """Print *data* as one line of JSON."""
    click.echo(orjson.dumps(data).decode())


@contextmanager
def progress_bar(description: str, since: datetime, until: datetime) -> Iterator[Advance]:
    """Show the progress from *since* to *until* on standard error, if it is a terminal. Yields a function that advances it."""
    console = Console(stderr=True)
    columns = (*_PROGRESS_COLUMNS, TimeRemainingColumn())
    progress = Progress(*columns, console=console, disable=not console.is_terminal, transient=True)
    seconds = max((until - since).total_seconds(), 1e-6)
    count = 0
    with progress:
        task = progress.add_task(description, total=seconds, count=0)

        def advance(time: datetime) -> None:
            nonlocal count
            count += 1
            if count % 100 == 0 or count == 1:
                progress.update(task, completed=min(max((time - since).total_seconds(), 0), seconds), count=f"{count:,}")

        yield advance
        progress.update(task, completed=seconds, count=f"{count:,}")
