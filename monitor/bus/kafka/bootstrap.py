"""Connecting a client to a cluster, which may name no broker yet, and noticing that all brokers have moved.

A broker that has just started, or that the controller has not heard of for some seconds, names no broker in its metadata, not
even itself.
"""

import asyncio
import time

from aiokafka.client import AIOKafkaClient, ConnectionGroup
from aiokafka.errors import NodeNotReadyError

BROKERS_SECONDS = 10.0
"""Seconds after which a cluster that still names no broker counts as unavailable."""
RETRY_SECONDS = 0.1
"""Seconds between two attempts."""
CANCEL_SECONDS = 1.0
"""Seconds within which a broker answers a client that has just connected."""
BOOTSTRAP_ID = "bootstrap", ConnectionGroup.DEFAULT
"""aiokafka's name of the connection that it keeps while no broker is named."""


async def bootstrap(client: AIOKafkaClient) -> None:
    """Connect *client* to one of its servers. Raises KafkaError.

    If it is cancelled, it may take up to CANCEL_SECONDS: aiokafka would leave a connection open that it has just made.
    """
    connecting = asyncio.create_task(client.bootstrap())
    try:
        await asyncio.shield(connecting)
    except asyncio.CancelledError:
        await asyncio.wait([connecting], timeout=CANCEL_SECONDS)
        connecting.cancel()
        await asyncio.gather(connecting, return_exceptions=True)
        raise


async def bootstrap_once_ready(client: AIOKafkaClient, seconds: float = BROKERS_SECONDS) -> None:
    """Connect *client* unless it knows a broker. Try again until one is named. Raises KafkaError.

    After *seconds* it is NodeNotReadyError.
    """
    deadline = time.monotonic() + seconds
    while not client.cluster.brokers():
        if time.monotonic() > deadline:
            raise NodeNotReadyError("the cluster names no broker that is ready, not even the one that answers")
        if former := client._conns.pop(BOOTSTRAP_ID, None):  # noqa: SLF001  (aiokafka would forget it without closing it)
            former.close()
            await asyncio.sleep(RETRY_SECONDS)
        await bootstrap(client)


def has_moved(client: AIOKafkaClient, current: AIOKafkaClient) -> bool:
    """Return whether *client* is connected to no broker, and knows none of the addresses that the client *current* knows.

    aiokafka asks only brokers that it knows for the others. So it finds none if all have moved during an outage.
    """
    is_connected = any(each.connected() for each in client._conns.values())  # noqa: SLF001  (aiokafka does not tell it)
    return not is_connected and _addresses(client).isdisjoint(_addresses(current))


def _addresses(client: AIOKafkaClient) -> set[tuple[str, int]]:
    return {(broker.host, broker.port) for broker in client.cluster.brokers()}
