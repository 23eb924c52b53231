"""A sample of a feed that may be added: what the poller would publish from it."""

from dataclasses import dataclass
from datetime import datetime

from monitor.escape import printable
from monitor.feeds.finding.preview import Preview
from monitor.messages import Article
from monitor.redaction import hide_secrets

ARTICLES = 8
EXCERPT_CHARS = 240


@dataclass(frozen=True, slots=True)
class SampleArticle:
    """An article of the sample, its text cut."""

    title: str
    excerpt: str
    url: str
    published: datetime | None
    language: str


@dataclass(frozen=True, slots=True)
class Sample:
    """The newest articles of a feed, the newest first, how many it has, and notes on how it was read."""

    title: str
    url: str
    articles: tuple[SampleArticle, ...]
    count: int
    notes: tuple[str, ...]


def make_sample(url: str, preview: Preview) -> Sample:
    """Return the sample of the feed at *url*."""
    newest = tuple(_article(each) for each in reversed(preview.articles[-ARTICLES:]))
    return Sample(printable(preview.title), printable(hide_secrets(url)), newest, len(preview.articles), preview.notes)


def _article(article: Article) -> SampleArticle:
    text = " ".join(article.text.split())
    excerpt = text if len(text) <= EXCERPT_CHARS else f"{text[:EXCERPT_CHARS]}…"
    title = printable(article.title) or "(no title)"
    return SampleArticle(title, printable(excerpt), article.url or "", article.published, article.lang or "")
