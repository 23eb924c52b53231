"""A member of a consumer group in a process of its own. It copies one stream to another until it is killed."""

import asyncio
import sys

from monitor.bus import Partition, ProducerRecord, Transient
from monitor.bus.backends import Address, connect

SOURCE, SINK = "article.raw.v1", "article.entities.v1"


async def restore(partition: Partition) -> None:
    """Print the partition that was assigned to this member, for the test to read."""
    print("restored", partition.number, flush=True)


async def copy(address: Address, group: str, limit: int, delay: float) -> None:
    """Copy each record, at most *limit* in one commit, with *delay* seconds between reading and committing."""
    async with connect(address) as bus, bus.subscribe(group, SOURCE, restore=restore) as subscription:
        while True:
            try:
                batch = await subscription.read(limit, 0.2)
                if not batch:
                    continue
                await asyncio.sleep(delay)
                out = [ProducerRecord(SINK, record.key, record.value) for record in batch]
                await subscription.commit(batch[0].partition, batch, out)
            except Transient as error:
                print("transient", type(error).__name__, error, file=sys.stderr, flush=True)
                await asyncio.sleep(0.05)


if __name__ == "__main__":
    text, session_seconds, group_name, batch_limit, seconds = sys.argv[1:]
    bus_address = Address(text, session_seconds=float(session_seconds))
    asyncio.run(copy(bus_address, group_name, int(batch_limit), float(seconds)))
