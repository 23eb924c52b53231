"""Creating and checking the topics of the streams."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import CommitFailedError, for_code

from monitor.bus import Misconfigured, Transient
from monitor.bus.kafka.client import MAX_RECORD_BYTES, Broker, consumer, stop_all, translate_errors
from monitor.bus.kafka.positions import committed
from monitor.bus.streams import Stream

SAFE = {"unclean.leader.election.enable": "false"}
"""Settings that are checked but not set, since some providers refuse to set them. With others, a crash loses records."""
DAY_MS = 24 * 60 * 60 * 1000
TOPIC_ALREADY_EXISTS = 36
"""Kafka's error code."""


def settings(stream: Stream, days: float) -> dict[str, str]:
    """Return the topic settings of *stream*, which keeps records for *days*.

    Retention uses the time at which the broker appended a record, since an article's own time may be years ago.
    """
    policy = ("compact,delete" if stream.expires else "compact") if stream.compact else "delete"
    return {
        "cleanup.policy": policy,
        "retention.ms": str(int(days * DAY_MS)) if stream.expires else "-1",
        # A limit in bytes removes records before they are read. The broker's default may have one.
        "retention.bytes": "-1",
        "max.message.bytes": str(MAX_RECORD_BYTES),
        # The broker stores batches as they are sent, and need not compress them again.
        "compression.type": "producer",
        "message.timestamp.type": "LogAppendTime",
    }


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
            NewTopic(broker.topic(each.name), each.partitions, replication, topic_configs=settings(each, days))
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
    return [f"created {each.name}: {each.partitions} partitions, {settings(each, days)['cleanup.policy']}" for each in created]


def _error_codes(errors: Sequence[Sequence[Any]]) -> dict[str, int]:
    """Return the error code of each topic. aiokafka returns codes instead of raising. Raises Misconfigured.

    TOPIC_ALREADY_EXISTS is no failure: another process has created the topic.
    """
    for topic, code, *text in errors:
        if code not in {0, TOPIC_ALREADY_EXISTS}:
            reason = text[0] if text and text[0] else for_code(code).__name__
            raise Misconfigured(f"stream {topic} cannot be created: {reason}")
    return {topic: code for topic, code, *_ in errors}


async def check(broker: Broker, days: float) -> list[str]:
    """Return a line with the remedy for each topic that is absent or has other settings. Raises Transient."""
    async with _admin(broker) as admin:
        topics = await _topics(admin)
        present = {name: len(partitions) for name, partitions in topics.items()}
        replicas = {name: min(len(each["replicas"]) for each in partitions) for name, partitions in topics.items()}
        problems = []
        for stream in broker.streams.values():
            topic = broker.topic(stream.name)
            count = present.get(topic)
            if count is None:
                problems.append(f"{stream.name} does not exist: `newsmonitor streams create` creates it")
                continue
            if count != stream.partitions:
                problems.append(
                    f"{stream.name} has {count} partitions instead of {stream.partitions}: delete it and create it again"
                )
            actual = await _topic_settings(admin, topic)
            expected = settings(stream, days) | SAFE
            # With more, the broker refuses every record.
            expected["min.insync.replicas"] = str(min(int(actual.get("min.insync.replicas", 1)), replicas[topic]))
            for name, value in expected.items():
                if _sorted_items(actual.get(name, value)) != _sorted_items(value):
                    remedy = f"kafka-configs.sh --alter --topic {topic} --add-config {name}=[{value}]"
                    problems.append(f"{stream.name}: {name} is {actual.get(name)!r} instead of {value!r}: {remedy}")
    return problems


def _sorted_items(value: str) -> str:
    return ",".join(sorted(value.split(",")))


@asynccontextmanager
async def _admin(broker: Broker) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(**broker.settings())
    try:
        async with translate_errors("connecting"):
            await admin.start()
        yield admin
    finally:
        await admin.close()


async def _topics(admin: AIOKafkaAdminClient) -> dict[str, list[dict[str, Any]]]:
    """Return the partitions of each existing topic."""
    async with translate_errors("listing streams"):
        return {topic["topic"]: topic["partitions"] for topic in await admin.describe_topics() if topic["partitions"]}


async def _partition_counts(admin: AIOKafkaAdminClient) -> dict[str, int]:
    """Return the number of partitions of each existing topic."""
    return {name: len(partitions) for name, partitions in (await _topics(admin)).items()}


async def _topic_settings(admin: AIOKafkaAdminClient, topic: str) -> Mapping[str, str]:
    async with translate_errors("reading settings"):
        (answer,) = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])
    return {entry[0]: entry[1] for resource in answer.resources for entry in resource[4]}


async def skip(broker: Broker, group: str) -> None:
    """Move *group* to the oldest record kept, in each partition where the record at its position does not exist.

    Raises Transient if the broker is unavailable or a member of the group is running.
    """
    async with _admin(broker) as admin:
        counts = await _partition_counts(admin)
    client = AIOKafkaClient(**broker.settings())
    try:
        async with translate_errors("reading positions"):
            await client.bootstrap()
            positions = await committed(client, broker.prefix + group)
    finally:
        await client.close()
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
                raise Transient(f"{group} is running somewhere; stop it and try again") from error
    finally:
        await stop_all([observer, member])
