"""What happens to a feed itself, told as an article that the poller publishes. Pure."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Literal

from monitor.feeds.feed_state import FOR_GOOD
from monitor.feeds.schedule import rhythm
from monitor.feeds.urls import digest
from monitor.messages import HEALTH, Article, Feed, Trouble

Kind = Literal["failing", "recovered", "gone", "silent", "moved"]
OURSELVES = "newsmonitor"
"""The outlet of such an article."""


def notice(before: Feed, after: Feed, name: str, failing_after: int, now: datetime) -> tuple[Feed, tuple[Article, ...]]:
    """*after*, with the trouble that its owner is told of, and the articles that tell it; *name* is what people call it.

    One trouble is one article: what becomes of it, and that it is over, are further versions. Whoever publishes them does
    so together with the record, so that nothing is told twice.
    """
    told: list[Article] = []
    kind, trouble = _trouble(before, after, failing_after, now), before.trouble
    if kind is None and trouble and not after.failures:
        told.append(_article(after, trouble.since, trouble.version + 1, "recovered", name, now))
        trouble = None
    elif kind and (trouble is None or trouble.kind != kind):
        trouble = Trouble(kind, trouble.since if trouble else now, trouble.version + 1 if trouble else 1)
        told.append(_article(after, trouble.since, trouble.version, kind, name, now))
    if after.moved and after.moved.days == FOR_GOOD and after.moved != before.moved:
        told.append(_article(after, after.moved.on, 1, "moved", name, now))
    if trouble != after.trouble:
        after = replace(after, trouble=trouble, at=now)
    return after, tuple(told)


def _trouble(before: Feed, after: Feed, failing_after: int, now: datetime) -> Literal["failing", "gone", "silent"] | None:
    if after.state == "gone":
        return "gone"
    if after.failures >= failing_after:
        return "failing"
    if after.failures:
        # Not often enough to tell: what was told stands.
        return before.trouble.kind if before.trouble else None
    return "silent" if after.rhythm and rhythm.is_silent(after.rhythm, now) else None


def _article(feed: Feed, since: datetime, version: int, kind: Kind, name: str, now: datetime) -> Article:
    return Article(
        id=digest(feed.id, "health", "moved" if kind == "moved" else "", since.isoformat()),
        version=version,
        feed=feed.id,
        source=OURSELVES,
        outlet=OURSELVES,
        url=feed.url,
        title=f"Feed {kind}: {name}"[:4096],
        text=" ".join(_text(feed, kind)),
        authors=(),
        categories=(),
        lang="en",
        country=None,
        published=now,
        fetched=now,
        backfill=False,
        changed=() if version == 1 else ("title", "text"),
        flags=(HEALTH + kind,),
    )


def _text(feed: Feed, kind: Kind) -> Iterator[str]:
    match kind:
        case "failing":
            yield f"{feed.failures} polls in a row gave no good answer. The last one: {feed.error}."
            yield "It is asked again, ever less often, until it answers; see `newsmonitor status`."
        case "gone":
            yield f"{feed.error}. It is still asked now and then; its publisher may name another address."
        case "silent" if feed.rhythm:
            yield f"It answers, but has brought nothing new since {feed.rhythm.at:%Y-%m-%d %H:%M} UTC, which is unlike it."
            yield "Its publisher may have stopped it or moved it: look for a newer address on the outlet's page."
        case "moved" if feed.moved:
            yield f"On {FOR_GOOD} days its address redirected for good to {feed.moved.url}, where it is asked from now on."
            yield "Put that address into the config; until then articles keep the old feed's id."
        case _:
            yield "It is well again."
