"""Members that can read nothing more for their group: the service joins it anew."""

import asyncio
import struct
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from aiokafka.coordinator.protocol import ConsumerProtocolMemberAssignment

from monitor.bus import Bus
from monitor.bus.backends import Address, connect
from monitor.bus.kafka.stopping import stop_all
from monitor.messages import Alert
from monitor.runtime.health import Health
from monitor.runtime.service import Service
from tests.bus import producer_records, replay
from tests.kafka import servers, topic
from tests.running import running, until

pytestmark = pytest.mark.kafka
ALERTS, DEAD = "alert.v1", "dead.v1"
TASKS = ("GroupCoordinator._coordination_routine", "Fetcher._fetch_requests_routine", "AIOKafkaClient._md_synchronizer")
"""aiokafka's tasks without which a member reads nothing."""


class UnknownTopics(RoundRobinPartitionAssignor):  # type: ignore[misc]  # aiokafka has no types
    """Tells the leader of the group topics that the broker reads, and aiokafka does not."""

    @classmethod
    def metadata(cls, topics: object) -> bytes:  # noqa: ARG003  (aiokafka calls it)
        """Return the version 0, a topic whose name is not UTF-8, and no other data."""
        return struct.pack(">hih2si", 0, 1, 2, b"\xff\xfe", -1)


class Assigned(RoundRobinPartitionAssignor):  # type: ignore[misc]  # as above
    """Gives all members the same assignment: *encoded*, which may be none.

    aiokafka is given the class and makes no object of it, so a test sets what it assigns on the class.
    """

    encoded, has_led = b"", False

    @classmethod
    def assign(cls, cluster: object, members: Iterable[str]) -> dict[str, "Assigned"]:  # noqa: ARG003  (aiokafka calls it)
        """See RoundRobinPartitionAssignor."""
        cls.has_led = True
        return dict.fromkeys(members, cls())

    def encode(self) -> bytes:
        """See ConsumerProtocolMemberAssignment."""
        return self.encoded


@asynccontextmanager
async def other_member(address: Address, kind: type[RoundRobinPartitionAssignor]) -> AsyncIterator[AIOKafkaConsumer]:
    """Let a member of another program join the group in the background. Yield it."""
    member = AIOKafkaConsumer(
        topic(address, ALERTS),
        bootstrap_servers=servers(address),
        group_id=topic(address, "delivery"),
        partition_assignment_strategy=(kind,),
    )
    joining = asyncio.create_task(member.start())
    try:
        yield member
    finally:
        joining.cancel()
        await asyncio.wait([joining])
        await stop_all([member])


def delivery() -> Service[Alert, None]:
    """Return a service that reads alerts and publishes nothing but dead letters."""
    return Service("delivery", Alert, lambda _state, _alert: (), fresh=lambda _: None)


async def goes_on(bus: Bus, health: Health) -> None:
    """Wait until the service has processed a record. It is no alert, so it becomes a dead letter."""
    await bus.publish(producer_records(ALERTS, 1))
    await until(lambda: replay(bus, DEAD))
    await until(lambda: health.state == "running")


async def test_a_service_joins_again_after_a_member_that_cannot_be_understood(kafka: Address) -> None:
    async with connect(kafka) as bus, running(bus, delivery()) as health:
        await until(lambda: health["delivery"].state == "running")
        async with other_member(kafka, UnknownTopics):
            await until(lambda: "no member of the group any more" in (health["delivery"].trouble or ""))
        await goes_on(bus, health["delivery"])


async def test_a_service_joins_again_after_an_assignment_that_cannot_be_decoded(
    kafka: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Assigned, "has_led", False)
    monkeypatch.setattr(Assigned, "encoded", ConsumerProtocolMemberAssignment(0, [], b"").encode())
    async with other_member(kafka, Assigned) as leader:
        await until(lambda: Assigned.has_led)
        async with connect(kafka) as bus, running(bus, delivery()) as health:
            # The other program leads the group, and gives it nothing to read.
            await until(lambda: health["delivery"].state == "running")
            monkeypatch.setattr(Assigned, "encoded", b"damaged")
            leader.subscribe([topic(kafka, ALERTS), topic(kafka, DEAD)])
            await until(lambda: "a task of aiokafka has ended" in (health["delivery"].trouble or ""))
            await stop_all([leader])
            await goes_on(bus, health["delivery"])


@pytest.mark.parametrize("name", TASKS)
async def test_a_service_joins_again_after_a_task_of_aiokafka_has_ended(name: str, kafka: Address) -> None:
    async with connect(kafka) as bus:
        before = asyncio.all_tasks()
        async with running(bus, delivery()) as health:
            await until(lambda: health["delivery"].state == "running")
            ended = [task for task in asyncio.all_tasks() - before if name in repr(task.get_coro())]
            assert ended
            for task in ended:
                task.cancel()
            await until(lambda: "a task of aiokafka has ended" in (health["delivery"].trouble or ""))
            await goes_on(bus, health["delivery"])
