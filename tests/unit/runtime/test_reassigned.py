"""A partition that moves to another process."""

from typing import cast

from monitor.bus import Bus, ProducerRecord
from monitor.messages import ArticleEntities
from tests.running import until
from tests.unit.runtime.harness import OUT, Count, counted, forward, running, service
from tests.wrapped_bus import WrappedBus


async def test_a_state_that_moved_to_another_process_is_no_trouble_here(bus: Bus) -> None:
    await bus.publish([ProducerRecord(OUT, "invalid", b"{}")])
    is_moved = False
    moving = WrappedBus(bus, owned=lambda owned: frozenset() if is_moved else owned)
    counting = service(forward, fresh=lambda _: Count(), apply=counted, restores=(ArticleEntities,))
    async with running(counting, cast("Bus", moving)) as health:
        await until(lambda: health.trouble and health.trouble.startswith("the state was restored without 1 of"))
        is_moved = True
        await until(lambda: health.partitions == 0)
        await until(lambda: health.trouble is None)
