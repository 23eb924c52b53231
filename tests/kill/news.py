"""A feed server with its own log of what it served: the truth that the services are held against."""

import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape

from aiohttp import web

WORDS = [
    "harbour",
    "bridge",
    "tariff",
    "glacier",
    "orchestra",
    "vaccine",
    "election",
    "drought",
    "satellite",
    "museum",
    "pension",
    "railway",
    "festival",
    "ceasefire",
]
"""What the made-up articles are about."""
PER_PAGE = 30
"""Items that a feed shows, and beside them all that came after the answer that was last acknowledged: one that leaves the page
unpublished was lost by us, however slow the machine."""


@dataclass
class News:
    """*feeds* feeds that together bring *total* articles, *rate* a second from the start on, but no more than *allowed*."""

    feeds: int
    total: int
    rate: float
    allowed: int = sys.maxsize
    port: int = 0
    began: float = field(default_factory=time.monotonic)
    served: dict[str, float] = field(default_factory=dict)
    """Item to the time at which its feed was first answered with it, in monotonic seconds."""
    acknowledged: dict[int, int] = field(default_factory=dict)
    """Feed to the newest item of an answer whose ETag came back: its articles are published, or will never be."""
    polls: list[tuple[float, int, str]] = field(default_factory=list)
    """Each poll: when, in monotonic seconds, of which feed, and as whom the poller introduced itself."""

    def published(self) -> int:
        """How many articles are out by now."""
        return min(self.total, self.allowed, int((time.monotonic() - self.began) * self.rate))

    def is_kept(self) -> bool:
        """Whether the poller has shown of every feed that it kept all there will be."""
        last = {number % self.feeds: number for number in range(max(0, self.total - self.feeds), self.total)}
        return self.published() == self.total and all(self.acknowledged.get(feed) == number for feed, number in last.items())

    async def answer(self, request: web.Request) -> web.Response:
        """One feed, newest first; 304 where it has nothing new."""
        feed = int(request.match_info["feed"])
        self.polls.append((time.monotonic(), feed, request.headers.get("User-Agent", "")))
        known = request.headers.get("If-None-Match", "").strip('"')
        if known.isdigit():
            self.acknowledged[feed] = int(known)
        told = range(feed, self.published(), self.feeds)
        new = [number for number in told if number > self.acknowledged.get(feed, -1)]
        numbers = list(told[-max(PER_PAGE, len(new)) :])
        etag = f'"{numbers[-1] if numbers else "empty"}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304)
        for number in numbers:
            self.served.setdefault(title(number), time.monotonic())
        return web.Response(text=render(feed, numbers), content_type="application/rss+xml", headers={"ETag": etag})


def title(number: int) -> str:
    """The title that no other article has."""
    return f"Article {number} on the {WORDS[number % len(WORDS)]}"


def text(number: int) -> str:
    """A few sentences, some of which name somebody who is watched."""
    subject = WORDS[number % len(WORDS)]
    who = "Kim Jong Un" if number % 10 == 0 else "The council"
    return f"{who} spoke about the {subject} on day {number}. Case {number} of the {subject} file {number * 7919} is now open."


def render(feed: int, numbers: list[int]) -> str:
    """RSS 2.0."""
    now = format_datetime(datetime.now(UTC))
    items = "".join(
        f"<item><title>{escape(title(number))}</title><guid isPermaLink='false'>item-{number}</guid>"
        f"<link>http://127.0.0.1/{feed}/{number}</link><pubDate>{now}</pubDate>"
        f"<description>{escape(text(number))}</description></item>"
        for number in reversed(numbers)
    )
    head = f"<title>Feed {feed}</title><link>http://127.0.0.1/</link>"
    return f"<?xml version='1.0'?><rss version='2.0'><channel>{head}{items}</channel></rss>"


def app(news: News) -> web.Application:
    """The server."""
    application = web.Application()
    application.router.add_get("/{feed:[0-9]+}.rss", news.answer)
    return application
