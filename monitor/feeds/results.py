"""What comes of one answer: the articles to publish, what happened to the feed itself, and its record."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import structlog

from monitor.clock import utc
from monitor.config import FeedConfig, FetchConfig
from monitor.feeds import feed_health, feed_state
from monitor.feeds.articles.changes import Origin, find_changes
from monitor.feeds.fetching.fetch import FetchError
from monitor.feeds.fulltext.pending import whole
from monitor.feeds.parsing.warnings import left_out
from monitor.feeds.poll import PollResult
from monitor.feeds.schedule import intervals
from monitor.messages import ArticleRaw, Feed, Message
from monitor.messages.codec import Invalid, encode

log = structlog.get_logger()

Outcome = tuple[list[Message], Feed]
"""What to publish, in one commit, and what the feed is like then."""


def of_answer(landed: PollResult, line: FeedConfig, before: Feed, limits: FetchConfig, now: datetime) -> Outcome:
    """What a good answer gives; nothing to publish where it says what was known."""
    if landed.parsed is None:
        return _told([], before, feed_state.after_nothing_new(before, landed.answer, now), line, limits, now)
    origin = Origin(line, before.id, landed.answer.url, now)
    articles, seen = find_changes(origin, landed.parsed, before)
    articles = [whole(article, landed.pages.get(article.id)) for article in articles]
    stamps = {"received": landed.answer.received}
    raw = [message for message in (ArticleRaw(article, stamps) for article in articles) if _is_publishable(message)]
    published = [message.article for message in raw]
    after = feed_state.after_success(before, landed.answer, landed.parsed, seen, landed.body or "", published, now)
    if not before.truncated and (why := left_out(landed.parsed)):
        log.warning("items left out", feed=before.id, count=after.truncated, text=why)
    if raw:
        log.info("articles", feed=before.id, count=len(raw))
    return _told(raw, before, after, line, limits, now)


def of_failure(failed: FetchError, line: FeedConfig, before: Feed, limits: FetchConfig, now: datetime) -> Outcome:
    """What no good answer gives."""
    after = feed_state.after_failure(before, failed.state, failed.reason, str(failed), now)
    log.warning("feed failed", feed=before.id, reason=failed.reason, error=str(failed), failures=after.failures)
    return _told([], before, after, line, limits, now)


def _told(
    raw: Sequence[ArticleRaw], before: Feed, after: Feed, line: FeedConfig, limits: FetchConfig, now: datetime
) -> Outcome:
    """*raw* and what happened to the feed itself, then its record; nothing where the record stands as it was."""
    after, notes = feed_health.notice(before, after, line.name or after.title or after.id, limits.failing_after, now)
    for note in notes:
        log.warning(note.title, feed=after.id, text=note.text)
    if after is before:
        return [], after
    after = replace(after, interval=round(intervals.interval(after, line, limits, now), 1))
    return [*raw, *(ArticleRaw(note, {"received": utc()}) for note in notes), after], after


def _is_publishable(message: ArticleRaw) -> bool:
    try:
        encode(message)
    except Invalid as error:
        log.error("article left out", feed=message.article.feed, article=message.article.id, error=str(error))
        return False
    return True
