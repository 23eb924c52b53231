"""Connecting a client to a cluster. It needs a broker that names those of the cluster.

A broker that has just started, or that the controller has not heard of for some seconds, names none, not even itself.
"""

import asyncio
import time

from aiokafka.client import AIOKafkaClient, ConnectionGroup
from aiokafka.errors import NodeNotReadyError

BROKERS_SECONDS = 10.0
"""Seconds after which a cluster that still names no broker counts as unavailable."""
RETRY_SECONDS = 0.1
"""Seconds between two attempts."""
FIRST_CONNECTION = "bootstrap", ConnectionGroup.DEFAULT
"""aiokafka's name of the connection that it keeps while no broker is named."""


async def bootstrap(client: AIOKafkaClient) -> None:
    """Connect *client* to a broker that names those of the cluster. Raises KafkaError."""
    if former := client._conns.pop(FIRST_CONNECTION, None):  # noqa: SLF001  (aiokafka would forget it without closing it)
        former.close()
    await client.bootstrap()
    if not client.cluster.brokers():
        raise NodeNotReadyError("no broker that is ready is named")


async def bootstrap_once_ready(client: AIOKafkaClient) -> None:
    """Connect *client* as `bootstrap` does. Wait up to BROKERS_SECONDS while no broker is named. Raises KafkaError."""
    deadline = time.monotonic() + BROKERS_SECONDS
    while True:
        try:
            return await bootstrap(client)
        except NodeNotReadyError:
            if time.monotonic() > deadline:
                raise
        await asyncio.sleep(RETRY_SECONDS)
