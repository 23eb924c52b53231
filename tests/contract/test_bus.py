"""What every bus promises."""

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from monitor.bus import Bus, Partition, ProducerRecord, Record, Subscription, TooLarge, check_size
from monitor.bus.backends import Address, connect
from monitor.bus.streams import MAX_BYTES, STREAMS

RAW, OUT, FEED = "article.raw.v1", "article.entities.v1", "feed.v1"


def messages(stream: str, count: int, start: int = 0) -> list[ProducerRecord]:
    return [
        ProducerRecord(stream, f"key {index}", f"value {index}".encode(), {"n": str(index)})
        for index in range(start, start + count)
    ]


async def nothing(partition: Partition) -> None:
    """Restore nothing."""


async def held(bus: Bus, stream: str, since: datetime | None = None, partition: int | None = None) -> list[Record]:
    return [delivery async for delivery in bus.replay(stream, since, partition)]


async def values(bus: Bus, stream: str) -> Counter[bytes]:
    return Counter(delivery.value for delivery in await held(bus, stream))


async def read_some(subscription: Subscription, limit: int = 100, seconds: float = 20) -> Sequence[Record]:
    """The next batch, waiting for a group to settle."""
    async with asyncio.timeout(seconds):
        while not (batch := await subscription.read(limit, 0.2)):
            pass
    return batch


async def drain(subscription: Subscription, count: int) -> list[Record]:
    """The next *count* deliveries, each batch committed."""
    taken: list[Record] = []
    while len(taken) < count:
        batch = await read_some(subscription)
        await subscription.commit(batch[0].partition, batch, ())
        taken += batch
    return taken


@asynccontextmanager
async def member(address: Address, group: str, limit: int = 10, slow: float = 0.0) -> AsyncIterator[Process]:
    """tests/contract/member.py at work."""
    arguments = (address.url, str(address.session_seconds), group, str(limit), str(slow))
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.contract.member", *arguments, stdout=PIPE)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGCONT)
            process.kill()
        await process.wait()


async def says(process: Process, word: str, seconds: float = 30) -> None:
    """Wait until *process* prints a line that opens with *word*."""
    assert process.stdout
    async with asyncio.timeout(seconds):
        while not (line := await process.stdout.readline()).startswith(word.encode()):
            assert line, f"the process ended before it said {word!r}"


async def until_nothing_is_left(bus: Bus, subscription: Subscription, group: str, stream: str) -> None:
    """On Kafka the marks of transactions count until the group has been quiet for a moment."""
    async with asyncio.timeout(10):
        while await bus.lag(group, stream) != 0:
            assert await subscription.read(10, 0.2) == ()


async def until_copied(bus: Bus, count: int, seconds: float = 60) -> None:
    async with asyncio.timeout(seconds):
        while len(await values(bus, OUT)) < count:
            await asyncio.sleep(0.1)


async def test_what_is_published_is_read_with_key_value_and_headers(bus: Bus) -> None:
    before = datetime.now(UTC).timestamp()
    await bus.publish(messages(RAW, 3))
    async with bus.subscribe("entities", RAW, restore=nothing) as subscription:
        taken = await drain(subscription, 3)
    assert sorted((d.key, d.value, d.headers["n"]) for d in taken) == [
        (f"key {n}", f"value {n}".encode(), str(n)) for n in range(3)
    ]
    assert all(before - 1 < delivery.time < datetime.now(UTC).timestamp() + 1 for delivery in taken)
    assert all(delivery.partition == Partition(RAW, bus.partition(RAW, delivery.key)) for delivery in taken)


async def test_publish_is_all_or_nothing(bus: Bus) -> None:
    with pytest.raises(TooLarge, match=r"article\.raw\.v1"):
        await bus.publish([*messages(RAW, 2), ProducerRecord(RAW, "big", bytes(MAX_BYTES))])
    assert await held(bus, RAW) == []


