"""Stopping of aiokafka's clients, whatever their state: none leaves a connection or a task."""

import asyncio
from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.client import AIOKafkaClient

STOP_SECONDS = 5.0
"""Seconds after which a client that does not stop is cut off: aiokafka waits without limit for an answer of its broker."""
CUT_SECONDS = 1.0
"""Seconds within which tasks and connections that are cut off end."""

Client: TypeAlias = AIOKafkaClient | AIOKafkaAdminClient | AIOKafkaConsumer


async def stop_all(clients: Iterable[Client]) -> None:
    """Stop *clients*. One that does not stop within a few seconds, or fails to, is cut off.

    All are stopped when this returns or raises, even if the caller is cancelled.
    """
    stopping = asyncio.gather(*(_stop(client) for client in clients), return_exceptions=True)
    try:
        await asyncio.shield(stopping)
    except asyncio.CancelledError:
        await stopping
        raise


async def _stop(client: Client) -> None:
    """Stop *client*. aiokafka ends its parts in turn, and the others stay if one of them fails or is cancelled."""
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await (client.stop() if isinstance(client, AIOKafkaConsumer) else client.close())
    finally:
        await _cut_off(client)


async def _cut_off(client: Client) -> None:
    """End the tasks that *client* has left, and abort its connections. It has none of them as a rule."""
    parts = list(_parts(client))
    tasks = {task for part in parts for task in _tasks(part) if not task.done()}
    for task in tasks:
        task.cancel()
    # A task that is cancelled may still wait for its request, which ends with the connection.
    await _abort(parts[-1])
    if tasks:
        await asyncio.wait(tasks, timeout=CUT_SECONDS)
        # It may have connected anew before it was cancelled.
        await _abort(parts[-1])


def _parts(client: Client) -> Iterator[Any]:
    """Yield the parts of *client* that have tasks; the last one has the connections. aiokafka shows none of them."""
    if isinstance(client, AIOKafkaConsumer):
        parts = client._coordinator, client._fetcher, client._client  # noqa: SLF001  (as the docstring says)
        yield from (part for part in parts if part is not None)
    elif isinstance(client, AIOKafkaAdminClient):
        yield client._client  # noqa: SLF001  (as above)
    else:
        yield client


def _tasks(part: Any) -> Iterator[asyncio.Task[Any]]:
    """Yield the tasks in the attributes of *part*."""
    for value in vars(part).values():
        for each in value if isinstance(value, set) else (value,):
            if isinstance(each, asyncio.Task):
                yield each


async def _abort(client: Any) -> None:
    """Abort the connections of *client*, without waiting for what is still to be sent."""
    closing = []
    for connection in tuple(client._conns.values()):  # noqa: SLF001  (as above)
        writer = connection._writer  # noqa: SLF001  (as above)
        closing.append(connection.close())
        if writer is not None:
            writer.transport.abort()
    if closing := [each for each in closing if not each.done()]:
        await asyncio.wait(closing, timeout=CUT_SECONDS)
