"""Members that have nothing to fetch: they stay in their group, and its errors are raised.

aiokafka counts only fetches as activity. A member that fetches nothing for `max_poll_interval_ms` leaves the group, and joins
it again only after a fetch. An error of the group waits for the next fetch too, and the member does not join before that. But
a member that stands by, or has left, has no partition to fetch from.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from aiokafka import AIOKafkaConsumer

from monitor.bus import SubscriptionLost


@contextmanager
def active(consumer: AIOKafkaConsumer) -> Iterator[None]:
    """Count *consumer* as active until the context ends."""
    state = consumer._subscription  # noqa: SLF001  (only a fetch sets it otherwise)
    state._fetch_count += 1  # noqa: SLF001  (as above)
    try:
        yield
    finally:
        # aiokafka does not count a fetch that fails as ended.
        state._fetch_count, state._last_fetch_ended = 0, time.monotonic()  # noqa: SLF001  (as above)


def check_group(consumer: AIOKafkaConsumer) -> None:
    """Raise the error that keeps *consumer* from its group. It tries again after that. Raises SubscriptionLost if it cannot."""
    coordinator = consumer._coordinator  # noqa: SLF001  (only a fetch raises its errors otherwise)
    task = coordinator._coordination_task  # noqa: SLF001  (as above)
    if task.done():
        reason = "it was cancelled" if task.cancelled() else task.exception() or "it ended"
        raise SubscriptionLost(f"membership in the group has ended: {reason}")
    coordinator.check_errors()
