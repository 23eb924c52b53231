"""Articles a second until their stories are known, on each bus, with the CPU time of all services.

The peer is the spaCy model alone, over the same texts in the same run. `python -m bench.pipeline [TEXTS]`: with TEXTS, as many
of the day's texts are joined in each article.
"""

import asyncio
import re
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench.harness import cpu_seconds, ready
from bench.kafka import kafka_address
from consumers.entities.ner import find_model, load_pipeline
from monitor import logs
from monitor.bus import Bus, Record
from monitor.bus.backends import connect
from monitor.bus.tail import tail
from monitor.clock import steady, utc
from monitor.config import Config, StoriesConfig, Watch
from monitor.demo.day import Day, read_bundled_day
from monitor.messages import Article, ArticleRaw, ArticleStories
from monitor.messages.codec import decode, encode
from monitor.runtime import registry
from monitor.runtime.service import Service
from monitor.text.languages import pack
from tests.make import article
from tests.running import until

COPIES = 4
"""The number of copies of the day's articles. They differ in every few words, so that the model has to read all of them."""
EVERY = 5
"""Words after which each copy has its number."""
WARM_UP = 60
"""Articles before the measurement, so that one-time costs, such as generating the converters' code, are not measured."""


def make_articles(day: Day, texts: int = 1) -> list[Article]:
    """Return the day's English articles, COPIES times, each with *texts* texts, from its own on."""
    languages = {outlet.id: outlet.lang for outlet in day.outlets}
    originals = [original for original in day.articles if languages[original.outlet] == "en"]
    return [
        article(
            original.title,
            numbered("\n\n".join(each.text for each in (originals * 2)[index : index + texts]), number),
            id=f"{original.id}-{number}",
            feed=f"example.org/{original.outlet}",
            outlet=original.outlet,
            source="",
            lang="en",
            fetched=original.at,
        )
        for number in range(COPIES)
        for index, original in enumerate(originals)
    ]


def numbered(text: str, number: int) -> str:
    """Return *text* with *number* after every few words."""
    return re.sub(rf"(?:\S+\s+){{{EVERY}}}", rf"\g<0>{number} ", text)


@dataclass(frozen=True)
class Cost:
    """What a run takes, in seconds."""

    cpu: float
    wall: float


def measure_spacy(articles: Sequence[Article]) -> Cost:
    """Return what spaCy's model alone needs for *articles*, with the same components and its own batches."""
    ner_model = pack("en").ner_model
    files = find_model("auto", ner_model) if ner_model else None
    if files is None:
        raise RuntimeError("no model is installed")
    language = load_pipeline(files)
    list(language.pipe(["warm up"]))
    began_cpu, began = time.process_time(), time.perf_counter()
    for _ in language.pipe(text for each in articles for text in (each.title, each.text)):
        pass
    return Cost(time.process_time() - began_cpu, time.perf_counter() - began)


async def measure_services(bus: Bus, config: Config, warm_up: Sequence[Article], articles: Sequence[Article]) -> Cost:
    """Return what all services except the poller, with their children, need for *articles*."""
    services = registry.make([name for name in registry.service_modules() if name != "poller"], lambda: config)
    async with ready(bus, services, steady()), asyncio.timeout(300):
        arrivals = tail(bus, ArticleStories.STREAM.name, None)
        await process(bus, arrivals, warm_up)
        await until(lambda: has_read_all(bus, services))
        began_cpu, began = cpu_seconds(), time.perf_counter()
        await process(bus, arrivals, articles)
        wall = time.perf_counter() - began
        await until(lambda: has_read_all(bus, services))
        return Cost(cpu_seconds() - began_cpu, wall)


async def process(bus: Bus, arrivals: AsyncIterator[Record], articles: Sequence[Article]) -> None:
    """Publish *articles*, and wait until the last of them has its stories."""
    stamps, expected = {"received": utc()}, {each.id for each in articles}
    for start in range(0, len(articles), 50):
        await bus.publish([encode(ArticleRaw(each, stamps)) for each in articles[start : start + 50]])
    while expected:
        expected.discard(decode(ArticleStories, await anext(arrivals)).article.id)


async def has_read_all(bus: Bus, services: Sequence[Service[Any, Any]]) -> bool:
    """Return whether each of *services*, which are in the order of their work, has read all of its stream."""
    return not any([await bus.lag(service.name, service.reads.STREAM.name) for service in services])


async def measure_buses(config: Config, warm_up: Sequence[Article], articles: Sequence[Article]) -> dict[str, Cost]:
    """Return the cost of all services by bus. That on Kafka has the broker in it."""
    costs = {}
    with tempfile.TemporaryDirectory() as folder:
        on_sqlite = replace(config, folder=Path(folder), bus=f"sqlite:{Path(folder) / 'bench.db'}")
        async with connect(on_sqlite.bus) as bus:
            costs["services on sqlite"] = await measure_services(bus, on_sqlite, warm_up, articles)
        with kafka_address() as address:
            on_kafka = replace(config, folder=Path(folder), bus=address.url)
            async with connect(on_kafka.bus) as bus:
                costs["services on kafka, and its broker"] = await measure_services(bus, on_kafka, warm_up, articles)
    return costs


async def main(texts: int = 1) -> None:
    """Print the cost of the model alone, and of the services on each bus, for articles of *texts* texts each."""
    logs.set_up("error")
    articles = make_articles(read_bundled_day("train"), texts)
    warm_up, measured = articles[:WARM_UP], articles[WARM_UP:]
    alone = measure_spacy(measured)
    watches = tuple(Watch(f"watch{number}", any=(f"phrase {number}", "Kim Jong Un")) for number in range(20))
    costs = await measure_buses(Config(watches=watches, stories=StoriesConfig(days=3)), warm_up, measured)
    for name, cost in {"spaCy alone": alone, **costs}.items():
        print(
            f"{name:<34} {len(measured) / cost.wall:6.1f} articles/s, {cost.cpu / len(measured) * 1000:5.1f} ms of CPU each,"
            f" {cost.cpu / alone.cpu:.2f} times the model's"
        )
    print(f"{sum(len(each.text.split()) for each in measured) / len(measured):.0f} words each")


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))
