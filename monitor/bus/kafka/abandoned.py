"""Ends the transactions that Kafka has left open of publishers, see hanging.py.

A process publishes under a name of its own, and under another one after an error. So nobody takes the place of a publisher,
as the next owner of a partition does.
"""

import re
from collections.abc import Collection

import structlog
from aiokafka.errors import IncompatibleBrokerVersion, KafkaError, for_code

from monitor.bus import Partition
from monitor.bus.kafka.cluster import Cluster
from monitor.bus.kafka.hanging import end, find_open, recorded_of
from monitor.bus.kafka.producer import TransactionalProducer
from monitor.bus.kafka.recorded import Open, Recorded, is_committed
from monitor.bus.kafka.transaction_requests import ListRequest
from monitor.concurrency import gather_all

NAME = "publish-"
"""How the names of publishers begin. A random number of 16 hexadecimal digits follows."""

log = structlog.get_logger()


async def end_abandoned(cluster: Cluster) -> None:
    """End what hangs of publishers. One that is at work goes on, since what it has open is not over for the coordinator.

    What may not be ended is logged, and left, as is what nobody knows the end of: readers tell what hides their records.
    Raises Kafka's errors.
    """
    try:
        found = {*await find_open(cluster, cluster.client, "")}
        if not (names := await _publishers(cluster, {each.producer_id for each in found})):
            return
        # Their last transaction was over before the second look if it is so before both.
        before = await _recorded(cluster, names)
        found.intersection_update(await find_open(cluster, cluster.client, ""))
        for each in found:
            # Asked anew for each: a publisher that has not noticed an outage may begin another transaction.
            known = (await _recorded(cluster, names)).get(each.producer_id)
            is_over = known and known == before.get(each.producer_id) and each.place not in known.open_in
            if known and is_over and is_committed(known, each) is not None:
                await _end(cluster, known, each)
    except (IncompatibleBrokerVersion, NotImplementedError):
        # It is older than Kafka 3.0.
        return


async def _end(cluster: Cluster, known: Recorded, found: Open) -> None:
    try:
        await end(cluster, cluster.client, known, found)
    except KafkaError as error:
        if error.retriable:
            raise
        log.warning(
            "may not end a transaction that Kafka has left open: allow ClusterAction on the cluster, or end it by hand",
            at=Partition(cluster.broker.stream(found.place.topic), found.place.partition).place(found.start),
            transactional_id=known.transactional_id,
            error=str(error),
        )


async def _publishers(cluster: Cluster, producer_ids: Collection[int]) -> set[str]:
    """Return the transactional ids of those of *producer_ids* that are publishers. Each broker that answers knows some."""
    if not producer_ids:
        return set()
    nodes = [node.nodeId for node in cluster.client.cluster.brokers()]
    ids = {each for some in await gather_all(_ids_on(cluster, node, producer_ids) for node in nodes) for each in some}
    ours = re.compile(rf"{re.escape(cluster.broker.prefix + NAME)}[0-9a-f]{{16}}(-pb?)?")
    return {each for each in ids if ours.fullmatch(each)}


async def _ids_on(cluster: Cluster, node: int, producer_ids: Collection[int]) -> set[str]:
    """Return what *node* lists; nothing if it is away. Once it is back, that counts as an outage, and is looked at again."""
    try:
        answer = (await cluster.client.send(node, ListRequest(producer_ids))).to_object()
        if answer["error_code"]:
            raise for_code(answer["error_code"])
    except KafkaError as error:
        if not error.retriable:
            raise
        return set()
    return {each["transactional_id"] for each in answer["transaction_states"]}


async def _recorded(cluster: Cluster, names: Collection[str]) -> dict[int, Recorded]:
    return await recorded_of([TransactionalProducer(cluster.broker, cluster.client, each) for each in names])
