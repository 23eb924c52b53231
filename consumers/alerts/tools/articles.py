"""The article that `newsmonitor explain` explains: from the log or from a file."""

from pathlib import Path

import click
import orjson

from consumers.alerts.tools.outcome import Outcome, find_outcome
from monitor.bus import Bus, Partition, Record
from monitor.clock import utc
from monitor.messages import Article, ArticleBackfill, ArticleStories, Language, StoryMembership
from monitor.messages.codec import Invalid, decode

STREAM_NAME = ArticleStories.STREAM.name


def stub(title: str, text: str, article_id: str = "stub") -> ArticleStories:
    """Return a message for an article that has nothing but a title and a text, in a story of its own."""
    article = Article(
        article_id, 1, "", "", "", None, title, text, (), (), None, None, None, utc(), backfill=False, changed=(), flags=()
    )
    story = StoryMembership(article_id, first=True, similarity=0.0, duplicate_of=None)
    return ArticleStories(article, {}, Language("und", 0.0), (), (), (), story)


async def read_log(bus: Bus, article_id: str, watch: str | None) -> tuple[ArticleStories, Outcome | None]:
    """Return the article, and what it has led to for the watch with this id. Raises ClickException if there is no article."""
    message = await _find_article(bus, article_id)
    return message, await find_outcome(bus, watch, message) if watch else None


async def _find_article(bus: Bus, article_id: str) -> ArticleStories:
    """Return the newest version of an article on the bus. Raises ClickException if there is none."""
    newest = None
    async for record in bus.replay(STREAM_NAME, None):
        # Decode only what may be the article.
        if article_id.encode() in record.value and (message := decode(ArticleStories, record)).article.id == article_id:
            # An edit may be analysed before the backfilled first version.
            newest = max((message, newest or message), key=lambda each: each.article.version)
    if newest is not None:
        return newest
    if any([record.key == article_id async for record in bus.replay(ArticleBackfill.STREAM.name, None)]):
        raise click.ClickException(f"the article {article_id!r} is backfill that waits for its analysis (newsmonitor status)")
    raise click.ClickException(f"{STREAM_NAME} holds no article {article_id!r}, and there is no such file")


def read_file(path: Path) -> ArticleStories:
    """Return the message in the file at *path*, or one for its title and text. Raises ClickException."""
    content = path.read_bytes()
    try:
        data = orjson.loads(content)
        if isinstance(data, dict) and "article" not in data:
            title, text = data.get("title", ""), data.get("text", "")
            if not isinstance(title, str) or not isinstance(text, str):
                raise click.ClickException(f"{path}: title and text must be strings")
            return stub(title, text)
        return decode(ArticleStories, Record(Partition(STREAM_NAME), 0, 0.0, "", content, {}))
    except (orjson.JSONDecodeError, Invalid) as error:
        message = f"{path} is neither a message of {STREAM_NAME} nor JSON with a title and a text: {error}"
        raise click.ClickException(message) from error
