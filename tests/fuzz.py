"""Feeds damaged at random, parsed for as long as asked: ``python -m tests.fuzz SECONDS [FOLDER...]``, ``make fuzz-feeds``.

What comes must be items or NotAFeed, within seconds, and the same in part as in full. Folders hold feeds to start from.
"""

import random
import sys
import time
from pathlib import Path

from monitor.feeds.parsing.items import NotAFeed, ParsedFeed
from monitor.feeds.parsing.parse import FeedDocument, Incomplete, condensed, parse
from tests.differential import differs, files

SLOW = 5.0
"""Seconds that no body of the size of a feed may take."""
SEEDS = (
    b"""<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel>
<title>Harbour Post</title><item><guid isPermaLink="false">a1</guid><link>https://example.org/1</link><title>One &amp; 2</title>
<description><![CDATA[<p>First.</p><script>x()</script>]]></description><pubDate>Tue, 10 Mar 2026 04:12:00 GMT</pubDate>
<media:content url="https://example.org/a.jpg" medium="image" width="9"/></item><item><title>Two</title>
<enclosure url="/b.mp3" length="7" type="audio/mpeg"/></item></channel></rss>""",
    b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en" xml:base="/x/"><title type="html">A &lt;b&gt;</title><entry>
<id>urn:1</id><link href="1" rel="alternate"/><title>One</title><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">
<p>T</p></div></content><updated>2026-03-10T04:12:00Z</updated><author><name>A</name></author></entry></feed>""",
    b"""<!DOCTYPE rdf [<!ENTITY x "y">]><rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><channel rdf:about="x"><title>R</title></channel><item rdf:about="u">
<title>&x;</title><dc:date>2026-03-10</dc:date></item></rdf:RDF>""",
    b"""{"version": "https://jsonfeed.org/version/1.1", "title": "J", "items": [{"id": 7, "url": "https://example.org/7",
"content_html": "<p>T</p>", "attachments": [{"url": "a", "size_in_bytes": 1}], "tags": ["x"], "authors": [{"name": "A"}]}]}""",
)
WORDS = (
    *(
        b"<item>",
        b"</item>",
        b"<entry/>",
        b"<![CDATA[",
        b"]]>",
        b"&#0;",
        b"&nbsp;",
        b"\x00",
        b"\xff\xfe",
        b"\xed\xa0\x80",
        b"<!--",
        b"?>",
    ),
    *(
        b'xml:base="',
        b" xmlns:a='b'",
        b"<a:b>",
        b"encoding='utf-16'",
        b"encoding='euc-kr'",
        b"<!DOCTYPE",
        b"<title>",
        b"{",
        b"\\u0000",
    ),
)
TYPES = (
    "",
    "text/xml; charset=utf-16",
    "application/xml",
    "text/html; charset=iso-2022-jp",
    "text/plain; charset=cp037",
    'a;charset="',
)


def damaged(body: bytes, chance: random.Random, others: list[bytes]) -> bytes:
    """*body* with a few pieces cut out, doubled, put in or changed."""
    for _ in range(chance.randint(1, 6)):
        start = chance.randrange(len(body) + 1)
        stop = min(len(body), start + chance.choice((1, 2, 10, 200)))
        match chance.randrange(6):
            case 0:
                body = body[:start] + body[stop:]
            case 1:
                body = body[:stop] + body[start:]
            case 2:
                body = body[:start] + chance.choice(WORDS) + body[start:]
            case 3:
                body = body[:start] + chance.randbytes(stop - start) + body[stop:]
            case 4:
                other = chance.choice(others)
                body = body[:start] + other[chance.randrange(len(other)) :][:500] + body[start:]
            case _:
                body = body[:start] + body[start:stop] * chance.choice((2, 50)) + body[stop:]
    return body


def read(body: FeedDocument) -> ParsedFeed | str:
    """What *body* reads as, or why it does not."""
    try:
        return parse(body)
    except NotAFeed as error:
        return str(error)


def differs_in_short(body: FeedDocument) -> bool:
    """Whether *body*, condensed, reads otherwise than it does."""
    try:
        return read(condensed(body)) != read(body)
    except Incomplete:
        return False


def trouble(before: bytes, body: bytes, content_type: str, chance: random.Random) -> str:
    """What is wrong with how *body* is taken, where *before* was what the feed held; "" where nothing is."""
    known = read(FeedDocument(before, content_type))
    raws = frozenset() if isinstance(known, str) else frozenset(item.raw for item in known.items if item.raw)
    if differs_in_short(FeedDocument(body, content_type, known=raws)):
        return "DIFFERS condensed"
    began = time.monotonic()
    try:
        feed = parse(FeedDocument(body, content_type, "https://example.org/feed", html=True))
    except NotAFeed:
        return ""
    except Exception as error:  # noqa: BLE001  (any other is what is looked for)
        return f"{type(error).__name__}: {error}"
    if time.monotonic() - began > SLOW:
        return f"it took {time.monotonic() - began:.1f} s"
    for item in feed.items:
        shown = f"{feed.title}{item.title}{item.text}{item.source}{item.authors}{item.categories}"
        if any(char in shown for char in "\x00\x1b\x7f\ud800") or "<script" in item.html.lower():
            return "what must not be published"
    outcome = differs(body, chance)
    return outcome if outcome.startswith("DIFFERS") else ""


def main(seconds: float, folders: list[str]) -> int:
    """Print how many bodies were tried, and each that was taken badly."""
    seed = random.randrange(2**32)
    chance, seeds = random.Random(seed), [*SEEDS, *(path.read_bytes()[:20_000] for path in files(folders))]
    seeds = [body for body in seeds if body]
    until, tried, bad = time.monotonic() + seconds, 0, 0
    while time.monotonic() < until:
        before, content_type = chance.choice(seeds), chance.choice(TYPES)
        body = damaged(before, chance, seeds)
        tried += 1
        if said := trouble(before, body, content_type, chance):
            bad += 1
            Path(f"fuzz-{bad}.bin").write_bytes(body)
            print(f"fuzz-{bad}.bin ({content_type!r}): {said}", flush=True)
    print(f"{tried} bodies from {len(seeds)} feeds in {seconds:g} s (seed {seed}): {bad} taken badly")
    return bad > 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]), sys.argv[2:]))
