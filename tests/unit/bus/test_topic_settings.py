"""How the topics of a cluster differ from what is asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from monitor.bus.address import Security
from monitor.bus.kafka.client import Broker
from monitor.bus.kafka.settings import creation_configs, differences, topic_settings
from monitor.bus.kafka.topics import ConfiguredTopic, Copies
from monitor.bus.streams import STREAMS, Difference, Stream

ALERTS, RAW, FEED = STREAMS["alert.v1"], STREAMS["article.raw.v1"], STREAMS["feed.v1"]


def existing_topic(copies: Sequence[int], in_sync: Sequence[int], configs: Mapping[str, str]) -> ConfiguredTopic:
    """A topic with so many copies of each partition."""
    return ConfiguredTopic(Copies(dict(enumerate(copies)), dict(enumerate(in_sync))), configs)


def topic(stream: Stream, copies: int = 3, name: str = "", value: str = "") -> ConfiguredTopic:
    """Return the topic of *stream* with *copies* of each partition, as it is created but for the setting *name*."""
    configs = {**creation_configs(stream, 30, copies), "unclean.leader.election.enable": "false", name: value}
    return existing_topic((copies,) * stream.partitions, (copies,) * stream.partitions, configs)


def found(stream: Stream, existing: ConfiguredTopic, replication: int = 3, **internal: ConfiguredTopic) -> list[Difference]:
    """Return how the *existing* topic of *stream* differs, in a cluster of three brokers."""
    broker = Broker("one:9092,two:9092", "desk.", streams={stream.name: stream})
    return differences(broker, {f"desk.{stream.name}": existing, **internal}, 30, replication, 3)


@pytest.mark.parametrize("stream", STREAMS.values(), ids=str)
@pytest.mark.parametrize("copies", [1, 2, 3, 5])
def test_a_topic_as_it_is_created_has_no_difference(stream: Stream, copies: int) -> None:
    assert [each for each in found(stream, topic(stream, copies), copies) if each.stream != "streams"] == []


@pytest.mark.parametrize(
    ("name", "value", "must_change", "why"),
    [
        ("retention.ms", "86400000", True, "streams.days says how long"),
        ("retention.ms", "-1", False, "streams.days says how long"),
        ("retention.bytes", "1000000", True, "removes records before they are read"),
        ("cleanup.policy", "compact", True, "each record is needed until it expires"),
        ("segment.ms", "604800000", False, "neither deleted nor compacted"),
        ("segment.bytes", "1073741824", False, "read at each start"),
        ("max.message.bytes", "1048588", True, "a larger record stops the service"),
        ("max.message.bytes", "9000000", False, "a larger record"),
        ("compression.type", "zstd", False, "takes its CPU"),
        ("message.timestamp.type", "CreateTime", True, "expire before they are read"),
        ("min.insync.replicas", "1", True, "lost if its disk fails"),
        ("min.insync.replicas", "3", False, "no record is accepted while one of its brokers is away"),
        ("min.insync.replicas", "4", True, "no record is accepted;"),
        ("unclean.leader.election.enable", "true", True, "they are lost"),
    ],
)
def test_a_setting_that_differs_is_told_with_reason_and_remedy(name: str, value: str, must_change: bool, why: str) -> None:  # noqa: FBT001
    (each,) = found(ALERTS, topic(ALERTS, 3, name, value))
    assert each.must_change == must_change
    assert f"alert.v1 {name} is {value!r} instead of " in str(each)
    assert why in str(each)
    assert f"kafka-configs.sh --bootstrap-server one:9092 --alter --topic desk.alert.v1 --add-config '{name}=[" in str(each)


def test_state_that_is_needed_for_ever_must_not_expire() -> None:
    existing = topic(FEED, 3, "retention.ms", "999999999999")
    (each,) = found(FEED, existing)
    assert not each.must_change
    assert "nothing expires as long as cleanup.policy is compact alone" in str(each)
    deleted = replace(existing, configs={**existing.configs, "cleanup.policy": "compact,delete"})
    policy, retention = found(FEED, deleted)
    assert (policy.must_change, retention.must_change) == (True, True)
    assert "the state in it is needed for as long as its feed" in str(retention)
    assert {each.name: each.value for each in topic_settings(FEED, 30, 3)}["retention.ms"] == "-1"


@pytest.mark.parametrize(("days", "expected"), [(30, 86_400_000), (1, 8_640_000), (0.003, 25_920)])
def test_a_segment_is_short_beside_the_time_for_which_records_are_kept(days: float, expected: int) -> None:
    assert {each.name: each.value for each in topic_settings(ALERTS, days, 1)}["segment.ms"] == str(expected)


def test_what_differs_alike_in_several_streams_is_told_in_one_line() -> None:
    broker = Broker("one:9092", "desk.", streams={each.name: each for each in (ALERTS, RAW, FEED)})
    topics = {f"desk.{each.name}": topic(each, 3, "segment.bytes", "1073741824") for each in broker.streams.values()}
    topics["desk.feed.v1"] = topic(FEED, 3, "segment.bytes", "99")
    several, one = differences(broker, topics, 30, 3, 3)
    assert (several.must_change, one.must_change) == (False, False)
    assert str(several).startswith("in 2 streams segment.bytes is '1073741824' instead of '67108864': ")
    assert str(several).endswith(
        "; for topic in desk.alert.v1 desk.article.raw.v1;"
        " do kafka-configs.sh --bootstrap-server one:9092 --alter --topic $topic --add-config 'segment.bytes=[67108864]'; done"
    )
    assert str(one).startswith("feed.v1 segment.bytes is '99' instead of ")


def test_the_order_of_a_list_makes_no_difference() -> None:
    story = STREAMS["story.v1"]
    assert found(story, topic(story, 3, "cleanup.policy", "delete,compact")) == []


def test_partitions_are_never_to_be_deleted() -> None:
    fewer, more = replace(RAW, partitions=2), replace(RAW, partitions=9)
    (each,) = found(RAW, topic(fewer))
    assert each.must_change
    assert "if it is still empty, kafka-topics.sh" in str(each)
    assert str(each).endswith(
        "else set streams.partitions = 2; feeds whose state is in another partition are then polled as new"
    )
    (each,) = found(RAW, topic(more))
    assert not each.must_change
    assert "delete" not in str(each)


def test_copies_that_are_missing_or_behind_are_told() -> None:
    (each,) = found(ALERTS, topic(ALERTS, 1))
    assert "has 1 copy instead of 3" in str(each)
    behind = existing_topic((3, 3, 3, 3), (3, 2, 1, 3), topic(RAW).configs)
    (each,) = found(RAW, behind)
    assert "has 2 of 3 copies in sync in partition 1 and 1 others: start the broker that is away" in str(each)


def test_what_the_brokers_store_themselves_needs_copies_too() -> None:
    (each,) = found(ALERTS, topic(ALERTS), __consumer_offsets=existing_topic((1,), (1,), {}))
    assert str(each).startswith("__consumer_offsets has 1 copy instead of 3: the positions of all services")


def test_one_copy_on_several_brokers_is_a_note() -> None:
    (each,) = found(ALERTS, topic(ALERTS, 1), replication=1)
    assert (each.must_change, each.stream) == (False, "streams")
    assert "set streams.replication = 3, and add copies with kafka-reassign-partitions.sh" in str(each)
    assert found(ALERTS, topic(ALERTS, 3), replication=1) == []
    *_, each = differences(Broker("one:9092"), {}, 30, 1, 3)
    assert str(each).endswith("set streams.replication = 3 before they are created")


def test_a_command_on_a_broker_with_a_login_names_the_file_that_it_needs() -> None:
    broker = Broker("one:9092", security=Security("SASL_SSL"), streams={ALERTS.name: ALERTS})
    (each,) = differences(broker, {ALERTS.name: topic(ALERTS, 3, "retention.bytes", "1")}, 30, 3, 3)
    assert "--bootstrap-server one:9092 --command-config client.properties --alter" in str(each)
