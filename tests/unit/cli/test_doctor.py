"""What `newsmonitor doctor` says of the contents of a bus."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest

from monitor.bus import Bus, Transient
from monitor.bus.backends import connect
from monitor.cli.doctor import examine_contents
from monitor.cli.findings.finding import act
from monitor.cli.status import summarize
from monitor.clock import utc
from monitor.config import Config
from monitor.messages import Process, RunningService
from monitor.messages.codec import encode
from monitor.runtime.process_records import LOST_SECONDS
from tests.wrapped_bus import WrappedBus


async def test_a_process_is_not_lost_because_a_long_log_takes_long_to_read(tmp_path: Path) -> None:
    now, answers = utc(), []
    poller = RunningService("poller", "running", None, 4)

    async def end_replay() -> None:
        nonlocal now
        now += timedelta(seconds=LOST_SECONDS - 5)

    async with connect(f"sqlite:{tmp_path / 'news.db'}") as bus:
        await bus.publish([encode(Process("desk:1", "desk", 1, "0.1.0", now, now, ended=False, services=(poller,)))])
        slow = cast("Bus", WrappedBus(bus, end_replay=end_replay))
        found = await examine_contents(Config(), slow, lambda: now, lambda: answers.append(now))
    assert [each.text for each in found if each.area == "services" and each.text.startswith("poller")] == []
    assert len(answers) == 1
    assert answers[0] < now


async def test_a_stream_that_stalls_is_told_with_what_is_known(tmp_path: Path) -> None:
    reason = "an open transaction hides all later records; end that program"
    async with connect(f"sqlite:{tmp_path / 'news.db'}") as bus, asyncio.timeout(10):
        stalling = cast("Bus", WrappedBus(bus, stalls={"delivery.v1": reason}))
        found = await examine_contents(Config(), stalling, utc, lambda: None)
        assert act("bus", reason) in found
        assert "services" in {each.area for each in found}
        with pytest.raises(Transient, match=reason):
            await summarize(Config(), stalling)
