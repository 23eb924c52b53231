"""Preview a feed: show the articles that the poller would publish from it, and publish nothing."""

import mimetypes
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from monitor.clock import utc
from monitor.config import Config, FeedConfig
from monitor.feeds import fulltext, urls
from monitor.feeds.articles.build import Origin
from monitor.feeds.articles.changes import find_changes
from monitor.feeds.configured import id_of
from monitor.feeds.finding.probe import ProbeClient, probe_client
from monitor.feeds.fulltext import extract
from monitor.feeds.fulltext.merge import with_page_text
from monitor.feeds.fulltext.pages import Pages
from monitor.feeds.parsing import dates
from monitor.feeds.parsing.items import NotAFeed, ParsedFeed, parse_warnings
from monitor.feeds.parsing.parse import FeedDocument
from monitor.feeds.secrets import response_scrubber, scrub_article
from monitor.http.host_limits import HostLimits
from monitor.messages import Article
from monitor.scrubbing import Scrubber
from monitor.worker import WorkerProcess

MAX_PAGES = 5
"""The most pages fetched for full text, those of the latest articles."""

MAX_REASONS = 5
"""The most reasons that are given for dates that are not used."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A feed's title, its articles as at a first fetch, newest last, and notes on how it was read."""

    title: str
    articles: tuple[Article, ...]
    notes: tuple[str, ...]


async def preview_url(url: str, config: Config, *, full_text: bool) -> Preview:
    """Return a preview of the feed at *url*, with its settings in *config*. Raises FetchError, NotAFeed."""
    feed_configs = {urls.feed_id(feed_config.url): feed_config for feed_config in config.feeds}
    async with probe_client(config.fetch) as client:
        response, parsed = await client.probe(url)
        feed_config = feed_configs.get(urls.feed_id(url), FeedConfig(url))
        origin = Origin(feed_config, id_of(feed_config), urls.base_url(response.url), utc())
        scrubber = response_scrubber(feed_config, response.url)
        return await _preview(client, origin, parsed, scrubber, full_text=full_text or feed_config.full_text)


async def preview_file(name: str, data: bytes, config: Config, *, full_text: bool) -> Preview:
    """Return a preview of the feed in *data*, from a file called *name*. Raises NotAFeed."""
    if len(data) > config.fetch.max_bytes:
        raise NotAFeed(f"too large: more than {config.fetch.max_bytes} bytes (fetch.max_bytes)")
    async with probe_client(config.fetch) as client:
        parsed = await client.parse(FeedDocument(data, mimetypes.guess_type(name)[0] or ""))
        return await _preview(client, Origin(FeedConfig(""), name, "", utc()), parsed, None, full_text=full_text)


async def _preview(
    client: ProbeClient, origin: Origin, parsed: ParsedFeed, scrubber: Scrubber | None, *, full_text: bool
) -> Preview:
    articles, _ = find_changes(origin, parsed, None)
    notes = [*parse_warnings(parsed), *_omission_notes(parsed, len(articles)), *_date_notes(origin, parsed)]
    if full_text and not fulltext.is_installed():
        notes.append(f"full text is not read: {fulltext.MISSING_PACKAGE}")
    elif full_text:
        articles = await _with_full_text(client, articles)
        count = sum("full_text" in article.flags for article in articles)
        notes.append(f"full text was read for {count} of the latest {min(MAX_PAGES, len(articles))}")
    title = scrubber.scrub(parsed.title) if scrubber else parsed.title
    return Preview(title, tuple(scrub_article(each, scrubber) for each in articles), tuple(notes))


def _omission_notes(parsed: ParsedFeed, article_count: int) -> Iterator[str]:
    """Yield the reasons why there are fewer articles than items."""
    if not parsed.items:
        yield "the feed has no readable items"
    empty = sum(not (item.title or item.text) for item in parsed.items)
    if empty:
        yield f"items left out because they have neither title nor text: {empty}"
    if repeated := len(parsed.items) - empty - article_count:
        yield f"items left out because another has the same id, link or content: {repeated}"


def _date_notes(origin: Origin, parsed: ParsedFeed) -> Iterator[str]:
    """Yield a note for each reason why dates are not used, with an example."""
    countries = origin.countries(parsed.lang)
    reasons: dict[str, list[str]] = {}
    for item in parsed.items:
        for text in (item.date, *item.other_dates):
            if reason := dates.explain(text, origin.fetched, countries):
                reasons.setdefault(reason, []).append(text)
    for reason, texts in islice(reasons.items(), MAX_REASONS):
        yield f'dates that are not used, such as "{texts[0].strip()[: dates.MAX_CHARS]}" ({reason}): {len(texts)}'


async def _with_full_text(client: ProbeClient, articles: Sequence[Article]) -> list[Article]:
    """Return *articles*; the latest have the text of their pages, even if they are backfill."""
    latest = {article.id for article in articles[-MAX_PAGES:]}
    async with WorkerProcess(extract.make_extractor) as extractor:
        pages = Pages(client.session, extractor, HostLimits(random.random), utc)
        requests = {
            article.id: pages.request(article.url, client.limits)
            for article in articles
            if article.url and article.id in latest
        }
        try:
            results = {article_id: await task for article_id, task in requests.items()}
        finally:
            await pages.close()
    return [with_page_text(article, result.page) if (result := results.get(article.id)) else article for article in articles]
