"""What hubs send to the callbacks: verifications, denials and pushes. No I/O; the poller takes what came at its next tick."""

from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import blake2b
from http import HTTPStatus

import structlog

from monitor.clock import Clock
from monitor.feeds.partition_state import PartitionState
from monitor.feeds.websub import subscription as life
from monitor.feeds.websub.keys import CallbackKey, is_signed
from monitor.messages import Websub

MAX_WAITING, MAX_WAITING_BYTES = 4, 64 * 1024 * 1024
"""Pushes of one feed, and bytes of all, that may wait for the poller. What is beyond is refused, and sent again by the hub."""
MAX_REMEMBERED = 10_000
"""Bodies, of all feeds, by whose hashes a repeated push is known."""
MAX_CALLS = 120
"""Calls of one callback in a minute."""
RESULTS = (
    *("asked", "refused", "verified", "denied", "not_wanted", "content", "notice", "repeated", "unsigned"),
    *("unknown", "ended", "encoded", "too_large", "too_slow", "too_many", "busy"),
)
"""What can come of a request to a hub, and of one from a hub."""
MAX_CHALLENGE_CHARS = 4096
MAX_REASON_CHARS = 200

log = structlog.get_logger()

Change = Callable[[Websub, datetime, float], Websub]
"""Returns a subscription as it is after what has come, from the time and a chance."""


