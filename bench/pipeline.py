"""Articles per CPU second of all services, and of the spaCy model alone over the same texts in the same run."""

import asyncio
import re
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.harness import cpu_seconds, ready
from consumers.entities.ner import find_model, load_pipeline
from monitor.bus import Bus
from monitor.bus.backends import connect
from monitor.clock import steady, utc
from monitor.config import Config, StoriesConfig, Watch
from monitor.demo.day import Day, read_bundled_day
from monitor.messages import Article, ArticleRaw
from monitor.messages.codec import encode
from monitor.runtime import registry
from monitor.runtime.service import Service
from monitor.text.languages import pack
from tests.make import article

COPIES = 4
"""The number of copies of the day's articles. They differ in every few words, so that the model has to read all of them."""
EVERY = 5
"""Words after which each copy has its number."""
WARM_UP = 60
"""Articles before the measurement, so that one-time costs, such as generating the converters' code, are not measured."""


def make_articles(day: Day) -> list[Article]:
    """Return the day's English articles, COPIES times."""
    languages = {outlet.id: outlet.lang for outlet in day.outlets}
    return [
        article(
            original.title,
            numbered(original.text, number),
            id=f"{original.id}-{number}",
            feed=f"example.org/{original.outlet}",
            outlet=original.outlet,
            source="",
            lang="en",
            fetched=original.at,
        )
        for number in range(COPIES)
        for original in day.articles
        if languages[original.outlet] == "en"
    ]


def numbered(text: str, number: int) -> str:
    """Return *text* with *number* after every few words."""
    return re.sub(rf"(?:\S+\s+){{{EVERY}}}", rf"\g<0>{number} ", text)


def measure_spacy(articles: Sequence[Article]) -> float:
    """Return the CPU seconds of spaCy's model alone, with the same components and its own batches."""
    ner_model = pack("en").ner_model
    files = find_model("auto", ner_model) if ner_model else None
    if files is None:
        raise RuntimeError("no model is installed")
    language = load_pipeline(files)
    list(language.pipe(["warm up"]))
    began = time.process_time()
    for _ in language.pipe(text for each in articles for text in (each.title, each.text)):
        pass
    return time.process_time() - began


async def measure_services(bus: Bus, config: Config, warm_up: Sequence[Article], articles: Sequence[Article]) -> float:
    """Return the CPU seconds that all services except the poller, with their children, use for *articles*."""
    services = registry.make([name for name in registry.service_modules() if name != "poller"], lambda: config)
    async with ready(bus, services, steady()), asyncio.timeout(120):
        await process(bus, services, warm_up)
        began = cpu_seconds()
        await process(bus, services, articles)
        return cpu_seconds() - began


async def process(bus: Bus, services: Sequence[Service[Any, Any]], articles: Sequence[Article]) -> None:
    """Publish *articles*, and wait until no service has a lag."""
    stamps = {"received": utc()}
    for start in range(0, len(articles), 50):
        await bus.publish([encode(ArticleRaw(each, stamps)) for each in articles[start : start + 50]])
    for service in services:
        while await bus.lag(service.name, service.reads.STREAM.name):
            await asyncio.sleep(0.1)


async def main() -> None:
    """Print both results, and the overhead of the services."""
    articles = make_articles(read_bundled_day("train"))
    warm_up, measured = articles[:WARM_UP], articles[WARM_UP:]
    spacy_alone = measure_spacy(measured)
    watches = tuple(Watch(f"watch{number}", any=(f"phrase {number}", "Kim Jong Un")) for number in range(20))
    config = Config(watches=watches, stories=StoriesConfig(days=3))
    with tempfile.TemporaryDirectory() as folder:
        async with connect(f"sqlite:{Path(folder) / 'bench.db'}") as bus:
            ours = await measure_services(bus, replace(config, folder=Path(folder)), warm_up, measured)
    for name, seconds in (("spaCy alone", spacy_alone), ("all services", ours)):
        each = seconds / len(measured)
        print(f"{name:<14} {1 / each:7.1f} articles/s and core  ({each * 1000:.1f} ms of CPU each)")
    print(f"the pipeline adds {(ours / spacy_alone - 1) * 100:.0f} % to the model's CPU")


if __name__ == "__main__":
    asyncio.run(main())
