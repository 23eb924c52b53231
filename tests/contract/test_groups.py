"""Members of one consumer group, in processes of their own, on every bus: each record is copied exactly once."""

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from monitor.bus import Bus, Partition, ProducerRecord
from monitor.bus.backends import Address
from tests.bus import count_values, producer_records, read_batch, restore_nothing

RAW, OUT, ALERTS = "article.raw.v1", "article.entities.v1", "alert.v1"


@asynccontextmanager
async def member(address: Address, group: str, limit: int = 10, delay: float = 0.0) -> AsyncIterator[Process]:
    """Run tests/contract/member.py."""
    arguments = (address.url, str(address.session_seconds), group, str(limit), str(delay))
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.contract.member", *arguments, stdout=PIPE)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGCONT)
            process.kill()
        await process.wait()


async def until_printed(process: Process, word: str, seconds: float = 30) -> None:
    """Wait until *process* prints a line that begins with *word*."""
    assert process.stdout
    async with asyncio.timeout(seconds):
        while not (line := await process.stdout.readline()).startswith(word.encode()):
            assert line, f"the process ended before it printed {word!r}"


async def until_copied(bus: Bus, count: int, seconds: float = 60) -> None:
    """Wait until there are *count* different values in OUT."""
    async with asyncio.timeout(seconds):
        while len(await count_values(bus, OUT)) < count:
            await asyncio.sleep(0.1)


def each_value_once(count: int) -> Counter[bytes]:
    """Return the values of producer_records(..., count), each with the count 1."""
    return Counter(record.value for record in producer_records(OUT, count))


async def test_nothing_is_lost_or_copied_twice_when_one_of_two_members_is_killed(address: Address, bus: Bus) -> None:
    await bus.publish(producer_records(RAW, 300))
    async with member(address, "entities", delay=0.02) as first:
        await until_printed(first, "restored")
        async with member(address, "entities", delay=0.02):
            await until_copied(bus, 30)
            first.kill()
            await first.wait()
            await bus.publish(producer_records(RAW, 100, start=300))
            await until_copied(bus, 400)
    assert await count_values(bus, OUT) == each_value_once(400)


async def test_a_member_is_ready_once_its_partitions_are_restored_or_it_stands_by(bus: Bus) -> None:
    ready: list[bool] = []

    async def restore(_: Partition) -> None:
        ready.append(first.is_ready())

    async with bus.subscribe("delivery", ALERTS, restore=restore) as first, asyncio.timeout(30):
        assert not first.is_ready()
        while not first.is_ready():
            await first.read(1, 0.05)
        assert (ready, len(first.partitions())) == ([False], 1)
        async with bus.subscribe("delivery", ALERTS, restore=restore) as second:
            # A rebalance may give the partition to either of them.
            while not (first.is_ready() and second.is_ready() and len(first.partitions() | second.partitions()) == 1):
                await asyncio.gather(first.read(1, 0.05), second.read(1, 0.05))


async def test_another_member_continues_at_the_committed_position(address: Address, bus: Bus) -> None:
    await bus.publish(producer_records(RAW, 100))
    async with bus.subscribe("entities", RAW, restore=restore_nothing) as subscription:
        batch = await read_batch(subscription, limit=10)
        out = [ProducerRecord(OUT, record.key, record.value) for record in batch]
        await subscription.commit(batch[0].partition, batch, out)
    async with member(address, "entities"):
        await until_copied(bus, 100)
    assert await count_values(bus, OUT) == each_value_once(100)


async def test_a_member_that_resumes_after_its_session_publishes_nothing_twice(address: Address, bus: Bus) -> None:
    """Suspend a member until its session has expired, then resume it. Its late commit is refused, if it has left the group."""
    await bus.publish(producer_records(RAW, 60))
    async with member(address, "entities", delay=0.3) as suspended:
        await until_printed(suspended, "restored")
        async with member(address, "entities", delay=0.01):
            await asyncio.sleep(0.2)
            suspended.send_signal(signal.SIGSTOP)
            await asyncio.sleep(address.session_seconds + 3)
            suspended.send_signal(signal.SIGCONT)
            await until_copied(bus, 60)
            await asyncio.sleep(1)
    assert await count_values(bus, OUT) == each_value_once(60)
