"""Finding the feeds of a site: the ones that its page names, else those it links to, else those at the usual places."""

import asyncio
import re
import urllib.parse
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Literal

from monitor.feeds.fetching.fetch import FetchError
from monitor.feeds.finding.probe import ProbeClient
from monitor.feeds.parsing.items import NotAFeed, ParsedFeed
from monitor.feeds.parsing.parse import FeedDocument
from monitor.http.address_policy import ForbiddenUrl, web_url

TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml", "text/xml"})
USUAL = ("feed", "rss", "rss.xml", "atom.xml", "feed.xml", "index.xml", "feeds", "feed.json", "index.rss", "news/rss.xml")
"""Where feeds stand most often, below the page and at the site's root."""
MOST = 30
"""Places that are looked at."""
PAGE_CHARS = 2 * 1024 * 1024
"""What is read of a page: its head comes first, and its foot, where feeds are linked too, soon enough."""
_FEEDISH = re.compile(r"^feed:|(^|[/._=-])(rss|atom|feeds?|rdf)([/._&-]|\d|$)", re.IGNORECASE)

How = Literal["itself", "named", "linked", "guessed"]


@dataclass(frozen=True, slots=True)
class DiscoveredFeed:
    """A feed that was looked at: *how* it was found, and how many items it holds now."""

    url: str
    title: str
    items: int
    how: How


@dataclass(frozen=True, slots=True)
class Links:
    """Where a page says that feeds are: *named* for programs, and *linked* for people, each in order."""

    named: tuple[str, ...]
    linked: tuple[str, ...]


async def discover(glass: ProbeClient, url: str) -> list[DiscoveredFeed]:
    """The feeds at *url*, or of the site whose page it is; none where there are none. Raises FetchError."""
    answer = await glass.fetch(url)
    body = answer.body or b""
    try:
        parsed = await glass.parse(FeedDocument(body, answer.content_type))
    except NotAFeed:
        found = links(body.decode(errors="replace")[:PAGE_CHARS], answer.url)
    else:
        return [_found(answer.url, parsed, "itself")]
    for how, places in _ways(found, answer.url):
        if feeds := await _feeds(glass, places, how):
            return feeds
    return []


def links(page: str, base: str) -> Links:
    """Where the page at *base* says that feeds are; http and https only."""
    reader = _Reader(base)
    reader.feed(page)
    reader.close()
    return Links(tuple(dict.fromkeys(reader.named)), tuple(dict.fromkeys(reader.linked)))


def usual(url: str) -> list[str]:
    """The usual places of feeds below the page at *url*, then at its site's root."""
    below = url.partition("?")[0].partition("#")[0].rstrip("/") + "/"
    root = urllib.parse.urljoin(url, "/")
    return list(dict.fromkeys(urllib.parse.urljoin(place, name) for place in (below, root) for name in USUAL))


def _ways(found: Links, url: str) -> Iterable[tuple[How, Iterable[str]]]:
    return (("named", found.named), ("linked", found.linked), ("guessed", usual(url)))


async def _feeds(glass: ProbeClient, places: Iterable[str], how: How) -> list[DiscoveredFeed]:
    """Those of *places* that hold a feed, in order; looked at a few at once."""
    turns = asyncio.Semaphore(glass.limits.per_host)

    async def look(place: str) -> DiscoveredFeed | None:
        async with turns:
            try:
                answer, parsed = await glass.feed(place)
            except (FetchError, NotAFeed):
                return None
        return _found(answer.url, parsed, how)

    looked = await asyncio.gather(*map(look, list(places)[:MOST]))
    return list({found.url: found for found in looked if found}.values())


def _found(url: str, parsed: ParsedFeed, how: How) -> DiscoveredFeed:
    return DiscoveredFeed(url, parsed.title, len(parsed.items), how)


class _Reader(HTMLParser):
    """Takes the links of feeds out of a page."""

    def __init__(self, base: str) -> None:
        super().__init__(convert_charrefs=True)
        self.base = base
        self.named: list[str] = []
        self.linked: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """See HTMLParser."""
        given = {name: value or "" for name, value in attrs}
        href = given.get("href", "").strip()
        if not href:
            return
        if tag == "base":
            with suppress(ValueError):
                self.base = urllib.parse.urljoin(self.base, href)
        elif tag == "link" and _is_named(given):
            self._add(self.named, href)
        elif tag == "a" and _FEEDISH.search(href.partition("#")[0]):
            self._add(self.linked, href)

    def parse_marked_section(self, i: int, report: bool = True) -> int:  # noqa: FBT001, FBT002  (as in HTMLParser)
        """Pass over ``<![`` as browsers do: HTMLParser fails on those that it does not know."""
        return self.parse_bogus_comment(i, report)

    def _add(self, places: list[str], href: str) -> None:
        try:
            joined = urllib.parse.urljoin(self.base, re.sub(r"^feed:(//)?(?=https?:)|^feed:(?=//)", "", href))
            places.append(str(web_url(joined)))
        except (ForbiddenUrl, ValueError):
            return


def _is_named(link: dict[str, str]) -> bool:
    rel = link.get("rel", "").lower().split()
    kind = link.get("type", "").partition(";")[0].strip().lower()
    return "feed" in rel or ("alternate" in rel and kind in TYPES)
