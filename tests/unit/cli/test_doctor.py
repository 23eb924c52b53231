"""What `newsmonitor doctor` says of the contents of a bus."""

from datetime import timedelta
from pathlib import Path
from typing import cast

from monitor.bus import Bus
from monitor.bus.backends import connect
from monitor.cli.doctor import examine_contents
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
