"""Follow the streams through which commands tell a service what its owner wants."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog

from monitor.bus import Bus, OffsetOutOfRange
from monitor.bus.tail import MARGIN
from monitor.clock import utc
from monitor.messages import Message
from monitor.messages.codec import Invalid, decode
from monitor.runtime.passed_over import PassedOverCounter
from monitor.runtime.service import Service

FOLLOW_SECONDS = 2.0
"""Seconds between two looks at a stream that a service follows, and between two attempts while it cannot be read. On Kafka a
look takes a connection."""

log = structlog.get_logger()


@dataclass
class Follower:
    """The messages of the streams that *service* follows, since it started.

    A restored state has all that were published before, so the loop adds to it only what `take` returns later. A message may
    come twice: `Service.apply` must not mind.

    *troubles* has why a stream cannot be read to its end, by its name.
    """

    service: Service[Any, Any]
    passed_over: PassedOverCounter
    messages: list[Message] = field(default_factory=list)
    troubles: dict[str, str] = field(default_factory=dict)

    def take(self) -> list[Message]:
        """Remove and return the messages that have come since the last call."""
        taken, self.messages = self.messages, []
        return taken

    async def follow(self, bus: Bus, kind: type[Message], since: datetime) -> None:
        """Collect the messages of *kind* without end, from *since* on. An invalid one is logged and left out."""
        stream, offsets = kind.STREAM.name, dict[int, int]()
        while True:
            try:
                async for record in bus.replay(stream, since, offsets=offsets):
                    offsets[record.partition.number] = record.offset + 1
                    try:
                        self.messages.append(decode(kind, record, self.passed_over.add))
                    except Invalid as error:
                        log.error("message left out", service=self.service.name, at=record.place, error=str(error))
            except OffsetOutOfRange as error:
                log.warning("the stream is read anew", service=self.service.name, stream=stream, reason=str(error))
                offsets.clear()
            except Exception as error:  # noqa: BLE001  (it is told, and must not end the service)
                self._tell(stream, str(error) or type(error).__name__)
            else:
                self.troubles.pop(stream, None)
            await asyncio.sleep(FOLLOW_SECONDS)

    def _tell(self, stream: str, reason: str) -> None:
        if stream not in self.troubles:
            log.warning("cannot follow", service=self.service.name, stream=stream, error=reason)
        self.troubles[stream] = f"what is published on {stream} has no effect yet: {reason}"


@asynccontextmanager
async def following(service: Service[Any, Any], bus: Bus, passed_over: PassedOverCounter) -> AsyncIterator[Follower]:
    """Follow the streams of *service* until the context ends."""
    follower, since = Follower(service, passed_over), utc() - MARGIN
    tasks = [asyncio.create_task(follower.follow(bus, kind, since)) for kind in service.follows]
    try:
        yield follower
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
