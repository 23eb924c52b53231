"""Three brokers, of which one is killed: nothing is lost or doubled, and it is told while records are refused."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

import pytest
from aiokafka import TopicPartition

from monitor.bus import Bus, Transient
from monitor.bus import kafka as kafka_backend
from monitor.bus.address import Address
from monitor.bus.backends import check_streams, connect, create_streams
from monitor.bus.kafka.fence import owner_of
from monitor.bus.streams import STREAMS
from tests.bus import replay
from tests.kafka import leader, other_program, set_config, topic
from tests.kafka_nodes import Nodes, three_nodes
from tests.running import running, until
from tests.unit.runtime.harness import OUT, RAW, forward, raw, service, titles, values

pytestmark = pytest.mark.kafka
FEW = {name: STREAMS[name] for name in (RAW, OUT, "dead.v1", "process.v1")}
FIRST, SECOND, MOST = 400, 40, 1000
PAUSE = 0.05


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    """Three brokers."""
    with three_nodes(tmp_path_factory.mktemp("nodes")) as running_nodes:
        yield running_nodes


async def publish(bus: Bus, numbers: range) -> None:
    """Publish one record after the other, each until it is accepted."""
    for number in numbers:
        while True:
            with suppress(Transient):
                await bus.publish([raw(number)])
                break
            # A refusal that is known already is raised at once, and the producer needs its turn to find the new leader.
            await asyncio.sleep(PAUSE)


async def test_a_killed_broker_loses_and_doubles_nothing_and_what_it_stops_is_told(nodes: Nodes) -> None:
    address = Address(f"kafka://{nodes.servers}", replication=3, session_seconds=3, streams=FEW)
    await create_streams(address)
    assert await check_streams(address) == []
    async with connect(address) as bus:
        await bus.publish([raw(number) for number in range(FIRST)])
        async with running(bus, service(forward)) as health:
            await until(lambda: replay(bus, OUT))
            killed = await leader(address, OUT)
            nodes.kill(killed)
            await until(lambda: is_complete(bus, FIRST))
            # Two of three accept records.
            await publish(bus, range(FIRST, FIRST + SECOND))
            await until(lambda: is_complete(bus, FIRST + SECOND))
            await until(lambda: health["entities"].is_ready(time.monotonic()))
            behind = [each for each in await check_streams(address) if "copies in sync" in str(each)]
            assert {each.stream for each in behind} == FEW.keys()

            await set_config(address, OUT, {"min.insync.replicas": "3"})
            told = "no record is accepted for article.entities.v1: 2 of its 3 copies are in sync, and min.insync.replicas is 3"
            total = FIRST + SECOND
            # The leader may accept some records before it has the new setting.
            while told not in (health["entities"].trouble or "") or health["entities"].is_ready(time.monotonic()):
                assert total < MOST, "nothing was told"
                await publish(bus, range(total, total + 1))
                total += 1
                await asyncio.sleep(PAUSE)
            nodes.start(killed)
            await until(lambda: is_complete(bus, total))
            await until(lambda: health["entities"].is_ready(time.monotonic()))
        published, forwarded = [Counter([each["article"]["title"] for each in await values(bus, name)]) for name in (RAW, OUT)]
    # A record whose answer was lost with the broker is published again by this test.
    assert published.keys() == {f"Title {number}" for number in range(total)}
    assert forwarded == published


async def test_a_takeover_that_waits_for_a_stream_which_refuses_records_says_so(nodes: Nodes) -> None:
    address = Address(f"kafka://{nodes.servers}/other", replication=3, session_seconds=3, streams=FEW)
    await create_streams(address)
    broker = kafka_backend.broker(address)
    former = owner_of(TopicPartition(topic(address, RAW), 0), "entities", broker)
    killed = 3
    async with connect(address) as bus, other_program(address, transactional_id=f"{broker.prefix}{former}-p") as program:
        # The former owner has left a transaction. Its end is written to the stream too.
        await program.begin_transaction()
        await program.send_and_wait(topic(address, OUT), b"{}")
        await set_config(address, OUT, {"min.insync.replicas": "3"})
        nodes.kill(killed)
        async with running(bus, service(forward)) as health:
            told = "no record is accepted for article.entities.v1: 2 of its 3 copies are in sync, and min.insync.replicas is 3"
            # aiokafka's calls would only end after 30 s.
            await until(lambda: told in (health["entities"].trouble or ""), seconds=28)
            nodes.start(killed)
            await until(lambda: health["entities"].is_ready(time.monotonic()) and health["entities"].partitions)
            await bus.publish([raw(1)])
            await until(lambda: is_complete(bus, 1))


async def is_complete(bus: Bus, count: int) -> bool:
    """Return whether so many articles have come through."""
    try:
        return len({*await titles(bus)}) >= count
    except Transient:
        return False
