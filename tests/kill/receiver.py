"""A webhook receiver that records every request, refuses some of them and answers some slowly."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from tests.kill.feed_server import serving
from tests.kill.log import Entry

SLOW_SECONDS = 0.4
"""Seconds until a slow answer."""


@dataclass(frozen=True, slots=True)
class Received:
    """A request to the webhook of *target*, with its three headers, and the *status* of the answer.

    *sender* is the number of the delivery process that sent it. *recorded* is how many records of delivery.v1 were known then.
    """

    target: str
    id: str
    timestamp: str
    signature: str
    body: bytes
    status: int
    sender: int = 0
    recorded: int = 0

    @property
    def is_accepted(self) -> bool:
        """Whether the answer says that the message was accepted."""
        return self.status < 300


@dataclass
class Receiver:
    """Receives webhooks. The target "faulty" refuses half of its messages at first, and answers a third slowly.

    While *is_refusing* it refuses everything. *sender* counts the delivery processes so far, and *records* are those of
    delivery.v1 so far.
    """

    rng: random.Random
    is_refusing: bool = False
    sender: int = 0
    records: Sequence[Entry] = ()
    port: int = 0
    received: list[Received] = field(default_factory=list)
    _known: set[bytes] = field(default_factory=set)

    async def respond(self, request: web.Request) -> web.Response:
        """Record a request, and answer it."""
        target, body = request.match_info["target"], await request.read()
        ident, timestamp, signature = (request.headers.get(f"webhook-{each}", "") for each in ("id", "timestamp", "signature"))
        refuse_first = target == "faulty" and body not in self._known and self.rng.random() < 0.5
        self._known.add(body)
        status = 503 if self.is_refusing else 500 if refuse_first else 204
        known = self.sender, len(self.records)
        self.received.append(Received(target, ident, timestamp, signature, body, status, *known))
        if target == "faulty" and self.rng.random() < 1 / 3:
            await asyncio.sleep(SLOW_SECONDS)
        return web.Response(status=status)


@asynccontextmanager
async def receiving(receiver: Receiver) -> AsyncIterator[None]:
    """Receive webhooks at http://127.0.0.1:PORT/TARGET, and set the receiver's port."""
    app = web.Application()
    app.router.add_post("/{target}", receiver.respond)
    async with serving(app) as receiver.port:
        yield
