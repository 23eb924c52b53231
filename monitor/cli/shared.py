"""What several commands do alike."""

import asyncio
import math
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar

import click
import orjson

from monitor.bus import Bus, Record, backends
from monitor.bus.backends import connect
from monitor.config import Config, durations
from monitor.format import printable
from monitor.messages import Message
from monitor.messages.codec import Invalid, decode
from monitor.runtime import registry
from monitor.runtime.runner import address, open_bus

M = TypeVar("M", bound=Message)

as_json = click.option("--json", "json", is_flag=True, help="JSON lines, with the schemas' own field names.")


class Group(click.Group):
    """A group to which the installed services bring commands of their own, loaded only when one is asked for."""

    brought = ""
    """The group that they are brought to; nothing for newsmonitor itself."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """See click.Group."""
        return sorted({*super().list_commands(ctx), *registry.commands(self.brought)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """See click.Group."""
        return super().get_command(ctx, cmd_name) or registry.commands(self.brought).get(cmd_name)


def as_duration(ctx: click.Context, param: click.Parameter, value: str) -> timedelta:
    """The duration of an option such as --since 7d: its callback."""
    try:
        return durations.parse_duration(value)
    except ValueError as error:
        raise click.BadParameter(str(error), ctx, param) from None


since_option = click.option(
    "--since", callback=as_duration, default="7d", show_default=True, metavar="DURATION", help="How far back: 90m, 12h, 7d."
)


def with_bus(config: Config, work: Callable[[Bus], Awaitable[Any]]) -> Any:
    """The result of *work* with the config's bus; Ctrl-C ends it quietly."""
    return _on(open_bus(config), work)


def look(config: Config, work: Callable[[Bus], Awaitable[Any]]) -> Any:
    """As with_bus, for what only reads: a file that is not there is told and not made, and is as good as an empty one."""
    if (absent := not_there(config)) is None:
        return with_bus(config, work)
    click.echo(absent, err=True)
    return _on(connect(replace(address(config), url=backends.IN_MEMORY)), work)


def not_there(config: Config) -> str | None:
    """Return a message for the user if nothing has been stored on the bus yet."""
    return backends.missing(address(config))


def _on(opening: AbstractAsyncContextManager[Bus], work: Callable[[Bus], Awaitable[Any]]) -> Any:
    async def working() -> Any:
        async with opening as bus:
            return await work(bus)

    try:
        return asyncio.run(working())
    except KeyboardInterrupt:
        return None


def a_number(_: click.Context, option: click.Parameter, value: float) -> float:
    """*value*, unless it is NaN, which passes any range."""
    if math.isnan(value):
        raise click.BadParameter("nan is not a number.", param=option)
    return value


async def decoded(kind: type[M], records: AsyncIterable[Record]) -> AsyncIterator[M]:
    """*records* as *kind*; one that fits no schema is told on standard error, and hides no other."""
    async for record in records:
        try:
            message = decode(kind, record)
        except Invalid as error:
            click.echo(f"{record.partition.stream}/{record.offset} is passed over: {printable(str(error))}", err=True)
        else:
            yield message


def echo_json(data: Any) -> None:
    """*data* as one line of JSON."""
    click.echo(orjson.dumps(data).decode())
