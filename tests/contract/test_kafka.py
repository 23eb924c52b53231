"""What Kafka alone can do wrong."""

import asyncio
import contextlib
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.records_to_delete import RecordsToDelete
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import ProducerFenced
from aiokafka.protocol.admin import CreateAclsRequest, DeleteAclsRequest

from monitor.bus import Bus, Misconfigured, OffsetOutOfRange, Partition, ProducerRecord, Subscription, Transient, kafka
from monitor.bus.backends import Address, check_streams, connect, create_streams, skip
from monitor.bus.kafka.client import producer
from monitor.bus.streams import STREAMS
from monitor.clock import utc
from monitor.messages import Alert
from monitor.runtime.health import Health
from monitor.runtime.runner import run_services
from monitor.runtime.service import Service
from tests.broker import SETTINGS, running
from tests.contract.test_bus import drain, held, messages, nothing, read_some

pytestmark = pytest.mark.kafka
OUT = "alert.v1"
WITH_ACLS = f"""{SETTINGS}authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
allow.everyone.if.no.acl.found=true
"""
NOBODY = (5, "delivery-alert.v1-0-p", 3, "User:ANONYMOUS", "*", 2, 2)
"""An ACL: of the transactional id of that very name nobody may do anything."""


@pytest.fixture
def bare(broker: str) -> Address:
    """A broker without streams."""
    return Address(f"kafka://{broker}/{secrets.token_hex(4)}", session_seconds=2)


@pytest.fixture
async def made(bare: Address) -> Address:
    """A broker with streams."""
    await create_streams(bare)
    return bare


async def test_streams_are_made_once_and_checked(bare: Address) -> None:
    assert [line.split()[0] for line in await check_streams(bare)] == list(STREAMS)
    assert len(await create_streams(bare)) == len(STREAMS)
    assert await create_streams(bare) == []
    assert await check_streams(bare) == []


async def test_several_processes_may_make_the_streams_at_once(bare: Address) -> None:
    made = await asyncio.gather(*(create_streams(bare) for _ in range(6)))
    assert sorted(line.split()[1].rstrip(":") for lines in made for line in lines) == sorted(STREAMS)
    assert await check_streams(bare) == []


async def test_streams_that_differ_are_told_with_the_remedy(bare: Address) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.broker(bare).servers)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(kafka.broker(bare).topic("article.raw.v1"), 2, 1)])
    finally:
        await admin.close()
    await create_streams(bare)
    found = await check_streams(bare)
    assert any("2 partitions instead of 4" in line for line in found)
    assert any("message.timestamp.type is 'CreateTime' instead of 'LogAppendTime': kafka-configs.sh" in line for line in found)


async def test_a_position_that_was_trimmed_is_an_error_until_it_is_skipped(made: Address) -> None:
    async with connect(made) as bus:
        await bus.publish(messages(OUT, 3))
        async with bus.subscribe("delivery", OUT, restore=nothing) as subscription:
            batch = await read_some(subscription, limit=1)
            await subscription.commit(batch[0].partition, batch, ())
        await bus.publish(messages(OUT, 3, start=3))
        await trim(made, OUT, 5)
        with pytest.raises(OffsetOutOfRange, match="newsmonitor streams skip delivery"):
            async with bus.subscribe("delivery", OUT, restore=nothing) as subscription:
                await read_some(subscription)
        await asyncio.sleep(0.5)
        await skip(made, "delivery")
        async with bus.subscribe("delivery", OUT, restore=nothing) as subscription:
            taken = await drain(subscription, 2)
    assert [delivery.value for delivery in taken] == [b"value 4", b"value 5"]


async def test_a_quiet_group_is_never_taken_for_one_that_missed_something(made: Address) -> None:
    async with connect(made) as bus:
        await bus.publish(messages(OUT, 3))
        async with bus.subscribe("delivery", OUT, restore=nothing) as subscription:
            await drain(subscription, 3)
            async with asyncio.timeout(10):
                while await bus.lag("delivery", OUT):
                    assert await subscription.read(10, 0.2) == ()
        # All has expired, the mark of the transaction too.
        await trim(made, OUT, -1)
        async with bus.subscribe("delivery", OUT, restore=nothing) as subscription:
            await bus.publish(messages(OUT, 1, start=9))
            assert [delivery.value for delivery in await drain(subscription, 1)] == [b"value 9"]


async def test_a_header_without_a_value_of_another_program_is_read(made: Address) -> None:
    broker = kafka.broker(made)
    other = producer(broker, f"{broker.prefix}other")
    await other.start()
    try:
        async with other.transaction():
            await other.send_and_wait(broker.topic(OUT), b"x", partition=0, headers=[("empty", None), ("full", b"y")])
    finally:
        await other.stop()
    async with connect(made) as bus:
        assert [delivery.headers for delivery in await held(bus, OUT)] == [{"empty": "", "full": "y"}]


async def test_a_replay_waits_for_what_another_has_open(made: Address) -> None:
    """A replay that stopped before it would miss what that writer, or one behind it, has committed."""
    broker = kafka.broker(made)
    other = producer(broker, f"{broker.prefix}other")
    await other.start()
    try:
        async with connect(made) as bus:
            await other.begin_transaction()
            await other.send_and_wait(broker.topic(OUT), b"open", b"k", partition=0)
            await bus.publish([ProducerRecord(OUT, "k", b"behind it")])
            replay = asyncio.create_task(held(bus, OUT))
            await asyncio.sleep(0.5)
            assert not replay.done()
            await other.commit_transaction()
            assert [delivery.value for delivery in await replay] == [b"open", b"behind it"]
    finally:
        await other.stop()


