"""What other programs and administrators do to the topics of a Kafka bus."""

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

import psutil
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.admin.records_to_delete import RecordsToDelete
from aiokafka.client import AIOKafkaClient
from aiokafka.protocol.admin import CreateAclsRequest, DeleteAclsRequest, DeleteGroupsRequest, DescribeAclsRequest

from monitor.bus import Bus, Misconfigured, ProducerRecord, Transient
from monitor.bus import kafka as kafka_backend
from monitor.bus.backends import Address, skip
from monitor.bus.kafka.cluster import Cluster

WITHOUT_CRAMJAM = (sys.executable, "-c", "import sys; sys.modules['cramjam'] = None; exec(sys.argv.pop(1))")
"""The command that runs a program, its next argument, where the package cramjam cannot be imported."""


def servers(address: Address) -> str:
    """Return HOST:PORT of the broker."""
    return kafka_backend.broker(address).servers


def topic(address: Address, stream: str) -> str:
    """Return the name of the topic of *stream*."""
    return kafka_backend.broker(address).topic(stream)


@asynccontextmanager
async def cluster_state(address: Address) -> AsyncIterator[Cluster]:
    """Yield the state of the brokers."""
    cluster = Cluster(kafka_backend.broker(address))
    await cluster.start()
    try:
        yield cluster
    finally:
        await cluster.close()


def connections(address: Address) -> int:
    """Return the number of connections that this process has with the broker."""
    port = int(servers(address).rpartition(":")[2])
    return sum(bool(each.raddr) and each.raddr.port == port for each in psutil.Process().net_connections("tcp"))


@asynccontextmanager
async def admin(address: Address) -> AsyncIterator[AIOKafkaAdminClient]:
    """Open an administrator's connection."""
    client = AIOKafkaAdminClient(bootstrap_servers=servers(address))
    await client.start()
    try:
        yield client
    finally:
        await client.close()


async def delete_records(address: Address, stream: str, before: int) -> None:
    """Delete the records before an offset, as retention does; -1 deletes all."""
    async with admin(address) as client:
        await client.delete_records({TopicPartition(topic(address, stream), 0): RecordsToDelete(before)})


async def delete_stream(address: Address, stream: str) -> None:
    """Delete the topic of *stream*."""
    async with admin(address) as client:
        await client.delete_topics([topic(address, stream)])


async def delete_group(address: Address, group: str) -> None:
    """Delete the positions of a *group*, as the broker does by itself after a week. Wait until it no longer runs."""
    client = AIOKafkaClient(bootstrap_servers=servers(address))
    await client.bootstrap()
    try:
        request = DeleteGroupsRequest([kafka_backend.broker(address).prefix + group])
        while (await client.send(client.get_random_node(), request)).results[0][1]:
            pass
    finally:
        await client.close()


async def create_stream(address: Address, stream: str, partitions: int = 1) -> None:
    """Create the topic of *stream* with the broker's own settings, as soon as a former one is gone."""
    async with admin(address) as client:
        while (await client.create_topics([NewTopic(topic(address, stream), partitions, 1)])).topic_errors[0][1]:
            pass


async def add_partitions(address: Address, stream: str, partitions: int) -> None:
    """Give the topic of *stream* so many partitions, and wait until they are known."""
    async with admin(address) as client:
        name = topic(address, stream)
        await client.create_partitions({name: NewPartitions(total_count=partitions)})
        while len((await client.describe_topics([name]))[0]["partitions"]) < partitions:
            pass


async def set_config(address: Address, stream: str, settings: Mapping[str, str]) -> None:
    """Replace the settings of the topic of *stream*, and wait until the broker lists them. It applies them a moment later."""
    async with admin(address) as client:
        resource = ConfigResource(ConfigResourceType.TOPIC, topic(address, stream), configs=dict(settings))
        await client.alter_configs([resource])
        wanted = ConfigResource(ConfigResourceType.TOPIC, topic(address, stream))
        while True:
            (answer,) = await client.describe_configs([wanted])
            actual = {entry[0]: entry[1] for entry in answer.resources[0][4]}
            if settings.items() <= actual.items():
                return


async def is_refused(bus: Bus, record: ProducerRecord) -> bool:
    """Publish *record*. Return whether the settings of its topic do not allow that."""
    try:
        await bus.publish([record])
    except Misconfigured:
        return True
    return False


@asynccontextmanager
async def other_program(address: Address, **settings: Any) -> AsyncIterator[AIOKafkaProducer]:
    """Open a producer of another program."""
    producer = AIOKafkaProducer(bootstrap_servers=servers(address), **settings)
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


async def skip_once_stopped(address: Address, group: str) -> None:
    """Skip what *group* has missed, as soon as the broker knows that its last member has left."""
    async with asyncio.timeout(20):
        while True:
            with suppress(Transient):
                return await skip(address, group)


async def set_position(address: Address, group: str, stream: str, offset: int) -> None:
    """Set the position of a *group* that is not running."""
    name = kafka_backend.broker(address).prefix + group
    consumer = AIOKafkaConsumer(bootstrap_servers=servers(address), group_id=name, enable_auto_commit=False)
    await consumer.start()
    try:
        partition = TopicPartition(topic(address, stream), 0)
        consumer.assign([partition])
        await consumer.commit({partition: offset})
    finally:
        await consumer.stop()


async def leader(address: Address, stream: str) -> int:
    """Return the number of the broker that leads the first partition of *stream*."""
    async with admin(address) as client:
        (described,) = await client.describe_topics([topic(address, stream)])
        return {int(each["partition"]): int(each["leader"]) for each in described["partitions"]}[0]


async def send_request(
    address: Address, request: CreateAclsRequest | DeleteAclsRequest | DescribeAclsRequest
) -> dict[str, Any]:
    """Send a request that aiokafka's admin client does not offer; return the answer."""
    client = AIOKafkaClient(bootstrap_servers=servers(address))
    await client.bootstrap()
    try:
        response = (await client.send(client.get_random_node(), request)).to_object()
        assert all(code == 0 for code, *_ in response.get("results", [])), response
        assert response.get("error_code", 0) == 0, response
        return dict(response)
    finally:
        await client.close()