@pytest.mark.parametrize(
    ("key", "headers"), [("김정은" * 100, {}), ("k", {"name": "김정은" * 100}), ("k", {"김정은" * 100: ""})]
)
def test_a_message_is_measured_in_bytes(key: str, headers: dict[str, str]) -> None:
    beside = len((key + "".join(headers) + "".join(headers.values())).encode())
    check_size(ProducerRecord(RAW, key, bytes(MAX_BYTES - beside), headers), STREAMS[RAW])
    with pytest.raises(TooLarge, match=f"{MAX_BYTES + 1} bytes"):
        check_size(ProducerRecord(RAW, key, bytes(MAX_BYTES - beside + 1), headers), STREAMS[RAW])


async def test_commit_publishes_and_moves_on(address: Address, bus: Bus) -> None:
    await bus.publish(messages(FEED, 1))
    async with bus.subscribe("copy", FEED, restore=nothing) as subscription:
        batch = await read_some(subscription)
        await subscription.commit(batch[0].partition, batch, messages(OUT, 2))
        assert await subscription.read(10, 0.2) == ()
        await until_nothing_is_left(bus, subscription, "copy", FEED)
    assert sum((await values(bus, OUT)).values()) == 2
    async with connect(address) as other, other.subscribe("copy", FEED, restore=nothing) as again:
        await other.publish(messages(FEED, 1, start=7))
        assert [delivery.value for delivery in await read_some(again)] == [b"value 7"]


async def test_a_commit_that_fails_leaves_nothing_and_the_batch_comes_again(bus: Bus) -> None:
    await bus.publish(messages(FEED, 1))
    async with bus.subscribe("copy", FEED, restore=nothing) as subscription:
        batch = await read_some(subscription)
        with pytest.raises(TooLarge):
            await subscription.commit(
                batch[0].partition, batch, [*messages(OUT, 1), ProducerRecord(OUT, "big", bytes(MAX_BYTES))]
            )
        assert await held(bus, OUT) == []
        again = await read_some(subscription)
        assert [delivery.offset for delivery in again] == [delivery.offset for delivery in batch]
        await subscription.commit(again[0].partition, again, messages(OUT, 1))
    assert sum((await values(bus, OUT)).values()) == 1


async def test_rewind_gives_the_batch_again(bus: Bus) -> None:
    await bus.publish(messages(FEED, 3))
    async with bus.subscribe("copy", FEED, restore=nothing) as subscription:
        batch = await read_some(subscription)
        subscription.rewind(batch[0].partition)
        taken = await drain(subscription, 3)
    assert len({(delivery.partition, delivery.offset) for delivery in taken}) == 3


async def test_what_was_read_is_passed_by_its_commit_alone(address: Address, bus: Bus) -> None:
    await bus.publish(messages("alert.v1", 3))
    async with bus.subscribe("copy", "alert.v1", restore=nothing) as subscription:
        taken: list[Record] = []
        while len(taken) < 3:
            taken += await read_some(subscription)
        await subscription.commit(taken[0].partition, taken[:1], ())
        for _ in range(8):
            assert await subscription.read(10, 0.2) == ()
        assert await bus.positions("copy", "alert.v1") == {0: taken[0].offset + 1}
    async with connect(address) as other, other.subscribe("copy", "alert.v1", restore=nothing) as again:
        assert [delivery.value for delivery in await drain(again, 2)] == [b"value 1", b"value 2"]


async def test_a_read_is_of_one_partition_and_in_order(bus: Bus) -> None:
    await bus.publish(messages(RAW, 200))
    taken: list[Record] = []
    async with bus.subscribe("entities", RAW, restore=nothing) as subscription:
        while len(taken) < 200:
            batch = await read_some(subscription, limit=30)
            assert len(batch) <= 30
            assert len({delivery.partition for delivery in batch}) == 1
            assert [delivery.offset for delivery in batch] == sorted(delivery.offset for delivery in batch)
            await subscription.commit(batch[0].partition, batch, ())
            taken += batch
    for partition in {delivery.partition for delivery in taken}:
        numbers = [int(delivery.headers["n"]) for delivery in taken if delivery.partition == partition]
        assert numbers == sorted(numbers)


