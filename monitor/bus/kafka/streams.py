"""Creating and checking the topics of the streams."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import CommitFailedError, for_code

from monitor.bus import Misconfigured, Transient
from monitor.bus.kafka.bootstrap import bootstrap_once_ready
from monitor.bus.kafka.client import Broker, consumer, translate_errors
from monitor.bus.kafka.diagnosis import connecting
from monitor.bus.kafka.positions import committed
from monitor.bus.kafka.settings import creation_configs, differences
from monitor.bus.kafka.stopping import stop_all
from monitor.bus.kafka.topics import ConfiguredTopic, read_copies
from monitor.bus.streams import Difference

TOPIC_ALREADY_EXISTS, INVALID_REPLICATION_FACTOR = 36, 38
"""Kafka's error codes."""


async def create(broker: Broker, days: float, replication: int) -> list[str]:
    """Create the topics that do not exist, wait until they are visible, and return a line for each created here.

    Several processes may call this concurrently. Existing topics are not changed. Raises Misconfigured and Transient.
    """
    async with _admin(broker) as admin:
        present = await _partition_counts(admin)
        absent = [stream for stream in broker.streams.values() if broker.topic(stream.name) not in present]
        if not absent:
            return []
        wanted = [
            NewTopic(
                broker.topic(each.name),
                each.partitions,
                replication,
                topic_configs=creation_configs(each, days, replication),
            )
            for each in absent
        ]
        async with translate_errors("creating streams"):
            answer = await admin.create_topics(wanted)
        codes = _error_codes(answer.topic_errors)
        async with translate_errors("waiting for the streams"):
            # The broker answers before its metadata contains the topics, and offers no event to wait for.
            while not codes.keys() <= (await _partition_counts(admin)).keys():  # noqa: ASYNC110
                await asyncio.sleep(0.05)
    created = [each for each in absent if codes.get(broker.topic(each.name)) != TOPIC_ALREADY_EXISTS]
    return [
        f"created {each.name}: {each.partitions} partitions, {creation_configs(each, days, replication)['cleanup.policy']}"
        for each in created
    ]


def _error_codes(errors: Sequence[Sequence[Any]]) -> dict[str, int]:
    """Return the error code of each topic. aiokafka returns codes instead of raising. Raises Misconfigured.

    TOPIC_ALREADY_EXISTS is no failure: another process has created the topic.
    """
    for topic, code, *text in errors:
        if code not in {0, TOPIC_ALREADY_EXISTS}:
            reason = text[0] if text and text[0] else for_code(code).__name__
            remedy = "; lower streams.replication, or start more brokers" if code == INVALID_REPLICATION_FACTOR else ""
            raise Misconfigured(f"stream {topic} cannot be created: {reason}{remedy}")
    return {topic: code for topic, code, *_ in errors}


async def check(broker: Broker, days: float, replication: int) -> list[Difference]:
    """Return how the topics of the cluster differ from what is asked for. Raises Transient and Misconfigured."""
    async with _admin(broker) as admin:
        described, names = await _topics(admin), {broker.topic(stream) for stream in broker.streams}
        configs = await _configs(admin, sorted(names & described.keys()))
        topics = {name: ConfiguredTopic(read_copies(each), configs.get(name, {})) for name, each in described.items()}
        async with translate_errors("describing the cluster"):
            brokers = len((await admin.describe_cluster())["brokers"])
    return differences(broker, topics, days, replication, brokers)


@asynccontextmanager
async def _admin(broker: Broker) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(**broker.settings())
    try:
        async with connecting(broker):
            await admin.start()
            await bootstrap_once_ready(admin._client)  # noqa: SLF001  (its own start does not wait)
            # The start needs one of the servers only, and this also one of the brokers that it names.
            await admin.list_topics()
        yield admin
    finally:
        await stop_all([admin])


async def _topics(admin: AIOKafkaAdminClient) -> dict[str, list[dict[str, Any]]]:
    """Return the partitions of each existing topic."""
    async with translate_errors("listing streams"):
        return {topic["topic"]: topic["partitions"] for topic in await admin.describe_topics() if topic["partitions"]}


async def _partition_counts(admin: AIOKafkaAdminClient) -> dict[str, int]:
    """Return the number of partitions of each existing topic."""
    return {name: len(partitions) for name, partitions in (await _topics(admin)).items()}


async def _configs(admin: AIOKafkaAdminClient, topics: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return the settings of each topic. Raises Misconfigured if the broker does not tell them."""
    if not topics:
        return {}
    async with translate_errors("reading settings"):
        (answer,) = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic) for topic in topics])
        for code, text, _, name, _ in answer.resources:
            if code:
                raise for_code(code)(f"{name}: {text or 'its settings cannot be read'}")
    return {resource[3]: {entry[0]: entry[1] for entry in resource[4]} for resource in answer.resources}


async def skip(broker: Broker, group: str) -> None:
    """Move *group* to the oldest record kept, in each partition where the record at its position does not exist.

    Raises Transient if the broker is unavailable or a member of the group is running.
    """
    async with _admin(broker) as admin:
        counts = await _partition_counts(admin)
    client = AIOKafkaClient(**broker.settings())
    try:
        async with translate_errors("reading positions"):
            await bootstrap_once_ready(client)
            positions = await committed(client, broker.prefix + group)
    finally:
        await stop_all([client])
    known = [tp for tp in positions if tp.partition < counts.get(tp.topic, 0)]
    # The end offset includes open transactions.
    observer, member = consumer(broker, committed=False), consumer(broker, broker.prefix + group)
    try:
        async with translate_errors("skipping"):
            await observer.start()
            await member.start()
            oldest, ends = await observer.beginning_offsets(known), await observer.end_offsets(known)
            lost = {tp: oldest[tp] for tp in known if not oldest[tp] <= positions[tp] <= ends[tp]}
            member.assign(known)
            try:
                if lost:
                    await member.commit(lost)
            except CommitFailedError as error:
                # The broker keeps a member that was killed, or that has an instance id, for as long as its session lasts.
                text = f"{group} is running somewhere, or did within the last {broker.session_seconds:g} s"
                raise Transient(f"{text}; stop it, and try again after that time") from error
    finally:
        await stop_all([observer, member])
