"""A feed server that records its responses, so that a test can compare the published articles with them."""

import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape

from aiohttp import web

SUBJECTS = (
    "harbour", "bridge", "tariff", "glacier", "orchestra", "vaccine", "election",
    "drought", "satellite", "museum", "pension", "railway", "festival", "ceasefire",
)  # fmt: skip
"""The subjects of the articles."""
PAGE_SIZE = 30
"""The number of items in a feed. A feed also keeps all items newer than the last acknowledged response. So the poller has lost
an item that leaves the feed without being published, however slow the machine is."""


@dataclass
class FeedServer:
    """Serves *feeds* feeds, which publish *total* articles together, at *rate* per second, at most *allowed* so far.

    The first *archive* of them are in the feeds from the start, and are old, so that they are backfill.
    """

    feeds: int
    total: int
    rate: float
    allowed: int = sys.maxsize
    port: int = 0
    archive: int = 0
    start: float = field(default_factory=time.monotonic)
    served: dict[str, float] = field(default_factory=dict)
    """The time of the first response with a title, by title, in monotonic seconds."""
    acknowledged: dict[int, int] = field(default_factory=dict)
    """The newest acknowledged article of each feed. A poller acknowledges a response when it sends back its ETag: from then on
    each article of the response is published, or lost."""
    polls: list[tuple[float, int, str]] = field(default_factory=list)
    """Each poll: its time in monotonic seconds, the feed, and the User-Agent of the poller."""

    def published(self) -> int:
        """Return the number of articles in the feeds now."""
        return max(self.archive, min(self.total, self.allowed, int((time.monotonic() - self.start) * self.rate)))

    def is_acknowledged(self) -> bool:
        """Return whether the poller has acknowledged the last article of every feed."""
        last = {number % self.feeds: number for number in range(max(0, self.total - self.feeds), self.total)}
        return self.published() == self.total and all(self.acknowledged.get(feed) == number for feed, number in last.items())

    async def respond(self, request: web.Request) -> web.Response:
        """Return the response with one feed, newest article first, or a 304 if the poller has its newest article."""
        feed = int(request.match_info["feed"])
        self.polls.append((time.monotonic(), feed, request.headers.get("User-Agent", "")))
        acknowledged = request.headers.get("If-None-Match", "").strip('"')
        if acknowledged.isdigit():
            self.acknowledged[feed] = int(acknowledged)
        published = range(feed, self.published(), self.feeds)
        unacknowledged = [number for number in published if number > self.acknowledged.get(feed, -1)]
        numbers = list(published[-max(PAGE_SIZE, len(unacknowledged)) :])
        etag = f'"{numbers[-1] if numbers else "empty"}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304)
        for number in numbers:
            self.served.setdefault(title(number), time.monotonic())
        return web.Response(text=rss(feed, numbers, self.archive), content_type="application/rss+xml", headers={"ETag": etag})


@asynccontextmanager
async def serving(server: FeedServer) -> AsyncIterator[None]:
    """Serve the feeds at http://127.0.0.1:PORT/FEED.rss, and set the server's port."""
    app = web.Application()
    app.router.add_get("/{feed:[0-9]+}.rss", server.respond)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.port = runner.addresses[0][1]
    try:
        yield
    finally:
        await runner.cleanup()


def title(number: int) -> str:
    """Return the title of article *number*, which no other article has."""
    return f"Article {number} on the {SUBJECTS[number % len(SUBJECTS)]}"


def text(number: int) -> str:
    """Return the text of article *number*. Every tenth article names a watched person."""
    subject = SUBJECTS[number % len(SUBJECTS)]
    who = "Kim Jong Un" if number % 10 == 0 else "The council"
    return f"{who} spoke about the {subject} on day {number}. Case {number} of the {subject} file {number * 7919} is now open."


def rss(feed: int, numbers: list[int], archive: int) -> str:
    """Return the feed as RSS 2.0. Articles before *archive* are two days old."""
    now = datetime.now(UTC)
    old, new = format_datetime(now - timedelta(days=2)), format_datetime(now)
    items = "".join(
        f"<item><title>{escape(title(number))}</title><guid isPermaLink='false'>item-{number}</guid>"
        f"<link>http://127.0.0.1/{feed}/{number}</link><pubDate>{old if number < archive else new}</pubDate>"
        f"<description>{escape(text(number))}</description></item>"
        for number in reversed(numbers)
    )
    head = f"<title>Feed {feed}</title><link>http://127.0.0.1/</link>"
    return f"<?xml version='1.0'?><rss version='2.0'><channel>{head}{items}</channel></rss>"
