"""The service that says what an article is about."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

from consumers.topics.embed import load
from consumers.topics.zeroshot import Classifier
from monitor.config import Config
from monitor.messages import ArticleEntities, ArticleTopics
from monitor.runtime.service import Service

reads = ArticleEntities


def make(config: Callable[[], Config]) -> Service[ArticleEntities, None]:  # noqa: ARG001  (there is nothing to set)
    """The service. It has no memory."""
    classifiers: list[Classifier] = []

    @asynccontextmanager
    async def loaded() -> AsyncIterator[None]:
        if not classifiers:
            classifiers.append(Classifier(load()))
        yield

    def step(_: None, message: ArticleEntities) -> Iterator[ArticleTopics]:
        article = message.article
        topics = classifiers[0].classify(article.title, article.text) if message.language.code == "en" else ()
        yield ArticleTopics(article, message.stamps, message.language, message.entities, message.claims, topics)

    return Service("topics", ArticleEntities, step, fresh=lambda _: None, lifespan=loaded)


def check(config: Config) -> list[str]:  # noqa: ARG001  (nothing can be wrong)
    """What is wrong with *config* for this service: nothing can be."""
    return []
