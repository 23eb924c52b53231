"""Ends the transactions that Kafka has left open of publishers, see hanging.py.

A process publishes under a name of its own, and under another one after an error. So nobody takes the place of a publisher,
as the next owner of a partition does.
"""

import re
from collections.abc import Collection

import structlog
from aiokafka.errors import IncompatibleBrokerVersion, KafkaConnectionError, KafkaError, for_code

from monitor.bus import Misconfigured
from monitor.bus.kafka.client import ACCESS_ERRORS
from monitor.bus.kafka.cluster import Cluster
from monitor.bus.kafka.hanging import check_permission, end, find_open, recorded_of
from monitor.bus.kafka.producer import TransactionalProducer
from monitor.bus.kafka.recorded import Open, Recorded, is_committed
from monitor.bus.kafka.transaction_requests import ListRequest
from monitor.concurrency import gather_all

NAME = "publish-"
"""How the names of publishers begin. A random number of 16 hexadecimal digits follows."""

log = structlog.get_logger()


async def end_abandoned(cluster: Cluster) -> None:
    """End the transactions of publishers that hang. One that is in progress goes on: for the coordinator, it is not over.

    What may not be ended is logged, and left, as is what nobody knows the end of: readers tell what hides their records.
    Raises Kafka's errors. If a coordinator does not answer, or something cannot be ended, the others are ended before,
    as far as the brokers are there.
    """
    try:
        found = {*await find_open(cluster, cluster.client, "")}
        names, failure = await _publishers(cluster, {each.producer_id for each in found})
        if names:
            failure = await _end_all(cluster, found, names) or failure
    except (IncompatibleBrokerVersion, NotImplementedError):
        # It is older than Kafka 3.0.
        return
    if failure:
        raise failure


async def _end_all(cluster: Cluster, found: set[Open], names: Collection[str]) -> KafkaError | None:
    """End what is over of *found*. Return an error if something was not ended that may be later."""
    # Their last transaction was over before the second look if it is so before both.
    before, failure = await _recorded(cluster, names), None
    found.intersection_update(await find_open(cluster, cluster.client, ""))
    for each in found:
        try:
            # Asked anew for each: a publisher that has not noticed an outage may begin another transaction.
            known = (await _recorded(cluster, names)).get(each.producer_id)
            is_over = known and known == before.get(each.producer_id) and each.place not in known.open_in
            if known and is_over and is_committed(known, each) is not None:
                await check_permission(cluster, cluster.client, known, each)
                await end(cluster, cluster.client, known, each)
        except Misconfigured as error:
            log.warning("may not end a transaction that Kafka has left open", reason=str(error))
        except (KafkaConnectionError, IncompatibleBrokerVersion, *ACCESS_ERRORS):
            raise
        except KafkaError as error:
            # Another process may just have ended it: all look after an outage.
            failure = KafkaError(f"a transaction in {each.place.topic}/{each.place.partition}: {type(error).__name__}: {error}")
    return failure


async def _publishers(cluster: Cluster, producer_ids: Collection[int]) -> tuple[set[str], KafkaError | None]:
    """Return the transactional ids of those of *producer_ids* that are publishers. Each broker knows some of them.

    The error is that of a broker that did not answer: it may be starting, and know more later.
    """
    if not producer_ids:
        return set(), None
    nodes = [node.nodeId for node in cluster.client.cluster.brokers()]
    answers = await gather_all(_ids_on(cluster, node, producer_ids) for node in nodes)
    ours = re.compile(rf"{re.escape(cluster.broker.prefix + NAME)}[0-9a-f]{{16}}(-pb?)?")
    ids = {each for some in answers if not isinstance(some, KafkaError) for each in some if ours.fullmatch(each)}
    return ids, next((each for each in answers if isinstance(each, KafkaError)), None)


async def _ids_on(cluster: Cluster, node: int, producer_ids: Collection[int]) -> set[str] | KafkaError:
    """Return what *node* lists, or the error if that may pass. Raises other KafkaErrors."""
    try:
        answer = (await cluster.client.send(node, ListRequest(producer_ids))).to_object()
        if answer["error_code"]:
            raise for_code(answer["error_code"])
    except KafkaError as error:
        if not error.retriable:
            raise
        return error
    return {each["transactional_id"] for each in answer["transaction_states"]}


async def _recorded(cluster: Cluster, names: Collection[str]) -> dict[int, Recorded]:
    return await recorded_of([TransactionalProducer(cluster.broker, cluster.client, each) for each in names])
