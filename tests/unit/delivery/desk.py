"""A target and its dispatcher, with a config that may be edited, for the tests of what readers ask for."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from consumers.delivery import service
from consumers.delivery.channels import ChannelKind, Result
from consumers.delivery.queue.delivery_queue import DeliveryQueue
from consumers.delivery.sending.dispatcher import Dispatcher
from monitor.config import Config, DeliveryConfig, Target, Watch
from monitor.messages import Delivery, Mark, TargetState
from tests.make import alert
from tests.unit.delivery.test_attempts import Recorder, answered, tick_all

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
    log: list[Delivery | TargetState | Mark] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.recorder = Recorder(self.results)
        channels = {"recorder": ChannelKind(lambda _target, _config, _session: self.recorder)}
        self.dispatcher = Dispatcher(lambda: self.config, channels, lambda: 0.0, drain_seconds=0)
        self.service = service.make(lambda: self.config)

    def raise_alert(self, story: str = "s1", version: int = 1, **fields: Any) -> None:
        """Raise an alert, or a further version of it, now."""
        body = alert(version, **{"id": f"kim:{story}", "story": story, "to": ("desk",), "updated": self.now, **fields})
        for record in list(cast("Iterable[Delivery]", self.service.step(self.queue, body))):
            self.publish(record)

    def publish(self, record: Delivery | TargetState | Mark) -> None:
        """Add *record* to the queue and the log."""
        self.queue.apply(record)
        self.log.append(record)

    def states(self, version: int, story: str = "s1") -> list[str]:
        """Return the states of a version of an alert, oldest first."""
        deliveries = (each for each in self.log if isinstance(each, Delivery) and each.alert == f"kim:{story}")
        return [each.state for each in deliveries if each.version == version]

    def tick(self) -> None:
        """Run a tick now."""
        for record in tick_all(self.dispatcher, self.queue, self.now):
            self.publish(record)

    async def sent_at(self, hour: int, minute: int = 0) -> list[tuple[str, ...]]:
        """Let it be the next *hour* and *minute*, UTC. Return the alerts of each message that is sent then."""
        moment = self.now.replace(hour=hour, minute=minute)
        self.now = moment if moment >= self.now else moment + timedelta(days=1)
        return await self.sent_now()

    async def sent_now(self) -> list[tuple[str, ...]]:
        """Run some ticks now, and return the alerts of each message that is sent."""
        count = len(self.recorder.sent)
        for _ in range(3):
            self.tick()
            await answered(self.recorder)
        return [alerts for _, alerts in self.recorder.sent[count:]]
