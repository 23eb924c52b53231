"""The state of a feed, and how each poll changes it. Pure.

A function returns the previous state itself if nothing has changed; then the poller publishes nothing.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from monitor.feeds.fetching.fetch import Response
from monitor.feeds.parsing.items import ParsedFeed
from monitor.feeds.schedule import rhythm
from monitor.feeds.urls import URL_CHARS
from monitor.messages import Article, Feed, ItemState, Moved
from monitor.redaction import HIDDEN

REFRESH = timedelta(hours=1)
"""Time after which the time of the last good response is published even if nothing has changed. It costs a whole record."""
FULL_RESPONSE = timedelta(days=1)
"""Time without a full response after which a feed is requested without validators: a server may answer 304 for ever."""
MAX_ETAG_CHANGES = 2
"""The most times in a row that new validators of an unchanged body replace the stored ones."""
MOVE_DAYS = 3
"""Number of days on which a permanent redirect must lead to one URL before the feed is polled at that URL."""


def initial_state(feed_id: str, url: str, interval: float, now: datetime) -> Feed:
    """Return the state of a feed that was never polled."""
    return Feed(feed_id, url, "", "new", None, 0, None, None, None, (), interval, None, None, now)


def is_new(feed: Feed | None) -> bool:
    """Return True if a feed with the state *feed* has never been polled successfully."""
    return feed is None or feed.last_ok is None


def as_of(feed: Feed, now: datetime) -> Feed:
    """Return *feed* without times after *now*, or *feed* itself if it has none.

    A state has such times if the clock was ahead when it was written, before a restart. Without the correction, the feed
    would count as up to date until then. The time of a trouble stays, because the id of the article about it contains it.
    """
    feed_rhythm, moved = feed.rhythm, feed.moved
    at = feed.at
    latest = max(at, feed.last_ok or at, feed.last_new or at, feed.full or at, moved.on if moved else at)
    if latest <= now and (feed_rhythm is None or max(feed_rhythm.at, feed_rhythm.since) <= now):
        return feed
    return replace(
        feed,
        seen=tuple(_item_as_of(item_state, int(now.timestamp())) for item_state in feed.seen),
        last_ok=feed.last_ok and min(feed.last_ok, now),
        last_new=feed.last_new and min(feed.last_new, now),
        full=feed.full and min(feed.full, now),
        at=min(feed.at, now),
        rhythm=feed_rhythm and replace(feed_rhythm, at=min(feed_rhythm.at, now), since=min(feed_rhythm.since, now)),
        moved=moved and replace(moved, on=min(moved.on, now)),
    )


def _item_as_of(item_state: ItemState, now: int) -> ItemState:
    if max(item_state.at, item_state.moved) <= now:
        return item_state
    return replace(item_state, at=min(item_state.at, now), moved=min(item_state.moved, now))


def current_url(configured_url: str, feed: Feed | None) -> str:
    """Return the URL to request *feed* from: the one it has moved to permanently, unless its last poll failed.

    A URL with a secret is not stored. Then the configured one is requested, which redirects there.
    """
    moved = feed.moved if feed and not feed.failures else None
    return moved.url if moved and moved.days >= MOVE_DAYS and HIDDEN not in moved.url else configured_url


def after_change(
    previous: Feed,
    response: Response,
    body_hash: str,
    parsed: ParsedFeed,
    item_states: tuple[ItemState, ...],
    articles: Sequence[Article],
    now: datetime,
) -> Feed:
    """Return the state after a document that was parsed; *articles* are the new or changed ones in it.

    If the document broke off, or a change in it is held back, the next request has no validators.
    """
    complete = not parsed.partial and not any(item_state.held for item_state in item_states)
    new_count = sum(article.version == 1 and not article.backfill for article in articles)
    if previous.rhythm is None or previous.last_ok is None:
        feed_rhythm = rhythm.begin((article.published for article in articles), now, parsed.period)
    else:
        feed_rhythm = rhythm.add_articles(previous.rhythm, new_count, now) if new_count else previous.rhythm
    return replace(
        previous,
        title=parsed.title or previous.title,
        state="ok",
        error=None if not parsed.partial else "the document broke off; its complete items were taken",
        reason=None,
        failures=0,
        etag=response.etag if complete else None,
        modified=response.modified if complete else None,
        body=body_hash if complete else None,
        seen=item_states,
        last_ok=now,
        last_new=now if articles else previous.last_new,
        at=now,
        ttl=parsed.ttl,
        skip_hours=parsed.skip_hours,
        rhythm=feed_rhythm,
        moved=update_move(previous, response.moved, now),
        truncated=parsed.truncated,
        full=now,
        etag_changes=0,
    )


def after_push(previous: Feed, item_states: tuple[ItemState, ...], articles: Sequence[Article], now: datetime) -> Feed:
    """Return the state after a hub has sent the feed; *articles* are the new or changed ones.

    The rest of the state is about polls, whose next one compares the feed with the last document of its own server.
    """
    if item_states == previous.seen and not articles:
        return previous
    new_count = sum(article.version == 1 and not article.backfill for article in articles)
    known = previous.rhythm
    return replace(
        previous,
        seen=item_states,
        last_new=now if articles else previous.last_new,
        at=now,
        rhythm=rhythm.add_articles(known, new_count, now) if known and new_count else known,
    )


def validators(feed: Feed, now: datetime) -> tuple[str | None, str | None]:
    """Return the ETag and the Last-Modified to send; None for both if the feed is to be requested in full."""
    full = feed.full or feed.last_ok
    return (None, None) if full is None or now - full >= FULL_RESPONSE else (feed.etag, feed.modified)


def after_no_change(previous: Feed, response: Response, now: datetime) -> Feed:
    """Return the state after a good response without changes.

    It is *previous* itself, unless the feed recovered or moved, its validators were renewed, the response was a full one, or
    REFRESH has passed. A 304 without validators renews none (RFC 9111, section 4.3.4).
    """
    moved = update_move(previous, response.moved, now)
    etag, modified, changes = _renew_validators(previous, response)
    full = now if response.body is not None else previous.full or previous.last_ok
    renewed = (etag, modified, moved) != (previous.etag, previous.modified, previous.moved)
    outdated = previous.last_ok is None or now - previous.last_ok >= REFRESH
    if previous.state == "ok" and not renewed and not outdated:
        return previous
    feed_rhythm = previous.rhythm
    if feed_rhythm and previous.failures:
        # The feed may have published articles while it failed, so that time does not count as silence.
        feed_rhythm = replace(feed_rhythm, at=now)
    recovered = replace(previous, state="ok", error=None, reason=None, failures=0, last_ok=now, at=now, rhythm=feed_rhythm)
    return replace(recovered, moved=moved, etag=etag, modified=modified, full=full, etag_changes=changes)


def _renew_validators(previous: Feed, response: Response) -> tuple[str | None, str | None, int]:
    """Return the ETag, the Last-Modified and the number of changes in a row after a response without changes."""
    held = (previous.etag, previous.modified)
    if previous.body is None:
        # The last document was not complete, so it must not be confirmed by its validators.
        return *held, previous.etag_changes
    if response.body is None:
        return response.etag or previous.etag, response.modified or previous.modified, 0
    if (response.etag, response.modified) == held:
        return *held, previous.etag_changes
    if previous.etag_changes >= MAX_ETAG_CHANGES:
        # The validators change at each request. To store them would publish the whole state at each poll.
        return *held, previous.etag_changes
    return response.etag, response.modified, previous.etag_changes + 1


def after_failure(previous: Feed, state: Literal["failing", "blocked", "gone"], reason: str, error: str, now: datetime) -> Feed:
    """Return the state after a failed poll. Only the state, reason, error, failures and time change."""
    return replace(previous, state=state, reason=reason, error=error[:1024], failures=previous.failures + 1, at=now)


def update_move(previous: Feed, target: str | None, now: datetime) -> Moved | None:
    """Return the feed's move after permanent redirects to *target*, a URL without secrets; None if there were none."""
    moved = previous.moved
    if moved and moved.days >= MOVE_DAYS and not previous.failures and target is None:
        return moved
    if target is None or len(target) > URL_CHARS:
        return None
    if moved is None or moved.url != target:
        return Moved(target, 1, now)
    if moved.days >= MOVE_DAYS or moved.on.date() == now.date():
        return moved
    return Moved(target, moved.days + 1, now)
