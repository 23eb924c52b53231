"""Turn the result of a poll into messages: articles, articles about the feed's health, and its new state. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from monitor.clock import utc
from monitor.config import FeedConfig, FetchConfig
from monitor.feeds import feed_health, feed_state
from monitor.feeds.fetching.fetch import FetchError
from monitor.feeds.parsing.items import truncation_warning
from monitor.feeds.poll import PollResult
from monitor.feeds.schedule import intervals
from monitor.feeds.secrets import feed_scrubber, scrub_article
from monitor.messages import ArticleRaw, Feed, Message, to_raw
from monitor.redaction import hide_secrets

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class FeedUpdate:
    """The update of a feed by a poll: the *messages* to publish in one commit, and the new *state*.

    *interval* is the time until the next poll in seconds, before jitter and backoff.
    """

    messages: Sequence[Message]
    state: Feed
    interval: float


def process_result(
    result: PollResult | FetchError,
    previous: Feed,
    stored: Feed,
    feed_config: FeedConfig,
    limits: FetchConfig,
    now: datetime,
    pushed_every: float = 0.0,
) -> FeedUpdate:
    """Return the update for the *result* of a poll: the articles, then the feed's state; no message if nothing changed.

    *previous* is the state at the start of the poll. It is *stored* itself, or *stored* with corrected times (see
    feed_state.as_of). Corrected times are always published. A feed that is pushed is polled every *pushed_every* seconds.
    """
    articles: list[ArticleRaw] = []
    max_age = None
    if isinstance(result, FetchError):
        state = feed_state.after_failure(previous, result.state, result.reason, str(result), now)
        log.warning("feed failed", feed=state.id, reason=result.reason, error=str(result), failures=state.failures)
    else:
        response, max_age = result.response, result.response.max_age
        if response.moved:
            result = replace(
                result, response=replace(response, moved=hide_secrets(response.moved, private=feed_config.private))
            )
        state = _after_success(previous, result, feed_config, now)
        if changes := result.changes:
            articles = [to_raw(article, {"received": response.received}) for article in changes.articles]
            if articles:
                log.info("articles", feed=state.id, count=len(articles))
            if not previous.truncated and (text := truncation_warning(changes.parsed)):
                log.warning("items left out", feed=state.id, count=state.truncated, text=text)
    name = feed_config.name or state.title or state.id
    state, health = feed_health.check_health(previous, state, name, limits.failing_after, now)
    if health:
        scrubber = feed_scrubber(feed_config)
        health = tuple(scrub_article(article, scrubber) for article in health)
    for article in health:
        log.warning("feed health", feed=state.id, title=article.title, text=article.text)
    longer = 0.0 if feed_config.every or state.failures else pushed_every
    interval = max(longer, intervals.interval(state, feed_config, limits, now, max_age))
    if state is stored:
        return FeedUpdate((), state, interval)
    state = replace(state, interval=round(interval, 1))
    return FeedUpdate([*articles, *(ArticleRaw(article, {"received": utc()}) for article in health), state], state, interval)


def _after_success(previous: Feed, result: PollResult, feed_config: FeedConfig, now: datetime) -> Feed:
    """Return the state after a good response, or after a push."""
    changes, response = result.changes, result.response
    if response.moved:
        response = replace(response, moved=hide_secrets(response.moved, private=feed_config.private))
    if changes is None:
        return feed_state.after_no_change(previous, response, now)
    if result.is_push:
        return feed_state.after_push(previous, changes.item_states, changes.articles, now)
    return feed_state.after_change(
        previous, response, changes.body_hash, changes.parsed, changes.item_states, changes.articles, now
    )
