"""Ends the transactions of a partition's former owner that Kafka has left open in some of their partitions.

A broker that was killed while it ended a transaction goes on with that when it starts again. A partition that has no leader at
that moment counts as deleted. There the transaction stays open for ever, and all later records are hidden. The next owner ends
it as the coordinator has recorded it, and before it writes anything itself: in that partition, the first transaction of its own
would be one with that of the former owner.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import TypeVar

import structlog
from aiokafka import TopicPartition
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import (
    IncompatibleBrokerVersion,
    KafkaError,
    LeaderNotAvailableError,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
    for_code,
)
from aiokafka.protocol.offset import OffsetRequest

from monitor.bus import Misconfigured, Partition
from monitor.bus.kafka.cluster import Cluster
from monitor.bus.kafka.producer import TransactionalProducer, group_by_topic
from monitor.bus.kafka.recorded import Open, Recorded, is_committed
from monitor.bus.kafka.settings import abort_command
from monitor.bus.kafka.topics import INTERNAL
from monitor.bus.kafka.transaction_requests import MarkerRequest, PermissionsRequest, ProducersRequest
from monitor.concurrency import gather_all

T = TypeVar("T")
RETRY_SECONDS = 0.1
"""Seconds before another attempt, if the broker cannot answer now."""
LATEST = -1
"""The time that stands for the end of a partition."""
READ_UNCOMMITTED, READ_COMMITTED = 0, 1
REFUSED = TopicAuthorizationFailedError.errno
PASSED_OVER = frozenset({REFUSED, UnknownTopicOrPartitionError.errno})
"""Errors of partitions that are left out: an owner can have written to few of them, and a topic may have been deleted."""
ALTER, CLUSTER_ACTION = 1 << 7, 1 << 9
"""Kafka's bits for what a login may do to the cluster. Each of them allows to end transactions, the first from Kafka 4.0 on."""

log = structlog.get_logger()


@asynccontextmanager
async def ending_hanging(
    cluster: Cluster, client: AIOKafkaClient, group: str, producers: Collection[TransactionalProducer]
) -> AsyncIterator[None]:
    """End what hangs of the former *producers* of *group*. In between, their new ones fence them.

    The coordinator is asked before: the fencing replaces what it has recorded. Raises Misconfigured, before the fencing, if
    the broker would refuse to end a transaction, or if nothing tells how it ended. Raises Kafka's errors.
    """
    try:
        recorded = await recorded_of(producers)
    except (IncompatibleBrokerVersion, NotImplementedError):
        log.info("the broker is older than Kafka 3.0: transactions that it has left open are not looked for")
        recorded = {}
    found = await find_open(cluster, client, group, recorded) if recorded else []
    if found:
        # What is the same once more hangs. A former owner that is still at work begins and ends transactions meanwhile.
        again = await recorded_of(producers)
        same = {*found}.intersection(await find_open(cluster, client, group, recorded))
        unchanged = {id_: each for id_, each in recorded.items() if again.get(id_) == each}
        recorded |= again
        await _check(cluster, client, [(unchanged[each.producer_id], each) for each in same if each.producer_id in unchanged])
    yield
    # Now all that is over has ended, but for what hangs. Something may hang only since the fencing has aborted it.
    if found or any(each.open_in for each in recorded.values()):
        for each in await find_open(cluster, client, group, recorded):
            await _retry(partial(end, cluster, client, recorded[each.producer_id], each))


async def is_left_open(
    cluster: Cluster, client: AIOKafkaClient, group: str, producers: Collection[TransactionalProducer]
) -> bool:
    """Return whether a transaction of *producers* hangs, once none is in progress: a broker that has just started may end some.

    Return False if the broker is too old to tell. Raises Kafka's errors.
    """
    ids = [each.producer_id for each in producers]
    try:
        while await find_open(cluster, client, group, ids):
            recorded = await recorded_of(producers)
            found = await find_open(cluster, client, group, ids)
            if not any(each.place in recorded[each.producer_id].open_in for each in found if each.producer_id in recorded):
                return bool(found)
            await asyncio.sleep(RETRY_SECONDS)
    except (IncompatibleBrokerVersion, NotImplementedError):
        pass
    return False


