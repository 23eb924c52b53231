"""Parse randomly damaged feeds for a given time: ``python -m tests.fuzz SECONDS [FOLDER...]``, ``make fuzz-feeds``.

Each must give items or raise NotAFeed within seconds, and give the same incrementally as whole. FOLDERs contain further
feeds to damage.
"""

import random
import sys
import time
from pathlib import Path

from monitor.feeds.parsing.items import NotAFeed, ParsedFeed
from monitor.feeds.parsing.parse import AmbiguousReduction, FeedDocument, parse, reduce_document
from tests.differential import compare, files

MAX_SECONDS = 5.0
"""The longest time that parsing a body may take."""
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
FRAGMENTS = (
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
CONTENT_TYPES = (
    "",
    "text/xml; charset=utf-16",
    "application/xml",
    "text/html; charset=iso-2022-jp",
    "text/plain; charset=cp037",
    'a;charset="',
)


def damage(body: bytes, rng: random.Random, others: list[bytes]) -> bytes:
    """Return *body* with a few pieces removed, doubled, inserted or changed."""
    for _ in range(rng.randint(1, 6)):
        start = rng.randrange(len(body) + 1)
        stop = min(len(body), start + rng.choice((1, 2, 10, 200)))
        match rng.randrange(6):
            case 0:
                body = body[:start] + body[stop:]
            case 1:
                body = body[:stop] + body[start:]
            case 2:
                body = body[:start] + rng.choice(FRAGMENTS) + body[start:]
            case 3:
                body = body[:start] + rng.randbytes(stop - start) + body[stop:]
            case 4:
                other = rng.choice(others)
                body = body[:start] + other[rng.randrange(len(other)) :][:500] + body[start:]
            case _:
                body = body[:start] + body[start:stop] * rng.choice((2, 50)) + body[stop:]
    return body


def parse_or_reason(document: FeedDocument) -> ParsedFeed | str:
    """Return the feed in *document*, or the reason why it is refused."""
    try:
        return parse(document)
    except NotAFeed as error:
        return str(error)


def differs_when_reduced(document: FeedDocument) -> bool:
    """Return whether the reduced *document* parses differently from the whole."""
    try:
        return parse_or_reason(reduce_document(document)) != parse_or_reason(document)
    except AmbiguousReduction:
        return False


def find_fault(original: bytes, body: bytes, content_type: str, rng: random.Random) -> str:
    """Return a description of a fault in parsing *body*, which is *original* after damage; "" if there is none."""
    feed = parse_or_reason(FeedDocument(original, content_type))
    known_hashes = frozenset() if isinstance(feed, str) else frozenset(item.raw for item in feed.items if item.raw)
    if differs_when_reduced(FeedDocument(body, content_type, known_hashes=known_hashes)):
        return "DIFFERS when reduced"
    began = time.monotonic()
    try:
        feed = parse(FeedDocument(body, content_type, "https://example.org/feed", html=True))
    except NotAFeed:
        return ""
    except Exception as error:  # noqa: BLE001  (any other exception is a fault)
        return f"{type(error).__name__}: {error}"
    if time.monotonic() - began > MAX_SECONDS:
        return f"it took {time.monotonic() - began:.1f} s"
    for item in feed.items:
        published = f"{feed.title}{item.title}{item.text}{item.source}{item.authors}{item.categories}"
        if any(char in published for char in "\x00\x1b\x7f\ud800") or "<script" in (item.html or "").lower():
            return "a control character or a script in an item"
    outcome = compare(body, rng)
    return outcome if outcome.startswith("DIFFERS") else ""


def main(seconds: float, folders: list[str]) -> int:
    """Print how many bodies were tried, and each with a fault. Return 1 if there is one."""
    seed = random.randrange(2**32)
    rng, originals = random.Random(seed), [*SEEDS, *(path.read_bytes()[:20_000] for path in files(folders))]
    originals = [body for body in originals if body]
    until, tried, faults = time.monotonic() + seconds, 0, 0
    while time.monotonic() < until:
        original, content_type = rng.choice(originals), rng.choice(CONTENT_TYPES)
        body = damage(original, rng, originals)
        tried += 1
        if fault := find_fault(original, body, content_type, rng):
            faults += 1
            Path(f"fuzz-{faults}.bin").write_bytes(body)
            print(f"fuzz-{faults}.bin ({content_type!r}): {fault}", flush=True)
    print(f"{tried} bodies from {len(originals)} feeds in {seconds:g} s (seed {seed}): {faults} faults")
    return faults > 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]), sys.argv[2:]))
