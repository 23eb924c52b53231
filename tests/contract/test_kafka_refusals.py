"""A broker that refuses requests: for want of a permission, or because of its disk."""

import asyncio
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import NodeNotReadyError
from aiokafka.protocol.admin import CreateAclsRequest, DeleteAclsRequest, DescribeAclsRequest
from structlog.testing import capture_logs

from monitor.bus import Misconfigured, Subscription
from monitor.bus import kafka as kafka_backend
from monitor.bus.backends import Address, connect, create_streams
from monitor.bus.kafka.bootstrap import bootstrap_once_ready
from monitor.bus.kafka.client import new_client
from monitor.bus.kafka.diagnosis import find_reason
from monitor.bus.kafka.fence import Fence
from monitor.bus.streams import STREAMS
from monitor.messages import Alert
from monitor.runtime.health import Health
from monitor.runtime.presence import report_presence, this_process
from monitor.runtime.service import Service
from tests.broker import SETTINGS, kafka_broker
from tests.bus import producer_records, read_batch, replay, restore_nothing
from tests.kafka import cluster_state, send_request, topic
from tests.make import START
from tests.running import running, until

pytestmark = pytest.mark.kafka
ALERTS, DEAD, PROCESSES = "alert.v1", "dead.v1", "process.v1"
WITH_ACLS = f"""{SETTINGS}authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
allow.everyone.if.no.acl.found=true
"""
TWO_DISKS = f"""{SETTINGS.replace("log.dirs={folder}/data", "log.dirs={folder}/data,{folder}/second")}
metadata.log.dir={{folder}}/data
log.flush.offset.checkpoint.interval.ms=1000
"""
"""Settings of a broker that notices within a second that a folder is gone."""
SILENT = SETTINGS.replace("broker.session.timeout.ms=2000", "broker.session.timeout.ms=3000").replace(
    "broker.heartbeat.interval.ms=100", "broker.heartbeat.interval.ms=6000"
)
"""Settings of a broker of which its controller hears so seldom that it is taken for dead half of the time."""
TOPIC, GROUP, TRANSACTIONAL_ID = 2, 3, 5
"""Kafka's numbers for kinds of resources."""
ANY_OPERATION, READ, WRITE, LITERAL, DENY = 2, 3, 4, 3, 2
DENIALS = {
    "reading the stream": (TOPIC, ALERTS, READ),
    "the group": (GROUP, "delivery", ANY_OPERATION),
    "the transactions": (TRANSACTIONAL_ID, "delivery-alert.v1-0-p", ANY_OPERATION),
    "writing its output": (TOPIC, DEAD, WRITE),
}


@pytest.fixture(scope="module")
def strict_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """HOST:PORT of a broker that checks permissions."""
    with kafka_broker(tmp_path_factory.mktemp("strict"), WITH_ACLS) as address:
        yield address


@pytest.fixture(scope="module")
def silent_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """HOST:PORT of a broker that is taken for dead half of the time."""
    with kafka_broker(tmp_path_factory.mktemp("silent"), SILENT) as address:
        yield address


@pytest.mark.parametrize("denied", DENIALS)
async def test_a_denied_permission_is_reported_and_work_goes_on_once_it_is_granted(denied: str, strict_broker: str) -> None:
    address = new_address(strict_broker)
    await create_streams(address)
    async with connect(address) as bus:
        await bus.publish(producer_records(ALERTS, 1))
        acl = denial(address, *DENIALS[denied])
        await add(acl, address)
        async with running(bus, delivery()) as health:
            await until(lambda: "refused the request" in (health["delivery"].trouble or ""))
            assert health["delivery"].state == "broken"
            assert "check [kafka] in the config and the broker's ACLs" in (health["delivery"].trouble or "")
            await send_request(address, DeleteAclsRequest(*acl))
            # The record is not an alert, so it becomes a dead letter.
            await until(lambda: replay(bus, DEAD))
            await until(lambda: health["delivery"].state == "running")
        assert len(await replay(bus, DEAD)) == 1


async def test_a_member_that_stands_by_is_told_that_its_group_is_denied(strict_broker: str) -> None:
    address = new_address(strict_broker)
    await create_streams(address)
    async with (
        connect(address) as bus,
        bus.subscribe("delivery", ALERTS, restore=restore_nothing) as first,
        bus.subscribe("delivery", ALERTS, restore=restore_nothing) as second,
    ):

        async def standby() -> Subscription | None:
            for each in (first, second):
                assert not await each.read(1, 0.05)
            states = {(each.is_ready(), len(each.partitions())): each for each in (first, second)}
            return states.get((True, 0)) if (True, 1) in states else None

        member = await until(standby)
        await add(denial(address, *DENIALS["the group"]), address)
        with pytest.raises(Misconfigured, match="refused the request"):
            await read_batch(member)


