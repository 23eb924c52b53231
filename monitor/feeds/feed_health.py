"""Articles about a feed's own health: it fails, recovers, is gone, falls silent or moves. Pure."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Literal

from monitor.feeds.feed_state import MOVE_DAYS
from monitor.feeds.schedule import rhythm
from monitor.feeds.urls import digest
from monitor.messages import HEALTH, Article, Feed, Trouble
from monitor.redaction import HIDDEN

HealthEvent = Literal["failing", "recovered", "gone", "silent", "moved"]
OUTLET = "newsmonitor"
"""The outlet of these articles."""


def check_health(
    previous: Feed, current: Feed, name: str, failing_after: int, now: datetime
) -> tuple[Feed, tuple[Article, ...]]:
    """Return *current* with its trouble updated, and the articles to publish, whose titles contain *name*.

    One trouble is one article. When the trouble changes or ends, the article gets a new version. The articles are published
    in one commit with the state, so that nothing is reported twice.
    """
    articles: list[Article] = []
    kind, trouble = _current_trouble(previous, current, failing_after, now), previous.trouble
    if kind is None and trouble and not current.failures:
        articles.append(_article(current, trouble.since, trouble.version + 1, "recovered", name, now))
        trouble = None
    elif kind and (trouble is None or trouble.kind != kind):
        trouble = Trouble(kind, trouble.since if trouble else now, trouble.version + 1 if trouble else 1)
        articles.append(_article(current, trouble.since, trouble.version, kind, name, now))
    if current.moved and current.moved.days == MOVE_DAYS and current.moved != previous.moved:
        articles.append(_article(current, current.moved.on, 1, "moved", name, now))
    if trouble != current.trouble:
        current = replace(current, trouble=trouble, at=now)
    return current, tuple(articles)


def _current_trouble(
    previous: Feed, current: Feed, failing_after: int, now: datetime
) -> Literal["failing", "gone", "silent"] | None:
    if current.state == "gone":
        return "gone"
    if current.failures >= failing_after:
        return "failing"
    if current.failures:
        # Too few failures to report: an earlier report stands.
        return previous.trouble.kind if previous.trouble else None
    return "silent" if current.rhythm and rhythm.is_silent(current.rhythm, now) else None


def _article(feed: Feed, since: datetime, version: int, event: HealthEvent, name: str, now: datetime) -> Article:
    return Article(
        id=digest(feed.id, "health", "moved" if event == "moved" else "", since.isoformat()),
        version=version,
        feed=feed.id,
        source=OUTLET,
        outlet=OUTLET,
        url=feed.url,
        title=f"Feed {event}: {name}"[:4096],
        text=" ".join(_sentences(feed, event)),
        authors=(),
        categories=(),
        lang="en",
        country=None,
        published=now,
        fetched=now,
        backfill=False,
        changed=() if version == 1 else ("title", "text"),
        flags=(HEALTH + event,),
    )


def _sentences(feed: Feed, event: HealthEvent) -> Iterator[str]:
    match event:
        case "failing":
            yield f"{feed.failures} polls in a row failed. The last error: {feed.error}."
            yield "The feed is polled less and less often until it answers; see `newsmonitor status`."
        case "gone":
            yield f"{feed.error}. The feed is still polled now and then; its publisher may name another address."
        case "silent" if feed.rhythm:
            yield f"The feed answers, but has had nothing new since {feed.rhythm.at:%Y-%m-%d %H:%M} UTC, which is unusual."
            yield "Its publisher may have stopped or moved it: look for a newer address on the outlet's page."
        case "moved" if feed.moved:
            where = "not stored, as it holds a secret" if HIDDEN in feed.moved.url else "polled from now on"
            yield f"On {MOVE_DAYS} days its address redirected permanently to {feed.moved.url}, which is {where}."
            yield "Put that address into the config; until then articles keep the old feed's id."
        case _:
            yield "The feed can be read again."
