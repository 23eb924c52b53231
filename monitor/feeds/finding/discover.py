"""Discover the feeds of a web site: those its page declares, else those it links to, else those at common addresses."""

import asyncio
import re
import urllib.parse
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Literal

import nh3

from monitor.concurrency import gather_all
from monitor.feeds.fetching.fetch import FetchError
from monitor.feeds.finding.probe import ProbeClient
from monitor.feeds.parsing.clean import clean
from monitor.feeds.parsing.items import NotAFeed, ParsedFeed
from monitor.feeds.parsing.parse import FeedDocument
from monitor.http.address_policy import ForbiddenUrl, web_url

_FEED_TYPE = re.compile(
    r"(application|text)/(x[-.])?(rss|atom|rdf|feed|xml|json)([+-](xml|json))?|application/(vnd\.\w+\.)?feed\+json",
    re.IGNORECASE,
)
"""Matches the media types by which pages declare feeds, standard or not. A declared feed is parsed before it is listed."""
COMMON_PATHS = (
    *("feed", "rss", "rss.xml", "atom.xml", "feed.xml", "index.xml", "feeds", "feed.json", "index.rss", "news/rss.xml"),
)
"""The most common paths of feeds, below the page and at the site's root."""
MAX_PROBES = 30
"""The most URLs that are probed of each kind: declared, linked or at a common address."""
PAGE_CHARS = 2 * 1024 * 1024
"""How much of a page is searched, in code points: enough for the footers of most pages, which often link to feeds."""
_UNREAD_BY_NH3 = re.compile(r"</?(?:noscript|template|noframes|svg)\b[^<>]*>", re.IGNORECASE)
"""Tags of elements whose content nh3 leaves out or does not read as HTML, although their links count."""
_LINKS_ONLY = nh3.Cleaner(
    tags={"a", "link", "base"},
    clean_content_tags={"script", "style", "textarea", "title", "iframe"},
    attributes={"*": {"href", "rel", "type"}},
    url_schemes={"http", "https", "feed"},
    link_rel=None,
)
"""Leaves the links of a page as well-formed HTML, which HTMLParser reads in linear time."""
_FEED_URL = re.compile(r"^feed:|(^|[/._=-])(rss|atom|feeds?|rdf)([/._&?=-]|\d|$)", re.IGNORECASE)

How = Literal["itself", "named", "linked", "guessed"]
"""How a feed was found: the URL is a feed itself, declared by the page, linked from it, or at a common address."""


@dataclass(frozen=True, slots=True)
class DiscoveredFeed:
    """A feed that was fetched and parsed, its number of items, and how it was found."""

    url: str
    title: str
    items: int
    how: How


@dataclass(frozen=True, slots=True)
class FeedLinks:
    """The feeds that a page declares (``<link>``) and those it links to (``<a>``), each in order."""

    declared: tuple[str, ...]
    linked: tuple[str, ...]


async def discover(client: ProbeClient, url: str) -> list[DiscoveredFeed]:
    """Return the feed at *url*, or the feeds of the site if *url* is a web page; [] if there are none.

    Raises FetchError.
    """
    response = await client.fetch(url)
    body = response.body or b""
    try:
        parsed = await client.parse(FeedDocument(body, response.content_type))
    except NotAFeed:
        links = find_feed_links(body.decode(errors="replace")[:PAGE_CHARS], response.url)
    else:
        return [_to_discovered(response.url, parsed, "itself")]
    candidates: tuple[tuple[How, Iterable[str]], ...] = (
        ("named", links.declared),
        ("linked", links.linked),
        ("guessed", common_feed_urls(response.url)),
    )
    for how, urls in candidates:
        if feeds := await _probe_all(client, urls, how):
            return feeds
    return []


def find_feed_links(page: str, base: str) -> FeedLinks:
    """Return the links to feeds in the HTML of the page at *base*; http and https only."""
    finder = _FeedLinkFinder(base)
    finder.feed(clean(_LINKS_ONLY, _UNREAD_BY_NH3.sub("", page)))
    finder.close()
    return FeedLinks(tuple(dict.fromkeys(finder.declared)), tuple(dict.fromkeys(finder.linked)))


def common_feed_urls(url: str) -> list[str]:
    """Return the common addresses of feeds below the page at *url*, then at the root of its site."""
    directory = url.partition("?")[0].partition("#")[0].rstrip("/") + "/"
    root = urllib.parse.urljoin(url, "/")
    return list(dict.fromkeys(urllib.parse.urljoin(base, path) for base in (directory, root) for path in COMMON_PATHS))


async def _probe_all(client: ProbeClient, urls: Iterable[str], how: How) -> list[DiscoveredFeed]:
    """Return the feeds at *urls* in order, each once; a few are probed at a time."""
    slots = asyncio.Semaphore(client.limits.per_host)

    async def probe(url: str) -> DiscoveredFeed | None:
        async with slots:
            try:
                response, parsed = await client.probe(url)
            except (FetchError, NotAFeed):
                return None
        return _to_discovered(response.url, parsed, how)

    feeds = await gather_all(map(probe, list(urls)[:MAX_PROBES]))
    return list({feed.url: feed for feed in feeds if feed}.values())


def _to_discovered(url: str, parsed: ParsedFeed, how: How) -> DiscoveredFeed:
    return DiscoveredFeed(url, parsed.title, len(parsed.items), how)


class _FeedLinkFinder(HTMLParser):
    """Collects the links to feeds in a page."""

    def __init__(self, base: str) -> None:
        super().__init__(convert_charrefs=True)
        self.base = base
        self.has_base = False
        self.declared: list[str] = []
        self.linked: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """See HTMLParser."""
        attributes = {name: value or "" for name, value in attrs}
        href = attributes.get("href", "").strip()
        if not href:
            return
        if tag == "base":
            # The first one counts (HTML Standard, 4.2.3).
            if not self.has_base:
                with suppress(ValueError):
                    self.base = urllib.parse.urljoin(self.base, href)
            self.has_base = True
        elif tag == "link" and _declares_feed(attributes):
            self._add(self.declared, href)
        elif tag == "a" and (_FEED_URL.search(href.partition("#")[0]) or _is_to_feed(attributes)):
            self._add(self.linked, href)

    def _add(self, urls: list[str], href: str) -> None:
        try:
            url = urllib.parse.urljoin(self.base, re.sub(r"^feed:(//)?(?=https?:)|^feed:(?=//)", "", href))
            urls.append(str(web_url(url)))
        except (ForbiddenUrl, ValueError):
            return


def _declares_feed(attributes: dict[str, str]) -> bool:
    """Return whether a declared link may be to a feed: by its relation, and its media type or, without one, its address."""
    relations = attributes.get("rel", "").lower().split()
    if "feed" in relations or "alternate" not in relations:
        return "feed" in relations
    if attributes.get("type", "").strip():
        return _has_feed_type(attributes)
    return _FEED_URL.search(attributes["href"].partition("#")[0]) is not None


def _is_to_feed(attributes: dict[str, str]) -> bool:
    """Return whether a link for people says that it is to a feed."""
    return "feed" in attributes.get("rel", "").lower().split() or _has_feed_type(attributes)


def _has_feed_type(attributes: dict[str, str]) -> bool:
    return _FEED_TYPE.fullmatch(attributes.get("type", "").partition(";")[0].strip()) is not None
