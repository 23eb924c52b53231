"""What delivery takes of a core while a target has been down for so long that much is pending."""

import asyncio
import time
from datetime import datetime, timedelta

from consumers.delivery.dispatcher import Dispatcher
from consumers.delivery.queue import DeliveryQueue, Result, after_attempt, enqueue
from consumers.delivery.service import TICK
from monitor.clock import utc
from monitor.config import Config, Target, Watch
from monitor.messages import Alert

PENDING = 50_000
TICKS = 40
CONFIG = Config(watches=(Watch("harbour", any=("harbour",)),), targets=(Target("desk", webhook="https://example.org/"),))


def raised(number: int, now: datetime) -> Alert:
    """The first version of one alert of many."""
    return Alert(
        id=f"harbour:s{number}", version=1, change="new", watch="harbour", watch_hash="a", config_hash="b", severity="high",
        to=("desk",), story=f"s{number}", title="A harbour", url=None, raised=now, updated=now, certainty="1 outlet",
        reasons=(), article_count=1, articles=(), outlet_count=1, outlets=("a",), stances={}, stamps={"received": now},
    )  # fmt: skip


def down(now: datetime) -> DeliveryQueue:
    """PENDING alerts that were each tried once, and are due again in an hour."""
    state, targets = DeliveryQueue(), {target.id: target for target in CONFIG.targets}
    for number in range(PENDING):
        for record in enqueue(state, raised(number, now), targets, limit=PENDING):
            state.apply(record)
            state.apply(after_attempt(record, Result(503, "HTTP 503"), (3600.0,), number / PENDING, now))
    return state


async def main() -> None:
    """Print what a tick takes."""
    now = utc()
    state, room = down(now), Dispatcher(lambda: CONFIG)
    began = time.thread_time()
    room.tick(state, now)
    first = time.thread_time() - began
    began = time.thread_time()
    for number in range(TICKS):
        room.tick(state, now + timedelta(seconds=number * TICK))
    each = (time.thread_time() - began) / TICKS
    print(
        f"{PENDING} pending, none of them due: {each * 1e3:.3f} ms CPU a tick, {100 * each / TICK:.1f} % of a core;"
        f" the first tick after an edit of the config {first * 1e3:.0f} ms"
    )


if __name__ == "__main__":
    asyncio.run(main())
