"""Which deliveries an alert is queued for, and which others make room for it. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from consumers.delivery.queue.bursts import MAX_DIGEST, burst_members, minute_of
from consumers.delivery.queue.delivery_queue import DeliveryQueue, severity_rank
from consumers.delivery.queue.unwanted import asks_for, drop, end, is_below_threshold, leave_out, muted_reason, withhold
from monitor.config import Target, Updates
from monitor.marks import BRINGS_BACK
from monitor.messages import Alert, Delivery


def enqueue(
    queue: DeliveryQueue,
    alert: Alert,
    targets: Mapping[str, Target],
    limit: int = 1000,
    updates: Callable[[str], Updates] = lambda _: "all",
    burst: int | None = None,
) -> Iterator[Delivery]:
    """Yield the records that queue *alert* for each of its targets.

    An earlier version that is still pending is superseded. An alert that comes again, or after a later version, is not
    queued. If *limit* alerts are already pending for a target, the oldest of the least severe is dropped. An alert for a
    target that is not in *targets* is queued too: the target may be new, and the alerts service may have loaded that edit of
    the config first. A version that *updates* of the target does not ask for is withheld, if the target has had another one,
    and none is pending. If one is, the version takes its place. A muted alert is withheld. Of more than *burst* alerts for a
    target in a minute, the others are gathered, and the least severe beyond MAX_DIGEST are left out.
    """
    for target_id in dict.fromkeys(alert.to):
        if (target := targets.get(target_id)) and is_below_threshold(alert, target):
            continue
        if queue.is_outdated(target_id, alert):
            continue
        queued = Delivery(alert.id, alert.version, target_id, "queued", 0, alert.updated, alert.updated, None, None, alert)
        if reason := muted_reason(queue.marks.get(alert.id)):
            yield end(queued, "withheld", alert.updated, reason)
            continue
        earlier, asked_for = queue.pending.get((target_id, alert.id)), updates(target_id)
        if not asks_for(asked_for, alert):
            if earlier is None and queue.has_accepted(target_id, alert):
                yield withhold(queued, asked_for, alert.updated)
                continue
            queued = replace(queued, wanted=(earlier.wanted or earlier.version) if earlier else None)
        if earlier:
            yield end(earlier, "superseded", alert.updated, earlier.error)
            yield _carried_on(queued, earlier)
        else:
            yield from _add(queue, queued, alert, limit, burst)


def _add(queue: DeliveryQueue, queued: Delivery, alert: Alert, limit: int, burst: int | None) -> Iterator[Delivery]:
    """Yield *queued*, after the record of the delivery that makes room for it. If it is the least severe, it is left out."""
    target_id = queued.target
    arrivals, pending = queue.arrivals.get(target_id), queue.by_target.get(target_id, {})
    if burst is not None and arrivals and alert.severity != "critical" and arrivals.is_burst(minute_of(alert), burst):
        queued = replace(queued, burst=minute_of(alert))
        gathered = burst_members(pending.values(), minute_of(alert))
        if len(gathered) >= MAX_DIGEST:
            least = min((queued, *gathered), key=severity_rank)
            yield leave_out(least, alert.updated)
            if least is not queued:
                yield queued
            return
    if len(pending) >= limit:
        least = min((*pending.values(), queued), key=severity_rank)
        error = f"{limit} alerts are already pending for {target_id!r} (delivery.queue), and none is less severe"
        yield replace(drop(least, error, alert.updated), left_out=1)
        if least is queued:
            return
    yield queued


def _carried_on(queued: Delivery, earlier: Delivery) -> Delivery:
    """Return *queued* with what *earlier*, of which it takes the place, has waited for."""
    if earlier.body is None:
        return queued
    brings_back = earlier.version if earlier.body.change in BRINGS_BACK else earlier.brings_back
    since = earlier.since or earlier.body.updated
    return replace(queued, since=since, brings_back=brings_back, burst=earlier.burst)
