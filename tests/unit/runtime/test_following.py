"""Following the streams through which commands tell a service what its owner wants."""

import asyncio

import pytest

from monitor.bus import Bus, OffsetOutOfRange, Transient
from monitor.bus.tail import MARGIN
from monitor.clock import utc
from monitor.messages import Volume
from monitor.messages.codec import encode
from monitor.runtime.following import Follower
from monitor.runtime.passed_over import PassedOverCounter
from tests.make import START
from tests.running import until
from tests.unit.runtime.harness import forward, service
from tests.wrapped_bus import WrappedBus


@pytest.mark.parametrize(("error", "count"), [(Transient("not now"), 1), (OffsetOutOfRange("gone"), 2)])
async def test_an_outage_brings_no_message_again_unless_its_successor_is_gone(bus: Bus, error: Exception, count: int) -> None:
    replays = 0

    async def fail_once() -> None:
        nonlocal replays
        replays += 1
        if replays == 1:
            raise error

    await bus.publish([encode(Volume("kim", START, None, (), 0.0, START, None, None, None))])
    follower = Follower(service(forward), PassedOverCounter())
    since = utc() - MARGIN
    following = asyncio.create_task(follower.follow(WrappedBus(bus, end_replay=fail_once), Volume, since))
    await until(lambda: replays == 2)
    following.cancel()
    assert len(follower.messages) == count
