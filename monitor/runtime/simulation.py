"""A service put to work on messages of the past, with a simulated clock, publishing nothing: what it would have made."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar, cast

import structlog

from monitor.messages import Message
from monitor.runtime.service import Service

M = TypeVar("M")

TICK = timedelta(minutes=1)
"""The longest that the simulated clock goes on without a tick: a window or a silence is told at most this much late."""

log = structlog.get_logger()


@dataclass
class Simulation(Generic[M]):
    """*service*, whose step is a plain one, with a state of its own that changes by *apply* alone, as in the loop."""

    service: Service[M, Any]
    state: Any
    now: datetime | None = None

    def hear(self, message: M, at: datetime) -> list[Message]:
        """What comes of the time up to *at*, and then of *message*; nothing where it would become a dead letter."""
        out = self.wait(at)
        try:
            bodies = list(cast("Iterable[Message]", self.service.step(self.state, message)))
        except Exception as error:  # noqa: BLE001  (as in the loop: it concerns its message alone)
            log.error("a message failed", service=self.service.name, error=f"{type(error).__name__}: {error}")
            return out
        self._apply(bodies)
        return out + bodies

    def wait(self, until: datetime) -> list[Message]:
        """What comes of the time up to *until*, at first of one tick; nothing where it is there already."""
        out: list[Message] = []
        now = self.now or until - TICK
        while self.service.tick is not None and now < until:
            now = min(now + TICK, until)
            bodies = list(self.service.tick(self.state, now))
            self._apply(bodies)
            out += bodies
        self.now = max(now, until)
        return out

    def _apply(self, bodies: list[Message]) -> None:
        for body in bodies:
            self.service.apply(self.state, body)


def simulate(service: Service[M, Any]) -> Simulation[M]:
    """*service*, ready to be rehearsed from an empty state on, as the owner of every key."""
    return Simulation(service, service.fresh(lambda _: True))
