"""Transactions that Kafka has left open in a partition: the next owner ends them as the coordinator has recorded them."""

import asyncio
import re
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import InvalidProducerEpoch
from aiokafka.protocol.admin import CreateAclsRequest, DeleteAclsRequest
from structlog.testing import capture_logs

from monitor.bus import Bus, Fenced, Misconfigured, Partition, ProducerRecord, Subscription, Transient, Unavailable
from monitor.bus import kafka as kafka_backend
from monitor.bus.address import Security
from monitor.bus.backends import Address, connect, create_streams
from monitor.bus.kafka import abandoned
from monitor.bus.kafka.bus import KafkaBus
from monitor.bus.kafka.hanging import end, is_left_open
from tests.broker import controlled_broker, kafka_broker
from tests.bus import producer_records, read_and_commit, read_batch, replay, restore_nothing
from tests.hanging import UNVERIFIED, FormerOwner, former_owner, hide
from tests.kafka import cluster_state, other_program, send_request, topic
from tests.kafka_security import PASSWORD, USERNAME, secure_broker
from tests.running import until

pytestmark = pytest.mark.kafka
ALERTS, HELD, DEAD = "alert.v1", "held.v1", "dead.v1"
GROUP, OWNER = "delivery", "delivery-alert.v1-0"
ENDED = "ended a transaction that Kafka had left open"
WITH_ACLS = f"""{UNVERIFIED}authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS
allow.everyone.if.no.acl.found=true
"""
CLUSTER, ANY_OPERATION, DESCRIBE, CLUSTER_ACTION, LITERAL, DENY, ALLOW = 4, 2, 8, 9, 3, 2, 3
"""Kafka's numbers for kinds of resources, operations and permissions."""


