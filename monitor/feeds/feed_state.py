"""What is known of a feed, and how each poll changes it. Pure.

A function returns the previous state itself if nothing changed: then nothing is published.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal

from monitor.feeds.fetching.fetch import Response
from monitor.feeds.parsing.items import ParsedFeed
from monitor.feeds.schedule import rhythm
from monitor.messages import Article, Feed, ItemState, Moved

MOVE_DAYS = 3
"""Days on which a permanent redirect must lead to the same URL before the feed is polled there."""


def blank(feed_id: str, url: str, interval: float, now: datetime) -> Feed:
    """Return the state of a feed that was never polled."""
    return Feed(feed_id, url, "", "new", None, 0, None, None, None, (), interval, None, None, now)


def as_of(feed: Feed, now: datetime) -> Feed:
    """Return *feed* without times after *now*, or *feed* itself if it has none.

    They come from a state that was written while the clock was ahead, before a restart. The feed would otherwise be taken
    for up to date until that time comes. The time of a trouble stays, since the id of the article about it depends on it.
    """
    if feed.at <= now:
        return feed
    beat, moved = feed.rhythm, feed.moved
    return replace(
        feed,
        seen=tuple(_item_as_of(item_state, int(now.timestamp())) for item_state in feed.seen),
        last_ok=feed.last_ok and min(feed.last_ok, now),
        last_new=feed.last_new and min(feed.last_new, now),
        at=now,
        rhythm=beat and replace(beat, at=min(beat.at, now), since=min(beat.since, now)),
        moved=moved and replace(moved, on=min(moved.on, now)),
    )


def _item_as_of(item_state: ItemState, now: int) -> ItemState:
    if max(item_state.at, item_state.moved) <= now:
        return item_state
    return replace(item_state, at=min(item_state.at, now), moved=min(item_state.moved, now))


def current_url(configured_url: str, feed: Feed | None) -> str:
    """Return where to request *feed*: where it has moved permanently, unless it fails there."""
    moved = feed.moved if feed and not feed.failures else None
    return moved.url if moved and moved.days >= MOVE_DAYS else configured_url


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

    A document that broke off, or holds a change that must settle, is requested without validators next time.
    """
    complete = not parsed.partial and not any(item_state.held for item_state in item_states)
    new = sum(article.version == 1 and not article.backfill for article in articles)
    if previous.rhythm is None or previous.last_ok is None:
        beat = rhythm.begin((article.published for article in articles), now, parsed.period)
    else:
        beat = rhythm.add_articles(previous.rhythm, new, now) if new else previous.rhythm
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
        rhythm=beat,
        moved=update_move(previous, response.moved, now),
        truncated=parsed.truncated,
    )


def after_no_change(previous: Feed, response: Response, now: datetime) -> Feed:
    """Return the state after a good response without news: *previous* itself, unless the feed recovered or moved."""
    moved = update_move(previous, response.moved, now)
    if previous.state == "ok" and moved == previous.moved:
        return previous
    beat = previous.rhythm
    if beat and previous.failures:
        # What the feed published while it failed is not known, so that time was no silence.
        beat = replace(beat, at=now)
    return replace(previous, state="ok", error=None, reason=None, failures=0, last_ok=now, at=now, rhythm=beat, moved=moved)


def after_failure(previous: Feed, state: Literal["failing", "blocked", "gone"], reason: str, error: str, now: datetime) -> Feed:
    """Return the state after a failed poll. All that was known of the feed stays."""
    return replace(previous, state=state, reason=reason, error=error[:1024], failures=previous.failures + 1, at=now)


def update_move(previous: Feed, target: str | None, now: datetime) -> Moved | None:
    """Return the feed's move after permanent redirects led to *target*, or after a response without them (None)."""
    moved = previous.moved
    if moved and moved.days >= MOVE_DAYS and not previous.failures and target is None:
        return moved
    if target is None or len(target) > 4096:  # noqa: PLR2004  (the schema's limit)
        return None
    if moved is None or moved.url != target:
        return Moved(target, 1, now)
    if moved.days >= MOVE_DAYS or moved.on.date() == now.date():
        return moved
    return Moved(target, moved.days + 1, now)
