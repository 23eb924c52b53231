"""A server of many feeds on 127.0.0.1, in its own process. It answers 304, and changes feeds when the benchmark asks for it."""

import asyncio
import json
import random
import re
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

TEXT = (
    "the harbour council met again on friday to weigh a plan for new sea walls that engineers had drawn up after the storm "
    "of last winter residents asked who would pay and a minister said that talks with the bank were close to an end while "
    "fishing crews waited for word on quotas and two trains ran late because of snow on the northern line"
)
WORDS = TEXT.split()
HEAD = (
    "<?xml version='1.0' encoding='utf-8'?>\n<rss version='2.0'><channel><title>Bench feed {}</title><language>en</language>\n"
)
CONTROL_PATH = "/-/"
_IF_NONE_MATCH = re.compile(rb"\r\nif-none-match: ([^\r]*)", re.IGNORECASE)
_DATE = "Tue, 10 Mar 2026 04:12:00 GMT"


class FeedServer:
    """Serves *feeds* feeds.

    The share *share* of the feeds publish an item each second. If *change_always*, a feed publishes an item at each request.
    """

    def __init__(self, feeds: int) -> None:
        rng = random.Random(7)
        self.sizes = [rng.randint(30, 50) for _ in range(feeds)]
        self.descriptions = [_paragraphs(rng) for _ in range(97)]
        self.new: dict[int, list[str]] = {}
        self.numbers = count(1)
        self.share, self.change_always = 0.0, False
        self.responses: Counter[str] = Counter()
        """The number of responses by HTTP status."""

    def publish(self, feed: int) -> None:
        """Add an item at the top of *feed*. Its title contains the time, in seconds since 1970."""
        self.new[feed] = [f"{time.time():.6f} {next(self.numbers)}", *self.new.get(feed, [])][:5]

    def etag(self, feed: int) -> str:
        """Return the feed's ETag."""
        return f'"{self.new[feed][0]}"' if feed in self.new else '"0"'

    def body(self, feed: int) -> bytes:
        """Return the feed as RSS, about 40 kB."""
        new = [self.item(feed, f"Published at {stamp}", int(stamp.split()[1])) for stamp in self.new.get(feed, ())]
        old = [self.item(feed, f"Old news {number} of feed {feed}", number) for number in range(self.sizes[feed])]
        return (HEAD.format(feed) + "".join(new + old) + "</channel></rss>").encode()

    def item(self, feed: int, title: str, number: int) -> str:
        """Return an RSS item."""
        slug = title.replace(" ", "-").lower()
        link = f"https://news{feed}.example/2026/03/{slug}.html"
        return (
            f"<item><title>{title}</title><link>{link}</link><guid isPermaLink='false'>{feed}/{slug}</guid>"
            f"<pubDate>{_DATE}</pubDate><category>World</category>"
            f"<description>{self.descriptions[(feed + number) % len(self.descriptions)]}</description></item>\n"
        )

    def respond(self, request_head: bytes) -> bytes:
        """Return the response to a request for a feed, or for CONTROL_PATH."""
        path = request_head.split(b" ", 2)[1].decode()
        if path.startswith(CONTROL_PATH):
            return _response("200 OK", json.dumps(self.control(path)).encode(), "")
        feed = int(path.rpartition("/")[2])
        if self.change_always:
            self.publish(feed)
        etag = self.etag(feed)
        if_none_match = _IF_NONE_MATCH.search(request_head)
        if if_none_match and if_none_match[1].decode() == etag:
            self.responses["304"] += 1
            return _response("304 Not Modified", b"", etag)
        self.responses["200"] += 1
        return _response("200 OK", self.body(feed), etag)

    def control(self, path: str) -> dict[str, int]:
        """Set *share* and *change_always* from the query of *path*; return the number of responses so far, by status."""
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(path).query)
        self.share = float(query.get("share", [self.share])[0])
        self.change_always = query.get("change_always", [str(self.change_always)])[0] == "True"
        return dict(self.responses)

    async def publish_forever(self) -> None:
        """Publish items at an even rate while *share* is not 0."""
        while True:
            await asyncio.sleep(1 / (self.share * len(self.sizes)) if self.share else 0.1)
            if self.share:
                self.publish(random.randrange(len(self.sizes)))


class _Connection(asyncio.Protocol):
    """A kept-alive connection."""

    def __init__(self, server: FeedServer) -> None:
        self.server, self.buffer = server, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: Any = transport

    def data_received(self, data: bytes) -> None:
        *heads, self.buffer = (self.buffer + data).split(b"\r\n\r\n")
        for head in heads:
            self.transport.write(self.server.respond(head))


def _response(status: str, body: bytes, etag: str) -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/rss+xml\r\n" + (f"ETag: {etag}\r\n" if etag else "")
    return (head + (f"Content-Length: {len(body)}\r\n\r\n" if body else "\r\n")).encode() + body


def _paragraphs(rng: random.Random) -> str:
    paragraphs = (" ".join(rng.choices(WORDS, k=rng.randint(38, 84))).capitalize() + "." for _ in range(2))
    return "".join(f"&lt;p&gt;{paragraph}&lt;/p&gt;" for paragraph in paragraphs)


@contextmanager
def serving(feeds: int) -> Iterator[str]:
    """Run a server in another process. Yield its base URL, below which the feeds are /feed/0, /feed/1 ..."""
    command = [sys.executable, "-m", "bench.feed_server", str(feeds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline() if process.stdout else 0)}"
        finally:
            process.kill()


def control(base: str, **settings: object) -> Counter[str]:
    """Set *share* or *change_always* of the server; return the number of its responses so far, by status."""
    with urllib.request.urlopen(f"{base}{CONTROL_PATH}?{urllib.parse.urlencode(settings)}") as response:  # noqa: S310  (our own)
        return Counter(json.load(response))


async def main() -> None:
    """Serve until killed."""
    feed_server = FeedServer(int(sys.argv[1]))
    server = await asyncio.get_running_loop().create_server(lambda: _Connection(feed_server), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await feed_server.publish_forever()


if __name__ == "__main__":
    asyncio.run(main())
