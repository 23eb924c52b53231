"""Articles a second and core through all services, beside the bare spaCy model over the same texts in the same run."""

import asyncio
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil

from consumers.entities.ner import UNUSED_COMPONENTS, find_model
from monitor.bus import Bus
from monitor.bus.backends import connect
from monitor.clock import steady, utc
from monitor.config import Config, StoriesConfig, Watch
from monitor.demo.day import Day, read_bundled_day
from monitor.messages import Article, ArticleRaw
from monitor.messages.codec import encode
from monitor.runtime import registry
from monitor.runtime.health import Health
from monitor.runtime.runner import run_services
from monitor.runtime.service import Service
from monitor.text.languages import pack

COPIES = 4
"""How often the day's articles are taken, each time told of other days."""
WARM = 60
"""Articles before the clock starts: what is made once, such as the converters' code, is no cost of an article."""


def articles(day: Day) -> list[Article]:
    """The day's English articles, COPIES times."""
    languages = {outlet.id: outlet.lang for outlet in day.outlets}
    told = [article for article in day.articles if languages[article.outlet] == "en"]
    return [
        Article(
            id=f"{article.id}-{number}", version=1, feed=f"example.org/{article.outlet}", source="", outlet=article.outlet,
            url=None, title=article.title, text=f"{article.text}\n\nDay {number}.", authors=(), categories=(), lang="en",
            country=None, published=None, fetched=article.at, backfill=False, changed=(), flags=(),
        )
        for number in range(COPIES)
        for article in told
    ]  # fmt: skip


def bare(texts: Sequence[tuple[str, str]]) -> float:
    """CPU seconds of spaCy's model alone: the same components, the same texts, in its own batches."""
    import spacy  # noqa: PLC0415  (only here)

    model = pack("en").ner_model
    where = find_model("auto", model) if model else None
    if where is None:
        raise RuntimeError("there is no model to measure")
    language = spacy.load(where, exclude=list(UNUSED_COMPONENTS))
    list(language.pipe(["warm up"]))
    began = time.process_time()
    for _ in language.pipe(text for pair in texts for text in pair):
        pass
    return time.process_time() - began


async def through(bus: Bus, config: Config, first: Sequence[Article], told: Sequence[Article]) -> float:
    """CPU seconds that all services take for *told*, children included, until nothing is left; warmed by *first*."""
    stop = asyncio.Event()
    names = [name for name in registry.service_modules() if name != "poller"]
    made = registry.make(names, lambda: config)
    pulses = {name: Health() for name in names}
    task = asyncio.create_task(run_services(made, bus, steady(), stop, pulses))
    async with asyncio.timeout(120):
        while any(pulse.state != "running" for pulse in pulses.values()):
            await asyncio.sleep(0.1)
        await _digested(bus, made, first)
        began = cpu()
        await _digested(bus, made, told)
    used = cpu() - began
    stop.set()
    await task
    return used


async def _digested(bus: Bus, made: Sequence[Service[Any, Any]], told: Sequence[Article]) -> None:
    """Publish *told*, and wait until every service is done."""
    now = {"received": utc()}
    for start in range(0, len(told), 50):
        await bus.publish([encode(ArticleRaw(article, now)) for article in told[start : start + 50]])
    for service in made:
        while await bus.lag(service.name, service.reads.STREAM.name):
            await asyncio.sleep(0.1)


def cpu() -> float:
    """CPU seconds of this process and its children so far."""
    times = [each.cpu_times() for each in (psutil.Process(), *psutil.Process().children(recursive=True))]
    return float(sum(each.user + each.system for each in times))


async def main() -> None:
    """Both, and their ratio."""
    day = articles(read_bundled_day("train"))
    alone = bare([(article.title, article.text) for article in day[WARM:]])
    watches = tuple(Watch(f"watch{number}", any=(f"phrase {number}", "Kim Jong Un")) for number in range(20))
    config = Config(watches=watches, stories=StoriesConfig(days=3))
    with tempfile.TemporaryDirectory() as folder:
        async with connect(f"sqlite:{Path(folder) / 'bench.db'}") as bus:
            ours = await through(bus, replace(config, folder=Path(folder)), day[:WARM], day[WARM:])
    count = len(day) - WARM
    print(f"bare spaCy     {count / alone:7.1f} articles/s and core  ({alone / count * 1000:.1f} ms of CPU each)")
    print(f"all services   {count / ours:7.1f} articles/s and core  ({ours / count * 1000:.1f} ms of CPU each)")
    print(f"the pipeline adds {(ours / alone - 1) * 100:.0f} % to the model's CPU")


if __name__ == "__main__":
    asyncio.run(main())
