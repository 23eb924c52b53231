"""What several commands do alike."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar

import click
import orjson

from monitor.bus import Bus, Delivery
from monitor.codec import Invalid, decode
from monitor.config import Config
from monitor.run import open_bus
from monitor.show import safe

M = TypeVar("M")

as_json = click.option("--json", "json", is_flag=True, help="JSON lines, with the schemas' own field names.")


def with_bus(config: Config, work: Callable[[Bus], Awaitable[Any]]) -> Any:
    """The result of *work* with the config's bus; Ctrl-C ends it quietly."""

    async def working() -> Any:
        async with open_bus(config) as bus:
            return await work(bus)

    try:
        return asyncio.run(working())
    except KeyboardInterrupt:
        return None


async def decoded(kind: type[M], records: AsyncIterable[Delivery]) -> AsyncIterator[M]:
    """*records* as *kind*; one that fits no schema is told on standard error, and hides no other."""
    async for record in records:
        try:
            message = decode(kind, record)
        except Invalid as error:
            click.echo(f"{record.partition.stream}/{record.offset} is passed over: {safe(str(error))}", err=True)
        else:
            yield message


def echo_json(data: Any) -> None:
    """*data* as one line of JSON."""
    click.echo(orjson.dumps(data).decode())
