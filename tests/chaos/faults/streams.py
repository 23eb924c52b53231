"""Faults of streams: what nobody has read yet is removed, or the stream is deleted and created again.

What is lost by the first is known: the articles in the stream that its reader has not passed on. All others must arrive.
"""

import asyncio
import random
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.records_to_delete import RecordsToDelete

from monitor.bus.backends import Address
from tests.chaos.fault import Concerned, NotMade, lasting
from tests.chaos.faults.files import file_of
from tests.chaos.log import KafkaLog
from tests.chaos.oracle import RAW, article_key
from tests.chaos.system import System, slowness, wait_for
from tests.kafka import create_stream, delete_stream, servers, topic

STREAM, READER, AFTER = "article.entities.v1", "topics", "article.topics.v1"
"""The stream, its reader, and the stream after it. Writer and reader are in different processes in each layout."""
PILE_SECONDS = 60.0
"""Longest wait until the articles of a round have arrived in the stream."""
SKIP_ATTEMPTS = 20
"""The attempts to skip what was removed. The broker may take a moment to know that the last member has left."""


@lasting
async def overtake(system: System, rng: random.Random) -> AsyncIterator[Concerned]:  # noqa: ARG001
    """Remove the records that a service has not read, as retention does when it overtakes one that is down."""
    await pile_up(system)
    await remove_records(system)
    lose(system)
    await system.start_missing()
    yield [system.process_of(READER)]
    process = system.process_of(READER)
    await process.terminate()
    for _ in range(SKIP_ATTEMPTS):
        code, output = await system.command("streams", "skip", READER)
        if not code:
            return
        await asyncio.sleep(1)
    raise RuntimeError(f"the group cannot be moved past what was removed: {output}")


@lasting
async def recreate_stream(system: System, rng: random.Random) -> AsyncIterator[Concerned]:  # noqa: ARG001
    """Delete a stream of which all has been read, and create it again."""
    address, log = Address(system.url), system.log
    assert isinstance(log, KafkaLog)
    await log.read()
    await delete_stream(address, STREAM)
    await create_stream(address, STREAM, log.partitions(STREAM))
    await log.start_again(STREAM)
    system.events.append(f"{STREAM} deleted and created again")
    system.show_round()
    yield None


async def pile_up(system: System) -> None:
    """Kill the reader, and wait until the articles of the round are in the stream."""
    await system.kill(system.process_of(READER), "killed, and its input lost")

    async def has_arrived() -> bool:
        streams = (await system.log.read()).streams
        keys = {article_key(entry.value["article"]) for entry in streams[STREAM]}
        published = {article_key(entry.value["article"]) for entry in streams[RAW[0]]}
        return system.server.is_acknowledged() and published <= keys

    if not await wait_for(has_arrived, PILE_SECONDS * slowness()):
        raise NotMade("the articles have not arrived")


def lose(system: System) -> None:
    """Expect that what the reader has not passed on is lost."""
    entries = system.log.entries
    keys = {article_key(entry.value["article"]) for entry in entries.streams[STREAM]}
    lost = keys - {article_key(entry.value["article"]) for entry in entries.streams[AFTER]}
    if not lost:
        raise NotMade("the reader had passed on all that was removed")
    entries.lost[STREAM] |= lost
    system.events.append(f"{len(lost)} articles of {STREAM} lost")


async def remove_records(system: System) -> None:
    """Remove all records of the stream."""
    if system.url.startswith("sqlite:"):
        with closing(sqlite3.connect(file_of(system), timeout=30)) as db, db:
            db.execute("UPDATE streams SET floor = head WHERE name = ?", (STREAM,))
            db.execute(f'DELETE FROM "{STREAM}"')
        return
    address, log = Address(system.url), system.log
    assert isinstance(log, KafkaLog)
    client = AIOKafkaAdminClient(bootstrap_servers=servers(address))
    await client.start()
    try:
        name = topic(address, STREAM)
        partitions = {TopicPartition(name, number): RecordsToDelete(-1) for number in range(log.partitions(STREAM))}
        await client.delete_records(partitions)
    finally:
        await client.close()
