"""Run a service over past messages with a simulated clock, without publishing: for backtests."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar, cast

import structlog

from monitor.messages import Message
from monitor.runtime.service import Service

M = TypeVar("M")

TICK = timedelta(minutes=1)
"""Longest simulated time between two ticks, and so the longest delay with which a burst or a silence is reported."""

log = structlog.get_logger()


@dataclass
class Simulation(Generic[M]):
    """A run of *service* with a state of its own, which only `apply` changes. The step must be a plain function."""

    service: Service[M, Any]
    state: Any
    now: datetime | None = None

    def process(self, message: M, at: datetime) -> list[Message]:
        """Advance the clock to *at* and process *message*. Return the output. A message that fails has none."""
        out = self.advance(at)
        try:
            output = cast("Iterable[Message | None]", self.service.step(self.state, message))
            messages = [each for each in output if each is not None]
        except Exception as error:  # noqa: BLE001  (as in the loop: an exception affects only its message)
            log.error("a message failed", service=self.service.name, error=f"{type(error).__name__}: {error}")
            return out
        self._apply(messages)
        return out + messages

    def advance(self, until: datetime) -> list[Message]:
        """Advance the clock to *until* and return the output of the ticks. The first call runs a single tick."""
        out: list[Message] = []
        now = self.now or until - TICK
        while self.service.tick is not None and now < until:
            now = min(now + TICK, until)
            messages = [each for each in self.service.tick(self.state, now) if each is not None]
            self._apply(messages)
            out += messages
        self.now = max(now, until)
        return out

    def _apply(self, messages: list[Message]) -> None:
        for message in messages:
            self.service.apply(self.state, message)


def simulate(service: Service[M, Any]) -> Simulation[M]:
    """Return a simulation of *service* that starts with an empty state and owns every key."""
    return Simulation(service, service.fresh(lambda _: True))
