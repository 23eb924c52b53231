"""A member of a group in a process of its own: copies one stream to another until it is told to end."""

import asyncio
import sys

from monitor.bus import Partition, ProducerRecord, Transient
from monitor.bus.backends import Address, connect

FROM, TO = "article.raw.v1", "article.entities.v1"


async def restored(partition: Partition) -> None:
    """Tell the test which partition has come to this member."""
    print("restored", partition.number, flush=True)


async def copy(address: Address, group: str, limit: int, slow: float) -> None:
    """Copy each message, at most *limit* in one commit, with *slow* seconds between reading and committing."""
    async with connect(address) as bus, bus.subscribe(group, FROM, restore=restored) as subscription:
        while True:
            try:
                batch = await subscription.read(limit, 0.2)
                if not batch:
                    continue
                await asyncio.sleep(slow)
                out = [ProducerRecord(TO, delivery.key, delivery.value) for delivery in batch]
                await subscription.commit(batch[0].partition, batch, out)
            except Transient as error:
                print("transient", type(error).__name__, error, file=sys.stderr, flush=True)
                await asyncio.sleep(0.05)


if __name__ == "__main__":
    arguments = sys.argv[1:]
    at = Address(arguments[0], session_seconds=float(arguments[1]))
    asyncio.run(copy(at, arguments[2], int(arguments[3]), float(arguments[4])))
