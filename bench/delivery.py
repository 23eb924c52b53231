"""The CPU time of the delivery service while many alerts are pending for a target that is down."""

import asyncio
import time
from datetime import datetime, timedelta

from consumers.delivery.dispatcher import Dispatcher
from consumers.delivery.queue import DeliveryQueue, Result, after_attempt, enqueue
from consumers.delivery.service import TICK
from monitor.clock import utc
from monitor.config import Config, Target, Watch
from tests.make import alert

PENDING = 50_000
TICKS = 40
CONFIG = Config(watches=(Watch("harbour", any=("harbour",)),), targets=(Target("desk", webhook="https://example.org/"),))


def pending_queue(now: datetime) -> DeliveryQueue:
    """Return a queue of PENDING alerts, each after one failed attempt and due again in an hour."""
    state, targets = DeliveryQueue(), {target.id: target for target in CONFIG.targets}
    for number in range(PENDING):
        ident, story = f"harbour:s{number}", f"s{number}"
        pending = alert(id=ident, story=story, watch="harbour", to=("desk",), title="A harbour", raised=now, updated=now)
        for record in enqueue(state, pending, targets, limit=PENDING):
            state.apply(record)
            state.apply(after_attempt(record, Result(503, "HTTP 503"), (3600.0,), number / PENDING, now))
    return state


async def main() -> None:
    """Print the CPU time of the first tick and of a later one."""
    now = utc()
    state, dispatcher = pending_queue(now), Dispatcher(lambda: CONFIG, drain_seconds=0)
    began = time.thread_time()
    list(dispatcher.tick(state, now))
    first = time.thread_time() - began
    began = time.thread_time()
    for number in range(TICKS):
        list(dispatcher.tick(state, now + timedelta(seconds=number * TICK)))
    each = (time.thread_time() - began) / TICKS
    print(
        f"{PENDING} pending, none of them due: {each * 1e3:.3f} ms CPU a tick, {100 * each / TICK:.1f} % of a core;"
        f" the first tick after an edit of the config {first * 1e3:.0f} ms"
    )


if __name__ == "__main__":
    asyncio.run(main())
