"""A million small articles through all services that read streams: speed, latency, memory and the size of the log, by tenths.

`python -m bench.volume [--articles N] [--bus sqlite|kafka] [--max-mb N] [--days N] [--spare-minutes N]`. A batch is published
once all but the one before it have arrived as articles of stories. The run fails if an article arrives twice, and does not end
if one never does.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import orjson

from bench.harness import MIB, cpu_seconds, median_and_p99, own_memory, ready
from bench.kafka import kafka_in
from monitor import logs
from monitor.bus import Bus, StorageFull
from monitor.bus.backends import Address, connect
from monitor.bus.tail import tail
from monitor.config import Config, EntitiesConfig, StoriesConfig, StreamsConfig, Watch
from monitor.messages import Article, ArticleRaw, ArticleStories, Story
from monitor.messages.codec import encode
from monitor.runtime import registry
from tests.make import article

BATCH = 100
TENTHS = 10
STORIES = 34
"""Stories in a batch. Each has two or three articles."""
OUTLETS = 50
WATCHED = 50
"""One story of so many names the watched person."""
START = datetime(2026, 1, 5, tzinfo=UTC)
BETWEEN = timedelta(seconds=2)
"""The simulated time between two articles, 43,200 a day."""
STORY_DAYS = 0.25
MINUTES_A_DAY = 24 * 60
SYLLABLES = ("ka", "lor", "mi", "ten", "vas", "ru", "bel", "do", "sha", "pin", "ger", "ol", "fi", "nur", "tam", "ze")


@dataclass(frozen=True)
class Sample:
    """What a tenth of the articles cost, with a broker, and the memory of the services and the files after it, in MiB."""

    articles: int
    seconds: float
    cpu: float
    latencies: Sequence[float]
    memory: float
    log: float


def make_batch(number: int) -> list[Article]:
    """Return the articles of batch *number*: STORIES stories, each told by two or three outlets in other words."""
    return [_article(number * BATCH + place, number * STORIES + place % STORIES) for place in range(BATCH)]


def _article(number: int, story: int) -> Article:
    subject, own = Random(story), Random(-1 - number)
    person = "Kim Jong Un" if story % WATCHED == 0 else f"{_word(subject).title()} {_word(subject).title()}"
    place, event = _word(subject).title(), " ".join(_word(subject) for _ in range(3))
    text = (
        f"{person} spoke on {event} in {place}, said officials. {_word(own).title()} {_word(own)} {_word(own)} {_word(own)}"
        f" while {event} went on in {place} with {_word(own)} {_word(own)}."
    )
    outlet = f"outlet{number % OUTLETS}.example.org"
    title = f"{person} and the {event} of {place}"
    at = START + number * BETWEEN
    return article(title, text, id=f"{number:016x}", feed=f"{outlet}/rss", outlet=outlet, lang="en", published=at, fetched=at)


def _word(random: Random) -> str:
    return "".join(random.choices(SYLLABLES, k=3))


@dataclass
class Arrivals:
    """The articles that have been published and have not arrived."""

    expected: dict[str, int]
    batches: dict[int, tuple[int, float]]
    arrived: asyncio.Event

    def publish(self, number: int, articles: Sequence[Article]) -> None:
        """Expect *articles*, those of batch *number*."""
        self.expected |= {each.id: number for each in articles}
        self.batches[number] = (len(articles), time.perf_counter())

    def receive(self, article_id: str) -> float | None:
        """Note that an article has arrived. Return the latency of its batch in seconds if it is the last of it."""
        number = self.expected.pop(article_id)
        left, began = self.batches[number]
        self.batches[number] = (left - 1, began)
        if left > 1:
            return None
        del self.batches[number]
        self.arrived.set()
        return time.perf_counter() - began

    async def wait(self, most: int) -> None:
        """Wait until at most *most* batches are under way."""
        while len(self.batches) > most:
            self.arrived.clear()
            await self.arrived.wait()


async def receive(bus: Bus, arrivals: Arrivals, latencies: list[float]) -> None:
    """Follow the articles of stories. Raises KeyError for an article that arrives twice."""
    async for record in tail(bus, ArticleStories.STREAM.name, None, seconds=0.02):
        latency = arrivals.receive(orjson.loads(record.value)["article"]["id"])
        if latency is not None:
            latencies.append(latency)


async def publish(bus: Bus, articles: Sequence[Article]) -> None:
    """Publish *articles*, once the log has room for them."""
    records = [encode(ArticleRaw(each, {"received": each.fetched})) for each in articles]
    while True:
        with suppress(StorageFull):
            return await bus.publish(records)
        await asyncio.sleep(0.1)


async def run(bus: Bus, config: Config, articles: int, log: Path) -> AsyncIterator[Sample]:
    """Send *articles* articles through the services on *bus*, whose files are in the folder *log*. Yield each tenth."""
    arrivals, latencies = Arrivals({}, {}, asyncio.Event()), list[float]()
    published = 0
    services = registry.make([name for name in registry.service_modules() if name != "poller"], lambda: config)
    async with ready(bus, services, lambda: START + published * BETWEEN), asyncio.TaskGroup() as group:
        receiving = group.create_task(receive(bus, arrivals, latencies))
        for batches in _tenths(articles // BATCH):
            began, cpu = time.perf_counter(), cpu_seconds()
            for number in batches:
                batch = make_batch(number)
                arrivals.publish(number, batch)
                await publish(bus, batch)
                published += len(batch)
                await arrivals.wait(1)
            await arrivals.wait(0)
            seconds = time.perf_counter() - began
            yield Sample(len(batches) * BATCH, seconds, cpu_seconds() - cpu, tuple(latencies), own_memory(), _size(log))
            latencies.clear()
        receiving.cancel()


def _tenths(batches: int) -> Iterator[range]:
    for tenth in range(TENTHS):
        yield range(batches * tenth // TENTHS, batches * (tenth + 1) // TENTHS)


def _size(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / MIB


def report(sample: Sample, tenth: int) -> None:
    """Print a line of the table."""
    p50, p99 = median_and_p99(sample.latencies)
    print(
        f"{tenth:3}  {sample.articles:9,} articles  {sample.articles / sample.seconds:7.1f}/s"
        f"  {sample.cpu / sample.articles * 1000:6.2f} ms CPU each  batch p50 {p50:6.0f} ms p99 {p99:6.0f} ms"
        f"  memory {sample.memory:7.1f} MiB  log {sample.log:8.1f} MiB",
        flush=True,
    )


@asynccontextmanager
async def _opened(kind: str, streams: StreamsConfig, spare_minutes: float) -> AsyncIterator[tuple[Bus, Path]]:
    """Open a bus of a *kind*. Yield it with the folder of its files."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if kind == "kafka":
            with kafka_in(folder / "kafka", streams.days) as address:
                async with connect(address) as bus:
                    yield bus, folder
        else:
            address = Address(f"sqlite:{folder / 'volume.db'}", streams.days, streams.max_mb)
            story = replace(Story.STREAM, spare_days=spare_minutes / MINUTES_A_DAY)
            async with connect(replace(address, streams={**address.streams, story.name: story})) as bus:
                yield bus, folder


