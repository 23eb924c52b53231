"""Articles per CPU second of the entities stage, with one process and with several, and near-copies."""

import asyncio
import time
from collections.abc import Iterable, Mapping, Sequence

from bench.harness import children_memory, cpu_seconds
from consumers.entities.analysers import Analysers
from monitor.config import Config, EntitiesConfig
from monitor.demo.day import read_bundled_day
from monitor.messages import Article
from tests.make import article

WORDS = 400
"""The fewest words of an article."""
PROCESSES = (1, 2)


def long_texts(texts: Iterable[str]) -> list[str]:
    """Return *texts*, joined into texts of at least WORDS words, without a last one that is shorter."""
    joined, parts = [], list[str]()
    for text in texts:
        parts.append(text)
        if len(" ".join(parts).split()) >= WORDS:
            joined.append("\n\n".join(parts))
            parts = []
    return joined


def edited(text: str, number: int) -> str:
    """Return *text* with another byline, and with another sentence in its middle."""
    start = text.index(". ", len(text) // 2) + 2
    end = text.index(". ", start) + 2
    return f"Agency {number} - {text[:start]}The mayor of Nairobi, Angela Okafor, said so on day {number}. {text[end:]}"


async def measure(name: str, analysers: Analysers, articles: Sequence[Article]) -> None:
    """Analyse *articles*, which all wait at once, and print what it took."""
    cpu, began = cpu_seconds(), time.perf_counter()
    await asyncio.gather(*map(analysers.analyse, articles))
    cpu, seconds = cpu_seconds() - cpu, time.perf_counter() - began
    count = len(articles)
    print(
        f"  {name:<26} {count / cpu:6.1f} articles per CPU second ({cpu / count * 1000:5.1f} ms),"
        f" {count / seconds:6.1f} a second in all",
        flush=True,
    )


async def main() -> None:
    """Print the figures of new articles, copies and edited copies, for each number of processes."""
    day = read_bundled_day("train")
    languages = {outlet.id: outlet.lang for outlet in day.outlets}
    texts = long_texts(each.text for each in day.articles if languages[each.outlet] == "en")
    versions = {
        "new articles": texts,
        "copies": texts,
        "copies with two edits": [edited(text, number) for number, text in enumerate(texts)],
    }
    print(f"{len(texts)} articles of {sum(len(text.split()) for text in texts) / len(texts):.0f} words on average")
    for processes in PROCESSES:
        await measure_processes(processes, versions)


async def measure_processes(processes: int, versions: Mapping[str, Sequence[str]]) -> None:
    """Print the figures of all *versions* of the texts, with so many processes of the model."""
    config = Config(entities=EntitiesConfig(processes=processes))
    analysers = Analysers(lambda: config)
    async with analysers.running():
        print(f"{processes} processes of the model")
        for name, texts in versions.items():
            await measure(name, analysers, [article("", text, id=str(number)) for number, text in enumerate(texts)])
        print(f"  {children_memory():.0f} MiB in their processes, resident")


if __name__ == "__main__":
    asyncio.run(main())
