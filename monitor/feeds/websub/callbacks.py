"""What hubs send to the callbacks: verifications, denials and pushes. No I/O; the poller takes what came at its next tick.

What was answered is kept until what came of it is committed, also when the service restarts within the process.
"""

import re
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from hashlib import blake2b
from http import HTTPStatus

import structlog

from monitor.clock import Clock
from monitor.feeds.partition_state import PartitionState
from monitor.feeds.websub import lifecycle
from monitor.feeds.websub.inbox import Inbox
from monitor.feeds.websub.keys import CallbackKey, is_signed
from monitor.messages import Websub

MAX_WAITING, MAX_WAITING_BYTES = 4, 64 * 1024 * 1024
"""Pushes of one feed, and bytes of all, that are not committed yet. What is beyond is refused, and sent again by the hub."""
MAX_REMEMBERED = 10_000
"""Bodies, of all feeds, by whose hashes a repeated push is known."""
MAX_CALLS = 120
"""Calls of one callback in a minute."""
RESULTS = (
    *("asked", "refused", "verified", "denied", "not_wanted", "content", "notice", "repeated", "unsigned"),
    *("unknown", "ended", "encoded", "too_large", "too_slow", "cut", "too_many", "busy"),
)
"""What can come of a request to a hub, and of one from a hub."""
MAX_CHALLENGE_CHARS = 4096
MAX_REASON_CHARS = 200

_DIGITS = re.compile("[0-9A-Fa-f]{16,}")
"""Digits as paths and secrets have them."""

log = structlog.get_logger()

Change = Callable[[Websub, datetime, float], Websub]
"""Returns a subscription as it is after what has come, from the time and a chance."""


