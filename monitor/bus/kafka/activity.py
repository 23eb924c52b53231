"""Members that have nothing to fetch: they stay in their group, and its errors are raised.

aiokafka counts only fetches as activity. A member that fetches nothing for `max_poll_interval_ms` leaves the group, and joins
it again only after a fetch. It also raises an error of the group only at the next fetch, and does not join before that. But a
member that stands by, or has left, has no partition to fetch from.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError

from monitor.bus import SubscriptionLost
from monitor.bus.kafka.bootstrap import has_moved
from monitor.bus.kafka.client import ACCESS_ERRORS
from monitor.bus.kafka.cluster import Cluster


@contextmanager
def active(consumer: AIOKafkaConsumer) -> Iterator[None]:
    """Count *consumer* as active until the context ends, also while it restores a state, which may take long.

    A consumer has one such context at a time.
    """
    state = consumer._subscription  # noqa: SLF001  (only a fetch sets it otherwise)
    state._fetch_count += 1  # noqa: SLF001  (as above)
    try:
        yield
    finally:
        # aiokafka does not count a fetch that fails as ended.
        state._fetch_count = 0  # noqa: SLF001  (as above)
        note_activity(consumer)


def note_activity(consumer: AIOKafkaConsumer) -> None:
    """Count *consumer* as active now. To be called between reads: a batch may take long, and be committed in parts."""
    consumer._subscription._last_fetch_ended = time.monotonic()  # noqa: SLF001  (as above)


def check_member(consumer: AIOKafkaConsumer, cluster: Cluster) -> None:
    """Raise SubscriptionLost if *consumer* cannot read for its group any more. Raise the broker's error if access is denied.

    *cluster* is the state of the brokers.
    """
    if has_moved(consumer._client, cluster.client):  # noqa: SLF001  (aiokafka does not tell which brokers it knows)
        raise SubscriptionLost("the brokers have other addresses")
    coordinator = consumer._coordinator  # noqa: SLF001  (only a fetch raises its errors otherwise)
    # aiokafka starts each of these once. The errors of its other tasks are among those of the coordinator.
    tasks = coordinator._coordination_task, consumer._fetcher._fetch_task, consumer._client._sync_task  # noqa: SLF001  (as above)
    for task in tasks:
        if task.done():
            reason = "it was cancelled" if task.cancelled() else task.exception() or "it returned"
            raise SubscriptionLost(f"a task of aiokafka has ended: {reason}")
    try:
        coordinator.check_errors()
    except ACCESS_ERRORS:
        raise
    except KafkaError as error:
        raise SubscriptionLost(f"no member of the group any more: {error}") from error
