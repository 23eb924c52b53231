"""The cost of an article by its length, in each service that analyses it, and by the number of watches."""

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from random import Random
from typing import Any

from bench.growth.measure import Case, fastest, timed
from bench.harness import as_record, outputs
from consumers.alerts import service as alerts
from consumers.entities import service as entities
from consumers.stories import service as stories
from consumers.topics import service as topics
from monitor.config import Config, EntitiesConfig, Watch
from monitor.messages import ArticleEntities, ArticleRaw, ArticleStories, ArticleTopics, Message
from monitor.messages.codec import decode
from monitor.runtime.service import Service
from tests.make import START, article_stories

LENGTHS = (2_000, 8_000, 32_000, 128_000)
"""Characters of an article's text."""
WATCHES = (100, 1_000, 10_000, 100_000)
WORDS = [
    f"{first}{second}"
    for first in ("kor", "lam", "ter", "vin", "sol")
    for second in ("ad", "en", "ik", "os", "um", "ary", "ell")
]


@contextmanager
def cases() -> Iterator[list[Case]]:
    """Yield the cases."""
    config = Config(entities=EntitiesConfig(model="table"))
    watch = Watch("ferry", query='"ferry line" NEAR/5 (talks OR visit) NOT film')
    watched = replace(config, watches=(watch,))
    yield [
        _step("entities: names table and claims", entities.make(lambda: config), ArticleRaw),
        _step("topics", topics.make(lambda: config), ArticleEntities),
        _step("stories: first article", stories.make(lambda: config), ArticleTopics),
        _step("alerts: one watch", alerts.make(lambda: watched), ArticleStories),
        timed("codec: encode and decode", LENGTHS, _coding),
        timed("alerts: an article, by number of watches", WATCHES, _matching),
    ]


def text_of(length: int) -> str:
    """Return a text of *length* characters with sentences, names and claims."""
    random = Random(length)
    parts, total = [], 0
    while total < length:
        words = " ".join(random.choices(WORDS, k=12))
        part = f"The minister Mira {random.choice(WORDS).title()} said on Monday that {words} in Velmara. "
        parts.append(part)
        total += len(part)
    return "".join(parts)[:length]


def _step(name: str, service: Service[Any, Any], kind: type[Any]) -> Case:
    async def measure(length: int) -> float:
        message = article_stories("The ferry line reopens", text_of(length))
        given = kind(**{each.name: getattr(message, each.name) for each in fields(kind)})
        state = service.fresh(lambda _: True)

        async def step() -> list[Message | None]:
            output = service.step(state, given)
            return list(await output if inspect.isawaitable(output) else output)

        async with service.lifespan():
            await step()
            return await fastest(step)

    return Case(name, LENGTHS, measure)


def _coding(length: int) -> Callable[[], object]:
    message = article_stories("The ferry line reopens", text_of(length))
    return lambda: decode(type(message), as_record(message.stamped(START)))


def _matching(count: int) -> Callable[[], object]:
    watches = tuple(Watch(f"w{number}", any=(f"name{number} family{number}",)) for number in range(count))
    config = Config(watches=watches)
    service = alerts.make(lambda: config)
    message, state = article_stories("The ferry line reopens", text_of(2_000)), service.fresh(lambda _: True)
    outputs(service, state, message)
    return lambda: outputs(service, state, message)
