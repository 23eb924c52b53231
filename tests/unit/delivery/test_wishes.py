"""What a reader asks for is judged when a message is sent: quiet hours of the watch and of the target."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from consumers.delivery.channels import ChannelKind, Result
from consumers.delivery.dispatcher import Dispatcher
from consumers.delivery.queue import DeliveryQueue, enqueue
from monitor.config import Config, DeliveryConfig, QuietHours, Target, Watch
from tests.make import alert
from tests.unit.delivery.test_attempts import Recorder, answered, tick_all

NIGHT = QuietHours("22:00", "07:00", "Europe/Berlin")
"""21:00 to 06:00 UTC in winter."""
EVENING = datetime(2026, 3, 10, 20, 0, tzinfo=UTC)
DESK = Target("desk", extension="recorder")
KIM = Watch("kim", any=("Kim",))


def config_of(watch: Watch = KIM, target: Target = DESK) -> Config:
    return Config(watches=(watch,), targets=(target,), delivery=DeliveryConfig(retries=(5.0, 300.0)))


@dataclass
class Desk:
    """A dispatcher with one target, whose config may be edited, at the time *now*."""

    config: Config
    now: datetime = EVENING
    results: list[Result] = field(default_factory=list)
    queue: DeliveryQueue = field(default_factory=DeliveryQueue)

    def __post_init__(self) -> None:
        self.recorder = Recorder(self.results)
        channels = {"recorder": ChannelKind(lambda _target, _config, _session: self.recorder)}
        self.dispatcher = Dispatcher(lambda: self.config, channels, lambda: 0.0, drain_seconds=0)

    def raise_alert(self, story: str = "s1", version: int = 1, **fields: Any) -> None:
        """Raise an alert, or a further version of it, now."""
        body = alert(version, **{"id": f"kim:{story}", "story": story, "to": ("desk",), "updated": self.now, **fields})
        for record in list(enqueue(self.queue, body, {target.id: target for target in self.config.targets})):
            self.queue.apply(record)

    async def sent_at(self, hour: int, minute: int = 0) -> list[tuple[str, ...]]:
        """Let it be the next *hour* and *minute*, UTC. Return the alerts of each message that is sent then."""
        count = len(self.recorder.sent)
        moment = self.now.replace(hour=hour, minute=minute)
        self.now = moment if moment >= self.now else moment + timedelta(days=1)
        for _ in range(3):
            for record in tick_all(self.dispatcher, self.queue, self.now):
                self.queue.apply(record)
            await answered(self.recorder)
        return [alerts for _, alerts in self.recorder.sent[count:]]


async def test_what_the_quiet_hours_of_a_night_held_is_sent_together_in_the_morning() -> None:
    desk = Desk(config_of(replace(KIM, quiet=NIGHT)))
    async with desk.dispatcher.open():
        assert await desk.sent_at(22) == []
        desk.raise_alert()
        desk.raise_alert("s2")
        desk.raise_alert("s3", severity="critical")
        assert await desk.sent_at(22) == [("kim:s3",)]
        assert await desk.sent_at(5, 59) == []
        desk.now += timedelta(minutes=1)
        desk.raise_alert("s4")
        assert sorted(await desk.sent_at(6)) == [("kim:s1", "kim:s2"), ("kim:s4",)]


async def test_quiet_hours_that_are_taken_out_let_go_of_what_they_held() -> None:
    desk = Desk(config_of(replace(KIM, quiet=NIGHT)))
    async with desk.dispatcher.open():
        await desk.sent_at(22)
        desk.raise_alert()
        assert await desk.sent_at(23) == []
        desk.config = config_of()
        assert await desk.sent_at(23, 1) == [("kim:s1",)]


async def test_quiet_hours_that_are_longer_after_an_edit_hold_for_longer() -> None:
    desk = Desk(config_of(replace(KIM, quiet=NIGHT)))
    async with desk.dispatcher.open():
        await desk.sent_at(22)
        desk.raise_alert()
        desk.config = config_of(replace(KIM, quiet=replace(NIGHT, end="09:00")))
        assert await desk.sent_at(7) == []
        assert await desk.sent_at(8) == [("kim:s1",)]


async def test_a_retry_is_not_sent_in_quiet_hours() -> None:
    desk = Desk(config_of(replace(KIM, quiet=NIGHT)), results=[Result(500, "HTTP 500"), Result(500, "HTTP 500")])
    async with desk.dispatcher.open():
        await desk.sent_at(20, 58)
        desk.raise_alert()
        assert await desk.sent_at(20, 58) == [("kim:s1",)]
        assert await desk.sent_at(20, 59) == [("kim:s1",)], "after 5 s; the next one is due in 300 s"
        assert await desk.sent_at(23) == []
        assert await desk.sent_at(6) == [("kim:s1",)]


async def test_the_quiet_hours_of_a_target_hold_besides_those_of_a_watch() -> None:
    late = replace(DESK, quiet=QuietHours("05:00", "09:00"))
    desk = Desk(config_of(replace(KIM, quiet=NIGHT), late))
    async with desk.dispatcher.open():
        await desk.sent_at(22)
        desk.raise_alert()
        assert await desk.sent_at(6, 30) == []
        assert await desk.sent_at(9) == [("kim:s1",)]


@pytest.mark.parametrize(("day", "end"), [("2026-03-28", 5), ("2026-10-24", 6)])
async def test_quiet_hours_end_by_the_clock_of_their_zone_on_the_night_when_it_changes(day: str, end: int) -> None:
    desk = Desk(config_of(replace(KIM, quiet=NIGHT)), datetime.fromisoformat(f"{day}T23:00").replace(tzinfo=UTC))
    async with desk.dispatcher.open():
        desk.raise_alert()
        assert await desk.sent_at(end - 1, 59) == []
        assert await desk.sent_at(end) == [("kim:s1",)]


async def test_min_severity_is_the_same_as_severity_and_the_higher_counts() -> None:
    desk = Desk(config_of(target=replace(DESK, severity="high", min_severity="critical")))
    async with desk.dispatcher.open():
        desk.raise_alert("s1", severity="high")
        desk.raise_alert("s2", severity="critical")
        assert await desk.sent_at(20) == [("kim:s2",)]
        await asyncio.sleep(0)
