"""The stories service alone, in a process on one core, while so many articles arrive a second for some minutes.

`python -m bench.sustained [MINUTES [ARTICLES_A_SECOND [OPEN_STORIES]]]`, 3, 100 and 50,000 by default. The service restores the
stories from an SQLite file first. Half of the articles are about an event that has a story, as in bench/stories.py.
"""

import asyncio
import os
import sys
import tempfile
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

import psutil

from bench.harness import median_and_p99
from bench.stories import World
from monitor import logs
from monitor.bus import Bus, ProducerRecord, Record
from monitor.bus.backends import connect
from monitor.messages import ArticleStories, ArticleTopics
from monitor.messages.codec import decode, encode
from tests.running import until

MINUTES, RATE, STORIES = 3.0, 100.0, 50_000
TEXT_WORDS = 360
"""The words of an article besides the 40 of its event."""
WARM_UP = 100
"""Articles before the measurement, which wait for the restored state."""
CHUNK = 500
"""Records of stories in a commit of the log."""
SAMPLES = 12
"""How often the lag is looked at."""
ROOT = Path(__file__).parents[1]


@dataclass
class Figures:
    """What a run has seen: its length and the CPU time of the service in seconds, and by time how many articles waited."""

    seconds: float = 0.0
    cpu: float = 0.0
    lags: list[tuple[float, int]] = field(default_factory=list)


def make_stories(world: World, count: int) -> Iterator[ProducerRecord]:
    """Yield the records of *count* open stories, with their main entities."""
    for event in range(count):
        story = world.story(event)
        yield encode(replace(story, opened=world.start, main=dict(islice(story.entities.items(), 3))))


def make_articles(world: World, numbers: range, stories: int) -> list[ProducerRecord]:
    """Return an article for each of *numbers*, of which every second one is about one of the *stories*."""
    events = {number: stories + number if number % 2 else number * 7919 % stories for number in numbers}
    return [encode(world.message(f"a{number}", event)) for number, event in events.items()]


@asynccontextmanager
async def serving(folder: Path, url: str) -> AsyncIterator[Process]:
    """Run the stories service in a process of its own, on the bus at *url*, and on one core where the system allows it."""
    config = folder / "monitor.toml"
    config.write_text(f'bus = "{url}"\n[[watches]]\nid = "kim"\nany = ["Kim"]\n')
    command = (sys.executable, "-m", "monitor", "-c", str(config), "run", "stories")
    with (folder / "stories.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=log, stderr=log)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(process.pid, {max(os.sched_getaffinity(0))})
    try:
        yield process
    finally:
        process.terminate()
        await process.wait()


async def publish(bus: Bus, records: Sequence[ProducerRecord], per_second: float) -> None:
    """Publish *records*, so many *per_second*, one by one."""
    began = time.monotonic()
    for number, each in enumerate(records):
        await asyncio.sleep(began + number / per_second - time.monotonic())
        await bus.publish([each])


async def has_placed(bus: Bus) -> bool:
    """Return whether the service has read all articles."""
    return await bus.lag("stories", ArticleTopics.STREAM.name) == 0


async def measure(bus: Bus, process: Process, records: Sequence[ProducerRecord], per_second: float) -> Figures:
    """Publish *records*, and follow the service until it has placed all of them."""
    figures, service = Figures(), psutil.Process(process.pid)
    began, cpu = time.monotonic(), sum(service.cpu_times()[:2])
    publishing = asyncio.create_task(publish(bus, records, per_second))
    every = len(records) / per_second / SAMPLES
    while not publishing.done():
        await asyncio.wait([publishing], timeout=every)
        waiting = await bus.lag("stories", ArticleTopics.STREAM.name)
        figures.lags.append((time.monotonic() - began, waiting or 0))
    await publishing
    await until(lambda: has_placed(bus), seconds=600)
    figures.seconds, figures.cpu = time.monotonic() - began, sum(service.cpu_times()[:2]) - cpu
    return figures


async def read_all(bus: Bus, stream: str) -> dict[str, Record]:
    """Return the record of each article in *stream*, by its id."""
    return {record.key: record async for record in bus.replay(stream, None)}


async def main(minutes: float = MINUTES, per_second: float = RATE, stories: int = STORIES) -> None:
    """Fill a log, let the service restore it, and print how it keeps up."""
    logs.set_up("error")
    world, count = World(words=TEXT_WORDS), int(minutes * 60 * per_second)
    warm_up, measured = (make_articles(world, each, stories) for each in (range(WARM_UP), range(WARM_UP, WARM_UP + count)))
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        url = f"sqlite:{Path(folder) / 'bench.db'}"
        async with connect(url) as bus:
            made = make_stories(World(world.start), stories)
            while chunk := list(islice(made, CHUNK)):
                await bus.publish(chunk)
            await bus.publish(warm_up)
            began = time.monotonic()
            async with serving(Path(folder), url) as process:
                await until(lambda: has_placed(bus), seconds=600)
                print(f"{stories:,} stories restored, and {WARM_UP} articles placed, in {time.monotonic() - began:.0f} s")
                figures = await measure(bus, process, measured, per_second)
                memory = psutil.Process(process.pid).memory_info().rss / 2**20
            published, placed = [await read_all(bus, kind.STREAM.name) for kind in (ArticleTopics, ArticleStories)]
    p50, p99 = median_and_p99([placed[each.key].time - published[each.key].time for each in measured])
    joined = sum(not decode(ArticleStories, placed[each.key]).story.first for each in measured)
    print(
        f"{count / figures.seconds:.1f} articles/s, {figures.cpu / count * 1000:.2f} ms of CPU each,"
        f" {figures.cpu / figures.seconds:.0%} of a core, {memory:,.0f} MiB,"
        f" on the stream after p50 {p50:.0f} ms, p99 {p99:.0f} ms; {joined / count:.0%} joined a story"
    )
    print("  waiting: " + ", ".join(f"{waiting} after {seconds:.0f} s" for seconds, waiting in figures.lags))


if __name__ == "__main__":
    asyncio.run(main(*(kind(word) for kind, word in zip((float, float, int), sys.argv[1:], strict=False))))
