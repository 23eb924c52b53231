"""Following the streams through which commands tell a service what its owner wants."""

import asyncio
import time
from typing import cast

import pytest
from structlog.testing import capture_logs

from monitor.bus import Bus, OffsetOutOfRange, Transient
from monitor.bus.tail import MARGIN
from monitor.clock import utc
from monitor.messages import Volume
from monitor.messages.codec import encode
from monitor.runtime.following import Follower
from monitor.runtime.passed_over import PassedOverCounter
from tests.make import START
from tests.running import until
from tests.unit.runtime.harness import Count, caught_up, counted, forward, raw, running, service
from tests.wrapped_bus import WrappedBus


@pytest.mark.parametrize(
    ("error", "count", "event"),
    [(Transient("not now"), 1, "cannot follow"), (OffsetOutOfRange("gone"), 2, "the stream is read anew")],
)
async def test_an_outage_brings_no_message_again_unless_its_successor_is_gone(
    bus: Bus, error: Exception, count: int, event: str
) -> None:
    replays = 0

    async def fail_once() -> None:
        nonlocal replays
        replays += 1
        if replays == 1:
            raise error

    await bus.publish([encode(Volume("kim", START, None, (), 0.0, START, None, None, None))])
    follower = Follower(service(forward), PassedOverCounter())
    since = utc() - MARGIN
    with capture_logs() as logs:
        following = asyncio.create_task(follower.follow(WrappedBus(bus, end_replay=fail_once), Volume, since))
        await until(lambda: replays == 2)
    following.cancel()
    assert (len(follower.messages), [each["event"] for each in logs]) == (count, [event])


async def test_a_followed_stream_that_stalls_is_told_until_it_goes_on_and_the_service_works(bus: Bus) -> None:
    reason = "an open transaction hides all later records: volume.v1/0/7; end that program"
    stalls: dict[str, str] = {}
    tested = service(forward, fresh=lambda _: Count(), apply=counted, follows=(Volume,))
    async with running(tested, cast("Bus", WrappedBus(bus, stalls=stalls))) as health:
        await until(lambda: health.state == "running")
        with capture_logs() as logs:
            stalls[Volume.STREAM.name] = reason
            await until(lambda: health.trouble)
            assert health.trouble == f"what is published on {Volume.STREAM.name} has no effect yet: {reason}"
            assert health.is_ready(time.monotonic())
            await bus.publish([raw(1)])
            await until(lambda: caught_up(bus))
            assert [(each["event"], each["error"]) for each in logs] == [("cannot follow", reason)]
        stalls.clear()
        await until(lambda: not health.trouble)
