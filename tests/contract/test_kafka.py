"""Behaviour that only the Kafka back end has."""

import asyncio
import contextlib
import secrets
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import ProducerFenced

from monitor.bus import Bus, OffsetOutOfRange, Partition, ProducerRecord, Subscription, Transient
from monitor.bus import kafka as kafka_backend
from monitor.bus.backends import Address, check_streams, connect, create_streams
from monitor.bus.kafka import bus as kafka_bus
from monitor.bus.kafka.bootstrap import bootstrap
from monitor.bus.kafka.client import new_client
from monitor.bus.streams import STREAMS
from tests.broker import kafka_broker
from tests.bus import producer_records, read_and_commit, read_batch, replay, restore_nothing
from tests.kafka import connections, delete_records, skip_once_stopped
from tests.running import until

pytestmark = pytest.mark.kafka
RAW, ALERTS, DEAD = "article.raw.v1", "alert.v1", "dead.v1"


async def test_streams_are_created_once_and_then_pass_the_check(empty_kafka: Address) -> None:
    assert [each.stream for each in await check_streams(empty_kafka)] == list(STREAMS)
    assert len(await create_streams(empty_kafka)) == len(STREAMS)
    assert await create_streams(empty_kafka) == []
    assert await check_streams(empty_kafka) == []


async def test_several_processes_may_create_the_streams_at_once(empty_kafka: Address) -> None:
    created = await asyncio.gather(*(create_streams(empty_kafka) for _ in range(6)))
    assert sorted(line.split()[1].rstrip(":") for lines in created for line in lines) == sorted(STREAMS)
    assert await check_streams(empty_kafka) == []


async def test_differing_streams_are_reported_with_the_remedy(empty_kafka: Address) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka_backend.broker(empty_kafka).servers)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(kafka_backend.broker(empty_kafka).topic(RAW), 2, 1)])
    finally:
        await admin.close()
    await create_streams(empty_kafka)
    lines = [str(each) for each in await check_streams(empty_kafka)]
    assert any("article.raw.v1 has 2 partitions instead of 4: nothing is published to it" in line for line in lines)
    (line,) = [line for line in lines if "message.timestamp.type is 'CreateTime' instead of 'LogAppendTime'" in line]
    assert "; kafka-configs.sh --bootstrap-server" in line
    assert "--add-config 'message.timestamp.type=[LogAppendTime]'" in line
    assert await create_streams(empty_kafka) == []


async def test_a_deleted_position_is_an_error_until_it_is_skipped(kafka: Address) -> None:
    async with connect(kafka) as bus:
        await bus.publish(producer_records(ALERTS, 3))
        async with bus.subscribe("delivery", ALERTS, restore=restore_nothing) as subscription:
            batch = await read_batch(subscription, limit=1)
            await subscription.commit(batch[0].partition, batch, ())
        await bus.publish(producer_records(ALERTS, 3, start=3))
        await delete_records(kafka, ALERTS, 5)
        with pytest.raises(OffsetOutOfRange, match="newsmonitor streams skip delivery"):
            async with bus.subscribe("delivery", ALERTS, restore=restore_nothing) as subscription:
                await read_batch(subscription)
        await skip_once_stopped(kafka, "delivery")
        async with bus.subscribe("delivery", ALERTS, restore=restore_nothing) as subscription:
            records = await read_and_commit(subscription, 2)
    assert [record.value for record in records] == [b"value 4", b"value 5"]


async def test_a_group_that_read_everything_misses_nothing_when_all_expires(kafka: Address) -> None:
    async with connect(kafka) as bus:
        await bus.publish(producer_records(ALERTS, 3))
        async with bus.subscribe("delivery", ALERTS, restore=restore_nothing) as subscription:
            await read_and_commit(subscription, 3)
            async with asyncio.timeout(10):
                while await bus.lag("delivery", ALERTS) != 0:
                    assert await subscription.read(10, 0.2) == ()
        # Also deletes the marker of the transaction, which follows the last record.
        await delete_records(kafka, ALERTS, -1)
        async with bus.subscribe("delivery", ALERTS, restore=restore_nothing) as subscription:
            await bus.publish(producer_records(ALERTS, 1, start=9))
            assert [record.value for record in await read_and_commit(subscription, 1)] == [b"value 9"]


async def test_a_header_of_another_program_may_have_no_value(kafka: Address) -> None:
    broker = kafka_backend.broker(kafka)
    other = AIOKafkaProducer(**broker.settings(), transactional_id=f"{broker.prefix}other")
    await other.start()
    try:
        async with other.transaction():
            await other.send_and_wait(broker.topic(ALERTS), b"x", partition=0, headers=[("empty", None), ("full", b"y")])
    finally:
        await other.stop()
    async with connect(kafka) as bus:
        assert [record.headers for record in await replay(bus, ALERTS)] == [{"empty": "", "full": "y"}]


async def test_a_replay_waits_for_open_transactions(kafka: Address) -> None:
    """A replay that ended before an open transaction would miss the records that this or a later one commits."""
    broker, reasons = replace(kafka_backend.broker(kafka), stalled_seconds=0.5), list[str | None]()

    async def read(bus: Bus) -> list[bytes]:
        return [record.value async for record in bus.replay(ALERTS, None, report_stall=reasons.append)]

    other = AIOKafkaProducer(**broker.settings(), transactional_id=f"{broker.prefix}other")
    await other.start()
    try:
        async with kafka_bus.connect(broker) as bus:
            await other.begin_transaction()
            await other.send_and_wait(broker.topic(ALERTS), b"open", b"k", partition=0)
            await bus.publish([ProducerRecord(ALERTS, "k", b"later")])
            replaying = asyncio.create_task(read(bus))
            await until(lambda: reasons and reasons[-1])
            assert "hides all later records: alert.v1/0/0; end the program that has it open" in str(reasons[-1])
            assert not replaying.done()
            with pytest.raises(Transient, match="an open transaction hides all later records"):
                await replay(bus, ALERTS)
            await other.commit_transaction()
            assert await replaying == [b"open", b"later"]
            assert reasons[-1] is None
    finally:
        await other.stop()