async def test_an_empty_done_publishes_through_the_fence(bus: Bus) -> None:
    await bus.publish(messages(FEED, 1))
    async with bus.subscribe("poller", FEED, restore=nothing) as subscription:
        batch = await read_some(subscription)
        subscription.rewind(batch[0].partition)
        await subscription.commit(batch[0].partition, (), messages(RAW, 3))
        assert sum((await values(bus, RAW)).values()) == 3
        assert await read_some(subscription) == batch


async def test_restore_comes_first_and_sees_all_that_was_committed(bus: Bus) -> None:
    await bus.publish(messages(FEED, 40))
    seen: dict[Partition, list[str]] = {}

    async def restore(partition: Partition) -> None:
        seen[partition] = [delivery.key async for delivery in bus.replay(FEED, None, partition.number)]

    async with bus.subscribe("poller", FEED, restore=restore) as subscription:
        assert subscription.partitions() == frozenset()
        batch = await read_some(subscription)
        assert batch[0].partition in seen
        assert batch[0].partition in subscription.partitions()
        await subscription.commit(batch[0].partition, batch, ())
        await drain(subscription, 40 - len(batch))
        assert sorted(key for keys in seen.values() for key in keys) == sorted(f"key {n}" for n in range(40))
        assert subscription.partitions() == frozenset(seen)


async def test_restore_is_complete_while_others_write(address: Address, bus: Bus) -> None:
    acknowledged: list[bytes] = []
    stop = asyncio.Event()

    async def write() -> None:
        async with connect(address) as other:
            number = 0
            while not stop.is_set():
                await other.publish(messages(OUT, 5, start=number))
                acknowledged.extend(message.value for message in messages(OUT, 5, start=number))
                number += 5

    async def restore(partition: Partition) -> None:
        expected = set(acknowledged)
        assert expected <= {delivery.value async for delivery in bus.replay(OUT, None)}, partition

    writer = asyncio.create_task(write())
    try:
        while not acknowledged:
            await asyncio.sleep(0.01)
        await bus.publish(messages(RAW, 8))
        for _ in range(3):
            async with bus.subscribe("entities", RAW, restore=restore) as subscription:
                await read_some(subscription)
    finally:
        stop.set()
        await writer


async def test_a_restore_that_fails_is_tried_again(bus: Bus) -> None:
    await bus.publish(messages(FEED, 1))
    tries: Counter[Partition] = Counter()

    async def restore(partition: Partition) -> None:
        tries[partition] += 1
        if tries[partition] == 1:
            raise OSError("not yet")

    taken: Sequence[Record] = ()
    async with bus.subscribe("poller", FEED, restore=restore) as subscription, asyncio.timeout(30):
        while not taken:
            try:
                taken = await subscription.read(10, 0.2)
            except OSError:
                assert subscription.partitions() <= {partition for partition, count in tries.items() if count > 1}
    assert tries[taken[0].partition] == 2


async def test_replay_goes_by_time_and_by_partition_and_ends(bus: Bus) -> None:
    await bus.publish(messages(RAW, 20))
    await asyncio.sleep(0.05)
    middle = datetime.now(UTC)
    await asyncio.sleep(0.05)
    await bus.publish(messages(RAW, 20, start=20))
    assert sorted(int(d.headers["n"]) for d in await held(bus, RAW, since=middle)) == list(range(20, 40))
    assert await held(bus, RAW, since=datetime.now(UTC)) == []
    everything = await held(bus, RAW)
    assert sorted(int(d.headers["n"]) for d in everything) == list(range(40))
    for number in {delivery.partition.number for delivery in everything}:
        part = await held(bus, RAW, partition=number)
        assert {delivery.partition.number for delivery in part} == {number}
        assert sorted(d.offset for d in part) == sorted(d.offset for d in everything if d.partition.number == number)


