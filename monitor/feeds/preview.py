"""What would be published of one document, were it the first of its feed. Pure."""

from datetime import datetime

from monitor.config import FeedConfig
from monitor.feeds.articles import Origin, harvest
from monitor.feeds.identity import feed_id
from monitor.feeds.parse import Body, parse
from monitor.messages import ArticleRaw


def preview(data: bytes, content_type: str, config: FeedConfig, now: datetime) -> list[ArticleRaw]:
    """The articles of the feed in *data*, fetched at *now* from the URL in *config*, oldest first. Raises NotAFeed."""
    parsed = parse(Body(data, content_type, config.url, html=config.html))
    articles, _ = harvest(Origin(config, feed_id(config.url), config.url, now), parsed, None)
    return [ArticleRaw(article, {"received": now}) for article in articles]
