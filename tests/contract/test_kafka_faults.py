"""Kafka topics that other programs and administrators change, and brokers that are away: nothing stops, and it is told."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.bus import (
    Bus,
    Misconfigured,
    OffsetOutOfRange,
    Partition,
    ProducerRecord,
    Record,
    Subscription,
    Transient,
    Unavailable,
)
from monitor.bus import kafka as kafka_backend
from monitor.bus.backends import Address, check_streams, connect, create_streams, skip
from monitor.bus.kafka import bus as kafka_bus
from tests.broker import controlled_broker
from tests.bus import producer_records, read_and_commit, read_batch, replay, restore_nothing
from tests.kafka import (
    add_partitions,
    connections,
    create_stream,
    delete_group,
    delete_records,
    delete_stream,
    is_refused,
    other_program,
    set_config,
    set_position,
    skip_once_stopped,
    topic,
)
from tests.running import until

pytestmark = pytest.mark.kafka
RAW, ALERTS, HELD = "article.raw.v1", "alert.v1", "held.v1"


@pytest.fixture
async def bus(kafka: Address) -> AsyncIterator[Bus]:
    """The bus at that address."""
    async with connect(kafka) as opened:
        yield opened


async def read_until(subscription: Subscription, count: int, seconds: float = 20) -> list[Record]:
    """Read and commit *count* records, whatever is unavailable meanwhile."""
    records: list[Record] = []
    async with asyncio.timeout(seconds):
        while len(records) < count:
            try:
                if batch := await subscription.read(100, 0.1):
                    await subscription.commit(batch[0].partition, batch, ())
                    records += batch
            except Transient:
                # What is known to be unavailable raises without a wait.
                await asyncio.sleep(0.05)
    return records


def offsets(records: list[Record]) -> list[int]:
    """Return the offsets of *records*."""
    return [record.offset for record in records]


async def test_a_running_group_says_that_retention_has_removed_its_position(kafka: Address, bus: Bus) -> None:
    # More than a fetch, so that the records are not fetched before they are removed.
    for number in range(12):
        await bus.publish([ProducerRecord(ALERTS, str(number), bytes(1_500_000))])
    async with bus.subscribe("delivery", ALERTS, restore=restore_nothing) as subscription:
        await subscription.commit(Partition(ALERTS), await read_batch(subscription, limit=1), ())
        await delete_records(kafka, ALERTS, 20)
        with pytest.raises(OffsetOutOfRange, match=r"removed unread.*newsmonitor streams skip delivery"):
            await read_until(subscription, 6)


async def test_a_position_after_the_end_is_an_error_until_it_is_skipped(kafka: Address, bus: Bus) -> None:
    await bus.publish(producer_records(ALERTS, 3))
    await set_position(kafka, "delivery", ALERTS, 500)
    assert await bus.lag("delivery", ALERTS) == 4  # with the marker of the transaction
    with pytest.raises(OffsetOutOfRange, match=r"ends at 4.*newsmonitor streams skip delivery"):
        async with bus.subscribe("delivery", ALERTS, restore=restore_nothing) as subscription:
            await read_batch(subscription)
    await skip_once_stopped(kafka, "delivery")
    async with bus.subscribe("delivery", ALERTS, restore=restore_nothing) as subscription:
        assert offsets(await read_and_commit(subscription, 3)) == [0, 1, 2]


async def test_a_group_whose_position_the_broker_has_forgotten_starts_at_the_oldest_record(
    kafka: Address, bus: Bus, capsys: pytest.CaptureFixture[str]
) -> None:
    await bus.publish(producer_records(ALERTS, 3))
    async with bus.subscribe("delivery", ALERTS, restore=restore_nothing) as subscription:
        await read_and_commit(subscription, 3)
    await delete_group(kafka, "delivery")
    assert await bus.lag("delivery", ALERTS) is None
    restored: list[Partition] = []

    async def restore(partition: Partition) -> None:
        restored.append(partition)

    async with bus.subscribe("delivery", ALERTS, restore=restore) as subscription:
        assert offsets(await read_and_commit(subscription, 3)) == [0, 1, 2]
        assert restored == [Partition(ALERTS)]
        assert "the broker has forgotten it" in capsys.readouterr().out
        async with asyncio.timeout(10):
            while await bus.lag("delivery", ALERTS) != 0:
                await subscription.read(10, 0.2)


async def test_a_running_group_is_not_skipped(kafka: Address, bus: Bus) -> None:
    await bus.publish(producer_records(ALERTS, 3))
    async with bus.subscribe("delivery", ALERTS, restore=restore_nothing) as subscription:
        await subscription.commit(Partition(ALERTS), await read_batch(subscription, limit=1), ())
        await delete_records(kafka, ALERTS, 3)
        with pytest.raises(Transient, match="delivery is running somewhere, or did within the last 2 s; stop it"):
            await skip(kafka, "delivery")


@pytest.mark.parametrize("partitions", [1, 3])
async def test_a_stream_that_is_created_again_is_read_from_its_start(kafka: Address, bus: Bus, partitions: int) -> None:
    restored: list[Partition] = []

    async def restore(partition: Partition) -> None:
        restored.append(partition)

    await bus.publish(producer_records(ALERTS, 3))
    async with bus.subscribe("delivery", ALERTS, restore=restore) as subscription:
        await read_and_commit(subscription, 3)
        await delete_stream(kafka, ALERTS)
        await create_stream(kafka, ALERTS, partitions)
        # More than before, so that the old position exists in the new stream.
        async with other_program(kafka) as program:
            for _ in range(8):
                await program.send_and_wait(topic(kafka, ALERTS), b"{}", partition=0)
        assert offsets(await read_until(subscription, 8)) == list(range(8))
        assert restored.count(Partition(ALERTS)) >= 2
        async with asyncio.timeout(10):
            while await bus.lag("delivery", ALERTS) != 0:
                await subscription.read(10, 0.2)


async def test_a_stream_that_is_away_for_a_while_is_told_when_it_is_back(
    kafka: Address, bus: Bus, capsys: pytest.CaptureFixture[str]
) -> None:
    await bus.publish(producer_records(ALERTS, 3))
    async with bus.subscribe("delivery", ALERTS, restore=restore_nothing) as subscription:
        await read_and_commit(subscription, 3)
        await delete_stream(kafka, ALERTS)
        async with asyncio.timeout(20):
            while subscription.partitions():
                with contextlib.suppress(Transient):
                    await subscription.read(10, 0.1)
        await create_stream(kafka, ALERTS)
        async with other_program(kafka) as program:
            await program.send_and_wait(topic(kafka, ALERTS), b"{}")
        assert offsets(await read_until(subscription, 1)) == [0]
    assert "stream was deleted and created again" in capsys.readouterr().out


async def test_a_stream_that_does_not_exist_is_named_at_once(kafka: Address, bus: Bus) -> None:
    await bus.publish(producer_records(RAW, 2))
    async with bus.subscribe("entities", RAW, restore=restore_nothing) as subscription:
        batch = await read_batch(subscription, limit=1)
        await delete_stream(kafka, ALERTS)
        absent = r"alert\.v1 does not exist on the broker; `newsmonitor streams create`"
        async with asyncio.timeout(15):
            with pytest.raises(Unavailable, match=absent):
                await subscription.commit(batch[0].partition, batch, producer_records(ALERTS, 1))
            # The partition is to be taken over again.
            assert not subscription.is_ready()
            for call in (bus.publish(producer_records(ALERTS, 1)), replay(bus, ALERTS)):
                with pytest.raises(Unavailable, match=absent):
                    await call
        await create_streams(kafka)
        assert len(await read_until(subscription, 2)) == 2
        assert subscription.is_ready()
    await bus.publish(producer_records(ALERTS, 1))


async def test_partitions_that_are_added_are_read_by_running_groups(kafka: Address, bus: Bus) -> None:
    async with bus.subscribe("delivery", ALERTS, restore=restore_nothing) as subscription:
        await subscription.read(1, 0.1)
        await add_partitions(kafka, ALERTS, 3)
        async with other_program(kafka) as program:
            for number in range(3):
                await program.send_and_wait(topic(kafka, ALERTS), b"{}", partition=number)
        records = await read_until(subscription, 3)
    assert {record.partition.number for record in records} == {0, 1, 2}
    assert len(await replay(bus, ALERTS)) == 3
    # The state of an added partition: the other streams have no such partition.
    assert await replay(bus, HELD, partition=2) == []


async def test_an_open_transaction_that_hides_records_is_told(kafka: Address, capsys: pytest.CaptureFixture[str]) -> None:
    broker = replace(kafka_backend.broker(kafka), stalled_seconds=0.5)
    async with kafka_bus.connect(broker) as bus, other_program(kafka, transactional_id=topic(kafka, "other")) as program:
        await program.begin_transaction()
        await program.send_and_wait(topic(kafka, ALERTS), b"open")
        await bus.publish(producer_records(ALERTS, 1))
        async with bus.subscribe("delivery", ALERTS, restore=restore_nothing) as subscription:
            async with asyncio.timeout(20):
                while "an open transaction hides" not in capsys.readouterr().out:
                    assert not await subscription.read(10, 0.2)
            assert "hides all later records: alert.v1/0/0; end the program that has it open" in str(subscription.trouble())
            await program.commit_transaction()
            assert len(await read_and_commit(subscription, 2)) == 2
            assert subscription.trouble() is None


@pytest.mark.parametrize("days", [-40, 40])
async def test_a_machine_whose_clock_is_wrong_restores_its_state(kafka: Address, days: int) -> None:
    error = timedelta(days=days)
    cluster = kafka_backend.broker(kafka)
    async with kafka_bus.connect(cluster, lambda: time.time() + error.total_seconds()) as wrong:
        await wrong.publish(producer_records(ALERTS, 5))
        since = datetime.now(UTC) + error - timedelta(days=3)
        assert len(await replay(wrong, ALERTS, since, partition=0)) == 5
        # Only a restore may get more than was asked for.
        assert len(await replay(wrong, ALERTS, since)) == (5 if days < 0 else 0)


async def test_settings_that_lose_or_refuse_records_are_told(kafka: Address) -> None:
    wrong = {"compression.type": "zstd", "retention.bytes": "1000000", "unclean.leader.election.enable": "true"}
    await set_config(kafka, ALERTS, wrong)
    found = await check_streams(kafka)
    for name, value in wrong.items():
        (each,) = [each for each in found if str(each).startswith(f"alert.v1 {name} is {value!r} instead of")]
        # Compression only takes time.
        assert each.must_change == (name != "compression.type")


async def test_a_large_transaction_is_committed_and_a_refused_one_leaves_the_group_usable(kafka: Address, bus: Bus) -> None:
    await bus.publish(producer_records(ALERTS, 4))
    async with bus.subscribe("delivery", ALERTS, restore=restore_nothing) as subscription:
        for count, size in ((10_000, 100), (20, 1_000_000)):
            batch = await read_batch(subscription, limit=1)
            out = [ProducerRecord(RAW, str(number), bytes(size)) for number in range(count)]
            await subscription.commit(Partition(ALERTS), batch, out)
        await set_config(kafka, HELD, {"max.message.bytes": "1500"})
        large = ProducerRecord(HELD, "k", bytes(5000))
        await until(lambda: is_refused(bus, large))
        batch = await read_batch(subscription, limit=1)
        with pytest.raises(Misconfigured, match="newsmonitor streams check"):
            await subscription.commit(Partition(ALERTS), batch, [large])
        assert offsets(await read_until(subscription, 2)) == [2, 3]
    assert len(await replay(bus, RAW)) == 10_020


async def test_a_broker_that_goes_away_is_told_within_seconds(tmp_path: Path) -> None:
    with controlled_broker(tmp_path) as broker:
        address = Address(f"kafka://{broker.address}", session_seconds=2)
        await create_streams(address)
        tasks = asyncio.all_tasks()
        async with connect(address) as bus, bus.subscribe("alerts", ALERTS, restore=restore_nothing) as subscription:
            await bus.publish(producer_records(ALERTS, 1))
            await read_batch(subscription)
            broker.freeze()
        # Clients that cannot say goodbye leave nothing that would connect again.
        assert (connections(address), asyncio.all_tasks()) == (0, tasks)
        broker.thaw()

        async with connect(address) as bus, bus.subscribe("delivery", ALERTS, restore=restore_nothing) as subscription:
            batch = await read_until(subscription, 1)
            # A log that is larger than what the others have and get, and does not grow.
            await bus.publish([ProducerRecord(RAW, "large", bytes(1_000_000))])
            broker.fill_disk(2000)
            await publish_until_away(bus)
            async with asyncio.timeout(10):
                for call in (
                    read_batch(subscription),
                    subscription.commit(Partition(ALERTS), batch, ()),
                    bus.publish(producer_records(ALERTS, 1)),
                ):
                    with pytest.raises(Unavailable, match="has not answered since"):
                        await call


async def publish_until_away(bus: Bus) -> None:
    """Publish some 100 KB, or until the broker does not answer."""
    for _ in range(200):
        try:
            await bus.publish([ProducerRecord(ALERTS, "more", bytes(500))])
        except Unavailable:
            return
        except Transient:
            await asyncio.sleep(0.1)
