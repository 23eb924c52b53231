"""The topics service: what an article is about."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Protocol

from monitor.config import Config
from monitor.messages import ArticleEntities, ArticleTopics, extend
from monitor.runtime.service import Service
from monitor.text.languages import LanguagePack, TopicDescriptions, pack, packs
from monitor.text.not_news import mask

if TYPE_CHECKING:
    from monitor.messages import Topic

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


class Classify(Protocol):
    """A classifier of articles in one language."""

    def classify(self, title: str, text: str) -> "tuple[Topic, ...]":
        """Return the topics of an article: top concepts and then narrower ones, each group with the best first."""


class Classifiers:
    """A classifier for each language that has topic descriptions; none before the service starts."""

    def __init__(self) -> None:
        self.by_language: Mapping[str, Classify] = {}

    @asynccontextmanager
    async def loaded(self) -> AsyncIterator[None]:
        """Load the classifiers on the first entry. They stay loaded after the exit."""
        if not self.by_language:
            # It takes a second or more, and the other services of the process start meanwhile.
            self.by_language = await asyncio.to_thread(load_classifiers)
        yield


def load_classifiers() -> dict[str, Classify]:
    """Return a classifier for each language that has topic descriptions, by the language's code."""
    from consumers.topics.classifier import Classifier
    from consumers.topics.embedding import load_embedding, load_weights
    from consumers.topics.word_lists import WordClassifier, spaced_words
    from monitor.text.mediatopics import translated_names
    from monitor.text.tokens import tokens

    embed = load_embedding()

    def load(language: LanguagePack, descriptions: TopicDescriptions) -> Classify:
        if descriptions.words:
            split = spaced_words if descriptions.joins_letters else tokens
            return WordClassifier(descriptions.words, translated_names(), split)
        return Classifier(embed, descriptions, load_weights(descriptions.weights), language.stopwords)

    return {language.code: load(language, language.topics) for language in packs() if language.topics}
