"""The lifecycle of a subscription at a hub: what is asked, and how each answer changes it. Pure; *chance* is from 0 to 1."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.backoff import backoff
from monitor.clock import MAX_AHEAD
from monitor.feeds.websub.links import Advertised
from monitor.messages import Websub

DAY = 86400.0
LONGEST_LEASE = 30 * DAY
"""The longest lease, in seconds, that is relied on: a hub that forgets a subscription is asked again after this time."""
VERIFY = timedelta(minutes=10)
"""The time for a hub to verify a request. Until then it may also verify again what it has verified."""
SHORTEST_PAUSE = timedelta(minutes=1)
"""The shortest time between two requests, however short a lease is."""
RESUBSCRIBE = timedelta(hours=1)
"""The shortest time between subscriptions of a feed that names another hub or topic each time."""
MAX_END_REQUESTS = 3
"""Requests to end a subscription before it is left to its lease."""
TOLD_MISSES = 3
"""Polls in a row with articles that were not pushed, above which this is told: a hub may be slower than a poll now and then."""
ERROR_CHARS = 1024


def after_poll(
    known: Websub | None, feed_id: str, found: Advertised | None, address: str, nonce: Callable[[], str], now: datetime
) -> Websub | None:
    """Return the subscription after a poll that *found* these hubs; *known* itself if nothing has changed.

    *address* identifies where the hub is to push to.
    """
    if found is None:
        return end(known, "the feed names no hub any more", now) if known else None
    if known and is_wanted(known):
        same = (set(known.hubs), known.topic, known.address) == (set(found.hubs), found.topic, address)
        is_recent = known.asked and now - known.asked < RESUBSCRIBE and known.address == address
        if same or is_recent:
            return known
    return Websub(feed_id, "pending", found.hubs, found.topic, address, nonce(), at=now, next=now)


def is_wanted(subscription: Websub) -> bool:
    """Return whether the feed is to be subscribed to."""
    return subscription.state not in {"ending", "ended"}


def is_live(subscription: Websub, now: datetime) -> bool:
    """Return whether the hub has verified the subscription, and its lease runs."""
    return is_wanted(subscription) and subscription.until is not None and subscription.until > now


def is_working(subscription: Websub, now: datetime) -> bool:
    """Return whether the hub has pushed, and since then everything that polls found. Then the feed is polled less often."""
    return is_live(subscription, now) and subscription.last_push is not None and not subscription.missed


def mode(subscription: Websub) -> str:
    """Return what the hub is asked for: subscribe or unsubscribe."""
    return "subscribe" if is_wanted(subscription) else "unsubscribe"


def may_verify(subscription: Websub, asked_mode: str, topic: str, now: datetime) -> bool:
    """Return whether a hub's question is about a request of ours (WebSub, section 5.3)."""
    if asked_mode != mode(subscription) or topic != subscription.topic or subscription.asked is None:
        return False
    return subscription.state in {"pending", "ending"} or now - subscription.asked <= VERIFY


def end(subscription: Websub, reason: str, now: datetime) -> Websub:
    """Return *subscription*, which is not wanted any more. A hub that knows it is asked to end it."""
    if not is_wanted(subscription):
        return subscription
    state = replace(subscription, state="ending", at=now, next=now, asked=None, failures=0, error=reason)
    return state if is_live(subscription, now) else ended(state, now)


def ended(subscription: Websub, now: datetime, error: str | None = None) -> Websub:
    """Return *subscription*, which is over; *error* is the reason if there is a new one."""
    return replace(subscription, state="ended", at=now, until=None, next=None, error=error or subscription.error)


def as_of(subscription: Websub, now: datetime) -> Websub:
    """Return *subscription* without times that were written while the clock was ahead; *subscription* itself if it has none.

    Its lease cannot be trusted then, so the hub is asked again at once.
    """
    times = (subscription.at, subscription.asked, subscription.last_push)
    if not any(each and each - now > MAX_AHEAD for each in times):
        return subscription
    at, asked, last_push = (each and min(each, now) for each in times)
    return replace(
        subscription,
        at=at or now,
        asked=asked,
        last_push=last_push,
        until=subscription.until and min(subscription.until, now + VERIFY),
        next=subscription.next and now,
    )


def expire(subscription: Websub, now: datetime) -> Websub:
    """Return *subscription* without its lease if that has ended; *subscription* itself if not."""
    until = subscription.until
    if until is None or until > now:
        return subscription
    if not is_wanted(subscription):
        return ended(subscription, now)
    text = f"the lease ended at {until:%Y-%m-%d %H:%M} UTC, and the hub has not renewed it; the feed is polled"
    pause = (subscription.asked or now) + SHORTEST_PAUSE
    return replace(subscription, state="failed", until=None, at=now, error=text, next=max(now, pause))


