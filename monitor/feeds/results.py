"""From the result of a poll to what is published: articles, news of the feed's own health, and its new state. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from monitor.clock import utc
from monitor.config import FeedConfig, FetchConfig
from monitor.feeds import feed_health, feed_state
from monitor.feeds.fetching.fetch import FetchError
from monitor.feeds.fulltext.pending import with_arrived_page
from monitor.feeds.parsing.warnings import left_out
from monitor.feeds.poll import PollResult
from monitor.feeds.schedule import intervals
from monitor.messages import ArticleRaw, Feed, Message

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class FeedUpdate:
    """What a poll changes: the *messages* to publish in one commit, the feed's new *state*, seconds until the next poll."""

    messages: Sequence[Message]
    state: Feed
    interval: float


def process_result(
    result: PollResult | FetchError, previous: Feed, stored: Feed, feed_config: FeedConfig, limits: FetchConfig, now: datetime
) -> FeedUpdate:
    """Return what the *result* of a poll changes. Its messages are the articles, then the feed's state; none if unchanged.

    *previous* is the state from which the poll started. It is *stored* itself, or *stored* with times put right (see
    feed_state.as_of), which are then published whatever the result.
    """
    articles: list[ArticleRaw] = []
    max_age = None
    if isinstance(result, FetchError):
        state = feed_state.after_failure(previous, result.state, result.reason, str(result), now)
        log.warning("feed failed", feed=state.id, reason=result.reason, error=str(result), failures=state.failures)
    else:
        max_age = result.response.max_age
        state, articles = _process_response(result, previous, now)
    name = feed_config.name or state.title or state.id
    state, health = feed_health.check_health(previous, state, name, limits.failing_after, now)
    for article in health:
        log.warning(article.title, feed=state.id, text=article.text)
    interval = intervals.interval(state, feed_config, limits, now, max_age)
    if state is stored:
        return FeedUpdate((), state, interval)
    state = replace(state, interval=round(interval, 1))
    return FeedUpdate([*articles, *(ArticleRaw(article, {"received": utc()}) for article in health), state], state, interval)


def _process_response(result: PollResult, previous: Feed, now: datetime) -> tuple[Feed, list[ArticleRaw]]:
    """Return the state after a good response, and its new articles with the pages that have arrived."""
    changes = result.changes
    if changes is None:
        return feed_state.after_no_change(previous, result.response, now), []
    articles = [with_arrived_page(article, changes.pages.get(article.id)) for article in changes.articles]
    state = feed_state.after_change(
        previous, result.response, changes.body_hash, changes.parsed, changes.item_states, articles, now
    )
    if not previous.truncated and (text := left_out(changes.parsed)):
        log.warning("items left out", feed=state.id, count=state.truncated, text=text)
    if articles:
        log.info("articles", feed=state.id, count=len(articles))
    return state, [ArticleRaw(article, {"received": result.response.received}) for article in articles]