@dataclass(frozen=True, slots=True)
class Push:
    """The *body* that a hub sent for a feed, and its *hash*; b"" if it only tells that there is something new."""

    body: bytes
    content_type: str
    received: datetime
    hash: bytes = b""


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

    *owns_all* returns whether this process owns all feeds; if not, a path that it does not know may be that of another's
    feed. *counts* has what came by result, for /metrics.
    """

    def __init__(self, key: CallbackKey, wanted: Callable[[], float], clock: Clock, owns_all: Callable[[], bool]) -> None:
        self.key, self._wanted, self._clock, self._owns_all = key, wanted, clock, owns_all
        self.counts: Counter[str] = Counter()
        self._paths: dict[str, tuple[PartitionState, str]] = {}
        self._path_of: dict[str, str] = {}
        self._changes = Inbox[tuple[str, Change]]()
        self._pushes = Inbox[Push]()
        self._held_bytes = 0
        self._remembered: OrderedDict[bytes, None] = OrderedDict()
        self._calls: Counter[str] = Counter()
        self._minute: datetime | None = None

    def register(self, state: PartitionState) -> None:
        """Add the subscriptions of *state* that are new, and remove those that they replace."""
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

    def refusal(self, path: str, seconds: float) -> Answer | None:
        """Return why a call of *path* is refused unread, None if it is not. *seconds* is the time of the event loop.

        While feeds are not this process's, or not known yet to be, an unknown path may be that of one of them.
        """
        now = self._clock()
        if self._minute is None or abs((now - self._minute).total_seconds()) >= lifecycle.SHORTEST_PAUSE.total_seconds():
            self._minute, self._calls = now, Counter()
        if path not in self._paths:
            return self._count("unknown", NOT_FOUND) if self._owns_all() else self._count("busy", BUSY)
        self._calls[path] += 1
        if self._calls[path] > MAX_CALLS:
            return self._count("too_many", Answer(HTTPStatus.TOO_MANY_REQUESTS, retry_after=60))
        if self._paths[path][0].may_be_elsewhere(seconds):
            return self._count("busy", BUSY)
        return None

    def verify(self, path: str, query: Mapping[str, str]) -> Answer:
        """Return the answer to a hub that asks whether a subscription is wanted, or denies it (sections 5.2, 5.3)."""
        known, now = self.find(path), self._clock()
        if known is None:
            return self._count("unknown", NOT_FOUND)
        mode, topic, challenge = (query.get(f"hub.{name}", "") for name in ("mode", "topic", "challenge"))
        if mode == "denied" and topic == known.topic:
            reason = self._shown(known, query.get("hub.reason", ""))
            log.warning("hub denies the subscription", feed=known.id, hub=known.hub, reason=reason)
            self.change(known, partial(_denied, reason=reason))
            return self._count("denied", Answer(HTTPStatus.OK))
        if not lifecycle.may_verify(known, mode, topic, now) or not 0 < len(challenge) <= MAX_CHALLENGE_CHARS:
            shown_mode, shown_topic = self._shown(known, mode), self._shown(known, topic)
            log.warning("hub asks for what is not wanted", feed=known.id, mode=shown_mode, topic=shown_topic)
            return self._count("not_wanted", NOT_FOUND)
        self.change(known, partial(_verified, lease=_lease(query.get("hub.lease_seconds", "")), wanted=self._wanted()))
        return self._count("verified", Answer(HTTPStatus.OK, challenge))

    def receive(self, path: str, body: bytes, content_type: str, signature: str, seconds: float) -> Answer:
        """Return the answer to a push (section 7). It is accepted if its signature is valid; else it is dropped, and told.

        *seconds* is the time of the event loop when the body is complete: the partition may have gone meanwhile.
        """
        known, now = self.find(path), self._clock()
        # A hub may push as soon as it has asked, before the next tick has made the subscription verified.
        if known is None or not lifecycle.is_wanted(known) or known.state == "denied":
            return self._count("ended", Answer(HTTPStatus.GONE))
        accepted = Answer(HTTPStatus.ACCEPTED)
        if body and not is_signed(body, signature, self.key.secret(known)):
            log.warning("push without a valid signature dropped", feed=known.id, hub=known.hub)
            self.change(known, _unsigned)
            return self._count("unsigned", accepted)
        digest = blake2b(body, key=path.encode(), digest_size=16).digest()
        if body and digest in self._remembered:
            return self._count("repeated", accepted)
        is_full = self._pushes.count(known.id) >= MAX_WAITING or self._held_bytes + len(body) > MAX_WAITING_BYTES
        if is_full or self._paths[path][0].may_be_elsewhere(seconds):
            return self._count("busy", BUSY)
        if body:
            self._remembered[digest] = None
        if len(self._remembered) > MAX_REMEMBERED:
            self._remembered.popitem(last=False)
        self._pushes.add(known.id, Push(body, content_type[:256], now, digest))
        self._held_bytes += len(body)
        return self._count("content" if body else "notice", accepted)

    def change(self, known: Websub, change: Change) -> None:
        """Change the subscription *known* at the next tick, unless another has replaced it."""
        if self._changes.count(known.id) < MAX_CALLS:
            self._changes.add(known.id, (known.nonce, change))

    def settle(self, state: PartitionState) -> None:
        """Forget what was taken for *state*, which is committed. What was taken for an earlier state is taken again."""
        self._changes.settle(state)
        self._release(self._pushes.settle(state))

    def take_changes(self, state: PartitionState) -> Iterator[tuple[str, str, Change]]:
        """Take and yield what has come for the feeds of *state*: the feed, the nonce of its subscription, and the change."""
        for feed_id in self._changes.waiting(state):
            for nonce, change in self._changes.take_all(state, feed_id):
                yield feed_id, nonce, change

    def pushes(self, state: PartitionState) -> Sequence[tuple[str, Push]]:
        """Return the first push of each feed of *state* that has one which is not taken."""
        return [(feed_id, self._pushes.first(feed_id)) for feed_id in self._pushes.waiting(state)]

    def take_push(self, state: PartitionState, feed_id: str) -> None:
        """Take the first push of the feed, which was read. It is kept until the output for *state* is committed."""
        self._pushes.take(state, feed_id)

    def drop_push(self, feed_id: str) -> None:
        """Remove the first push of the feed, of which nothing is to be committed."""
        self._release(self._pushes.remove(feed_id))

    def forget_lost(self, seconds: float) -> None:
        """Forget the bodies for partitions that others may read now. *seconds* is the time of the event loop.

        If such a partition ticks again, the feeds are polled instead.
        """
        for feed_id in self._pushes.feeds():
            state, _ = self._paths[self._path_of[feed_id]]
            if state.may_be_elsewhere(seconds):
                self._pushes.change(feed_id, self._without_body)

    def scrub(self, known: Websub, text: str) -> str:
        """Return *text*, which a hub wrote, without the path and the secret of its subscription."""
        exact = text.replace(self.key.path(known), "***").replace(self.key.secret(known), "***")
        # They may also be cut, or in capitals.
        return _DIGITS.sub("***", exact)

    def _shown(self, known: Websub, text: str) -> str:
        """Return *text*, which a hub wrote, as logs and records may have it."""
        printable = "".join(char for char in text[: 2 * MAX_REASON_CHARS] if char.isprintable())
        return self.scrub(known, printable)[:MAX_REASON_CHARS]

    def _release(self, pushes: Iterable[Push]) -> None:
        """Count the bodies of *pushes* no longer as in memory."""
        self._held_bytes -= sum(len(push.body) for push in pushes)

    def _without_body(self, push: Push) -> Push:
        self._release([push])
        self._remembered.pop(push.hash, None)
        return replace(push, body=b"")

    def _count(self, result: str, answer: Answer) -> Answer:
        self.counts[result] += 1
        return answer


def _lease(text: str) -> float | None:
    """Return the lease that a hub names, in seconds; None if it names none."""
    return float(text[:12]) if text.isascii() and text.isdigit() and int(text[:12]) else None


def _verified(known: Websub, now: datetime, chance: float, *, lease: float | None, wanted: float) -> Websub:
    return lifecycle.after_verification(known, lease, wanted, now, chance)


def _denied(known: Websub, now: datetime, chance: float, *, reason: str) -> Websub:
    return lifecycle.after_denial(known, reason, now, chance)


def _unsigned(known: Websub, now: datetime, _: float) -> Websub:
    return lifecycle.after_unsigned(known, now)
