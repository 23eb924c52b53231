"""Read a stream from its start, through a group and as a replay, and print why each record cannot be read, as JSON."""

import json
import sys

from monitor.bus.backends import Address, connect
from tests.bus import read_and_commit, replay, restore_nothing

COUNT = 4
"""Records of the stream."""


async def main() -> None:
    """Print the reasons for each of the two in the last line. The arguments are the URL of the bus and the stream."""
    url, stream = sys.argv[1:]
    async with connect(Address(url)) as bus:
        async with bus.subscribe("delivery", stream, restore=restore_nothing) as subscription:
            read = await read_and_commit(subscription, COUNT)
        replayed = await replay(bus, stream)
    print(json.dumps([[record.unreadable for record in records] for records in (read, replayed)]))