async def test_what_a_crashed_owner_left_open_is_ended_by_the_next(made: Address) -> None:
    broker = kafka.broker(made)
    crashed = producer(broker, f"{broker.prefix}delivery-{OUT}-0-p")
    await crashed.start()
    await crashed.begin_transaction()
    await crashed.send_and_wait(broker.topic("dead.v1"), b"half", partition=0)
    seen: list[int] = []

    async with connect(made) as bus:

        async def restore(_: Partition) -> None:
            seen.append(len(await held(bus, "dead.v1")))

        await bus.publish(messages(OUT, 1))
        async with bus.subscribe("delivery", OUT, restore=restore) as heir:
            await drain(heir, 1)
        assert seen == [0]
        with pytest.raises(ProducerFenced):
            await crashed.commit_transaction()
    await crashed.stop()


async def test_a_broker_that_never_had_a_group_has_none(tmp_path: Path) -> None:
    with running(tmp_path) as fresh:
        at = Address(f"kafka://{fresh}")
        await create_streams(at)
        async with connect(at) as bus:
            assert await bus.lag("delivery", OUT) is None


async def test_a_broker_that_is_away_is_a_passing_trouble() -> None:
    with pytest.raises(Transient, match="connecting"):
        async with connect(Address("kafka://127.0.0.1:1")):
            raise AssertionError("nobody listens there")


async def test_a_partition_that_is_refused_is_told_and_taken_once_it_is_granted(tmp_path: Path) -> None:
    with running(tmp_path, WITH_ACLS) as strict:
        at = Address(f"kafka://{strict}", session_seconds=2)
        await create_streams(at)
        await ask(at, CreateAclsRequest(*NOBODY))
        async with connect(at) as bus:
            await bus.publish(messages(OUT, 1))
            async with bus.subscribe("delivery", OUT, restore=nothing) as subscription:
                for _ in range(2):
                    with pytest.raises(Misconfigured, match=r"refused .*TransactionalIdAuthorizationFailed.*\[kafka\]"):
                        await read_some(subscription)
                assert subscription.partitions() == frozenset()
            async with at_work(bus) as pulse:
                await until(lambda: pulse.state == "broken")
                assert "refused the request" in (pulse.trouble or "")
                await ask(at, DeleteAclsRequest(*NOBODY))
                await until(lambda: pulse.state == "running")
                async with asyncio.timeout(20):
                    while not await held(bus, "dead.v1"):
                        await asyncio.sleep(0.1)


@asynccontextmanager
async def at_work(bus: Bus) -> AsyncIterator[Health]:
    """A service on OUT, to which nothing is an alert."""
    pulse, stop = Health(), asyncio.Event()
    service = Service("delivery", Alert, lambda _state, _alert: (), fresh=lambda _: None)
    task = asyncio.create_task(run_services([service], bus, utc, stop, {"delivery": pulse}))
    try:
        yield pulse
    finally:
        stop.set()
        await task


async def until(ready: Callable[[], bool], seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not ready():
            await asyncio.sleep(0.02)


async def ask(at: Address, request: CreateAclsRequest | DeleteAclsRequest) -> None:
    """Let the broker do what aiokafka's own admin client cannot ask for."""
    client = AIOKafkaClient(bootstrap_servers=kafka.broker(at).servers)
    await client.bootstrap()
    try:
        answer = await client.send(client.get_random_node(), request)
        assert all(code == 0 for code, *_ in answer.to_object().get("results", [])), answer
    finally:
        await client.close()


async def trim(at: Address, stream: str, before: int) -> None:
    """Remove what lies before the offset, as retention does; -1 for everything."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.broker(at).servers)
    await admin.start()
    try:
        await admin.delete_records({TopicPartition(kafka.broker(at).topic(stream), 0): RecordsToDelete(before)})
    finally:
        await admin.close()


async def test_nothing_is_seen_of_a_bus_with_another_prefix(made: Address, broker: str) -> None:
    other = Address(f"kafka://{broker}/{secrets.token_hex(4)}")
    await create_streams(other)
    async with connect(made) as bus, connect(other) as beside:
        await bus.publish(messages(OUT, 2))
        assert await count(beside) == 0
        assert await count(bus) == 2


async def count(bus: Bus) -> int:
    return len(await held(bus, OUT))


async def test_what_was_read_before_a_rebalance_is_not_committed_where_it_will_be_read_again(made: Address) -> None:
    """The partition may come back to the same member, at the position of its last commit."""
    async with connect(made) as bus:
        await bus.publish(messages("article.raw.v1", 40))
        async with bus.subscribe("entities", "article.raw.v1", restore=nothing) as stays:
            early = [await read_some(stays) for _ in range(4)]
            assert {batch[0].partition.number for batch in early} == {0, 1, 2, 3}
            done: list[bytes] = []
            async with bus.subscribe("entities", "article.raw.v1", restore=nothing) as joins:
                copying = [asyncio.create_task(copied(joins, done, len(early) * 10))]
                await asyncio.sleep(2 * made.session_seconds)
                for batch in early:
                    with contextlib.suppress(Transient):
                        await stays.commit(batch[0].partition, batch, ())
                        done += [delivery.value for delivery in batch]
                copying.append(asyncio.create_task(copied(stays, done, len(early) * 10)))
                await asyncio.gather(*copying)
    assert Counter(done) == Counter(f"value {number}".encode() for number in range(40))


async def copied(subscription: Subscription, done: list[bytes], count: int) -> None:
    """Read and commit until *count* messages are done by all members together, and a moment longer."""
    quiet = 0
    while len(done) < count or quiet < 5:
        with contextlib.suppress(Transient):
            if batch := await subscription.read(100, 0.1):
                await subscription.commit(batch[0].partition, batch, ())
                done += [delivery.value for delivery in batch]
            quiet = 0 if batch else quiet + 1
