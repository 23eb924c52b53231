"""The waits of a service after temporary errors."""

import asyncio
import random
import time
from dataclasses import dataclass

import structlog

from monitor.backoff import backoff, pause
from monitor.bus import Transient
from monitor.runtime.health import Health

QUIET_SECONDS = 30.0
"""Seconds without an error after which the next wait is short again, although nothing was committed in between."""

log = structlog.get_logger()


@dataclass
class Waits:
    """Waits of *service* until *stop* is set. *errors* were raised since the last success, *ended* is when it waited last."""

    service: str
    health: Health
    stop: asyncio.Event
    errors: int = 0
    ended: float = 0.0

    async def wait(self, error: Transient) -> None:
        """Wait before the next attempt, longer after each error since the last success."""
        self.errors += 1
        seconds = backoff(self.errors, random.random(), cap=error.max_wait)
        text = str(error) or type(error).__name__
        log.warning("waiting", service=self.service, error=text, seconds=round(seconds, 2))
        self.health.report("waiting", text)
        await pause(self.stop, seconds)
        self.ended = time.monotonic()

    def record_success(self) -> None:
        """Record that a commit succeeded: the next wait is short again."""
        if self.errors:
            log.info("working again", service=self.service, errors=self.errors)
        self.errors = 0

    def record_quiet(self) -> None:
        """Record that an attempt raised no error, although it may have committed nothing."""
        if time.monotonic() - self.ended > QUIET_SECONDS:
            self.errors = 0