def ask(subscription: Websub, now: datetime, chance: float) -> Websub:
    """Return *subscription*, whose hub is asked *now*; one that has ended if it has been asked often enough."""
    current = subscription
    if current.asked and current.state in {"pending", "ending"}:
        current = _failed(current, "the hub accepted the request, but did not verify it: can it reach websub.callback?")
        if current.state == "ending" and current.failures >= MAX_END_REQUESTS:
            return ended(current, now)
    seconds = backoff(current.failures + 1, chance, first=2 * VERIFY.total_seconds(), cap=DAY)
    state = "pending" if is_wanted(current) else current.state
    return replace(current, state=state, at=now, asked=now, next=_within_lease(current, now + timedelta(seconds=seconds), now))


def after_verification(subscription: Websub, lease: float | None, wanted: float, now: datetime, chance: float) -> Websub:
    """Return *subscription*, which the hub has verified for *lease* seconds; for as many as *wanted* if it does not say.

    It is renewed after eight to nine tenths of the time.
    """
    if not is_wanted(subscription):
        return ended(subscription, now)
    seconds = min(lease or wanted, LONGEST_LEASE)
    until = now + timedelta(seconds=seconds)
    renewal = max(now + SHORTEST_PAUSE, now + timedelta(seconds=seconds * (0.8 + 0.1 * chance)))
    return replace(subscription, state="verified", at=now, until=until, next=min(until, renewal), failures=0, error=None)


def after_denial(subscription: Websub, reason: str, now: datetime, chance: float) -> Websub:
    """Return *subscription*, which the hub refuses or ends. The next hub that the feed names is asked a day later."""
    if not is_wanted(subscription):
        return ended(subscription, now)
    text = f"the hub denied it{f': {reason}' if reason else ''}; the feed is polled"
    denied = _failed(replace(subscription, until=None), text)
    return replace(denied, state="denied", at=now, next=now + timedelta(seconds=DAY * (0.9 + 0.2 * chance)))


def after_failure(subscription: Websub, error: str, now: datetime, chance: float, retry_after: float | None = None) -> Websub:
    """Return *subscription* after a request that the hub did not accept."""
    failed = _failed(subscription, f"the hub did not accept the request: {error}")
    if not is_wanted(failed) and failed.failures >= MAX_END_REQUESTS:
        return ended(failed, now)
    seconds = max(
        min(retry_after or 0.0, DAY), backoff(failed.failures, chance, first=2 * SHORTEST_PAUSE.total_seconds(), cap=DAY)
    )
    state = "failed" if is_wanted(failed) else failed.state
    return replace(failed, state=state, at=now, asked=None, next=_within_lease(failed, now + timedelta(seconds=seconds), now))


def after_unsigned(subscription: Websub, now: datetime) -> Websub:
    """Return *subscription* after a push that was dropped; itself if that is told already."""
    text = "what was sent to its callback had no valid signature, and was dropped; the feed's hub may not sign"
    return subscription if subscription.error == text else replace(subscription, at=now, error=text)


def after_push(subscription: Websub, now: datetime) -> Websub:
    """Return *subscription* after the hub has sent the feed."""
    return replace(subscription, at=now, last_push=now, missed=0, error=None)


def after_miss(subscription: Websub, now: datetime) -> Websub:
    """Return *subscription* after a poll found articles that the hub has not sent. It tells this once it is no accident."""
    missed = subscription.missed + 1
    text = f"{missed} polls found articles that the hub had not sent; the feed is polled as usual until it sends again"
    return replace(subscription, at=now, missed=missed, error=text if missed >= TOLD_MISSES else subscription.error)


def _failed(subscription: Websub, error: str) -> Websub:
    """Return *subscription* with one more failure. Without a lease, another hub is asked next."""
    hubs = subscription.hubs if subscription.until else (*subscription.hubs[1:], subscription.hubs[0])
    return replace(subscription, hubs=hubs, failures=subscription.failures + 1, error=error[:ERROR_CHARS])


def _within_lease(subscription: Websub, moment: datetime, now: datetime) -> datetime:
    """Return *moment*, or the end of the lease if that is earlier: then the feed is polled as usual again."""
    until = subscription.until
    return min(moment, until) if until is not None and until > now else moment
