"""What is known of a feed after each answer: when a record is written, and what it says. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal

from monitor.feeds.fetching.fetch import Response
from monitor.feeds.parsing.items import ParsedFeed
from monitor.feeds.schedule import rhythm
from monitor.messages import Article, Feed, ItemState, Moved

FOR_GOOD = 3
"""On so many days a permanent redirect must have led to one place before it is believed."""


def blank(feed: str, url: str, every: float, now: datetime) -> Feed:
    """A feed of which nothing is known."""
    return Feed(feed, url, "", "new", None, 0, None, None, None, (), every, None, None, now)


def as_of(feed: Feed, now: datetime) -> Feed:
    """*feed*; where it was written while the clock was ahead, without times after *now*, by which it would wait too long.

    Of a trouble the time stays, since it names the article that tells of it.
    """
    if feed.at <= now:
        return feed
    beat, moved = feed.rhythm, feed.moved
    return replace(
        feed,
        seen=tuple(_seen_by(each, int(now.timestamp())) for each in feed.seen),
        last_ok=feed.last_ok and min(feed.last_ok, now),
        last_new=feed.last_new and min(feed.last_new, now),
        at=now,
        rhythm=beat and replace(beat, at=min(beat.at, now), since=min(beat.since, now)),
        moved=moved and replace(moved, on=min(moved.on, now)),
    )


def _seen_by(seen: ItemState, now: int) -> ItemState:
    return seen if max(seen.at, seen.moved) <= now else replace(seen, at=min(seen.at, now), moved=min(seen.moved, now))


def address(url: str, feed: Feed) -> str:
    """Where to ask for *feed*, configured at *url*: where it has moved for good, unless it failed there."""
    moved = feed.moved
    return moved.url if moved and moved.days >= FOR_GOOD and not feed.failures else url


def after_success(
    before: Feed,
    answer: Response,
    parsed: ParsedFeed,
    seen: tuple[ItemState, ...],
    body: str,
    articles: Sequence[Article],
    now: datetime,
) -> Feed:
    """*before* after a good answer that was parsed, *articles* being new in it.

    A document that broke off, or holds a change that must settle, is asked for in full next time.
    """
    whole = not parsed.partial and not any(entry.held for entry in seen)
    fresh = sum(article.version == 1 and not article.backfill for article in articles)
    if before.rhythm is None or before.last_ok is None:
        beat = rhythm.begin((article.published for article in articles), now, parsed.period)
    else:
        beat = rhythm.heard(before.rhythm, fresh, now) if fresh else before.rhythm
    return replace(
        before,
        title=parsed.title or before.title,
        state="ok",
        error=None if not parsed.partial else "the document broke off; its whole items were taken",
        reason=None,
        failures=0,
        etag=answer.etag if whole else None,
        modified=answer.modified if whole else None,
        body=body if whole else None,
        seen=seen,
        last_ok=now,
        last_new=now if articles else before.last_new,
        at=now,
        ttl=parsed.ttl,
        skip_hours=parsed.skip_hours,
        rhythm=beat,
        moved=moved_on(before, answer.moved, now),
        truncated=parsed.truncated,
    )


def after_nothing_new(before: Feed, answer: Response, now: datetime) -> Feed:
    """*before* after a good answer without news: itself, so that nothing is written, but where something else changed."""
    moved = moved_on(before, answer.moved, now)
    if before.state == "ok" and moved == before.moved:
        return before
    beat = before.rhythm
    if beat and before.failures:
        # What it published while it failed is not known: that was no silence.
        beat = replace(beat, at=now)
    return replace(before, state="ok", error=None, reason=None, failures=0, last_ok=now, at=now, rhythm=beat, moved=moved)


def after_failure(before: Feed, state: Literal["failing", "blocked", "gone"], reason: str, error: str, now: datetime) -> Feed:
    """*before* after no good answer: what it knew stays."""
    return replace(before, state=state, reason=reason, error=error[:1024], failures=before.failures + 1, at=now)


def moved_on(before: Feed, led: str | None, now: datetime) -> Moved | None:
    """What is known of the feed's move after permanent redirects *led* there; None: there were none."""
    known = before.moved
    if known and known.days >= FOR_GOOD and not before.failures and led is None:
        return known
    if led is None or len(led) > 4096:  # noqa: PLR2004  (as the schema has it)
        return None
    if known is None or known.url != led:
        return Moved(led, 1, now)
    if known.days >= FOR_GOOD or known.on.date() == now.date():
        return known
    return Moved(led, known.days + 1, now)
