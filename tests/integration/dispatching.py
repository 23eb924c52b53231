"""Run the dispatcher against real receivers, through days of simulated time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import aiohttp

from consumers.delivery.channels import CHANNELS, Channel, ChannelKind
from consumers.delivery.queue.delivery_queue import DeliveryQueue
from consumers.delivery.queue.enqueue import enqueue
from consumers.delivery.sending.dispatcher import Dispatcher
from monitor.config import Config, DeliveryConfig, Target, Watch
from monitor.messages import Alert, Delivery, TargetState
from monitor.messages.codec import encode
from tests.integration.receiver import Receiver
from tests.make import START


def config_of(receivers: dict[str, Receiver], **settings: Any) -> Config:
    """Return a config with a target for each of *receivers*; *settings* are those of [delivery]."""
    return Config(
        delivery=DeliveryConfig(**{"timeout": 5, "allow_networks": ("127.0.0.0/8",), **settings}),
        watches=(Watch("kim", any=("Kim",)),),
        targets=tuple(Target(name, webhook=each.base, secret_env="DESK_SECRET") for name, each in receivers.items()),
    )


@dataclass
class Trial:
    """A dispatcher with its queue. *now* is the simulated time, and *log* all that was published."""

    config: Config
    now: datetime = START
    queue: DeliveryQueue = field(default_factory=DeliveryQueue)
    log: list[Delivery | TargetState] = field(default_factory=list)
    in_flight: set[asyncio.Task[Any] | None] = field(default_factory=set)

    def __post_init__(self) -> None:
        channels = {name: ChannelKind(self._making(kind)) for name, kind in CHANNELS.items()}
        self.dispatcher = Dispatcher(lambda: self.config, channels, lambda: 0.0, drain_seconds=5)

    def _making(self, kind: ChannelKind) -> Any:
        def make(target: Target, config: Config, session: aiohttp.ClientSession) -> Channel:
            self.in_flight.add(asyncio.current_task())
            return kind.make(target, config, session)

        return make

    def publish(self, record: Delivery | TargetState) -> None:
        """Add *record* to the log and the queue. Raises Invalid if it does not conform to its schema."""
        encode(record)
        self.queue.apply(record)
        self.log.append(record)

    def raise_alert(self, alert: Alert) -> None:
        """Let the service step process *alert*."""
        targets = {target.id: target for target in self.config.targets}
        for record in list(enqueue(self.queue, alert, targets, self.config.delivery.queue)):
            self.publish(record)

    async def run(self, duration: timedelta, step: timedelta = timedelta(seconds=60)) -> None:
        """Let *duration* pass in steps, with a tick after each, and wait for all that is sent."""
        end = self.now + duration
        while self.now < end:
            self.now = min(self.now + step, end)
            for _ in range(2):
                for record in [each for each in self.dispatcher.tick(self.queue, self.now) if each]:
                    self.publish(record)
                await self._wait()

    async def _wait(self) -> None:
        await asyncio.sleep(0)  # the tasks that a tick has made begin
        while tasks := [task for task in self.in_flight if task]:
            await asyncio.wait(tasks)
            self.in_flight.difference_update(tasks)

    def deliveries(self, alert: str) -> list[str]:
        """Return the states of the deliveries of *alert*, oldest first."""
        return [record.state for record in self.log if isinstance(record, Delivery) and record.alert == alert]

    def restored(self) -> DeliveryQueue:
        """Return the queue that a restart restores."""
        queue = DeliveryQueue()
        for kind in (Delivery, TargetState):
            for record in self.log:
                if isinstance(record, kind):
                    queue.apply(record)
        return queue


@asynccontextmanager
async def trial(config: Config) -> AsyncIterator[Trial]:
    """Run a dispatcher with *config*."""
    running = Trial(config)
    async with running.dispatcher.open():
        yield running
