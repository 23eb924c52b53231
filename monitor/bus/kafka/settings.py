"""The settings of the topics: what is asked for when they are created, and how an existing topic differs from it. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from aiokafka import TopicPartition

from monitor.bus.kafka.client import MAX_RECORD_BYTES, Broker
from monitor.bus.kafka.topics import INTERNAL, ConfiguredTopic, Copies
from monitor.bus.streams import Difference, Stream

DAY_MS = 24 * 60 * 60 * 1000
SEGMENT_BYTES = 64 * 1024 * 1024
SEGMENTS_OF_RETENTION = 10
"""The segments that the records of a partition are in, at least, when the oldest of them expire. The broker neither deletes nor
compacts what is in the newest segment, which by default has up to 1 GiB and a week of records."""
MIN_IN_SYNC = "min.insync.replicas"


@dataclass(frozen=True, slots=True)
class Setting:
    """The *value* that a setting should have, and *why*.

    *harmless* says which other values nobody has to change: none, greater ones, or any. What is *checked_only* is not set by
    newsmonitor, since some providers refuse to set it.
    """

    name: str
    value: str
    why: str
    harmless: Literal["none", "greater", "any"] = "none"
    checked_only: bool = False


def topic_settings(stream: Stream, days: float, replication: int) -> tuple[Setting, ...]:
    """Return the settings of the topic of *stream*, which keeps records for *days*, on *replication* brokers.

    Retention uses the time at which the broker appended a record, since an article's own time may be years ago.
    """
    policy = ("compact,delete" if stream.expires else "compact") if stream.compact else "delete"
    if stream.expires:
        retention = Setting("retention.ms", str(int(days * DAY_MS)), "streams.days says how long records are kept", "greater")
    else:
        retention = Setting("retention.ms", "-1", "the state in it is needed for as long as its feed or watch exists")
    why = {
        "delete": "each record is needed until it expires",
        "compact": "the newest record of each key is state, and needed for ever",
        "compact,delete": "the newest record of each key is enough, and it expires",
    }[policy]
    return (
        Setting("cleanup.policy", policy, why),
        retention,
        Setting("retention.bytes", "-1", "a limit in bytes removes records before they are read"),
        Setting(
            "segment.ms",
            str(segment_ms(days)),
            "the newest segment is neither deleted nor compacted, so records stay longer",
            "any",
        ),
        Setting("segment.bytes", str(SEGMENT_BYTES), "what is not compacted yet is read at each start of a service", "any"),
        Setting("max.message.bytes", str(MAX_RECORD_BYTES), "a larger record stops the service that writes it", "greater"),
        Setting("compression.type", "producer", "the broker compresses again what is sent, which takes its CPU", "any"),
        Setting("message.timestamp.type", "LogAppendTime", "by an article's own time, records expire before they are read"),
        Setting(
            MIN_IN_SYNC, str(min_in_sync(replication)), "what only one broker has stored is lost if its disk fails", "greater"
        ),
        Setting(
            "unclean.leader.election.enable",
            "false",
            "a broker that lacks records may come to lead, and they are lost",
            checked_only=True,
        ),
    )


def segment_ms(days: float) -> int:
    """Return segment.ms for a topic that keeps records for *days*: a day, or a tenth of *days* if that is less."""
    return max(1, int(min(1.0, days / SEGMENTS_OF_RETENTION) * DAY_MS))


def min_in_sync(replication: int) -> int:
    """Return how many brokers must store a record: two where one of the others may be away, else one."""
    return max(1, min(2, replication - 1))


def creation_configs(stream: Stream, days: float, replication: int) -> dict[str, str]:
    """Return the settings with which the topic of *stream* is created."""
    return {each.name: each.value for each in topic_settings(stream, days, replication) if not each.checked_only}


def differences(
    broker: Broker, topics: Mapping[str, ConfiguredTopic], days: float, replication: int, brokers: int
) -> list[Difference]:
    """Return how the *topics* of the cluster, by name, differ from what is asked for. The cluster has so many *brokers*."""
    found, existing = list[Difference](), dict[str, ConfiguredTopic]()
    for stream in broker.streams.values():
        topic = topics.get(broker.topic(stream.name))
        if topic is None:
            found.append(Difference(stream.name, "does not exist: `newsmonitor streams create` creates it"))
            continue
        existing[stream.name] = topic
        found += _partitions(broker, stream, len(topic.copies.count))
        found += _copies(broker, stream, topic.copies, replication)
    copies = [topic.copies.fewest() for topic in existing.values()]
    return [
        *found,
        *_configs(broker, existing, days),
        *_internal(broker, topics, replication),
        *_cluster(broker, copies, replication, brokers),
    ]


def _partitions(broker: Broker, stream: Stream, count: int) -> Iterator[Difference]:
    wanted = stream.partitions
    if count > wanted:
        text = f"has {count} partitions instead of {wanted}: newsmonitor writes to the first {wanted} only; leave it so"
        yield Difference(stream.name, text, must_change=False)
    elif count < wanted:
        alter = _command("kafka-topics.sh", broker, f"--alter --topic {broker.topic(stream.name)} --partitions {wanted}")
        text = f"has {count} partitions instead of {wanted}: nothing is published to it; if it is still empty, {alter}"
        remedy = f"else set streams.partitions = {count}; feeds whose state is in another partition are then polled as new"
        yield Difference(stream.name, f"{text}, {remedy}")


def _copies(broker: Broker, stream: Stream, copies: Copies, replication: int) -> Iterator[Difference]:
    if (fewest := copies.fewest()) < replication:
        yield Difference(
            stream.name,
            f"has {_counted(fewest)} instead of {replication}: with the disk of its broker the records are lost;"
            f" add copies with {_reassign(broker)}, or lower streams.replication",
        )
    if behind := copies.behind():
        number = behind[0]
        yield Difference(
            stream.name,
            f"has {copies.in_sync[number]} of {copies.count[number]} copies in sync in partition {number}"
            f"{f' and {len(behind) - 1} others' if behind[1:] else ''}: start the broker that is away, or see its log",
        )


def _configs(broker: Broker, topics: Mapping[str, ConfiguredTopic], days: float) -> Iterator[Difference]:
    """Yield which settings of *topics*, by stream, differ: in one line those that differ alike."""
    alike: dict[tuple[str, str, bool], list[str]] = defaultdict(list)
    for stream, topic in topics.items():
        for each in topic_settings(broker.streams[stream], days, topic.copies.fewest()):
            actual = topic.configs.get(each.name, each.value)
            if _normalized(actual) != _normalized(each.value):
                text = f"{each.name} is {actual!r} instead of {each.value!r}: {_why(each, actual, topic)}"
                # Some shells take unquoted brackets for a pattern.
                alike[text, f"'{each.name}=[{each.value}]'", _is_harmless(each, actual, topic)].append(stream)
    for (text, value, is_harmless), streams in alike.items():
        where = streams[0] if len(streams) == 1 else f"in {len(streams)} streams"
        yield Difference(where, f"{text}; {_alter(broker, streams, value)}", must_change=not is_harmless)


def _alter(broker: Broker, streams: Sequence[str], value: str) -> str:
    """Return the command that gives a setting its *value* in *streams*."""
    topics = [broker.topic(each) for each in streams]
    topic = topics[0] if len(topics) == 1 else "$topic"
    command = _command("kafka-configs.sh", broker, f"--alter --topic {topic} --add-config {value}")
    return command if len(topics) == 1 else f"for topic in {' '.join(topics)}; do {command}; done"


def _is_harmless(setting: Setting, actual: str, topic: ConfiguredTopic) -> bool:
    if _is_without_effect(setting, topic):
        return True
    if setting.harmless != "greater":
        return setting.harmless == "any"
    is_greater = actual == "-1" or float(actual) > float(setting.value)
    return is_greater and (setting.name != MIN_IN_SYNC or int(actual) <= topic.copies.fewest())


def _why(setting: Setting, actual: str, topic: ConfiguredTopic) -> str:
    if _is_without_effect(setting, topic):
        return "nothing expires as long as cleanup.policy is compact alone"
    if setting.name == MIN_IN_SYNC and int(actual) > int(setting.value):
        is_impossible = int(actual) > topic.copies.fewest()
        return f"no record is accepted{'' if is_impossible else ' while one of its brokers is away'}"
    return setting.why


def _is_without_effect(setting: Setting, topic: ConfiguredTopic) -> bool:
    """Return whether *setting* is one of the retention of a topic that the broker only compacts."""
    return setting.name.startswith("retention.") and topic.configs.get("cleanup.policy") == "compact"


def _internal(broker: Broker, topics: Mapping[str, ConfiguredTopic], replication: int) -> Iterator[Difference]:
    for name in INTERNAL:
        if (topic := topics.get(name)) and (copies := topic.copies.fewest()) < replication:
            what = "the positions of all services" if name == INTERNAL[0] else "the ability to commit"
            text = f"has {_counted(copies)} instead of {replication}: {what} would go with one broker"
            yield Difference(name, f"{text}; add copies with {_reassign(broker)}")


def _cluster(broker: Broker, copies: Sequence[int], replication: int, brokers: int) -> Iterator[Difference]:
    """Yield a note if a lost broker takes records with it although there are others. *copies* are those of the streams."""
    if replication > 1 or brokers <= 2 or (copies and min(copies) > 1):  # noqa: PLR2004  (two copies need a third broker)
        return
    remedy = f"set streams.replication = 3, and add copies with {_reassign(broker)}"
    if not copies:
        remedy = "set streams.replication = 3 before they are created"
    text = f"have one copy, on a cluster of {brokers} brokers: {remedy}"
    yield Difference("streams", text, must_change=False)


def _counted(copies: int) -> str:
    return f"{copies} {'copy' if copies == 1 else 'copies'}"


def _normalized(value: str) -> str:
    return ",".join(sorted(value.split(",")))


def _reassign(broker: Broker) -> str:
    return _command("kafka-reassign-partitions.sh", broker, "--execute --reassignment-json-file FILE")


def abort_command(broker: Broker, tp: TopicPartition, start: int) -> str:
    """Return the command that aborts the transaction that is open in *tp* since the offset *start*."""
    arguments = f"abort --topic {tp.topic} --partition {tp.partition} --start-offset {start}"
    return _command("kafka-transactions.sh", broker, arguments)


def _command(script: str, broker: Broker, arguments: str) -> str:
    login = "" if broker.security.protocol == "PLAINTEXT" else " --command-config client.properties"
    return f"{script} --bootstrap-server {broker.servers.partition(',')[0]}{login} {arguments}"