async def main(words: Sequence[str] = ()) -> None:
    """Measure with the options in *words*, and print the tenths."""
    parser = argparse.ArgumentParser(prog="python -m bench.volume", description=__doc__)
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--bus", choices=("sqlite", "kafka"), default="sqlite")
    parser.add_argument("--max-mb", type=float, default=256, help="the size at which SQLite's file is trimmed")
    parser.add_argument("--days", type=float, default=1, help="how long the streams keep a record")
    parser.add_argument("--spare-minutes", type=float, default=5, help="when SQLite may remove records of a story early")
    options = parser.parse_args(words)
    logs.set_up("error")
    streams = StreamsConfig(days=options.days, max_mb=options.max_mb)
    watches = (Watch("kim", person=("Kim Jong Un",)), *(Watch(f"watch{n}", any=(f"phrase {n}",)) for n in range(100)))
    config = Config(
        entities=EntitiesConfig(model="table"), stories=StoriesConfig(days=STORY_DAYS), streams=streams, watches=watches
    )
    async with _opened(options.bus, streams, options.spare_minutes) as (bus, folder):
        tenth = 0
        async for sample in run(bus, replace(config, folder=folder), options.articles, folder):
            tenth += 1
            report(sample, tenth)


if __name__ == "__main__":
    import sys

    asyncio.run(main(sys.argv[1:]))
