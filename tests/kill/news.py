"""A feed server with its own log of what it served: the truth that the services are held against."""

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
PER_PAGE = 60
"""Items that a feed shows: more than come between two polls, so that none is missed by being late."""


@dataclass
class News:
    """*feeds* feeds that together bring *total* articles, *rate* a second from the start on."""

    feeds: int
    total: int
    rate: float
    began: float = field(default_factory=time.monotonic)
    served: dict[str, float] = field(default_factory=dict)
    """Item to the time at which its feed was first answered with it, in monotonic seconds."""
    kept: set[int] = field(default_factory=set)
    """The feeds of which the poller has shown, by asking for what is newer, that it kept all there will be."""

    def published(self) -> int:
        """How many articles are out by now."""
        return min(self.total, int((time.monotonic() - self.began) * self.rate))

    async def answer(self, request: web.Request) -> web.Response:
        """One feed, newest first; 304 where it has nothing new."""
        feed = int(request.match_info["feed"])
        numbers = [number for number in range(self.published()) if number % self.feeds == feed][-PER_PAGE:]
        etag = f'"{numbers[-1] if numbers else "empty"}"'
        if request.headers.get("If-None-Match") == etag:
            if self.published() == self.total:
                self.kept.add(feed)
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
