"""The log channel: writes alerts to the program's own log."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from consumers.delivery.batches import describe_left_out
from consumers.delivery.queue.delivery_queue import Result
from monitor.config import Config, Target
from monitor.format import describe_change
from monitor.messages import Alert

if TYPE_CHECKING:
    import aiohttp

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class LogChannel:
    """Writes one log line for each alert, which says what is new in it, and one that counts those that are left out."""

    target: Target
    config: Config
    session: "aiohttp.ClientSession"

    async def send(self, batch: Sequence[Alert]) -> Result:
        """Log each alert of *batch*. Always succeeds."""
        for alert in batch:
            log.info(
                "alert",
                watch=alert.watch,
                severity=alert.severity,
                **({"news": describe_change(alert)} if alert.version > 1 else {}),
                title=alert.title,
                version=alert.version,
                certainty=alert.certainty,
                url=alert.url,
                **({"again": alert.again} if alert.again else {}),
            )
        if text := describe_left_out(batch):
            log.info("alerts left out", text=text)
        return Result()
