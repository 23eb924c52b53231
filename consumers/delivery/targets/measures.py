"""What the delivery service measures for /metrics. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator

from consumers.delivery.queue.delivery_queue import DeliveryQueue
from consumers.delivery.targets.states import current_state
from monitor.config import Config
from monitor.runtime.measures import Measure
from monitor.runtime.tally import MAX_LABELS, OTHER


def measures(config: Config, queues: Iterable[DeliveryQueue]) -> Iterator[Measure]:
    """Yield the number of targets by state, and that of the deliveries that are pending, for the targets of *config*.

    The deliveries of the targets after the first MAX_LABELS count together.
    """
    for queue in queues:
        found = [current_state(queue.targets.get(target.id), target) for target in config.targets]
        states: Counter[tuple[str, ...]] = Counter((state.state if state else "ok",) for state in found)
        yield Measure("targets", "Targets by state: ok, waiting after a failure, or disabled.", "gauge", states, ("state",))
        pending: Counter[tuple[str, ...]] = Counter()
        for index, target in enumerate(config.targets):
            pending[(target.id if index < MAX_LABELS else OTHER,)] += queue.counts[target.id]
        yield Measure("deliveries_pending", "Deliveries that wait, or are tried again.", "gauge", pending, ("target",))
