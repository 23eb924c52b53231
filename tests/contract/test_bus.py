"""The contract of monitor.bus.Bus and Subscription, on each back end."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from monitor.bus import Bus, OffsetOutOfRange, Partition, ProducerRecord, Record, Subscription, TooLarge, check_size
from monitor.bus.backends import Address, connect
from monitor.bus.streams import MAX_BYTES, STREAMS
from tests.bus import count_values, producer_records, read_and_commit, read_batch, replay, restore_nothing

RAW, OUT, FEED, ALERT = "article.raw.v1", "article.entities.v1", "feed.v1", "alert.v1"


async def until_no_lag(bus: Bus, subscription: Subscription, group: str, stream: str) -> None:
    """Wait until *group* has read all of *stream*.

    On Kafka the lag includes the markers of transactions until the group has been idle for a second.
    """
    async with asyncio.timeout(10):
        while await bus.lag(group, stream) != 0:
            assert await subscription.read(10, 0.2) == ()


async def test_records_are_read_with_key_value_and_headers(bus: Bus) -> None:
    before = datetime.now(UTC).timestamp()
    await bus.publish(producer_records(RAW, 3))
    async with bus.subscribe("entities", RAW, restore=restore_nothing) as subscription:
        records = await read_and_commit(subscription, 3)
    assert sorted((record.key, record.value, record.headers["n"]) for record in records) == [
        (f"key {n}", f"value {n}".encode(), str(n)) for n in range(3)
    ]
    assert all(before - 1 < record.time < datetime.now(UTC).timestamp() + 1 for record in records)
    assert all(record.partition == Partition(RAW, bus.partition(RAW, record.key)) for record in records)


async def test_publish_is_all_or_nothing(bus: Bus) -> None:
    with pytest.raises(TooLarge, match=r"article\.raw\.v1"):
        await bus.publish([*producer_records(RAW, 2), ProducerRecord(RAW, "big", bytes(MAX_BYTES))])
    assert await replay(bus, RAW) == []


@pytest.mark.parametrize(
    ("key", "headers"), [("김정은" * 100, {}), ("k", {"name": "김정은" * 100}), ("k", {"김정은" * 100: ""})]
)
def test_the_size_of_a_record_is_in_bytes_and_includes_key_and_headers(key: str, headers: dict[str, str]) -> None:
    overhead = len((key + "".join(headers) + "".join(headers.values())).encode())
    check_size(ProducerRecord(RAW, key, bytes(MAX_BYTES - overhead), headers), STREAMS[RAW])
    with pytest.raises(TooLarge, match=f"{MAX_BYTES + 1} bytes"):
        check_size(ProducerRecord(RAW, key, bytes(MAX_BYTES - overhead + 1), headers), STREAMS[RAW])


async def test_commit_publishes_and_moves_the_position(address: Address, bus: Bus) -> None:
    await bus.publish(producer_records(FEED, 1))
    async with bus.subscribe("copy", FEED, restore=restore_nothing) as subscription:
        batch = await read_batch(subscription)
        await subscription.commit(batch[0].partition, batch, producer_records(OUT, 2))
        assert await subscription.read(10, 0.2) == ()
        await until_no_lag(bus, subscription, "copy", FEED)
    assert sum((await count_values(bus, OUT)).values()) == 2
    async with connect(address) as other, other.subscribe("copy", FEED, restore=restore_nothing) as next_owner:
        await other.publish(producer_records(FEED, 1, start=7))
        assert [record.value for record in await read_batch(next_owner)] == [b"value 7"]


async def test_a_failed_commit_publishes_nothing_and_the_batch_is_read_again(bus: Bus) -> None:
    await bus.publish(producer_records(FEED, 1))
    async with bus.subscribe("copy", FEED, restore=restore_nothing) as subscription:
        batch = await read_batch(subscription)
        too_large = ProducerRecord(OUT, "big", bytes(MAX_BYTES))
        with pytest.raises(TooLarge):
            await subscription.commit(batch[0].partition, batch, [*producer_records(OUT, 1), too_large])
        assert await replay(bus, OUT) == []
        second = await read_batch(subscription)
        assert [record.offset for record in second] == [record.offset for record in batch]
        await subscription.commit(second[0].partition, second, producer_records(OUT, 1))
    assert sum((await count_values(bus, OUT)).values()) == 1


async def test_the_batch_is_read_again_after_rewind(bus: Bus) -> None:
    await bus.publish(producer_records(FEED, 3))
    async with bus.subscribe("copy", FEED, restore=restore_nothing) as subscription:
        batch = await read_batch(subscription)
        subscription.rewind(batch[0].partition)
        records = await read_and_commit(subscription, 3)
    assert len({(record.partition, record.offset) for record in records}) == 3


@pytest.mark.parametrize("committed", [1, 3])
async def test_records_that_are_committed_after_a_rewind_are_not_read_again(bus: Bus, committed: int) -> None:
    await bus.publish(producer_records("alert.v1", 3))
    async with bus.subscribe("copy", "alert.v1", restore=restore_nothing) as subscription:
        batch = await read_batch(subscription)
        subscription.rewind(batch[0].partition)
        await subscription.commit(batch[0].partition, batch[:committed], ())
        await bus.publish(producer_records("alert.v1", 1, start=3))
        records = await read_and_commit(subscription, 4 - committed)
    assert [record.value for record in records] == [f"value {number}".encode() for number in range(committed, 4)]


async def test_only_a_commit_moves_the_position(address: Address, bus: Bus) -> None:
    await bus.publish(producer_records("alert.v1", 3))
    async with bus.subscribe("copy", "alert.v1", restore=restore_nothing) as subscription:
        records: list[Record] = []
        while len(records) < 3:
            records += await read_batch(subscription)
        await subscription.commit(records[0].partition, records[:1], ())
        for _ in range(8):
            assert await subscription.read(10, 0.2) == ()
        assert await bus.positions("copy", "alert.v1") == {0: records[0].offset + 1}
    async with connect(address) as other, other.subscribe("copy", "alert.v1", restore=restore_nothing) as next_owner:
        assert [record.value for record in await read_and_commit(next_owner, 2)] == [b"value 1", b"value 2"]


async def test_a_batch_has_records_of_one_partition_in_order(bus: Bus) -> None:
    await bus.publish(producer_records(RAW, 200))
    records: list[Record] = []
    async with bus.subscribe("entities", RAW, restore=restore_nothing) as subscription:
        while len(records) < 200:
            batch = await read_batch(subscription, limit=30)
            assert len(batch) <= 30
            assert len({record.partition for record in batch}) == 1
            assert [record.offset for record in batch] == sorted(record.offset for record in batch)
            await subscription.commit(batch[0].partition, batch, ())
            records += batch
    for partition in {record.partition for record in records}:
        numbers = [int(record.headers["n"]) for record in records if record.partition == partition]
        assert numbers == sorted(numbers)


async def test_a_commit_without_input_publishes_and_leaves_the_position(bus: Bus) -> None:
    await bus.publish(producer_records(FEED, 1))
    async with bus.subscribe("poller", FEED, restore=restore_nothing) as subscription:
        batch = await read_batch(subscription)
        subscription.rewind(batch[0].partition)
        await subscription.commit(batch[0].partition, (), producer_records(RAW, 3))
        assert sum((await count_values(bus, RAW)).values()) == 3
        assert await read_batch(subscription) == batch


async def test_restore_runs_before_reading_and_sees_all_committed_records(bus: Bus) -> None:
    await bus.publish(producer_records(FEED, 40))
    restored: dict[Partition, list[str]] = {}

    async def restore(partition: Partition) -> None:
        restored[partition] = [record.key for record in await replay(bus, FEED, partition=partition.number)]

    async with bus.subscribe("poller", FEED, restore=restore) as subscription:
        assert subscription.partitions() == frozenset()
        batch = await read_batch(subscription)
        assert batch[0].partition in restored
        assert batch[0].partition in subscription.partitions()
        await subscription.commit(batch[0].partition, batch, ())
        await read_and_commit(subscription, 40 - len(batch))
        assert sorted(key for keys in restored.values() for key in keys) == sorted(f"key {n}" for n in range(40))
        assert subscription.partitions() == frozenset(restored)


async def test_restore_is_complete_while_others_write(address: Address, bus: Bus) -> None:
    acknowledged: list[bytes] = []
    stop = asyncio.Event()

    async def write() -> None:
        async with connect(address) as other:
            number = 0
            while not stop.is_set():
                records = producer_records(OUT, 5, start=number)
                await other.publish(records)
                acknowledged.extend(record.value for record in records)
                number += 5

    async def restore(partition: Partition) -> None:
        expected = set(acknowledged)
        assert expected <= {record.value for record in await replay(bus, OUT)}, partition

    writer = asyncio.create_task(write())
    try:
        while not acknowledged:
            await asyncio.sleep(0.01)
        await bus.publish(producer_records(RAW, 8))
        for _ in range(3):
            async with bus.subscribe("entities", RAW, restore=restore) as subscription:
                await read_batch(subscription)
    finally:
        stop.set()
        await writer


async def test_a_failed_restore_is_tried_again(bus: Bus) -> None:
    await bus.publish(producer_records(FEED, 1))
    tries: Counter[Partition] = Counter()

    async def restore(partition: Partition) -> None:
        tries[partition] += 1
        if tries[partition] == 1:
            raise OSError("not yet")

    batch: Sequence[Record] = ()
    async with bus.subscribe("poller", FEED, restore=restore) as subscription, asyncio.timeout(30):
        while not batch:
            try:
                batch = await subscription.read(10, 0.2)
            except OSError:
                assert subscription.partitions() <= {partition for partition, count in tries.items() if count > 1}
    assert tries[batch[0].partition] == 2


async def test_replay_selects_by_time_and_partition_and_ends(bus: Bus) -> None:
    await bus.publish(producer_records(RAW, 20))
    await asyncio.sleep(0.05)
    middle = datetime.now(UTC)
    await asyncio.sleep(0.05)
    await bus.publish(producer_records(RAW, 20, start=20))
    assert sorted(int(record.headers["n"]) for record in await replay(bus, RAW, since=middle)) == list(range(20, 40))
    assert await replay(bus, RAW, since=datetime.now(UTC)) == []
    records = await replay(bus, RAW)
    assert sorted(int(record.headers["n"]) for record in records) == list(range(40))
    for number in {record.partition.number for record in records}:
        of_partition = await replay(bus, RAW, partition=number)
        assert {record.partition.number for record in of_partition} == {number}
        offsets = sorted(record.offset for record in records if record.partition.number == number)
        assert sorted(record.offset for record in of_partition) == offsets


async def test_replay_continues_at_an_offset(bus: Bus) -> None:
    await bus.publish(producer_records(ALERT, 3))
    _, second, third = await replay(bus, ALERT)
    number = third.partition.number
    ends = {number: third.offset + 1}
    now = datetime.now(UTC)
    assert [each async for each in bus.replay(ALERT, now, offsets={number: second.offset})] == [second, third]
    assert [each async for each in bus.replay(ALERT, None, offsets=ends)] == []
    assert [each async for each in bus.replay(ALERT, now, offsets={number + 1: 0})] == []
    await bus.publish(producer_records(ALERT, 1, start=3))
    assert [each.headers["n"] async for each in bus.replay(ALERT, None, offsets=ends)] == ["3"]
    with pytest.raises(OffsetOutOfRange, match=r"cannot continue at alert\.v1/0/99"):
        await anext(bus.replay(ALERT, None, offsets={number: 99}))


async def test_a_replay_ends_where_the_stream_ended_when_it_was_called(bus: Bus) -> None:
    await bus.publish(producer_records(OUT, 3))
    replayed = []
    async for record in bus.replay(OUT, None):
        replayed.append(record)
        await bus.publish(producer_records(OUT, 1, start=100 + len(replayed)))
    assert len(replayed) == 3


async def test_a_record_of_one_mebibyte_is_accepted(bus: Bus) -> None:
    await bus.publish([ProducerRecord(FEED, "big", b"x" * (1024 * 1024))])
    async with bus.subscribe("poller", FEED, restore=restore_nothing) as subscription:
        batch = await read_batch(subscription)
        await subscription.commit(batch[0].partition, batch, [ProducerRecord(OUT, "big", batch[0].value)])
    assert [len(record.value) for record in await replay(bus, OUT)] == [1024 * 1024]


async def test_records_of_one_key_stay_in_order_with_concurrent_writers(address: Address, bus: Bus) -> None:
    async def write(key: str) -> None:
        async with connect(address) as other:
            for number in range(30):
                await other.publish([ProducerRecord(OUT, key, str(number).encode())])

    await asyncio.gather(*(write(f"writer {index}") for index in range(4)))
    by_key: dict[str, list[int]] = {}
    for record in await replay(bus, OUT):
        by_key.setdefault(record.key, []).append(int(record.value))
    assert list(by_key.values()) == [list(range(30))] * 4


async def test_lag_is_the_number_of_records_not_yet_read(bus: Bus) -> None:
    assert await bus.lag("copy", OUT) is None
    await bus.publish(producer_records(OUT, 5))
    async with bus.subscribe("copy", OUT, restore=restore_nothing) as subscription:
        await read_and_commit(subscription, 5)
        await until_no_lag(bus, subscription, "copy", OUT)
        await bus.publish(producer_records(OUT, 3))
        lag = await bus.lag("copy", OUT)
        assert lag is not None
        assert 3 <= lag <= 3 + 3  # on Kafka plus a transaction marker in each partition written
        await read_and_commit(subscription, 3)
        await until_no_lag(bus, subscription, "copy", OUT)
