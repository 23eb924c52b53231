"""How each fault of a receiver ends: in the records, in `newsmonitor targets list`, and with the newest version after it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from consumers.delivery.targets.states import enabled
from monitor.bus.backends import connect
from monitor.messages import Delivery
from monitor.messages.codec import encode
from tests.integration.command import invoke
from tests.integration.dispatching import Trial, config_of, trial
from tests.integration.receiver import SECRET, Receiver, receiving
from tests.make import START, alert

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
FIRST_SENT = "2026-03-10T04:01:00"
"""When the first attempt is made, one minute after START."""


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_SECRET", SECRET)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A running receiver."""
    async with receiving() as running_receiver:
        yield running_receiver


@dataclass(frozen=True)
class Fault:
    """What a receiver answers with *headers*, after *delay* seconds, how it is shown, and how long it *lasts* at least."""

    status: int
    state: str
    error: str
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0
    lasts: timedelta = HOUR / 6


FAULTS = {
    "fails for two days": Fault(500, "waiting until 2026-03-12T0", "HTTP 500", lasts=48 * HOUR),
    "asks to wait": Fault(429, "waiting until 2026-03-10T06:01:00", "HTTP 429", {"Retry-After": "7200"}),
    "is busy": Fault(503, "waiting until 2026-03-10T06:01:00", "HTTP 503", {"Retry-After": "7200"}),
    "redirects": Fault(302, "waiting until 2026-03-10T0", "HTTP 302"),
    "is gone": Fault(410, f"disabled since {FIRST_SENT}", "HTTP 410"),
    "hangs": Fault(500, "waiting until 2026-03-10T0", "no response within 0.2 s", delay=60),
    "accepts without an answer": Fault(204, "waiting until 2026-03-10T0", "no response within 0.2 s", delay=60),
}


async def targets_list(folder: Path, log: Trial, receiver: Receiver) -> list[str]:
    """Return what `newsmonitor targets list` prints after what is in the log of *log*."""
    file = folder / f"{len(log.log)}.db"
    (folder / "monitor.toml").write_text(
        f'bus = "sqlite:{file.name}"\n[[targets]]\nid = "desk"\nwebhook = "{receiver.base}"\nsecret_env = "DESK_SECRET"\n'
    )
    async with connect(f"sqlite:{file}") as bus:
        await bus.publish([encode(record) for record in log.log])
    code, out, _ = await invoke(folder, "targets", "list")
    assert code == 0
    return out.splitlines()


@pytest.mark.parametrize("name", FAULTS)
async def test_a_fault_is_recorded_and_shown_and_the_newest_version_wins(name: str, tmp_path: Path, receiver: Receiver) -> None:
    fault = FAULTS[name]
    receiver.usual, receiver.headers, receiver.delay = fault.status, fault.headers, fault.delay
    async with trial(config_of({"desk": receiver}, timeout=0.2)) as hours:
        for version in (1, 2, 3):
            hours.raise_alert(alert(version, change="stance", to=("desk",), updated=hours.now))
            await hours.run(10 * MINUTE)
        hours.raise_alert(alert(id="kim:s2", story="s2", to=("desk",), updated=hours.now))
        await hours.run(fault.lasts, 10 * MINUTE)
        head, success, error = await targets_list(tmp_path, hours, receiver)
        assert head.startswith(f"desk  webhook  {fault.state}")
        assert head.endswith("; 2 alerts pending")
        assert success == "    last success: none"
        assert error.endswith(fault.error)
        attempts = [record for record in hours.log if isinstance(record, Delivery) and record.state == "retrying"]
        assert {record.error for record in attempts} == {fault.error}
        assert attempts[0].at.isoformat().startswith(FIRST_SENT)
        during = len(receiver.received)
        receiver.usual, receiver.headers, receiver.delay = 204, {}, 0
        if name == "is gone":
            await hours.run(24 * HOUR, HOUR)
            assert receiver.ids == ["kim:s1:1"]
            hours.publish(enabled(hours.queue.targets["desk"], hours.config.targets[0], hours.now))
        await hours.run(3 * HOUR)
        assert sorted(receiver.ids[during:]) == ["kim:s1:3", "kim:s2:1"]
        assert [record.version for record in hours.log if isinstance(record, Delivery) and record.state == "sent"] == [3, 1]
        assert hours.deliveries("kim:s1").count("superseded") == 2
        head, success, _ = await targets_list(tmp_path, hours, receiver)
        assert head == "desk  webhook  ok; 0 alerts pending"
        assert success > f"    last success: {START.isoformat()}"


async def test_the_list_says_when_an_alert_that_waits_alone_is_tried_next(tmp_path: Path, receiver: Receiver) -> None:
    receiver.usual = 500
    async with trial(config_of({"desk": receiver})) as hours:
        hours.raise_alert(alert(to=("desk",), updated=hours.now))
        await hours.run(5 * HOUR)
        head, _, _ = await targets_list(tmp_path, hours, receiver)
        until = datetime.fromisoformat(head.split()[4].rstrip(","))
        before = len(receiver.received)
        await hours.run(until - hours.now - MINUTE)
        assert len(receiver.received) == before
        await hours.run(2 * MINUTE)
        assert len(receiver.received) == before + 1
