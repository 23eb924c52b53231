"""The topics service: what an article is about."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from monitor.config import Config
from monitor.messages import ArticleEntities, ArticleTopics, extend
from monitor.runtime.service import Service
from monitor.text.languages import pack, packs
from monitor.text.not_news import mask

if TYPE_CHECKING:
    from consumers.topics.classifier import Classifier

reads = ArticleEntities


def make(config: Callable[[], Config]) -> Service[ArticleEntities, None]:  # noqa: ARG001  (the service has no settings)
    """Return the service. It has no state."""
    classifiers = Classifiers()

    def step(_: None, message: ArticleEntities) -> Iterator[ArticleTopics]:
        article = message.article
        classifier = classifiers.by_language.get(pack(message.language.code).code)
        topics = classifier.classify(article.title, mask(article.text, message.not_news)) if classifier else ()
        yield extend(message, ArticleTopics, topics=topics)

    return Service("topics", ArticleEntities, step, fresh=lambda _: None, lifespan=classifiers.loaded)


def check(config: Config) -> list[str]:  # noqa: ARG001  (the signature of a service's check)
    """Return no problems: the service has no settings."""
    return []


class Classifiers:
    """A classifier for each language that has topic descriptions; none before the service starts."""

    def __init__(self) -> None:
        self.by_language: Mapping[str, Classifier] = {}

    @asynccontextmanager
    async def loaded(self) -> AsyncIterator[None]:
        """Load the classifiers on the first entry. They stay loaded after the exit."""
        if not self.by_language:
            # It takes a second or more, and the other services of the process start meanwhile.
            self.by_language = await asyncio.to_thread(load_classifiers)
        yield


def load_classifiers() -> "dict[str, Classifier]":
    """Return a classifier for each language that has topic descriptions, by the language's code."""
    from consumers.topics.classifier import Classifier
    from consumers.topics.embedding import load_embedding, load_weights

    embed = load_embedding()
    return {
        language.code: Classifier(embed, language.topics, load_weights(language.topics.weights), language.stopwords)
        for language in packs()
        if language.topics
    }
