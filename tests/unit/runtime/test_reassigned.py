"""A partition that moves to another process."""

from typing import cast

from monitor.bus import Bus, ProducerRecord
from monitor.messages import ArticleEntities
from monitor.runtime.service import OwnsKey
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


async def test_a_service_is_told_which_partitions_it_has_once_the_group_has_assigned_them(bus: Bus) -> None:
    ticks: list[bool] = []
    told: list[tuple[bool, bool]] = []
    is_ready, owns = True, True

    def tick(_state: object, _now: object) -> tuple[()]:
        ticks.append(True)
        if len(ticks) < 3:
            raise ValueError("a bug")
        return ()

    def assigned(owns: OwnsKey) -> None:
        told.append((owns("example.org/feed"), len(ticks) >= 3))

    tested = service(forward, tick=tick, assigned=assigned)
    moving = WrappedBus(bus, owned=lambda owned: owned if owns else frozenset(), ready=lambda ready: ready and is_ready)
    async with running(tested, cast("Bus", moving)) as health:
        await until(lambda: told)
        # While the group assigns its partitions anew, no process has any.
        is_ready = owns = False
        await until(lambda: health.state == "starting" and health.partitions == 0)
        is_ready = owns = True
        await until(lambda: health.state == "running" and health.partitions == 1)
        assert told == [(True, True)]
        owns = False
        await until(lambda: len(told) > 1)
        owns = True
        await until(lambda: len(told) > 2)
    assert [owns for owns, _ in told] == [True, False, True]
