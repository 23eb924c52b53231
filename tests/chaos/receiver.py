"""Webhook receivers that record every request, refuse some of them and answer some slowly or never."""

import asyncio
import random
import time
from collections import deque
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

from aiohttp import web

from tests.chaos.log import Entry
from tests.web import listening

SLOW_SECONDS = 0.4
"""Seconds until a slow answer."""
NEVER_SECONDS = 60.0
"""Seconds until an answer for which no sender waits."""
ASKED_SECONDS = "1"
"""The Retry-After of an answer."""
TIMEOUT = 15.0
"""Seconds after which the sender of a trial gives a request up."""
IN_TIME = 0.8
"""The share of these seconds within which the sender is sure to get an answer."""
TURN_SECONDS, TURNS = 0.1, 5
"""Seconds between two turns of a receiver, and the number of turns that it remembers."""


@dataclass(slots=True)
class Received:
    """A request to the webhook of *target*, with its three headers, and the *status* of the answer.

    *sender* is the number of the delivery process that sent it. *recorded* is how many records of delivery.v1 were known then.
    If not *is_answered*, the sender may not get the status: it is never sent, or late, or not sent yet. *barred* are the ids of
    what that process must not send: those of disabled targets and muted alerts.
    """

    target: str
    id: str
    timestamp: str
    signature: str
    body: bytes
    status: int
    sender: int = 0
    recorded: int = 0
    is_answered: bool = True
    barred: frozenset[str] = frozenset()

    @property
    def is_accepted(self) -> bool:
        """Whether the answer says that the message was accepted."""
        return self.status < 300


def remembered_turns() -> deque[float]:
    """Return when a receiver had its last turns, in monotonic seconds: now, as long as it had none."""
    return deque([time.monotonic()], TURNS)


@dataclass
class Receiver:
    """Receives webhooks. The target "faulty" refuses half of its messages at first, and answers a third slowly.

    While *is_refusing* it refuses everything. *sender* counts the delivery processes so far, and *records* are those of
    delivery.v1 so far. Senders wait for *timeout* seconds. *turns* are the last times at which it was free to answer.
    """

    rng: random.Random
    is_refusing: bool = False
    sender: int = 0
    records: Sequence[Entry] = ()
    port: int = 0
    received: list[Received] = field(default_factory=list)
    before: list[Received] = field(default_factory=list)
    """What was received before a backup took the place of the log."""
    timeout: float = TIMEOUT
    turns: deque[float] = field(default_factory=remembered_turns)
    _known: set[bytes] = field(default_factory=set)

    def begin_again(self) -> None:
        """Expect that what was received comes again."""
        self.before += self.received
        self.received.clear()

    async def respond(self, request: web.Request) -> web.Response:
        """Record a request, and answer it."""
        since = self.turns[0]
        target, body = request.match_info["target"], await request.read()
        ident, timestamp, signature = (request.headers.get(f"webhook-{each}", "") for each in ("id", "timestamp", "signature"))
        refuse_first = target == "faulty" and body not in self._known and self.rng.random() < 0.5
        self._known.add(body)
        status = 503 if self.is_refusing else 500 if refuse_first else 204
        known = self.sender, len(self.records)
        received = Received(target, ident, timestamp, signature, body, status, *known, is_answered=False)
        self.received.append(received)
        if target == "faulty" and self.rng.random() < 1 / 3:
            await asyncio.sleep(SLOW_SECONDS)
        received.is_answered = is_in_time(since, self.timeout)
        return web.Response(status=status)


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How a receiver treats a request: the *status* and *headers* of its answer, which never comes unless *is_answered*."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    is_answered: bool = True


WELL, GONE = Behaviour(204), Behaviour(410)
FAULTS = (
    Behaviour(500),
    Behaviour(503, {"Retry-After": ASKED_SECONDS}),
    Behaviour(429, {"Retry-After": ASKED_SECONDS}),
    Behaviour(302, {"Location": "/elsewhere"}),
    Behaviour(500, is_answered=False),
    Behaviour(204, is_answered=False),
)
"""It fails, asks to wait, redirects, hangs, or accepts without an answer."""


@dataclass
class BehavingReceiver:
    """Receives webhooks, and treats each as the *behaviours* of its target say; the other fields are as above.

    *barred* are the ids of what the present process must not send.
    """

    timeout: float
    behaviours: dict[str, Behaviour] = field(default_factory=dict)
    sender: int = 0
    records: Sequence[Entry] = ()
    barred: frozenset[str] = frozenset()
    port: int = 0
    received: list[Received] = field(default_factory=list)
    turns: deque[float] = field(default_factory=remembered_turns)

    async def respond(self, request: web.Request) -> web.Response:
        """Record a request, and answer it."""
        since = self.turns[0]
        target, body = request.match_info["target"], await request.read()
        ident, timestamp, signature = (request.headers.get(f"webhook-{each}", "") for each in ("id", "timestamp", "signature"))
        behaviour = self.behaviours.get(target, WELL)
        known = self.sender, len(self.records), False, self.barred
        received = Received(target, ident, timestamp, signature, body, behaviour.status, *known)
        self.received.append(received)
        if not behaviour.is_answered:
            await asyncio.sleep(NEVER_SECONDS)
        received.is_answered = is_in_time(since, self.timeout)
        return web.Response(status=behaviour.status, headers=behaviour.headers)


class Responder(Protocol):
    """What answers requests at a port."""

    port: int
    turns: deque[float]

    async def respond(self, request: web.Request) -> web.Response:
        """Answer a request."""


def is_in_time(since: float, timeout: float) -> bool:
    """Return whether the sender is sure to get an answer that it is given now, if it has not waited before *since*."""
    return time.monotonic() - since < IN_TIME * timeout


async def take_turns(turns: deque[float]) -> None:
    """Note when the event loop is free. A request that comes while the trial keeps it busy is not seen before it is."""
    while True:
        turns.append(time.monotonic())
        await asyncio.sleep(TURN_SECONDS)


@asynccontextmanager
async def receiving(receiver: Responder) -> AsyncIterator[None]:
    """Receive webhooks at http://127.0.0.1:PORT/TARGET, and set the receiver's port."""
    app = web.Application()
    app.router.add_post("/{target}", receiver.respond)
    turning = asyncio.create_task(take_turns(receiver.turns))
    try:
        async with listening(app) as receiver.port:
            yield
    finally:
        turning.cancel()
