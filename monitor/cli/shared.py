"""What several commands do alike."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import click
import orjson

from monitor.bus import Bus
from monitor.config import Config
from monitor.run import open_bus

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


def echo_json(data: Any) -> None:
    """*data* as one line of JSON."""
    click.echo(orjson.dumps(data).decode())
