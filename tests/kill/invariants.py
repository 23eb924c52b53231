"""The invariants that hold after any number of kills.

Each served article is in every stream once. The alerts equal those that a run without kills raises for the same stories, and
each alert is queued and delivered once. There is no dead letter.
"""

from collections import Counter
from collections.abc import Iterable
from typing import TypeVar

from consumers.alerts import service as alerts_service
from monitor.bus import Bus
from monitor.config import Config
from monitor.messages import Alert, ArticleEntities, ArticleRaw, ArticleStories, ArticleTopics, DeadLetter, Delivery
from tests.bus import read_all, read_articles, replay

T = TypeVar("T")
StagedArticle = ArticleRaw | ArticleEntities | ArticleTopics | ArticleStories
AlertVersion = tuple[str, int]
"""The id and the version of an alert."""


async def violations(bus: Bus, config: Config, served: Iterable[str]) -> list[str]:
    """Return a line for each violation, given the titles that the feeds have *served*."""
    raw = await read_articles(bus)
    lines = article_differences(served, raw)
    versions = article_versions(raw)
    stages: tuple[type[ArticleEntities | ArticleTopics | ArticleStories], ...] = (
        ArticleEntities,
        ArticleTopics,
        ArticleStories,
    )
    for kind in stages:
        lines += differences(kind.STREAM.name, versions, article_versions(await read_all(bus, kind)))
    alerts = await read_all(bus, Alert)
    expected = expected_alerts(await read_all(bus, ArticleStories), config)
    lines += differences("alerts", Counter(expected), Counter((alert.id, alert.version) for alert in alerts))
    lines += delivery_violations(expected, await read_all(bus, Delivery))
    return lines + [f"a dead letter: {record.headers}" for record in await replay(bus, DeadLetter.STREAM.name)]


def article_versions(messages: Iterable[StagedArticle]) -> Counter[tuple[str, int]]:
    """Return how often each version of each article occurs in *messages*."""
    return Counter((message.article.id, message.article.version) for message in messages)


def article_differences(served: Iterable[str], raw: Iterable[ArticleRaw]) -> list[str]:
    """Return the differences between the titles that the feeds have *served* and the published articles."""
    return differences("articles", Counter(list(served)), Counter(message.article.title for message in raw))


def delivery_violations(expected: list[AlertVersion], deliveries: list[Delivery]) -> list[str]:
    """Return a line for each of the alerts *expected* that *deliveries* does not queue once and end once."""
    queued = Counter((delivery.alert, delivery.version) for delivery in deliveries if delivery.state == "queued")
    ended = Counter((delivery.alert, delivery.version) for delivery in deliveries if delivery.state in {"sent", "superseded"})
    alerts = Counter(expected)
    return differences("deliveries queued", alerts, queued) + differences("deliveries sent or superseded", alerts, ended)


def expected_alerts(stories: list[ArticleStories], config: Config) -> list[AlertVersion]:
    """Return the alerts that the alerts service raises for *stories*, in their order, without kills."""
    service = alerts_service.make(lambda: config)
    state = service.fresh(lambda _: True)
    expected = []
    for message in stories:
        outputs = service.step(state, message)
        assert isinstance(outputs, Iterable)
        for output in list(outputs):
            service.apply(state, output)
            if isinstance(output, Alert):
                expected.append((output.id, output.version))
    return expected


def differences(name: str, expected: Counter[T], actual: Counter[T]) -> list[str]:
    """Return a line for each item that *actual* has less often or more often than *expected*, at most five of each."""
    lost, duplicate = expected - actual, actual - expected
    lines = [f"{name}: lost {item!r}" for item in list(lost)[:5]]
    return lines + [f"{name}: duplicate {item!r}" for item in list(duplicate)[:5]]
