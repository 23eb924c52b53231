"""Pass the unreadable batches of a stream, and print how many there are and how many reads return them, as JSON."""

import json
import sys

from monitor.bus.backends import Address, connect
from tests.bus import restore_nothing


async def main() -> None:
    """Read up to the last offset. The arguments are the URL of the bus, the stream and that offset."""
    url, stream, last = sys.argv[1:]
    offset, batches, reads = -1, 0, 0
    async with connect(Address(url)) as bus, bus.subscribe("delivery", stream, restore=restore_nothing) as subscription:
        while offset < int(last):
            if records := await subscription.read(500, 0.2):
                assert all(record.unreadable for record in records)
                await subscription.commit(records[0].partition, records, ())
                offset, batches, reads = records[-1].offset, batches + len(records), reads + 1
    print(json.dumps([batches, reads]))
