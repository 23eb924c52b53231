"""What is known of a feed after each answer: when a record is written, and what it says. Pure."""

from dataclasses import replace
from datetime import datetime
from typing import Literal

from monitor.feeds.fetch import Answer
from monitor.feeds.items import Parsed
from monitor.messages import Feed, Seen


def blank(feed: str, url: str, every: float, now: datetime) -> Feed:
    """A feed of which nothing is known."""
    return Feed(feed, url, "", "new", None, 0, None, None, None, (), every, None, None, now)


def after_success(
    before: Feed, answer: Answer, parsed: Parsed, seen: tuple[Seen, ...], body: str, now: datetime, *, new: bool
) -> Feed:
    """*before* after a good answer that was parsed.

    A document that broke off, or holds a change that must settle, is asked for in full next time.
    """
    whole = not parsed.partial and not any(entry.held for entry in seen)
    return replace(
        before,
        title=parsed.title or before.title,
        state="ok",
        error=None if not parsed.partial else "the document broke off; its whole items were taken",
        failures=0,
        etag=answer.etag if whole else None,
        modified=answer.modified if whole else None,
        body=body if whole else None,
        seen=seen,
        last_ok=now,
        last_new=now if new else before.last_new,
        at=now,
        truncated=parsed.truncated,
    )


def after_nothing_new(before: Feed, now: datetime) -> Feed | None:
    """*before* after a good answer without news: nothing is written, unless it had failed before."""
    if before.state == "ok":
        return None
    return replace(before, state="ok", error=None, failures=0, last_ok=now, at=now)


def after_failure(before: Feed, state: Literal["failing", "blocked", "gone"], error: str, now: datetime) -> Feed:
    """*before* after no good answer: what it knew stays."""
    return replace(before, state=state, error=error[:1024], failures=before.failures + 1, at=now)