async def test_a_replay_ends_where_the_stream_ended_when_it_was_called(bus: Bus) -> None:
    await bus.publish(messages(OUT, 3))
    replayed = []
    async for delivery in bus.replay(OUT, None):
        replayed.append(delivery)
        await bus.publish(messages(OUT, 1, start=100 + len(replayed)))
    assert len(replayed) == 3


async def test_a_megabyte_passes(bus: Bus) -> None:
    big = ProducerRecord(FEED, "big", b"x" * (1024 * 1024))
    await bus.publish([big])
    async with bus.subscribe("poller", FEED, restore=nothing) as subscription:
        batch = await read_some(subscription)
        await subscription.commit(batch[0].partition, batch, [ProducerRecord(OUT, "big", batch[0].value)])
    assert [len(delivery.value) for delivery in await held(bus, OUT)] == [1024 * 1024]


async def test_order_per_key_survives_many_writers(address: Address, bus: Bus) -> None:
    async def write(name: str) -> None:
        async with connect(address) as other:
            for number in range(30):
                await other.publish([ProducerRecord(OUT, name, str(number).encode())])

    await asyncio.gather(*(write(f"writer {index}") for index in range(4)))
    by_key: dict[str, list[int]] = {}
    for delivery in await held(bus, OUT):
        by_key.setdefault(delivery.key, []).append(int(delivery.value))
    assert list(by_key.values()) == [list(range(30))] * 4


async def test_lag_is_what_lies_before_a_group(bus: Bus) -> None:
    assert await bus.lag("copy", OUT) is None
    await bus.publish(messages(OUT, 5))
    async with bus.subscribe("copy", OUT, restore=nothing) as subscription:
        await drain(subscription, 5)
        await until_nothing_is_left(bus, subscription, "copy", OUT)
        await bus.publish(messages(OUT, 3))
        lag = await bus.lag("copy", OUT)
        assert lag is not None
        assert 3 <= lag <= 3 + 3  # on Kafka a mark in each partition written
        await drain(subscription, 3)
        await until_nothing_is_left(bus, subscription, "copy", OUT)


async def test_two_members_share_and_lose_nothing_when_one_is_killed(address: Address, bus: Bus) -> None:
    await bus.publish(messages(RAW, 300))
    async with member(address, "entities", slow=0.02) as first:
        await says(first, "restored")
        async with member(address, "entities", slow=0.02):
            await until_copied(bus, 30)
            first.kill()
            await first.wait()
            await bus.publish(messages(RAW, 100, start=300))
            await until_copied(bus, 400)
    assert await values(bus, OUT) == Counter(f"value {n}".encode() for n in range(400))


async def test_a_member_that_leaves_hands_over(address: Address, bus: Bus) -> None:
    await bus.publish(messages(RAW, 100))
    async with bus.subscribe("entities", RAW, restore=nothing) as subscription:
        batch = await read_some(subscription, limit=10)
        await subscription.commit(batch[0].partition, batch, [ProducerRecord(OUT, d.key, d.value) for d in batch])
    async with member(address, "entities"):
        await until_copied(bus, 100)
    assert await values(bus, OUT) == Counter(f"value {n}".encode() for n in range(100))


async def test_a_zombie_changes_nothing(address: Address, bus: Bus) -> None:
    """Stopped past its session's end and let go on: what it commits late is refused, or it never lost the group."""
    await bus.publish(messages(RAW, 60))
    async with member(address, "entities", slow=0.3) as zombie:
        await says(zombie, "restored")
        async with member(address, "entities", slow=0.01):
            await asyncio.sleep(0.2)
            zombie.send_signal(signal.SIGSTOP)
            await asyncio.sleep(address.session_seconds + 3)
            zombie.send_signal(signal.SIGCONT)
            await until_copied(bus, 60)
            await asyncio.sleep(1)
    assert await values(bus, OUT) == Counter(f"value {n}".encode() for n in range(60))
