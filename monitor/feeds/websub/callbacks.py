"""What hubs send to the callbacks: verifications, denials and pushes. No I/O; the poller takes what came at its next tick.

What was answered is kept until what came of it is committed, also when the service restarts within the process. It is forgotten
if another process gets the partition: that one polls the feed, and hubs ask and send again.
"""

import re
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import blake2b
from http import HTTPStatus

import structlog

from monitor.clock import Clock
from monitor.feeds.partition_state import ACCEPT_SECONDS, PartitionState
from monitor.feeds.websub import lifecycle
from monitor.feeds.websub.keys import CallbackKey, is_signed
from monitor.feeds.websub.pushes import Push, Pushes
from monitor.messages import Websub
from monitor.runtime.service import OwnsKey

MAX_CALLS = 120
"""Calls of one callback in a minute."""
RESULTS = (
    *("asked", "refused", "verified", "denied", "not_wanted", "content", "notice", "repeated", "unsigned"),
    *("unknown", "not_known_yet", "ended", "encoded", "too_large", "too_slow", "cut", "too_many", "busy"),
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
class Answer:
    """The answer to a hub."""

    status: HTTPStatus
    text: str = ""
    retry_after: int | None = None


BUSY = Answer(HTTPStatus.SERVICE_UNAVAILABLE, retry_after=60)


class Callbacks:
    """The callbacks of the feeds of this process, by their path, which put what comes into *pushes* and the changes.

    *wanted* returns the lease that we ask for, in seconds. *owns_all* returns whether this process owns all feeds; if not, a
    path that it does not know may be that of another's feed. *counts* has what came by result, for /metrics.
    """

    def __init__(
        self, key: CallbackKey, wanted: Callable[[], float], clock: Clock, pushes: Pushes, owns_all: Callable[[], bool]
    ) -> None:
        self.key, self._wanted, self._clock, self._pushes, self._owns_all = key, wanted, clock, pushes, owns_all
        self.counts: Counter[str] = Counter()
        self._paths: dict[str, Websub] = {}
        self._path_of: dict[str, str] = {}
        self._changes: dict[str, deque[tuple[str, Change]]] = {}
        self._last_tick_seconds = 0.0
        self._calls: Counter[str] = Counter()
        self._minute: datetime | None = None

    def register(self, state: PartitionState, seconds: float) -> None:
        """Add the subscriptions of *state* that are new, and remove those that they replace, in a tick at *seconds*."""
        self._last_tick_seconds = seconds
        for feed_id in state.websubs_changed:
            path = self.key.path(state.websubs[feed_id])
            self._paths.pop(self._path_of.get(feed_id, ""), None)
            self._path_of[feed_id] = path
            self._paths[path] = state.websubs[feed_id]
        state.websubs_changed.clear()

    def keep(self, owns: OwnsKey) -> None:
        """Forget the subscriptions of all feeds but those that this process *owns*, and what has come for them."""
        self._path_of = {feed_id: path for feed_id, path in self._path_of.items() if owns(feed_id)}
        self._paths = {path: known for path, known in self._paths.items() if owns(known.id)}
        self._changes = {feed_id: changes for feed_id, changes in self._changes.items() if owns(feed_id)}

    def refusal(self, path: str, seconds: float) -> Answer | None:
        """Return why a call of *path* is refused unread, None if it is not. *seconds* is the time of the event loop."""
        now = self._clock()
        if self._minute is None or abs((now - self._minute).total_seconds()) >= lifecycle.SHORTEST_PAUSE.total_seconds():
            self._minute, self._calls = now, Counter()
        if path not in self._paths:
            return self._unknown()
        self._calls[path] += 1
        if self._calls[path] > MAX_CALLS:
            return self._count("too_many", Answer(HTTPStatus.TOO_MANY_REQUESTS, retry_after=60))
        return self._count("busy", BUSY) if self._stands_still(seconds) else None

    def verify(self, path: str, query: Mapping[str, str]) -> Answer:
        """Return the answer to a hub that asks whether a subscription is wanted, or denies it (sections 5.2, 5.3)."""
        known, now = self._paths.get(path), self._clock()
        if known is None:
            return self._unknown()
        mode, topic, challenge = (query.get(f"hub.{name}", "") for name in ("mode", "topic", "challenge"))
        if mode == "denied" and topic == known.topic:
            reason = self._shown(known, query.get("hub.reason", ""))
            log.warning("hub denies the subscription", feed=known.id, hub=known.hub, reason=reason)
            self.change(known, partial(_denied, reason=reason))
            return self._count("denied", Answer(HTTPStatus.OK))
        if not lifecycle.may_verify(known, mode, topic, now) or not 0 < len(challenge) <= MAX_CHALLENGE_CHARS:
            shown_mode, shown_topic = self._shown(known, mode), self._shown(known, topic)
            log.warning("hub asks for what is not wanted", feed=known.id, mode=shown_mode, topic=shown_topic)
            return self._count("not_wanted", Answer(HTTPStatus.NOT_FOUND))
        self.change(known, partial(_verified, lease=_lease(query.get("hub.lease_seconds", "")), wanted=self._wanted()))
        return self._count("verified", Answer(HTTPStatus.OK, challenge))

    def receive(self, path: str, body: bytes, content_type: str, signature: str, seconds: float) -> Answer:
        """Return the answer to a push (section 7). It is accepted if its signature is valid; else it is dropped, and told.

        *seconds* is the time of the event loop when the body is complete: the partition may have gone meanwhile.
        """
        known, now = self._paths.get(path), self._clock()
        if known is None:
            return self._unknown()
        # A hub may push as soon as it has asked, before the next tick has made the subscription verified.
        if not lifecycle.is_wanted(known) or known.state == "denied":
            return self._count("ended", Answer(HTTPStatus.GONE))
        accepted = Answer(HTTPStatus.ACCEPTED)
        if body and not is_signed(body, signature, self.key.secret(known)):
            log.warning("push without a valid signature dropped", feed=known.id, hub=known.hub)
            self.change(known, _unsigned)
            return self._count("unsigned", accepted)
        digest = blake2b(body, key=path.encode(), digest_size=16).digest() if body else b""
        push = Push(body, content_type[:256], now, digest)
        if self._pushes.is_known(push):
            return self._count("repeated", accepted)
        if self._stands_still(seconds) or not self._pushes.has_room(known.id, push):
            return self._count("busy", BUSY)
        self._pushes.add(known.id, push)
        return self._count("content" if body else "notice", accepted)

    def change(self, known: Websub, change: Change) -> None:
        """Change the subscription *known* at the next tick, unless another has replaced it."""
        changes = self._changes.setdefault(known.id, deque())
        if len(changes) < MAX_CALLS:
            changes.append((known.nonce, change))

    def changes(self, state: PartitionState) -> Sequence[tuple[str, Sequence[tuple[str, Change]]]]:
        """Return what has come for the feeds of *state*: the nonces of their subscriptions, and the changes, in order."""
        return [(feed_id, tuple(changes)) for feed_id, changes in self._changes.items() if feed_id in state.websubs]

    def settle(self, state: PartitionState) -> None:
        """Forget the changes that are in the subscriptions of *state*: they are committed. The others are made again."""
        answered, state.answered = state.answered, {}
        for feed_id, (subscription, count) in answered.items():
            if state.websubs.get(feed_id) == subscription:
                for _ in range(count):
                    self._changes[feed_id].popleft()
                if not self._changes[feed_id]:
                    del self._changes[feed_id]

    def scrub(self, known: Websub, text: str) -> str:
        """Return *text*, which a hub wrote, without the path and the secret of its subscription."""
        exact = text.replace(self.key.path(known), "***").replace(self.key.secret(known), "***")
        # They may also be cut, or in capitals.
        return _DIGITS.sub("***", exact)

    def _shown(self, known: Websub, text: str) -> str:
        """Return *text*, which a hub wrote, as logs and records may have it."""
        printable = "".join(char for char in text[: 2 * MAX_REASON_CHARS] if char.isprintable())
        return self.scrub(known, printable)[:MAX_REASON_CHARS]

    def _unknown(self) -> Answer:
        """Return the answer to an unknown path. While feeds may be those of another process, it may be that of one of them."""
        return self._count("unknown", Answer(HTTPStatus.NOT_FOUND)) if self._owns_all() else self._count("not_known_yet", BUSY)

    def _stands_still(self, seconds: float) -> bool:
        """Return whether this process has not ticked for so long that its partitions may be those of another one."""
        return self._last_tick_seconds < seconds - ACCEPT_SECONDS

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
