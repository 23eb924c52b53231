"""What would be published of a feed, without publishing it."""

import mimetypes
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.clock import utc
from monitor.config import Config, FeedConfig
from monitor.feeds.articles.changes import Origin, find_changes
from monitor.feeds.finding.probe import ProbeClient, probe_client
from monitor.feeds.fulltext import extract
from monitor.feeds.fulltext.merge import with_page_text
from monitor.feeds.fulltext.pages import Pages
from monitor.feeds.parsing.items import NotAFeed, ParsedFeed
from monitor.feeds.parsing.parse import FeedDocument
from monitor.feeds.parsing.warnings import parse_warnings
from monitor.feeds.urls import feed_id
from monitor.http.host_limits import HostLimits
from monitor.messages import Article
from monitor.worker import WorkerProcess

READ = 5
"""Articles whose pages are read, the latest."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A feed's title, its articles as a first look gives them, newest last, and what is worth knowing of it."""

    title: str
    articles: tuple[Article, ...]
    notes: tuple[str, ...]


async def preview_url(url: str, config: Config, *, full_text: bool) -> Preview:
    """What the feed at *url* gives, with what *config* says of it. Raises FetchError, NotAFeed."""
    known = {feed_id(line.url): line for line in config.feeds}
    async with probe_client(config.fetch) as glass:
        answer, parsed = await glass.feed(url)
        line = known.get(feed_id(url), FeedConfig(url))
        origin = Origin(line, feed_id(url), answer.url, utc())
        return await _sample(glass, origin, parsed, full_text=full_text or line.full_text)


async def preview_file(name: str, data: bytes, config: Config, *, full_text: bool) -> Preview:
    """What the feed in *data*, from a file called *name*, gives. Raises NotAFeed."""
    if len(data) > config.fetch.max_bytes:
        raise NotAFeed(f"too large: more than {config.fetch.max_bytes} bytes (fetch.max_bytes)")
    async with probe_client(config.fetch) as glass:
        parsed = await glass.parse(FeedDocument(data, mimetypes.guess_type(name)[0] or ""))
        return await _sample(glass, Origin(FeedConfig(""), name, "", utc()), parsed, full_text=full_text)


async def _sample(glass: ProbeClient, origin: Origin, parsed: ParsedFeed, *, full_text: bool) -> Preview:
    articles, _ = find_changes(origin, parsed, None)
    notes = [*parse_warnings(parsed), *_not_articles(parsed, len(articles))]
    if full_text and not extract.is_installed():
        notes.append(f"full text is not read: {extract.EXTRA}")
    elif full_text:
        articles = await _with_pages(glass, articles)
        count = sum("full_text" in article.flags for article in articles)
        notes.append(f"full text was read for {count} of the latest {min(READ, len(articles))}")
    return Preview(parsed.title, tuple(articles), tuple(notes))


def _not_articles(parsed: ParsedFeed, count: int) -> Iterator[str]:
    """Why there are not as many articles, *count*, as items."""
    if not parsed.items:
        yield "no item can be read in it"
    silent = sum(not (item.title or item.text) for item in parsed.items)
    if silent:
        yield f"items that have neither title nor text, and are left out: {silent}"
    if again := len(parsed.items) - silent - count:
        yield f"items that are others again by their id, link or content, and are left out: {again}"


async def _with_pages(glass: ProbeClient, articles: Sequence[Article]) -> list[Article]:
    """*articles*, the latest with the texts of their pages, old ones too."""
    latest = {article.id for article in articles[-READ:]}
    async with WorkerProcess(extract.make_extractor) as reader:
        pages = Pages(glass.session, reader, HostLimits(random.random), utc)
        asked = {each.id: pages.request(each.url, glass.limits) for each in articles if each.url and each.id in latest}
        try:
            came = {ident: await task for ident, task in asked.items()}
        finally:
            await pages.close()
    return [with_page_text(article, had.page) if (had := came.get(article.id)) else article for article in articles]
