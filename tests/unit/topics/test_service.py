"""The topics service reads what is news in an article."""

from dataclasses import replace
from typing import cast

from consumers.topics.service import make
from monitor.config import Config
from monitor.messages import ArticleEntities, ArticleTopics, Language, NotNews
from tests.make import START, article

STORM = "Heavy rain and wind are forecast as the storm moves north to the coast."
GOAL = "Read more: The striker scored the late goal as the football team won the cup final in the stadium"


async def test_topics_are_those_of_the_news() -> None:
    service = make(Config)
    message = ArticleEntities(article("News of the day", f"{STORM}\n{GOAL}"), {"received": START}, Language("en", 1.0), (), ())
    masked = replace(message, not_news=(NotNews(len(STORM) + 1, len(STORM) + 1 + len(GOAL), "related"),))
    assert service.lifespan is not None
    async with service.lifespan():
        (all_read,) = cast("list[ArticleTopics]", list(service.step(None, message)))  # type: ignore[arg-type]
        (read,) = cast("list[ArticleTopics]", list(service.step(None, masked)))  # type: ignore[arg-type]
    assert "sport" in {topic.name for topic in all_read.topics}
    assert {topic.name for topic in read.topics if not topic.broader} == {"weather"}
    assert read.not_news == masked.not_news