@dataclass(frozen=True, slots=True)
class Push:
    """The *body* that a hub sent for a feed; b"" if it only tells that there is something new."""

    body: bytes
    content_type: str
    received: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a hub."""

    status: HTTPStatus
    text: str = ""
    retry_after: int | None = None


NOT_FOUND = Answer(HTTPStatus.NOT_FOUND)
BUSY = Answer(HTTPStatus.SERVICE_UNAVAILABLE, retry_after=60)


class Callbacks:
    """The callbacks of the feeds of this process, by their path. *wanted* returns the lease that we ask for, in seconds.

    *counts* has what came by result, for /metrics.
    """

    def __init__(self, key: CallbackKey, wanted: Callable[[], float], clock: Clock) -> None:
        self.key, self._wanted, self._clock = key, wanted, clock
        self.counts: Counter[str] = Counter()
        self._paths: dict[str, tuple[PartitionState, str]] = {}
        self._path_of: dict[str, str] = {}
        self._changes: dict[str, list[tuple[str, Change]]] = {}
        self._pushes: dict[str, deque[Push]] = {}
        self._waiting_bytes = 0
        self._remembered: OrderedDict[bytes, None] = OrderedDict()
        self._calls: Counter[str] = Counter()
        self._minute: datetime | None = None
        self._is_ready = False

    def register(self, state: PartitionState) -> None:
        """Add the subscriptions of *state* that are new, and remove those that they replace."""
        self._is_ready = True
        for feed_id in state.websubs_changed:
            path = self.key.path(state.websubs[feed_id])
            if (former := self._path_of.get(feed_id)) and former != path:
                self._paths.pop(former, None)
            self._path_of[feed_id] = path
            self._paths[path] = state, feed_id
        state.websubs_changed.clear()

    def find(self, path: str) -> Websub | None:
        """Return the subscription whose callback has this *path*; None if there is none."""
        state, feed_id = self._paths.get(path, (None, ""))
        return state.websubs.get(feed_id) if state else None

    def refusal(self, path: str, seconds: float, longest: float) -> Answer | None:
        """Return why a call of *path* is refused unread, None if it is not. *seconds* is the time of the event loop.

        A partition that has had no tick for *longest* seconds is read by another process. Before the first tick no
        path is known.
        """
        now = self._clock()
        if self._minute is None or abs((now - self._minute).total_seconds()) >= life.SHORTEST_PAUSE.total_seconds():
            self._minute, self._calls = now, Counter()
        if path not in self._paths:
            return self._count("unknown", NOT_FOUND) if self._is_ready else self._count("busy", BUSY)
        self._calls[path] += 1
        if self._calls[path] > MAX_CALLS:
            return self._count("too_many", Answer(HTTPStatus.TOO_MANY_REQUESTS, retry_after=60))
        if seconds - self._paths[path][0].last_tick_seconds > longest:
            return self._count("busy", BUSY)
        return None

    def verify(self, path: str, query: Mapping[str, str]) -> Answer:
        """Return the answer to a hub that asks whether a subscription is wanted, or denies it (sections 5.2, 5.3)."""
        known, now = self.find(path), self._clock()
        if known is None:
            return self._count("unknown", NOT_FOUND)
        topic, challenge = query.get("hub.topic", ""), query.get("hub.challenge", "")
        if query.get("hub.mode") == "denied" and topic == known.topic:
            reason = "".join(char for char in query.get("hub.reason", "") if char.isprintable())[:MAX_REASON_CHARS]
            log.warning("hub denies the subscription", feed=known.id, hub=known.hub, reason=reason)
            self.change(known, partial(_denied, reason=self.scrub(known, reason)))
            return self._count("denied", Answer(HTTPStatus.OK))
        if not life.may_verify(known, query.get("hub.mode", ""), topic, now) or not 0 < len(challenge) <= MAX_CHALLENGE_CHARS:
            log.warning(
                "hub asks for what is not wanted", feed=known.id, mode=query.get("hub.mode", "")[:20], topic=topic[:200]
            )
            return self._count("not_wanted", NOT_FOUND)
        self.change(known, partial(_verified, lease=_lease(query.get("hub.lease_seconds", "")), wanted=self._wanted()))
        return self._count("verified", Answer(HTTPStatus.OK, challenge))

    def receive(self, path: str, body: bytes, content_type: str, signature: str) -> Answer:
        """Return the answer to a push (section 7). It is accepted if its signature is valid; else it is dropped, and told."""
        known, now = self.find(path), self._clock()
        # A hub may push as soon as it has asked, before the next tick has made the subscription verified.
        if known is None or not life.is_wanted(known) or known.state == "denied":
            return self._count("ended", Answer(HTTPStatus.GONE))
        accepted = Answer(HTTPStatus.ACCEPTED)
        if body and not is_signed(body, signature, self.key.secret(known)):
            log.warning("push without a valid signature dropped", feed=known.id, hub=known.hub)
            self.change(known, _unsigned)
            return self._count("unsigned", accepted)
        mark = blake2b(body, key=path.encode(), digest_size=16).digest()
        if body and mark in self._remembered:
            return self._count("repeated", accepted)
        waiting = self._pushes.setdefault(known.id, deque())
        if len(waiting) >= MAX_WAITING or self._waiting_bytes + len(body) > MAX_WAITING_BYTES:
            return self._count("busy", BUSY)
        if body:
            self._remembered[mark] = None
        if len(self._remembered) > MAX_REMEMBERED:
            self._remembered.popitem(last=False)
        waiting.append(Push(body, content_type[:256], now))
        self._waiting_bytes += len(body)
        return self._count("content" if body else "notice", accepted)

    def change(self, known: Websub, change: Change) -> None:
        """Change the subscription *known* at the next tick, unless another has replaced it."""
        changes = self._changes.setdefault(known.id, [])
        if len(changes) < MAX_CALLS:
            changes.append((known.nonce, change))

    def take_changes(self, state: PartitionState) -> Iterator[tuple[str, str, Change]]:
        """Remove and yield what has come for the feeds of *state*: the feed, the nonce of its subscription, and the change."""
        for feed_id in [each for each in self._changes if each in state.websubs]:
            for nonce, change in self._changes.pop(feed_id):
                yield feed_id, nonce, change

    def waiting(self, state: PartitionState) -> list[str]:
        """Return the feeds of *state* for which there are pushes."""
        return [feed_id for feed_id in self._pushes if feed_id in state.websubs]

    def take_push(self, feed_id: str) -> Push:
        """Remove and return the first push of the feed, which has one."""
        pushes = self._pushes[feed_id]
        push = pushes.popleft()
        self._waiting_bytes -= len(push.body)
        if not pushes:
            del self._pushes[feed_id]
        return push

    def scrub(self, known: Websub, text: str) -> str:
        """Return *text*, which a hub wrote, without the path and the secret of its subscription."""
        return text.replace(self.key.path(known), "***").replace(self.key.secret(known), "***")

    def _count(self, result: str, answer: Answer) -> Answer:
        self.counts[result] += 1
        return answer


def _lease(text: str) -> float | None:
    """Return the lease that a hub names, in seconds; None if it names none."""
    return float(text[:12]) if text.isascii() and text.isdigit() and int(text[:12]) else None


def _verified(known: Websub, now: datetime, chance: float, *, lease: float | None, wanted: float) -> Websub:
    return life.after_verification(known, lease, wanted, now, chance)


def _denied(known: Websub, now: datetime, chance: float, *, reason: str) -> Websub:
    return life.after_denial(known, reason, now, chance)


def _unsigned(known: Websub, now: datetime, _: float) -> Websub:
    return life.after_unsigned(known, now)
