"""Many feeds served on 127.0.0.1 by a process of its own, that answer 304 and publish as the bench wants."""

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
_ETAG = re.compile(rb"\r\nif-none-match: ([^\r]*)", re.IGNORECASE)
_DATE = "Tue, 10 Mar 2026 04:12:00 GMT"


class Feeds:
    """What each feed holds, and how it changes: never, a *share* of them each second, or at *every* request."""

    def __init__(self, number: int) -> None:
        chance = random.Random(7)
        self.sizes = [chance.randint(30, 50) for _ in range(number)]
        self.texts = [_paragraphs(chance) for _ in range(97)]
        self.new: dict[int, list[str]] = {}
        self.stamps = count(1)
        self.share, self.every = 0.0, False
        self.counts: Counter[str] = Counter()

    def publish(self, feed: int) -> None:
        """Put an item on top of *feed* whose title tells when, in seconds since 1970."""
        self.new[feed] = [f"{time.time():.6f} {next(self.stamps)}", *self.new.get(feed, [])][:5]

    def etag(self, feed: int) -> str:
        """The feed's version."""
        return f'"{self.new[feed][0]}"' if feed in self.new else '"0"'

    def body(self, feed: int) -> bytes:
        """The feed as RSS, about 40 kB."""
        fresh = [self.item(feed, f"Published at {when}", int(when.split()[1])) for when in self.new.get(feed, ())]
        old = [self.item(feed, f"Old news {number} of feed {feed}", number) for number in range(self.sizes[feed])]
        return (HEAD.format(feed) + "".join(fresh + old) + "</channel></rss>").encode()

    def item(self, feed: int, title: str, number: int) -> str:
        """One item."""
        name = title.replace(" ", "-").lower()
        link = f"https://news{feed}.example/2026/03/{name}.html"
        return (
            f"<item><title>{title}</title><link>{link}</link><guid isPermaLink='false'>{feed}/{name}</guid>"
            f"<pubDate>{_DATE}</pubDate><category>World</category>"
            f"<description>{self.texts[(feed + number) % len(self.texts)]}</description></item>\n"
        )

    def answer(self, head: bytes) -> bytes:
        """The answer to the request *head*: a feed, or the bench's own questions under ``/-/``."""
        path = head.split(b" ", 2)[1].decode()
        if path.startswith("/-/"):
            return _http("200 OK", json.dumps(self.told(path)).encode(), "")
        feed = int(path.rpartition("/")[2])
        if self.every:
            self.publish(feed)
        etag = self.etag(feed)
        asked = _ETAG.search(head)
        if asked and asked[1].decode() == etag:
            self.counts["304"] += 1
            return _http("304 Not Modified", b"", etag)
        self.counts["200"] += 1
        return _http("200 OK", self.body(feed), etag)

    def told(self, path: str) -> dict[str, int]:
        """Change as the query says (``share``, ``every``); how often each status was answered so far."""
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(path).query)
        self.share = float(query.get("share", [self.share])[0])
        self.every = query.get("every", [str(self.every)])[0] == "True"
        return dict(self.counts)

    async def go_on_publishing(self) -> None:
        """Publish for as long as it is asked for, evenly."""
        while True:
            await asyncio.sleep(1 / (self.share * len(self.sizes)) if self.share else 0.1)
            if self.share:
                self.publish(random.randrange(len(self.sizes)))


class _Client(asyncio.Protocol):
    """One kept-alive connection."""

    def __init__(self, feeds: Feeds) -> None:
        self.feeds, self.buffer = feeds, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: Any = transport

    def data_received(self, data: bytes) -> None:
        *heads, self.buffer = (self.buffer + data).split(b"\r\n\r\n")
        for head in heads:
            self.transport.write(self.feeds.answer(head))


def _http(status: str, body: bytes, etag: str) -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/rss+xml\r\n" + (f"ETag: {etag}\r\n" if etag else "")
    return (head + (f"Content-Length: {len(body)}\r\n\r\n" if body else "\r\n")).encode() + body


def _paragraphs(chance: random.Random) -> str:
    paragraphs = (" ".join(chance.choices(WORDS, k=chance.randint(38, 84))).capitalize() + "." for _ in range(2))
    return "".join(f"&lt;p&gt;{paragraph}&lt;/p&gt;" for paragraph in paragraphs)


@contextmanager
def serving(number: int) -> Iterator[str]:
    """*number* feeds at ``/feed/0`` and so on under the URL that is given, in another process."""
    with subprocess.Popen([sys.executable, "-m", "bench.served", str(number)], stdout=subprocess.PIPE, text=True) as process:
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline() if process.stdout else 0)}"
        finally:
            process.kill()


def tell(base: str, **changes: object) -> Counter[str]:
    """Have the server change as *changes* say; its counts."""
    with urllib.request.urlopen(f"{base}/-/?{urllib.parse.urlencode(changes)}") as answer:  # noqa: S310
        return Counter(json.load(answer))


async def main() -> None:
    """Serve until killed."""
    feeds = Feeds(int(sys.argv[1]))
    server = await asyncio.get_running_loop().create_server(lambda: _Client(feeds), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await feeds.go_on_publishing()


if __name__ == "__main__":
    asyncio.run(main())
