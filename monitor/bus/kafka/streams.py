"""Making and checking the streams on a broker, with their settings."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import for_code

from monitor.bus import Misconfigured
from monitor.bus.kafka.client import FETCH_BYTES, Broker, consumer, patient, stop_all
from monitor.bus.streams import Stream

DAY_MS = 24 * 60 * 60 * 1000
EXISTS = 36


def settings(stream: Stream, days: float) -> dict[str, str]:
    """The settings of *stream* on the broker, kept for *days*. Time is the broker's: an article's own may be years ago."""
    policy = ("compact,delete" if stream.expires else "compact") if stream.compact else "delete"
    return {
        "cleanup.policy": policy,
        "retention.ms": str(int(days * DAY_MS)) if stream.expires else "-1",
        "max.message.bytes": str(FETCH_BYTES),
        "message.timestamp.type": "LogAppendTime",
    }


async def create(broker: Broker, days: float, replication: int) -> list[str]:
    """Make the streams that are absent, and wait until they are to be seen; gives a line for each that was made here.

    Several processes may do so at once. Raises Misconfigured, Transient.
    """
    async with _admin(broker) as admin:
        present = await _partitions(admin)
        absent = [stream for stream in broker.streams.values() if broker.topic(stream.name) not in present]
        if not absent:
            return []
        wanted = [
            NewTopic(broker.topic(each.name), each.partitions, replication, topic_configs=settings(each, days))
            for each in absent
        ]
        async with patient("making streams"):
            answer = await admin.create_topics(wanted)
        codes = _codes(answer.topic_errors)
        async with patient("waiting for the streams"):
            # A broker's answer comes before its own list of topics knows of them, and it can only be asked.
            while not codes.keys() <= (await _partitions(admin)).keys():  # noqa: ASYNC110
                await asyncio.sleep(0.05)
    made = [each for each in absent if codes.get(broker.topic(each.name)) != EXISTS]
    return [f"made {each.name}: {each.partitions} partitions, {settings(each, days)['cleanup.policy']}" for each in made]


def _codes(errors: Sequence[Sequence[Any]]) -> dict[str, int]:
    """What became of each topic. aiokafka gives error codes back instead of raising; another process may have been quicker."""
    for topic, code, *said in errors:
        if code not in {0, EXISTS}:
            reason = said[0] if said and said[0] else for_code(code).__name__
            raise Misconfigured(f"stream {topic} cannot be made: {reason}")
    return {topic: code for topic, code, *_ in errors}


async def check(broker: Broker, days: float) -> list[str]:
    """How the streams differ from what they should be, each with the remedy. Raises Transient."""
    async with _admin(broker) as admin:
        present = await _partitions(admin)
        found = []
        for stream in broker.streams.values():
            count = present.get(broker.topic(stream.name))
            if count is None:
                found.append(f"{stream.name} is absent: `newsmonitor streams create` makes it")
                continue
            if count != stream.partitions:
                found.append(
                    f"{stream.name} has {count} partitions instead of {stream.partitions}: remove it and create it anew"
                )
            is_set = await _settings(admin, broker.topic(stream.name))
            for name, value in settings(stream, days).items():
                if _normal(is_set.get(name, "")) != _normal(value):
                    remedy = f"kafka-configs.sh --alter --topic {broker.topic(stream.name)} --add-config {name}=[{value}]"
                    found.append(f"{stream.name}: {name} is {is_set.get(name)!r} instead of {value!r}: {remedy}")
    return found


def _normal(value: str) -> str:
    return ",".join(sorted(value.split(",")))


@asynccontextmanager
async def _admin(broker: Broker) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(**broker.settings())
    try:
        async with patient("connecting"):
            await admin.start()
        yield admin
    finally:
        await admin.close()


async def _partitions(admin: AIOKafkaAdminClient) -> dict[str, int]:
    """The topics that are there, with how many partitions they have."""
    async with patient("asking for streams"):
        return {topic["topic"]: len(topic["partitions"]) for topic in await admin.describe_topics()}


async def _settings(admin: AIOKafkaAdminClient, topic: str) -> Mapping[str, str]:
    async with patient("asking for settings"):
        (answer,) = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])
    return {entry[0]: entry[1] for resource in answer.resources for entry in resource[4]}


async def skip(broker: Broker, group: str) -> None:
    """Move *group* to the oldest message that is kept wherever it stands before that. Raises Transient."""
    async with _admin(broker) as admin:
        async with patient("asking for positions"):
            known = await admin.list_consumer_group_offsets(broker.prefix + group)
        member = consumer(broker, broker.prefix + group)
        try:
            async with patient("skipping"):
                await member.start()
                member.assign(list(known))
                earliest = await member.beginning_offsets(list(known))
                behind = {at: earliest[at] for at, position in known.items() if position.offset < earliest[at]}
                if behind:
                    await member.commit(behind)
        finally:
            await stop_all([member])