async def test_the_next_owner_aborts_the_transaction_of_a_crashed_one(kafka: Address) -> None:
    broker = kafka_backend.broker(kafka)
    crashed = AIOKafkaProducer(**broker.settings(), transactional_id=f"{broker.prefix}delivery-{ALERTS}-0-p")
    await crashed.start()
    await crashed.begin_transaction()
    await crashed.send_and_wait(broker.topic(DEAD), b"half", partition=0)
    visible: list[int] = []

    async with connect(kafka) as bus:

        async def restore(_: Partition) -> None:
            visible.append(len(await replay(bus, DEAD)))

        await bus.publish(producer_records(ALERTS, 1))
        async with bus.subscribe("delivery", ALERTS, restore=restore) as next_owner:
            await read_and_commit(next_owner, 1)
        assert visible == [0]
        with pytest.raises(ProducerFenced):
            await crashed.commit_transaction()
    await crashed.stop()


async def test_the_lag_of_a_group_is_none_on_a_new_broker(tmp_path: Path) -> None:
    with kafka_broker(tmp_path) as new_broker:
        address = Address(f"kafka://{new_broker}")
        await create_streams(address)
        async with connect(address) as bus:
            assert await bus.lag("delivery", ALERTS) is None


async def test_an_unreachable_broker_is_a_transient_error() -> None:
    with pytest.raises(Transient, match="connecting"):
        async with connect(Address("kafka://127.0.0.1:1")):
            raise AssertionError("no broker listens on this port")


async def test_buses_with_different_prefixes_are_separate(kafka: Address, broker: str) -> None:
    other_address = Address(f"kafka://{broker}/{secrets.token_hex(4)}")
    await create_streams(other_address)
    async with connect(kafka) as bus, connect(other_address) as other:
        await bus.publish(producer_records(ALERTS, 2))
        assert await replay(other, ALERTS) == []
        assert len(await replay(bus, ALERTS)) == 2


async def test_records_read_before_a_rebalance_are_committed_once(kafka: Address) -> None:
    """A rebalance may assign a partition to its former owner again, at the position of the last commit."""
    async with connect(kafka) as bus:
        records = producer_records(RAW, 40)
        await bus.publish(records)
        async with bus.subscribe("entities", RAW, restore=restore_nothing) as first:
            batches = [await read_batch(first) for _ in range(4)]
            assert {batch[0].partition.number for batch in batches} == {0, 1, 2, 3}
            committed: list[bytes] = []
            async with bus.subscribe("entities", RAW, restore=restore_nothing) as second:
                reading = [asyncio.create_task(commit_all(second, committed, len(records)))]
                await asyncio.sleep(2 * kafka.session_seconds)
                for batch in batches:
                    with contextlib.suppress(Transient):
                        await first.commit(batch[0].partition, batch, ())
                        committed += [record.value for record in batch]
                reading.append(asyncio.create_task(commit_all(first, committed, len(records))))
                await asyncio.gather(*reading)
    assert Counter(committed) == Counter(record.value for record in records)


async def commit_all(subscription: Subscription, committed: list[bytes], count: int) -> None:
    """Read and commit until all members together have committed *count* records, and then for five empty reads."""
    empty_reads = 0
    while len(committed) < count or empty_reads < 5:
        with contextlib.suppress(Transient):
            if batch := await subscription.read(100, 0.1):
                await subscription.commit(batch[0].partition, batch, ())
                committed += [record.value for record in batch]
            empty_reads = 0 if batch else empty_reads + 1


async def test_the_first_look_at_a_stream_asks_who_leads_it_instead_of_failing_first(
    kafka: Address, caplog: pytest.LogCaptureFixture
) -> None:
    async with connect(kafka) as bus:
        await bus.publish(producer_records(ALERTS, 3))
        async with bus.subscribe("delivery", ALERTS, restore=restore_nothing) as subscription:
            batch = await read_batch(subscription, limit=1)
            await subscription.commit(batch[0].partition, batch, ())
    caplog.clear()
    caplog.set_level("DEBUG", "aiokafka.consumer.fetcher")
    async with connect(kafka) as bus:
        assert await bus.lag("delivery", ALERTS)
    async with connect(kafka) as bus:
        assert len(await replay(bus, ALERTS)) == 3
        assert await replay(bus, RAW) == []
    # After such an attempt aiokafka waits for half a second.
    assert "is unknown for fetching offset" not in caplog.text


async def test_a_client_that_is_cancelled_while_it_connects_leaves_no_connection(kafka: Address) -> None:
    tasks = asyncio.all_tasks()
    for milliseconds in range(20):
        client = new_client(kafka_backend.broker(kafka))
        connecting = asyncio.create_task(bootstrap(client))
        await asyncio.sleep(milliseconds / 1000)
        connecting.cancel()
        await asyncio.wait([connecting])
        await client.close()
    assert (connections(kafka), asyncio.all_tasks()) == (0, tasks)
