"""What we read of feeds beside what feedparser alone reads: ``python -m bench.fidelity FOLDER...``.

Each difference has a cause, which docs/feeds.md explains; a cause that is not among them is printed in full.
"""

import calendar
import html
import io
import re
import sys
import warnings
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import feedparser

from monitor.feeds.parsing import dates
from monitor.feeds.parsing.items import Item, NotAFeed, ParsedFeed
from monitor.feeds.parsing.parse import FeedDocument, parse
from monitor.feeds.urls import web_link

NOW = datetime.now(UTC) + timedelta(days=365)
"""Captured feeds are old: no date in them is in the future."""
SHOWN = 200


def compare(data: bytes, ours: ParsedFeed | None, theirs: Any) -> Iterator[tuple[str, str]]:
    """Each difference between one feed's two readings, as its cause and its details."""
    entries = theirs.entries
    if ours and not theirs.get("version") and data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{"):
        yield "count: feedparser reads no JSON Feed", f"{len(ours.items)} of {len(entries)}"
        return
    if ours is None:
        if entries:
            yield "count: refused", f"{len(entries)} entries"
        return
    if len(ours.items) != len(entries):
        yield "count: " + ("the feed breaks off" if ours.partial else "other"), f"{len(ours.items)} of {len(entries)}"
    for item, entry in zip(ours.items, entries, strict=False):
        yield from _titles(item, entry)
        yield from _links(item, entry)
        yield from _dates(item, entry)


def _titles(item: Item, entry: Any) -> Iterator[tuple[str, str]]:
    theirs = str(entry.get("title", ""))
    if item.title == " ".join(theirs.split()):
        return
    if item.title == " ".join(html.unescape(theirs).split()):
        yield "title: entities that were escaped twice are read", f"{item.title!r}, not {theirs!r}"
    elif "<" in theirs and _bare(item.title) == _bare(re.sub(r"<[^>]*>", " ", html.unescape(theirs))):
        yield "title: markup is left out", f"{item.title!r}, not {theirs!r}"
    elif _bare(item.title) == _bare(theirs):
        yield "title: signs without a shape are left out", f"{item.title!r}, not {theirs!r}"
    else:
        yield "title: other", f"{item.title!r}, not {theirs!r}"


def _links(item: Item, entry: Any) -> Iterator[tuple[str, str]]:
    theirs, link = str(entry.get("link", "")), item.link
    ours = web_link(link, "")
    if theirs == (ours or ""):
        return
    if "feedburner_origlink" in entry:
        yield "link: FeedBurner's original link is taken", f"{ours!r}, not {theirs!r}"
    elif ours is None and theirs:
        cause = "relative: judged against the feed's address" if "://" not in theirs else "no web link"
        yield f"link: {cause}", repr(theirs)
    elif ours and ours == web_link(theirs, ""):
        yield "link: spaces and other signs are quoted", f"{ours!r}, not {theirs!r}"
    else:
        yield "link: other", f"{ours!r}, not {theirs!r}"


def _dates(item: Item, entry: Any) -> Iterator[tuple[str, str]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parsed = next((entry[key] for key in ("published_parsed", "created_parsed", "updated_parsed") if entry.get(key)), None)
    try:
        theirs = datetime.fromtimestamp(calendar.timegm(parsed), UTC) if parsed else None
    except (OverflowError, ValueError):
        theirs = None
    ours, _ = dates.validate(item.date, NOW)
    if ours and theirs and abs(ours - theirs) < timedelta(seconds=1):
        return
    if ours == theirs:
        return
    if theirs is None:
        yield "date: a shape that feedparser does not read", repr(item.date)
    elif ours is None:
        yield "date: impossible or not to be read in one way", f"{item.date!r}, not {theirs}"
    elif abs(ours - theirs) <= timedelta(hours=26):
        yield "date: another time zone", f"{item.date!r}: {ours}, not {theirs}"
    else:
        yield "date: other", f"{item.date!r}: {ours}, not {theirs}"


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", html.unescape(text))


def _read(data: bytes) -> tuple[ParsedFeed | None, str]:
    try:
        return parse(FeedDocument(data)), ""
    except NotAFeed as error:
        return None, str(error)


def main(folders: list[str]) -> int:
    """Print how often each cause was met, with one example; 1 where something has no known cause."""
    counts, feeds, items = Counter[str](), 0, 0
    examples: dict[str, str] = {}
    for path in sorted(path for folder in folders for path in Path(folder).rglob("*") if path.is_file()):
        data = path.read_bytes()
        ours, refused = _read(data)
        theirs = feedparser.parse(io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
        feeds, items = feeds + 1, items + len(theirs.entries)
        for cause, details in compare(data, ours, theirs):
            counts[cause] += 1
            examples.setdefault(cause, f"{path.name}: {details} {refused}"[:SHOWN])
            if cause.endswith("other"):
                print(f"{path.name}: {cause}: {details}"[:400])
    print(f"{feeds} feeds with {items} entries")
    for cause, count in sorted(counts.items()):
        print(f"{count:6} {cause}\n         {examples[cause]}")
    return any(cause.endswith("other") for cause in counts)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