async def test_a_denied_takeover_is_raised_by_each_read(strict_broker: str) -> None:
    address = new_address(strict_broker)
    await add(denial(address, *DENIALS["the transactions"]), address)
    await create_streams(address)
    async with connect(address) as bus, bus.subscribe("delivery", ALERTS, restore=restore_nothing) as subscription:
        for _ in range(2):
            with pytest.raises(Misconfigured, match=r"refused .*TransactionalIdAuthorizationFailed.*\[kafka\]"):
                await read_batch(subscription)
        assert subscription.partitions() == frozenset()
    # The takeover asks for two transactional ids, of which one is allowed. The connection for that one has ended too.
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_process_that_may_not_publish_its_record_says_so_and_tries_again(strict_broker: str) -> None:
    address, process, stop = new_address(strict_broker), this_process(START), asyncio.Event()
    acl = denial(address, TOPIC, PROCESSES, WRITE)
    await create_streams(address)
    with capture_logs() as logs:
        async with connect(address) as bus:
            await add(acl, address)
            task = asyncio.create_task(report_presence(bus, process, {"poller": Health()}, stop))
            await until(lambda: any(each["event"] == "process record not published" for each in logs))
            await send_request(address, DeleteAclsRequest(*acl))

            async def is_published() -> bool:
                return any(record.key == process.id for record in await replay(bus, PROCESSES))

            await until(is_published)
            stop.set()
            await task


async def test_a_stream_on_a_broken_disk_is_reported(tmp_path: Path) -> None:
    with kafka_broker(tmp_path, TWO_DISKS) as broker:
        address = Address(f"kafka://{broker}", session_seconds=2)
        await create_streams(address)
        async with connect(address) as bus:
            await bus.publish(producer_records(ALERTS, 1))
            async with running(bus, delivery()) as health:
                await until(lambda: replay(bus, DEAD))
                disk = next(folder for folder in ("data", "second") if (tmp_path / folder / f"{ALERTS}-0").exists())
                (tmp_path / disk).rename(tmp_path / "gone")
                await until(lambda: "a disk has failed" in (health["delivery"].trouble or ""))
                assert health["delivery"].state == "waiting"


async def test_a_command_waits_while_the_cluster_names_no_broker(silent_broker: str) -> None:
    address = Address(f"kafka://{silent_broker}")
    await until_silent(silent_broker)
    assert len(await create_streams(address)) == len(STREAMS)
    await until_silent(silent_broker)
    async with connect(address) as bus:
        assert await bus.lag("alerts", "article.stories.v1") is None


async def test_each_client_waits_while_the_cluster_names_no_broker(silent_broker: str) -> None:
    address = Address(f"kafka://{silent_broker}")
    await until_silent(silent_broker)
    await create_streams(address)
    await until_silent(silent_broker)
    async with cluster_state(address) as cluster:
        assert await cluster.topic(topic(address, ALERTS))
        await until_silent(silent_broker)
        fence = Fence(cluster, "owner")
        await fence.start("starting")
        await fence.stop()


async def test_a_cluster_that_names_no_broker_for_long_is_told(silent_broker: str) -> None:
    broker = kafka_backend.broker(Address(f"kafka://{silent_broker}"))
    client = new_client(broker)
    await until_silent(silent_broker)
    try:
        with pytest.raises(NodeNotReadyError, match="names no broker that is ready"):
            await bootstrap_once_ready(client, 0.5)
    finally:
        await client.close()
    await until_silent(silent_broker)
    assert f"the broker {silent_broker} names no broker that is ready, not even itself: see" in str(await find_reason(broker))


async def until_silent(server: str) -> None:
    """Wait for the beginning of the seconds in which *server* names no broker."""
    while await names_no_broker(server):
        await asyncio.sleep(0.02)
    while not await names_no_broker(server):
        await asyncio.sleep(0.02)


async def names_no_broker(server: str) -> bool:
    """Return whether *server* names no broker in its metadata."""
    client = AIOKafkaClient(bootstrap_servers=server)
    try:
        await client.bootstrap()
        return not client.cluster.brokers()
    finally:
        await client.close()


def new_address(servers: str) -> Address:
    """Return the address of a new bus, with a prefix of its own."""
    return Address(f"kafka://{servers}/{secrets.token_hex(4)}", session_seconds=2)


Acl = tuple[int, str, int, str, str, int, int]


def denial(address: Address, kind: int, name: str, operation: int) -> Acl:
    """Return the ACL that denies everyone an *operation* on the resource *name* of the bus at *address*."""
    return kind, kafka_backend.broker(address).prefix + name, LITERAL, "User:ANONYMOUS", "*", operation, DENY


async def add(acl: Acl, address: Address) -> None:
    """Create *acl*, and wait until the broker applies it, which is a moment after its answer."""
    await send_request(address, CreateAclsRequest(*acl))

    async def is_applied() -> bool:
        return bool((await send_request(address, DescribeAclsRequest(*acl)))["resources"])

    await until(is_applied)


def delivery() -> Service[Alert, None]:
    """Return a service that reads alerts and publishes nothing but dead letters."""
    return Service("delivery", Alert, lambda _state, _alert: (), fresh=lambda _: None)
