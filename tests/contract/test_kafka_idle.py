"""Members of a group that fetch nothing for longer than aiokafka lets a member be idle: none is lost to the group."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.bus import Bus, Subscription, Transient
from monitor.bus import kafka as kafka_backend
from monitor.bus.backends import Address, create_streams
from monitor.bus.kafka import bus as kafka_bus
from tests.broker import controlled_broker
from tests.bus import producer_records, read_batch, restore_nothing
from tests.running import until

pytestmark = pytest.mark.kafka
ALERTS = "alert.v1"
IDLE_SECONDS = 2.5
"""Seconds without a read after which a member leaves its group."""


class Member:
    """A member of a group of its own bus, which reads and commits in a task."""

    bus: Bus
    subscription: Subscription
    task: asyncio.Task[None]

    def __init__(self) -> None:
        self.stack, self.values, self.is_reading = AsyncExitStack(), list[bytes](), False

    async def join(self, address: Address) -> None:
        """Join the group, and read."""
        broker = replace(kafka_backend.broker(address), idle_seconds=IDLE_SECONDS)
        self.bus = await self.stack.enter_async_context(kafka_bus.connect(broker))
        joining = self.bus.subscribe("delivery", ALERTS, restore=restore_nothing)
        self.subscription = await self.stack.enter_async_context(joining)
        self.stack.push_async_callback(self.pause)
        self.go_on()

    async def leave(self) -> None:
        """Leave the group."""
        await self.stack.aclose()

    def go_on(self) -> None:
        """Read."""
        self.is_reading = True
        self.task = asyncio.create_task(self.read())

    async def pause(self) -> None:
        """Read no more once the current read has ended, and stay in the group."""
        self.is_reading = False
        await self.task

    async def read(self) -> None:
        """Read and commit, whatever is unavailable meanwhile."""
        while self.is_reading:
            try:
                if batch := await self.subscription.read(10, 0.1):
                    await self.subscription.commit(batch[0].partition, batch, ())
                    self.values += [record.value for record in batch]
            except Transient:
                await asyncio.sleep(0.1)

    async def publish(self, number: int) -> bool:
        """Publish a record with this number. Return whether it is published."""
        try:
            await self.bus.publish(producer_records(ALERTS, 1, start=number))
        except Transient:
            return False
        return True

    def owns(self) -> bool:
        """Return whether it owns the only partition."""
        return bool(self.subscription.partitions())


@asynccontextmanager
async def members(address: Address, count: int) -> AsyncIterator[list[Member]]:
    """Open *count* members of a group. Yield them once all have joined, the owner first."""
    result = [Member() for _ in range(count)]
    try:
        for each in result:
            await each.join(address)
        await until(lambda: all(each.subscription.is_ready() for each in result) and any(each.owns() for each in result))
        yield sorted(result, key=Member.owns, reverse=True)
    finally:
        for each in result:
            await each.leave()


async def test_a_member_that_has_stood_by_for_long_takes_over(kafka: Address) -> None:
    async with members(kafka, 2) as (owner, standby):
        await asyncio.sleep(2 * IDLE_SECONDS)
        assert (owner.owns(), standby.owns(), standby.subscription.is_ready()) == (True, False, True)
        await owner.leave()
        await until(standby.owns)
        assert await standby.publish(1)
        await until(lambda: standby.values == [b"value 1"])


async def test_a_member_that_is_not_read_from_gives_its_partition_away_and_joins_again(kafka: Address) -> None:
    async with members(kafka, 2) as (hanging, standby):
        await hanging.pause()
        await until(standby.owns)
        assert await standby.publish(1)
        await until(lambda: standby.values == [b"value 1"])
        hanging.go_on()
        await standby.leave()
        await until(hanging.owns)
        assert await hanging.publish(2)
        await until(lambda: hanging.values == [b"value 2"])


async def test_a_member_that_commits_a_batch_in_parts_stays_however_long_it_takes(kafka: Address) -> None:
    async with members(kafka, 2) as (owner, _):
        await owner.pause()
        assert await owner.publish(1)
        assert await owner.publish(2)
        assert await owner.publish(3)
        batch = await read_batch(owner.subscription, 3)
        while len(batch) < 3:
            owner.subscription.rewind(batch[0].partition)
            batch = await read_batch(owner.subscription, 3)
        for record in batch:
            await asyncio.sleep(0.7 * IDLE_SECONDS)
            await owner.subscription.commit(record.partition, [record], ())


async def test_a_member_goes_on_after_a_long_outage(tmp_path: Path) -> None:
    with controlled_broker(tmp_path) as broker:
        address = Address(f"kafka://{broker.address}", session_seconds=2)
        await create_streams(address)
        async with members(address, 1) as (member,):
            await member.pause()
            broker.freeze()
            while await member.publish(0):
                pass
            # Each of its reads says at once that the broker is away.
            member.go_on()
            await asyncio.sleep(2 * IDLE_SECONDS)
            broker.thaw()
            await until(lambda: member.publish(1))
            await until(lambda: member.values[-1:] == [b"value 1"])
