"""The service that joins articles which tell the same story."""

from collections.abc import Callable, Iterable
from datetime import timedelta

from consumers.stories.cluster import Stories, alone, place
from consumers.stories.features import features
from monitor.config import Config
from monitor.messages import ArticleStories, ArticleTopics, Story, health_of
from monitor.runtime.service import Service

OFFSETS_DAYS = 7
"""A Kafka broker forgets the positions of a group that has stopped for so long (offsets.retention.minutes)."""

reads = ArticleTopics


def make(config: Callable[[], Config]) -> Service[ArticleTopics, Stories]:
    """The service. Its state is the fold of the stories that are still open."""

    def keep() -> timedelta:
        return timedelta(days=config().stories.days)

    def step(state: Stories, message: ArticleTopics) -> Iterable[ArticleStories | Story]:
        if health_of(message.article):
            return [alone(message)]
        of = features(message.article.title, message.article.text, message.entities)
        return place(state, message, of, keep())

    def apply(state: Stories, body: Story | ArticleStories) -> None:
        if isinstance(body, Story) or not health_of(body.article):
            state.apply(body, keep())

    return Service(
        "stories",
        ArticleTopics,
        step,
        fresh=lambda _: Stories(),
        apply=apply,
        restores=(Story, ArticleStories),
        keep=lambda: keep() + timedelta(days=1),
    )


def check(config: Config) -> list[str]:
    """What is wrong with *config* for this service."""
    found = []
    if config.streams.days < config.stories.days + 1:
        least = config.stories.days + 1
        found.append(f"streams.days: stories stay open for {config.stories.days:g} days, so give at least {least:g}")
    if config.bus.startswith("kafka:") and config.streams.days < OFFSETS_DAYS:
        found.append(f"streams.days: a Kafka broker keeps positions for {OFFSETS_DAYS} days, so give at least that")
    return found
