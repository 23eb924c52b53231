"""What would be published of a feed, without publishing it."""

import mimetypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.child import Child
from monitor.clock import utc
from monitor.config import Config, FeedConfig
from monitor.feeds.finding.look import Glass, looking
from monitor.feeds.fulltext import page
from monitor.feeds.fulltext.fill import filled
from monitor.feeds.fulltext.pages import Pages
from monitor.feeds.harvest.articles import Origin, harvest
from monitor.feeds.identity import feed_id
from monitor.feeds.parsing.items import NotAFeed, Parsed
from monitor.feeds.parsing.parse import Body
from monitor.feeds.parsing.remarks import remarks
from monitor.messages import Article

READ = 5
"""Articles whose pages are read, the latest."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A feed's title, its articles as a first look gives them, newest last, and what is worth knowing of it."""

    title: str
    articles: tuple[Article, ...]
    notes: tuple[str, ...]


async def of_url(url: str, config: Config, *, full_text: bool) -> Sample:
    """What the feed at *url* gives, with what *config* says of it. Raises Failed, NotAFeed."""
    known = {feed_id(line.url): line for line in config.feeds}
    async with looking(config.fetch) as glass:
        answer, parsed = await glass.feed(url)
        line = known.get(feed_id(url), FeedConfig(url))
        origin = Origin(line, feed_id(url), answer.url, utc())
        return await _sample(glass, origin, parsed, full_text=full_text or line.full_text)


async def of_file(name: str, data: bytes, config: Config, *, full_text: bool) -> Sample:
    """What the feed in *data*, from a file called *name*, gives. Raises NotAFeed."""
    if len(data) > config.fetch.max_bytes:
        raise NotAFeed(f"too large: more than {config.fetch.max_bytes} bytes (fetch.max_bytes)")
    async with looking(config.fetch) as glass:
        parsed = await glass.parse(Body(data, mimetypes.guess_type(name)[0] or ""))
        return await _sample(glass, Origin(FeedConfig(""), name, "", utc()), parsed, full_text=full_text)


async def _sample(glass: Glass, origin: Origin, parsed: Parsed, *, full_text: bool) -> Sample:
    articles, _ = harvest(origin, parsed, None)
    notes = [*remarks(parsed), *_not_articles(parsed, len(articles))]
    if full_text and not page.can_read():
        notes.append(f"full text is not read: {page.EXTRA}")
    elif full_text:
        articles = await _with_pages(glass, articles)
        count = sum("full_text" in article.flags for article in articles)
        notes.append(f"full text was read for {count} of the latest {min(READ, len(articles))}")
    return Sample(parsed.title, tuple(articles), tuple(notes))


def _not_articles(parsed: Parsed, count: int) -> Iterator[str]:
    """Why there are not as many articles, *count*, as items."""
    if not parsed.items:
        yield "no item can be read in it"
    silent = sum(not (item.title or item.text) for item in parsed.items)
    if silent:
        yield f"items that have neither title nor text, and are left out: {silent}"
    if again := len(parsed.items) - silent - count:
        yield f"items that are others again by their id, link or content, and are left out: {again}"


async def _with_pages(glass: Glass, articles: Sequence[Article]) -> list[Article]:
    """*articles*, the latest with the texts of their pages, old ones too."""
    latest = {article.id for article in articles[-READ:]}
    async with Child(page.reader) as reader:
        pages = Pages(glass.session, reader)
        asked = {each.id: pages.ask(each.url, glass.limits) for each in articles if each.url and each.id in latest}
        try:
            came = {ident: await task for ident, task in asked.items()}
        finally:
            await pages.close()
    return [filled(article, had.page) if (had := came.get(article.id)) else article for article in articles]