async def _retry(call: Callable[[], Awaitable[T]]) -> T:
    """Return what *call* does, once the brokers can answer. A leader may have changed just now. Raises Kafka's other errors."""
    while True:
        try:
            return await call()
        except KafkaError as error:
            if not error.retriable:
                raise
            await asyncio.sleep(RETRY_SECONDS)


async def recorded_of(producers: Collection[TransactionalProducer]) -> dict[int, Recorded]:
    """Return what is recorded of *producers*, by the ids of their former ones. Raises Kafka's errors."""
    answers = await gather_all(each.recorded() for each in producers)
    return {each.producer_id: each for each in answers if each}


async def _check(cluster: Cluster, client: AIOKafkaClient, hanging: Iterable[tuple[Recorded, Open]]) -> None:
    """Raise Misconfigured if one of *hanging* cannot be ended."""
    for recorded, each in hanging:
        if each.place in recorded.open_in:
            # It is in progress, and the fencing ends it.
            continue
        if is_committed(recorded, each) is None:
            remedy = "look at its records, see docs/operations.md, before you drop them with"
            raise _refusal(cluster, recorded, each, f"Nothing tells whether it was committed: {remedy} {_abort(cluster, each)}")
        await check_permission(cluster, client, recorded, each)


async def check_permission(cluster: Cluster, client: AIOKafkaClient, recorded: Recorded, found: Open) -> None:
    """Raise Misconfigured if the brokers would refuse to end *found*, whose outcome is known."""
    answer = await client.send(client.get_random_node(), PermissionsRequest())
    if not answer.cluster_authorized_operations & (ALTER | CLUSTER_ACTION):
        remedy = "allow the login of newsmonitor Describe and ClusterAction on the cluster, and it"
        if is_committed(recorded, found):
            raise _refusal(
                cluster, recorded, found, f"It was committed: {remedy} commits it. To abort it would lose its records"
            )
        raise _refusal(cluster, recorded, found, f"It was aborted: {remedy} aborts it, or run {_abort(cluster, found)}")


async def find_open(
    cluster: Cluster, client: AIOKafkaClient, group: str, producer_ids: Collection[int] | None = None
) -> list[Open]:
    """Return the transactions of *producer_ids*, or of all, that are open in a partition. Raises Kafka's errors."""
    return await _retry(partial(_find_once, cluster, client, group, producer_ids))


async def _find_once(cluster: Cluster, client: AIOKafkaClient, group: str, producer_ids: Collection[int] | None) -> list[Open]:
    nodes: defaultdict[int, list[TopicPartition]] = defaultdict(list)
    for tp in _written(cluster, group):
        if (node := cluster.leader(tp)) is not None and node >= 0:
            nodes[node].append(tp)
    found = await gather_all(_find_on(client, node, places, producer_ids) for node, places in nodes.items())
    return [each for some in found for each in some]


def _written(cluster: Cluster, group: str) -> list[TopicPartition]:
    """Return the partitions that can have been written to: those of all streams, and that of the positions of *group*."""
    topics = [topic for topic in map(cluster.broker.topic, cluster.broker.streams) if topic in cluster.topics]
    places = [TopicPartition(topic, number) for topic in topics for number in cluster.topics[topic].leaders]
    if group and (positions := cluster.topics.get(INTERNAL[0])):
        places.append(TopicPartition(INTERNAL[0], hash_of_group(group) % len(positions.leaders)))
    return places


def hash_of_group(name: str) -> int:
    """Return the hash by which Kafka chooses the partition of a group: the absolute value of Java's hash of a text."""
    result = 0
    for unit in memoryview(name.encode("utf-16-le")).cast("H"):
        result = (31 * result + unit) & 0xFFFFFFFF
    return min(result, 2**32 - result) % 2**31


