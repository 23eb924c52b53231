"""Compare how newsmonitor and feedparser alone parse captured feeds: ``python -m bench.fidelity FOLDER...``.

docs/feeds.md explains the causes of the differences. A difference without a known cause is printed in full.
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
from monitor.feeds.parsing.elements import ORIGINAL_PARSERS
from monitor.feeds.parsing.items import Item, NotAFeed, ParsedFeed
from monitor.feeds.parsing.parse import FeedDocument, parse
from monitor.feeds.urls import web_link

NOW = datetime.now(UTC) + timedelta(days=365)
"""A time after all dates in the captured feeds, so that none of them counts as being in the future."""
EXAMPLE_LENGTH = 200
"""The longest example, in characters."""

Difference = tuple[str, str]
"""The cause and the details of a difference."""


def compare(data: bytes, ours: ParsedFeed | None, theirs: Any) -> Iterator[Difference]:
    """Yield the differences between the two results of parsing *data*. *ours* is None if newsmonitor rejects the feed."""
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
        yield from _compare_titles(item, entry)
        yield from _compare_links(item, entry)
        yield from _compare_dates(item, entry)


def _compare_titles(item: Item, entry: Any) -> Iterator[Difference]:
    theirs = str(entry.get("title", ""))
    if item.title == " ".join(theirs.split()):
        return
    details = f"{item.title!r}, not {theirs!r}"
    if item.title == " ".join(html.unescape(theirs).split()):
        yield "title: entities that were escaped twice are unescaped", details
    elif "<" in theirs and _letters(item.title) == _letters(re.sub(r"<[^>]*>", " ", html.unescape(theirs))):
        yield "title: markup is removed", details
    elif _letters(item.title) == _letters(theirs):
        yield "title: invisible characters are removed", details
    else:
        yield "title: other", details


def _compare_links(item: Item, entry: Any) -> Iterator[Difference]:
    theirs, link = str(entry.get("link", "")), item.link
    ours = web_link(link, "")
    if theirs == (ours or ""):
        return
    details = f"{ours!r}, not {theirs!r}"
    if "feedburner_origlink" in entry:
        yield "link: FeedBurner's original link is used", details
    elif ours is None and theirs:
        cause = "relative: resolved against the feed's address" if "://" not in theirs else "not a web link"
        yield f"link: {cause}", repr(theirs)
    elif ours and ours == web_link(theirs, ""):
        yield "link: spaces and other characters are quoted", details
    else:
        yield "link: other", details


def _compare_dates(item: Item, entry: Any) -> Iterator[Difference]:
    theirs, (ours, _) = _feedparser_date(entry), dates.validate(item.date, NOW)
    if ours == theirs or (ours and theirs and abs(ours - theirs) < timedelta(seconds=1)):
        return
    if theirs is None:
        yield "date: a format that feedparser does not read", repr(item.date)
    elif ours is None:
        yield "date: impossible or ambiguous", f"{item.date!r}, not {theirs}"
    elif abs(ours - theirs) <= timedelta(hours=26):
        yield "date: another time zone", f"{item.date!r}: {ours}, not {theirs}"
    else:
        yield "date: other", f"{item.date!r}: {ours}, not {theirs}"


def _feedparser_date(entry: Any) -> datetime | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parsed = next((entry[key] for key in ("published_parsed", "created_parsed", "updated_parsed") if entry.get(key)), None)
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC) if parsed else None
    except (OverflowError, ValueError):
        return None


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", html.unescape(text))


def _read(data: bytes) -> tuple[ParsedFeed | None, str]:
    """Return the feed as newsmonitor parses it and an empty string, or None and the reason if newsmonitor rejects it."""
    try:
        return parse(FeedDocument(data)), ""
    except NotAFeed as error:
        return None, str(error)


def _feedparser(data: bytes) -> Any:
    """Return the result of feedparser alone."""
    extended = feedparser.api.StrictFeedParser, feedparser.api.LooseFeedParser
    feedparser.api.StrictFeedParser, feedparser.api.LooseFeedParser = ORIGINAL_PARSERS
    try:
        return feedparser.parse(io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
    finally:
        feedparser.api.StrictFeedParser, feedparser.api.LooseFeedParser = extended


def main(folders: list[str]) -> int:
    """Print the number of differences with each cause, with an example. Return 1 if one has no known cause."""
    counts, feeds, entries = Counter[str](), 0, 0
    examples: dict[str, str] = {}
    for path in sorted(path for folder in folders for path in Path(folder).rglob("*") if path.is_file()):
        data = path.read_bytes()
        ours, refusal = _read(data)
        theirs = _feedparser(data)
        feeds, entries = feeds + 1, entries + len(theirs.entries)
        for cause, details in compare(data, ours, theirs):
            counts[cause] += 1
            examples.setdefault(cause, f"{path.name}: {details} {refusal}"[:EXAMPLE_LENGTH])
            if cause.endswith("other"):
                print(f"{path.name}: {cause}: {details}"[:400])
    print(f"{feeds} feeds with {entries} entries")
    for cause, count in sorted(counts.items()):
        print(f"{count:6} {cause}\n         {examples[cause]}")
    return any(cause.endswith("other") for cause in counts)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
