"""What came of the articles: each once in every stream, just the alerts that follow from the stories, and each delivered."""

from collections import Counter
from collections.abc import Iterable
from typing import TypeVar

from consumers.alerts import service as alerts
from monitor.bus import Bus
from monitor.config import Config
from monitor.messages import Alert, ArticleEntities, ArticleRaw, ArticleStories, ArticleTopics, DeadLetter, Delivery, Message
from monitor.messages.codec import decode

M = TypeVar("M")
B = TypeVar("B", bound=Message)


async def everything(bus: Bus, kind: type[B]) -> list[B]:
    """All of *kind* that its stream holds."""
    return [decode(kind, record) async for record in bus.replay(kind.STREAM.name, None)]


async def faults(bus: Bus, config: Config, served: Iterable[str]) -> list[str]:
    """What is wrong, held against the titles that the feeds have *served*: nothing, if all is well."""
    raw = await everything(bus, ArticleRaw)
    found = differences("served and published", Counter(list(served)), Counter(message.article.title for message in raw))
    versions = Counter((message.article.id, message.article.version) for message in raw)
    stages: tuple[type[ArticleEntities | ArticleTopics | ArticleStories], ...] = (
        ArticleEntities,
        ArticleTopics,
        ArticleStories,
    )
    for kind in stages:
        reached = Counter((message.article.id, message.article.version) for message in await everything(bus, kind))
        found += differences(kind.STREAM.name, versions, reached)
    raised = await everything(bus, Alert)
    expected = follow(await everything(bus, ArticleStories), config)
    found += differences("alerts", Counter(expected), Counter((alert.id, alert.version) for alert in raised))
    found += misdelivered(expected, await everything(bus, Delivery))
    found += [f"a dead letter: {record.headers}" async for record in bus.replay(DeadLetter.STREAM.name, None)]
    return found


def misdelivered(expected: list[tuple[str, int]], steps: list[Delivery]) -> list[str]:
    """What is wrong with the *steps* of the alerts and versions *expected*: each is queued once, and ends once."""
    queued = Counter((step.alert, step.version) for step in steps if step.state == "queued")
    ended = Counter((step.alert, step.version) for step in steps if step.state in {"sent", "superseded"})
    wanted = Counter(expected)
    return differences("deliveries queued", wanted, queued) + differences("deliveries sent or superseded", wanted, ended)


def follow(stories: list[ArticleStories], config: Config) -> list[tuple[str, int]]:
    """The alerts and versions that *stories* give, one after the other, when nobody is killed."""
    service = alerts.make(lambda: config)
    state = service.fresh(lambda _: True)
    given = []
    for message in stories:
        result = service.step(state, message)
        assert isinstance(result, Iterable)
        for body in list(result):
            service.apply(state, body)
            if isinstance(body, Alert):
                given.append((body.id, body.version))
    return given


def differences(name: str, expected: Counter[M], got: Counter[M]) -> list[str]:
    """What is missing and what is too much."""
    lost, extra = expected - got, got - expected
    return [f"{name}: lost {what!r}" for what in list(lost)[:5]] + [f"{name}: too often {what!r}" for what in list(extra)[:5]]