async def _find_on(
    client: AIOKafkaClient, node: int, places: Sequence[TopicPartition], producer_ids: Collection[int] | None
) -> list[Open]:
    """Return what is open in *places*, which *node* leads. Only where records are hidden, it is asked by whom."""
    stable, ends = await gather_all(_latest(client, node, places, each) for each in (READ_COMMITTED, READ_UNCOMMITTED))
    if not (hiding := [tp for tp, offset in stable.items() if offset < ends.get(tp, 0)]):
        return []
    answer = (await client.send(node, ProducersRequest(group_by_topic((tp, tp.partition) for tp in hiding)))).to_object()
    if refused := [
        topic["topic"] for topic in answer["topics"] for each in topic["partitions"] if each["error_code"] == REFUSED
    ]:
        log.warning(
            "may not look whether Kafka has left a transaction open: allow Read on the topics", topics=sorted({*refused})
        )
    return [
        Open(tp, each["start_offset"], each["producer_id"], each["producer_epoch"], each["coordinator_epoch"])
        for topic in answer["topics"]
        for partition in topic["partitions"]
        if _is_answered(partition["error_code"])
        for tp in [TopicPartition(topic["topic"], partition["partition"])]
        for each in partition["producers"]
        if (producer_ids is None or each["producer_id"] in producer_ids) and each["start_offset"] >= 0
    ]


async def _latest(
    client: AIOKafkaClient, node: int, places: Sequence[TopicPartition], isolation: int
) -> dict[TopicPartition, int]:
    """Return the ends of *places* as a reader with *isolation* sees them."""
    parts = group_by_topic((tp, (tp.partition, LATEST)) for tp in places)
    answer = await client.send(node, OffsetRequest(-1, isolation, parts))
    return {
        TopicPartition(topic, number): offset
        for topic, partitions in answer.topics
        for number, code, _, offset in partitions
        if _is_answered(code)
    }


def _is_answered(code: int) -> bool:
    if code and code not in PASSED_OVER:
        raise for_code(code)
    return not code


async def end(cluster: Cluster, client: AIOKafkaClient, recorded: Recorded, found: Open) -> None:
    """Write to the partition what the coordinator should have written. Raises Kafka's errors."""
    node, committed, tp = cluster.leader(found.place), is_committed(recorded, found), found.place
    if committed is None:
        # Another owner has begun it since. The next attempt says what is not known.
        raise KafkaError(f"a transaction of {recorded.transactional_id} in {tp.topic}/{tp.partition} is not over yet")
    if node is None or node < 0:
        # To give up would lose what is recorded: of an aborted transaction, the fencing leaves nothing that tells it.
        raise LeaderNotAvailableError(f"{tp.topic}/{tp.partition}")
    producer, partitions = (found.producer_id, found.epoch), [(tp.topic, [tp.partition])]
    request = MarkerRequest(producer, max(0, found.coordinator_epoch), partitions, committed=committed)
    answer = (await client.send(node, request)).to_object()
    for code in (each["error_code"] for topic in answer["markers"][0]["topics"] for each in topic["partitions"]):
        if code:
            raise for_code(code)
    log.warning(
        "ended a transaction that Kafka had left open",
        at=Partition(cluster.broker.stream(tp.topic), tp.partition).place(found.start),
        transactional_id=recorded.transactional_id,
        committed=committed,
    )


def _refusal(cluster: Cluster, recorded: Recorded, found: Open, reason: str) -> Misconfigured:
    """Return the error for *found*, which cannot be ended for this *reason*."""
    place = Partition(cluster.broker.stream(found.place.topic), found.place.partition).place(found.start)
    what = f"Kafka has left a transaction of {recorded.transactional_id} open, which hides all later records: {place}"
    return Misconfigured(f"{what}. {reason}")


def _abort(cluster: Cluster, found: Open) -> str:
    return abort_command(cluster.broker, found.place, found.start)
