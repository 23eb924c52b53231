"""Access to the config and the bus, and output, shared by the commands."""

import asyncio
import json
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import orjson

from monitor.bus import Bus, Record, backends
from monitor.bus.backends import connect
from monitor.config import Config
from monitor.config.load import read
from monitor.escape import escape_json, printable
from monitor.feeds.stored import without_former_secrets
from monitor.messages import Feed, Message, Websub
from monitor.messages.codec import Invalid, decode, to_dict
from monitor.output import echo, echo_data
from monitor.runtime import registry
from monitor.runtime.connection import bus_address

M = TypeVar("M", bound=Message)


def read_config(path: Path) -> Config:
    """Return the config in the file *path*, with the extensions of the installed packages. Raises InvalidConfig."""
    return read(path, registry.extensions())


def with_bus(config: Config, work: Callable[[Bus], Awaitable[Any]]) -> Any:
    """Return the result of *work* on the bus of *config*; None if Ctrl-C ends it.

    The command joins a group as a member of its own: by the instance id it would take the place of the service.
    """
    return _run(connect(replace(bus_address(config), instance_id="")), work)


def read_bus(config: Config, work: Callable[[Bus], Awaitable[Any]]) -> Any:
    """Like with_bus, for commands that only read: if there is no bus yet, say so and use an empty one in memory."""
    if (message := missing_bus(config)) is None:
        return with_bus(config, work)
    echo(message, err=True)
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
    async for _, message in decode_records(message_type, records):
        yield message


async def decode_records(message_type: type[M], records: AsyncIterable[Record]) -> AsyncIterator[tuple[Record, M]]:
    """Yield each of *records* with the message in it, see decode_all."""
    async for record in records:
        try:
            message = decode(message_type, record)
        except Invalid as error:
            echo(f"{record.place} skipped: {printable(str(error))}", err=True)
        else:
            yield record, message


async def feed_states(bus: Bus) -> dict[str, Feed]:
    """Return the newest state of each feed by its id."""
    states: dict[str, Feed] = {}
    async for state in decode_all(Feed, bus.replay(Feed.STREAM.name, None)):
        feed = without_former_secrets(state)
        # A state of an earlier version may have another key, so it may be in another partition and come later.
        if feed.id not in states or feed.at >= states[feed.id].at:
            states[feed.id] = feed
    return states


async def hub_subscriptions(bus: Bus) -> dict[str, Websub]:
    """Return the newest state of each subscription at a hub by its feed's id."""
    return {each.id: each async for each in decode_all(Websub, bus.replay(Websub.STREAM.name, None))}


def echo_json(kind: str, data: Mapping[str, Any]) -> None:
    """Print *data* as one line of JSON. See format_json."""
    echo_data(format_json(kind, data))


def format_json(kind: str, data: Mapping[str, Any]) -> str:
    """Return *data* as one line of JSON, whose first key is its type with a version: the name of a schema, or *kind*."""
    typed = {"type": kind, **data}
    try:
        return escape_json(orjson.dumps(typed)).decode()
    except TypeError:
        # The name of a file may have bytes that are no UTF-8. They are written as \udcXX.
        return json.dumps(typed, default=str)


def echo_message(message: Message) -> None:
    """Print *message* as one line of JSON in the format of its schema, which is also its type."""
    echo_data(format_message(message))


def format_message(message: Message) -> str:
    """Return *message* as one line of JSON in the format of its schema, which is also its type."""
    return format_json(message.STREAM.name, to_dict(message))
