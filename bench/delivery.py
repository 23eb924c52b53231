"""The CPU time of the delivery service while many alerts are pending for targets that are down, and of its start."""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from bench.harness import sqlite_bus
from consumers.delivery import service
from consumers.delivery.queue.delivery_queue import DeliveryQueue, Result
from consumers.delivery.queue.enqueue import enqueue
from consumers.delivery.sending.dispatcher import Dispatcher
from consumers.delivery.service import TICK
from consumers.delivery.targets.states import LONGEST_WAIT, MessageResult, after_message
from monitor.clock import utc
from monitor.config import Config, Target, Watch
from monitor.messages.codec import encode
from tests.make import alert
from tests.running import running, until

TARGETS, PENDING, TICKS = 1_000, 100_000, 40
COMMITTED = 1_000
"""Records in a commit of the log from which the service starts."""
CONFIG = Config(
    watches=(Watch("harbour", any=("harbour",)),),
    targets=tuple(Target(f"desk{number}", webhook="https://example.org/") for number in range(TARGETS)),
)


def pending_queue(now: datetime) -> DeliveryQueue:
    """Return a queue of PENDING alerts for TARGETS targets, each of which has failed and waits."""
    queue, targets = DeliveryQueue(), {target.id: target for target in CONFIG.targets}
    for number in range(PENDING):
        ident, story, to = f"harbour:s{number}", f"s{number}", (f"desk{number % TARGETS}",)
        pending = alert(id=ident, story=story, watch="harbour", to=to, title="A harbour", raised=now, updated=now)
        for record in enqueue(queue, pending, targets, limit=PENDING):
            queue.apply(record)
    for number, target in enumerate(CONFIG.targets):
        fail(queue, target, number, now)
    return queue


def fail(queue: DeliveryQueue, target: Target, number: int, now: datetime) -> None:
    """Record that *target* has failed at *now*."""
    outcome = MessageResult(target.id, f"harbour:s{number}:1", now, now, Result(503, "HTTP 503"))
    if state := after_message(queue.targets.get(target.id), target, outcome, (LONGEST_WAIT,), number / TARGETS):
        queue.apply(state)


def seconds_of(work: Callable[[], object]) -> float:
    """Return the CPU time of *work*."""
    began = time.thread_time()
    work()
    return time.thread_time() - began


async def start_seconds(queue: DeliveryQueue) -> float:
    """Return the CPU seconds from the start of the service, on a log with all records of *queue*, to its first tick."""
    records = [encode(record) for record in (*queue.pending.values(), *queue.targets.values())]
    async with sqlite_bus() as bus:
        for start in range(0, len(records), COMMITTED):
            await bus.publish(records[start : start + COMMITTED])
        began = time.process_time()
        async with running(bus, service.make(lambda: CONFIG)) as health:
            await until(lambda: health["delivery"].partitions)
            return time.process_time() - began


async def main() -> None:
    """Print the CPU time of a tick when nothing has changed, and after a target has failed again, and that of a start."""
    now = utc()
    queue, dispatcher = pending_queue(now), Dispatcher(lambda: CONFIG, drain_seconds=0)
    first = seconds_of(lambda: list(dispatcher.tick(queue, now)))
    moments = [now + timedelta(seconds=number * TICK) for number in range(TICKS)]
    idle = seconds_of(lambda: [list(dispatcher.tick(queue, moment)) for moment in moments]) / TICKS

    def changed_ticks() -> None:
        for number, moment in enumerate(moments):
            fail(queue, CONFIG.targets[number], number, moment)
            list(dispatcher.tick(queue, moment))

    changed = seconds_of(changed_ticks) / TICKS
    # A probe of each target an hour: a tick begins it, and another one sees its end.
    share = 2 * TARGETS * changed / 3600
    print(
        f"{PENDING:,} pending for {TARGETS:,} targets that are down: a tick without a change {idle * 1e3:.3f} ms CPU,"
        f" {100 * idle / TICK:.2f} % of a core; after a change {changed * 1e3:.1f} ms, {100 * share:.2f} % of a core with a"
        f" probe of each target an hour; the first tick after an edit of the config {first * 1e3:.0f} ms"
    )
    print(f"a start with these pending: {await start_seconds(queue):.1f} s CPU")


if __name__ == "__main__":
    asyncio.run(main())