@pytest.fixture(scope="module")
def unverified(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """HOST:PORT of a broker on which transactions can be made to hang."""
    with kafka_broker(tmp_path_factory.mktemp("unverified"), UNVERIFIED) as address:
        yield address


@pytest.fixture
async def address(unverified: str) -> Address:
    """The address of its empty streams."""
    address = Address(f"kafka://{unverified}/{secrets.token_hex(4)}", session_seconds=2)
    await create_streams(address)
    return address


async def leave_open(owner: FormerOwner, address: Address, *, committed: bool) -> None:
    """Process the first two alerts in a transaction that hangs where its output and the position are."""
    if not committed:
        await owner.hasten()
    await owner.begin(TopicPartition(topic(address, HELD), 0))
    await owner.send(ProducerRecord(DEAD, "k", b"output"))
    await owner.move(kafka_backend.broker(address).prefix + GROUP, TopicPartition(topic(address, ALERTS), 0), 2)
    if committed:
        await owner.end()
    await owner.wait_until("CompleteCommit" if committed else "CompleteAbort")


@asynccontextmanager
async def next_owner(bus: Bus) -> AsyncIterator[tuple[Subscription, list[bytes]]]:
    """Subscribe as the next owner. Yield what it restores from the output, too."""
    restored: list[bytes] = []

    async def restore(_: Partition) -> None:
        restored.extend([record.value for record in await replay(bus, DEAD, partition=0)])

    async with bus.subscribe(GROUP, ALERTS, restore=restore) as subscription:
        yield subscription, restored


@pytest.mark.parametrize("committed", [True, False])
async def test_the_next_owner_ends_what_hangs_as_it_was_recorded(*, committed: bool, address: Address) -> None:
    async with connect(address) as bus, former_owner(address, OWNER) as owner:
        await bus.publish(producer_records(ALERTS, 3))
        await leave_open(owner, address, committed=committed)
        await bus.publish([ProducerRecord(DEAD, "k", b"later")])
        with capture_logs() as logs:
            async with next_owner(bus) as (subscription, restored):
                offsets = [record.offset for record in await read_batch(subscription)]
        # Output and position agree, and later records are visible.
        assert restored == ([b"output", b"later"] if committed else [b"later"])
        assert offsets == ([2] if committed else [0, 1, 2])
        assert [each["committed"] for each in logs if each["event"] == ENDED] == [committed] * 2
        with capture_logs() as logs:
            async with next_owner(bus) as (subscription, _):
                await read_batch(subscription)
        assert not [each for each in logs if each["event"] == ENDED]


async def test_a_transaction_of_another_program_is_left_alone(address: Address) -> None:
    async with connect(address) as bus, other_program(address, transactional_id=topic(address, "other")) as program:
        await bus.publish(producer_records(ALERTS, 1))
        async with former_owner(address, OWNER) as owner:
            await owner.commit(producer_records(HELD, 1))
        await program.begin_transaction()
        await program.send_and_wait(topic(address, DEAD), b"open", partition=0)
        with capture_logs() as logs:
            async with bus.subscribe(GROUP, ALERTS, restore=restore_nothing) as subscription:
                await read_and_commit(subscription, 1)
                await program.commit_transaction()
        assert [record.value for record in await replay(bus, DEAD)] == [b"open"]
        assert not [each for each in logs if each["event"] == ENDED]


async def test_what_nobody_knows_the_end_of_is_told_and_not_touched(address: Address) -> None:
    async with connect(address) as bus, former_owner(address, OWNER) as owner:
        await bus.publish(producer_records(ALERTS, 1))
        await leave_open(owner, address, committed=True)
        for _ in range(2):
            # Owners that do not look for it, as those of earlier versions.
            await owner.start()
        before = await owner.recorded()
        async with bus.subscribe(GROUP, ALERTS, restore=restore_nothing) as subscription:
            with pytest.raises(Misconfigured) as told:
                await read_batch(subscription)
        # Which of the two partitions is named first is left open.
        place = rf"({topic(address, DEAD)} --partition 0 --start-offset 0|__consumer_offsets --partition \d --start-offset \d+)"
        assert re.search(rf"Nothing tells whether it was committed: .* abort --topic {place}", str(told.value))
        # The record that is left is not replaced either.
        assert await owner.recorded() == before


async def test_what_newsmonitor_may_not_end_is_told_and_ended_once_it_may(tmp_path: Path) -> None:
    with secure_broker(tmp_path, WITH_ACLS) as broker:
        administrator = Address(f"kafka://{broker.servers['PLAINTEXT']}", session_seconds=2)
        security = Security("SASL_SSL", "SCRAM-SHA-512", USERNAME, PASSWORD, str(tmp_path / "ca.pem"))
        address = Address(f"kafka://{broker.servers['LOGIN']}", security=security, session_seconds=2)
        await create_streams(administrator)
        acl = CLUSTER, "kafka-cluster", LITERAL, f"User:{USERNAME}", "*", ANY_OPERATION, DENY
        await send_request(administrator, CreateAclsRequest(*acl))
        async with connect(address) as bus, former_owner(administrator, OWNER) as owner:
            await bus.publish(producer_records(ALERTS, 3))
            await leave_open(owner, administrator, committed=True)
            async with next_owner(bus) as (subscription, restored):
                for _ in range(2):
                    with pytest.raises(Misconfigured, match=r"It was committed: allow .* ClusterAction on the cluster"):
                        await read_batch(subscription)
                await send_request(administrator, DeleteAclsRequest(*acl))
                for operation in (DESCRIBE, CLUSTER_ACTION):
                    allowed = (*acl[:5], operation, ALLOW)
                    await send_request(administrator, CreateAclsRequest(*allowed))
                assert [record.offset for record in await until(lambda: read_if_owned(subscription))] == [2]
                assert restored == [b"output"]


@pytest.mark.parametrize("left_open", [True, False])
async def test_an_owner_takes_over_anew_what_an_outage_has_left_open(*, left_open: bool, tmp_path: Path) -> None:
    restored: list[list[bytes]] = []
    with controlled_broker(tmp_path, UNVERIFIED) as broker:
        # No rebalance takes the partition over, however slow the machine is.
        address = Address(f"kafka://{broker.address}", session_seconds=30)
        await create_streams(address)
        async with connect(address) as bus:

            async def restore(_: Partition) -> None:
                restored.append([record.value for record in await replay(bus, DEAD, partition=0)])

            async with bus.subscribe(GROUP, ALERTS, restore=restore) as subscription:
                await bus.publish(producer_records(ALERTS, 2))
                batch = await until(lambda: subscription.read(1, 1))
                await subscription.commit(batch[0].partition, batch, ())
                batch = await until(lambda: subscription.read(1, 1))
                async with former_owner(address, OWNER, starts=False) as owner:
                    # Else the broker itself may leave the commit open.
                    await owner.wait_until("CompleteCommit")
                    if left_open:
                        await owner.send(ProducerRecord(DEAD, "k", b"output"))
                broker.kill()
                with pytest.raises(Unavailable):
                    await asyncio.wait_for(read_without_end(subscription), 20)
                broker.start()
                # So that nobody finds the outage but the commit.
                await until(lambda: replay_if_there(bus))
                if left_open:
                    with pytest.raises(Fenced):
                        await subscription.commit(batch[0].partition, batch, ())
                    assert [record.offset for record in await until(lambda: read_if_owned(subscription))] == [1]
                else:
                    await subscription.commit(batch[0].partition, batch, ())
    assert restored == ([[], [b"output"]] if left_open else [[]])


@pytest.mark.parametrize("outage", [True, False])
async def test_a_publisher_ends_what_hangs_of_its_own(*, outage: bool, tmp_path: Path) -> None:
    with controlled_broker(tmp_path, UNVERIFIED) as broker:
        address = Address(f"kafka://{broker.address}", session_seconds=2)
        await create_streams(address)
        async with connect(address) as bus:
            await hide(bus, address)
            if outage:
                broker.kill()
                with pytest.raises(Unavailable):
                    await asyncio.wait_for(read_without_end_of(bus), 20)
                broker.start()
            else:
                assert isinstance(bus, KafkaBus)
                # As after an error.
                await bus.close()

            async def is_published() -> bool:
                with suppress(Transient):
                    await bus.publish([ProducerRecord(DEAD, "k", b"later")])
                    return True
                return False

            await until(is_published)
            assert [record.value for record in await replay(bus, DEAD)] == [b"hidden", b"later"]


async def test_what_hangs_of_a_process_that_has_ended_is_ended_by_the_next_publisher(address: Address) -> None:
    async with connect(address) as bus, other_program(address, transactional_id=topic(address, "other")) as program:
        async with connect(address) as ended:
            await hide(ended, address)
        await program.begin_transaction()
        await program.send_and_wait(topic(address, HELD), b"open", b"k", partition=0)
        with capture_logs() as logs:
            await bus.publish([ProducerRecord(DEAD, "k", b"later")])
        assert [(each["at"], each["committed"]) for each in logs if each["event"] == ENDED] == [(f"{DEAD}/0/0", True)]
        assert [record.value for record in await replay(bus, DEAD)] == [b"hidden", b"later"]
        # The program is still at work.
        await program.commit_transaction()


async def test_what_cannot_be_ended_keeps_nothing_else_from_being_ended(
    address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts: list[int] = []

    async def fail_once(*args: Any) -> None:
        attempts.append(args[-1].producer_id)
        if len(attempts) == 1:
            raise InvalidProducerEpoch("refused")
        await end(*args)

    async with connect(address) as bus, connect(address) as first, connect(address) as second:
        for each in first, second:
            await each.publish([ProducerRecord(HELD, "k", b"held")])
        for each in first, second:
            await hide(each, address)
        # Another process may have ended it just before, which no broker can be made to do at the right moment.
        monkeypatch.setattr(abandoned, "end", fail_once)
        with capture_logs() as logs:
            await bus.publish([ProducerRecord(HELD, "k", b"held")])
        assert len(set(attempts)) == 2
        assert len([each for each in logs if each["event"] == ENDED]) == 1
        (error,) = (each["error"] for each in logs if each["event"].startswith("did not see whether"))
        assert "InvalidProducerEpoch" in error


async def read_without_end_of(bus: Bus) -> None:
    """Replay the alerts again and again until that fails."""
    while True:
        await replay(bus, ALERTS)
        await asyncio.sleep(0.1)


async def read_without_end(subscription: Subscription) -> None:
    """Read until that fails."""
    while True:
        await subscription.read(10, 0.2)


async def replay_if_there(bus: Bus) -> object:
    """Replay the alerts; return nothing as long as that fails."""
    try:
        return await replay(bus, ALERTS)
    except Transient:
        return None


async def read_if_owned(subscription: Subscription) -> object:
    """Read; return nothing as long as that fails."""
    try:
        return await subscription.read(10, 0.2)
    except (Misconfigured, Transient):
        await asyncio.sleep(0.05)
        return None


async def test_a_transaction_that_is_in_progress_is_not_left_open(address: Address) -> None:
    held = TopicPartition(topic(address, HELD), 0)
    async with former_owner(address, OWNER) as owner, cluster_state(address) as cluster:
        await owner.begin(held)
        await owner.send(ProducerRecord(HELD, "k", b"output"))
        looking = asyncio.create_task(is_left_open(cluster, cluster.client, GROUP, [owner]))
        done, _ = await asyncio.wait([looking], timeout=1)
        assert not done, "the coordinator still has to end it"
        await owner.end()
        assert not await asyncio.wait_for(looking, 20)
