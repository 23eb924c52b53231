"""Static membership: a calm restart, and two processes with one instance id."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest

from monitor.bus import Bus, Partition, Subscription
from monitor.bus.backends import Address, connect
from monitor.cli.shared import with_bus
from monitor.config import Config
from monitor.config.model import KafkaConfig
from tests.bus import restore_nothing
from tests.kafka import connections
from tests.running import until

pytestmark = pytest.mark.kafka
RAW = "article.raw.v1"
PARTITIONS = 4
"""The partitions of the stream that the processes share."""


class Process:
    """A process that reads a stream: its subscription, and the partitions that it has restored, each time that it did."""

    def __init__(self, address: Address, instance_id: str) -> None:
        self.address, self.restored = replace(address, instance_id=instance_id), list[Partition]()
        self.stack = AsyncExitStack()
        self.subscription: Subscription

    async def start(self) -> None:
        """Join the group."""
        bus = await self.stack.enter_async_context(connect(self.address))
        self.subscription = await self.stack.enter_async_context(bus.subscribe("entities", RAW, restore=self._restore))

    async def stop(self) -> None:
        """End. What the broker sees of a static member is the same as of one that is killed: no more heartbeats."""
        await self.stack.aclose()

    async def _restore(self, partition: Partition) -> None:
        self.restored.append(partition)

    async def partitions(self) -> set[int]:
        """Read once, and return the numbers of the partitions."""
        assert await self.subscription.read(10, 0.02) == ()
        return {each.number for each in self.subscription.partitions()}


async def has_all(process: Process) -> bool:
    return len(await process.partitions()) == PARTITIONS


async def one_waits(first: Process, second: Process) -> tuple[Process, Process] | None:
    """Return the one that waits and the one that works; None if it is not so. Slow ones may have changed places."""
    if (len(await first.partitions()), len(await second.partitions())) not in {(0, PARTITIONS), (PARTITIONS, 0)}:
        return None
    for waiting, working in ((first, second), (second, first)):
        if waiting.subscription.trouble() and not working.subscription.trouble():
            return waiting, working
    return None


async def goes_on(working: Process, *waiting: Process) -> bool:
    """Return whether *working* keeps its partitions for two seconds, without a restore, while those *waiting* get none."""
    await until(lambda: len(working.restored) >= PARTITIONS)
    before = len(working.restored)
    for _ in range(40):
        await asyncio.sleep(0.05)
        if len(await working.partitions()) != PARTITIONS or any([await each.partitions() for each in waiting]):
            return False
    return len(working.restored) == before and working.subscription.trouble() is None


async def both_have_two(first: Process, second: Process) -> bool:
    return (len(await first.partitions()), len(await second.partitions())) == (2, 2)


@pytest.mark.parametrize("is_static", [True, False], ids=["static", "dynamic"])
async def test_a_restart_of_a_static_member_moves_no_partition(kafka: Address, is_static: bool) -> None:  # noqa: FBT001
    address = replace(kafka, session_seconds=8)
    staying, leaving, returning = (Process(address, name if is_static else "") for name in ("a", "b", "b"))
    await staying.start()
    await leaving.start()
    await until(lambda: both_have_two(staying, leaving))
    before, own = list(staying.restored), await leaving.partitions()
    await leaving.stop()
    await returning.start()
    await until(lambda: both_have_two(staying, returning))
    if is_static:
        assert await returning.partitions() == own
    # A rebalance takes all partitions away, and gives them out again.
    assert (staying.restored == before) == is_static
    await returning.stop()
    await staying.stop()


async def test_a_command_does_not_take_the_place_of_the_process_whose_config_it_reads(kafka: Address) -> None:
    config = Config(bus=kafka.url, kafka=KafkaConfig(instance_id="desk", session_timeout=2))
    service = Process(kafka, config.kafka.instance_id)
    await service.start()
    await until(lambda: has_all(service))

    async def join(bus: Bus) -> bool:
        async with bus.subscribe("entities", RAW, restore=restore_nothing) as subscription:

            async def shares() -> bool:
                await subscription.read(1, 0.02)
                return len(subscription.partitions()) == PARTITIONS / 2

            await until(shares)
            return True

    # It shares the partitions. By the instance id it would have all of them.
    assert await asyncio.to_thread(with_bus, config, join)
    assert service.subscription.trouble() is None
    await service.stop()


async def test_two_processes_with_one_instance_id_are_told_and_do_not_drive_each_other_out(kafka: Address) -> None:
    address, before_all = replace(kafka, session_seconds=5), connections(kafka)
    former, newer, third = (Process(address, "desk") for _ in range(3))
    await former.start()
    await until(former.partitions)
    await newer.start()

    waiting, working = await until(lambda: one_waits(former, newer))
    trouble = waiting.subscription.trouble() or ""
    assert "kafka.instance_id: 'desk' is also that of another process, which has taken over" in trouble
    assert "NEWSMONITOR_KAFKA_INSTANCE_ID" in trouble
    # What it has is not known: it does not stand by.
    assert [each.subscription.is_ready() for each in (waiting, working)] == [False, True]
    assert await goes_on(working, waiting)

    await working.stop()
    await until(lambda: has_all(waiting))
    assert waiting.subscription.trouble() is None

    await third.start()
    waiting, working = await until(lambda: one_waits(waiting, third))
    # The end of one that waits does not disturb the other.
    await waiting.stop()
    assert await goes_on(working)
    await working.stop()
    assert connections(kafka) == before_all
