"""A feed server that serves the items of a plan, and records which version it served and which the poller acknowledged."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape

from aiohttp import web

from tests.chaos.plan import NO_FEED, Plan, Version, after_loss
from tests.web import listening

PAGE_SIZE = 60
"""The number of items in a feed. A feed also keeps all items newer than the last acknowledged response. So the poller has lost
an item that leaves the feed without being published, however slow the machine is."""
EMPTY_FEED = "<?xml version='1.0'?><rss version='2.0'><channel><title>No news</title></channel></rss>"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
ARCHIVE_AGE = timedelta(days=2)
"""The age of the items that are backfill."""


@dataclass
class FeedServer:
    """Serves the feeds of *plan* as they are in the round that *current_round* returns.

    A feed moves to its next round only when the poller has acknowledged the last one, by sending back its ETag: from then on
    each version in it is published, or lost.
    """

    plan: Plan
    current_round: Callable[[], int]
    port: int = 0
    served: dict[tuple[str, int], float] = field(default_factory=dict)
    """The time of the first response with a version, by item and number, in monotonic seconds."""
    acknowledged: dict[int, int] = field(default_factory=dict)
    """The last round of each feed that the poller has acknowledged."""
    shown: dict[int, int] = field(default_factory=dict)
    """The last round of each feed that was shown."""
    hostile: Handler | None = None
    """How the hostile feed answers. Without it, the feed is empty."""
    polls: list[tuple[float, int, str]] = field(default_factory=list)
    """Each poll: its time in monotonic seconds, the feed, and the User-Agent of the poller."""
    dates: dict[str, datetime] = field(default_factory=dict)
    """The date of each item that was served."""

    def __post_init__(self) -> None:
        """Sort the versions by feed."""
        self.by_feed: dict[int, list[Version]] = {}
        for version in self.plan.versions:
            if version.feed != NO_FEED:
                self.by_feed.setdefault(version.feed, []).append(version)

    def follow(self, plan: Plan) -> None:
        """Serve *plan* from now on."""
        self.plan = plan
        self.__post_init__()

    def forget(self) -> None:
        """Begin again: the poller has lost all that it knew."""
        self.follow(after_loss(self.plan, self.shown))
        self.served.clear()
        self.acknowledged.clear()

    def is_acknowledged(self) -> bool:
        """Return whether the poller has acknowledged the current round of every feed."""
        rounds = {feed: self._last_round(feed, self.current_round()) for feed in self.by_feed}
        return all(self.acknowledged.get(feed, -1) >= last for feed, last in rounds.items())

    async def respond(self, request: web.Request) -> web.Response:
        """Return the response with one feed, newest item first, or a 304 if the poller has its newest round."""
        feed = int(request.match_info["feed"])
        self.polls.append((time.monotonic(), feed, request.headers.get("User-Agent", "")))
        etag = request.headers.get("If-None-Match", "")
        if etag.strip('"').isdigit():
            self.acknowledged[feed] = max(int(etag.strip('"')), self.acknowledged.get(feed, -1))
        acknowledged = self.acknowledged.get(feed, -1)
        following = (each.round for each in self.by_feed.get(feed, ()) if acknowledged < each.round <= self.current_round())
        shown = self.shown[feed] = next(following, acknowledged)
        if etag == f'"{shown}"':
            return web.Response(status=304)
        text = self._rss(feed, acknowledged, shown)
        return web.Response(text=text, content_type="application/rss+xml", headers={"ETag": f'"{max(shown, 0)}"'})

    async def respond_hostile(self, request: web.Request) -> web.StreamResponse:
        """Return the response of the hostile feed."""
        if self.hostile:
            return await self.hostile(request)
        return web.Response(text=EMPTY_FEED, content_type="application/rss+xml")

    async def respond_page(self, request: web.Request) -> web.Response:
        """Return the page of an item."""
        version = self.plan.by_key[request.match_info["item"], 1]
        paragraphs = "".join(f"<p>{escape(each)}</p>" for each in (version.text, *version.page))
        body = f"<article><h1>{escape(version.title)}</h1>{paragraphs}</article>"
        html = f"<html><head><title>{escape(version.title)}</title></head><body>{body}</body></html>"
        return web.Response(text=html, content_type="text/html")

    def _last_round(self, feed: int, until: int) -> int:
        return max((each.round for each in self.by_feed[feed] if each.round <= until), default=-1)

    def _rss(self, feed: int, acknowledged: int, shown: int) -> str:
        """Return the feed as RSS 2.0 as it is in the round *shown*."""
        items: dict[str, Version] = {}
        for version in self.by_feed.get(feed, ()):
            if version.round <= shown:
                items.pop(version.item, None)
                items[version.item] = version
        count = max(PAGE_SIZE, sum(each.round > acknowledged for each in items.values()))
        newest_first = list(items.values())[: -count - 1 : -1]
        head = f"<title>Feed {feed}</title><link>http://127.0.0.1/</link>"
        body = "".join(map(self._item, newest_first))
        return f"<?xml version='1.0'?><rss version='2.0'><channel>{head}{body}</channel></rss>"

    def _item(self, version: Version) -> str:
        self.served.setdefault((version.item, version.number), time.monotonic())
        age = ARCHIVE_AGE if version.backfill else timedelta()
        date = self.dates.setdefault(version.item, datetime.now(UTC) - age)
        return (
            f"<item><title>{escape(version.title)}</title><guid isPermaLink='false'>{version.item}</guid>"
            f"<link>http://127.0.0.1:{self.port}/page/{version.item}</link><pubDate>{format_datetime(date)}</pubDate>"
            f"<description>{escape(version.text)}</description></item>"
        )


@asynccontextmanager
async def serving_feeds(server: FeedServer) -> AsyncIterator[None]:
    """Serve the feeds at http://127.0.0.1:PORT/FEED.rss, and set the server's port."""
    app = web.Application()
    app.router.add_get("/{feed:[0-9]+}.rss", server.respond)
    app.router.add_get("/hostile.rss", server.respond_hostile)
    app.router.add_get("/page/{item}", server.respond_page)
    async with listening(app) as server.port:
        yield
