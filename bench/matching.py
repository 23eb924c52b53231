"""Compare matching with Luwak 1.5.0, the engine that media-monitoring companies ran: ``python -m bench.matching DATA``.

DATA is a file, or a folder of files, of articles as JSON lines (.jsonl or .jsonl.gz) with a field ``text``. Both engines get
the same tokens and the same queries, run on one core, and are timed in CPU seconds of their one thread after a warm-up.
Their matches must be identical. Needs Java 17 and Maven.
"""

import gzip
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from random import Random
from statistics import quantiles
from typing import Any

import psutil

from bench.queries import TOPIC_CODES, QueryGenerator
from consumers.alerts.matching.compile import compile_watch
from consumers.alerts.matching.document import Document
from consumers.alerts.matching.live_index import LiveIndex
from consumers.alerts.matching.matcher import Matcher
from consumers.alerts.matching.resolve import lookups_for
from monitor import logs
from monitor.config import Config, Watch
from monitor.messages import ArticleStories, Topic
from monitor.text import gazetteer, mediatopics
from monitor.text.tokens import tokens
from tests.make import article_stories, entity

SIZES = {1_000: (3, 5), 10_000: (10, 3), 100_000: (25, 1)}
"""Number of watches -> the speed to reach, as a multiple of Luwak's articles per second; and Luwak's warm-up rounds."""
MAX_WORDS = 400
"""Longer articles are cut into parts of at most this many words, so that a few of them do not dominate the result."""
ADDED_WATCHES = 2_000
"""How many watches to add one by one after the others are loaded."""
LUWAK = Path(__file__).parent / "luwak"


def read_texts(data: Path) -> list[str]:
    """Return the texts of the articles in *data*, without empty ones."""
    paths = sorted(path for path in ([data] if data.is_file() else data.rglob("*.jsonl*")))
    return [text for path in paths for line in _read_lines(path) if (text := json.loads(line)["text"])]


def _split(words: Sequence[str]) -> list[Sequence[str]]:
    return [words[start : start + MAX_WORDS] for start in range(0, len(words), MAX_WORDS)]


def _read_lines(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        yield from file


def measure_matcher(
    queries: Sequence[str], messages: Sequence[ArticleStories], output: Path, added_queries: Sequence[str]
) -> dict[str, float]:
    """Load *queries*, match *messages*, and then add *added_queries* one by one. Write the matches to *output*.

    Return the figures by name: memory in MiB, the load time in seconds, and those of summarize.
    """
    memory_before, started = psutil.Process().memory_info().rss, time.thread_time()
    watches = tuple(Watch(f"w{number:06}", query=query) for number, query in enumerate(queries))
    matcher = LiveIndex(lookups_for).update(Config(watches=watches))
    load_seconds = time.thread_time() - started
    memory = (psutil.Process().memory_info().rss - memory_before) / 2**20
    for message in messages:
        matcher.match(Document(message))
    times = [cpu_seconds(partial(_match, matcher, message)) for message in messages]
    with output.open("w", encoding="utf-8") as file:
        for number, message in enumerate(messages):
            ids = sorted(compiled.watch.id for compiled in matcher.match(Document(message)))
            file.write(f"{number} {' '.join(ids)}\n")
    added_watches = [Watch(f"x{number:06}", query=query) for number, query in enumerate(added_queries)]
    added_times = [cpu_seconds(partial(_add, matcher, watch)) for watch in added_watches]
    added_p99 = quantiles(added_times, n=100)[98] * 1000
    return summarize(times) | {"load": load_seconds, "memory": memory, "added": added_p99}


def _match(matcher: Matcher, message: ArticleStories) -> None:
    matcher.match(Document(message))


def _add(matcher: Matcher, watch: Watch) -> None:
    matcher.add(compile_watch(watch, lookups_for(Config())))


def cpu_seconds(function: Callable[[], object]) -> float:
    """Return the CPU seconds that this thread spends in *function*."""
    started = time.thread_time()
    function()
    return time.thread_time() - started


def summarize(times: Sequence[float]) -> dict[str, float]:
    """Return the articles per second, and percentiles of the time for one article in milliseconds."""
    percentiles = quantiles(times, n=100)
    return {"rate": len(times) / sum(times), "p50": percentiles[49] * 1000, "p99": percentiles[98] * 1000}


def measure_luwak(folder: Path, queries: Sequence[str], texts: Sequence[str], output: Path, rounds: int) -> dict[str, float]:
    """Do the same as measure_matcher with Luwak, after *rounds* warm-up rounds. Its classes are in *folder*."""
    _write_lines(folder / "queries", [f"w{number:06}\t{query}" for number, query in enumerate(queries)])
    _write_lines(folder / "articles", texts)
    command = [
        "java",
        "-Xmx6g",
        "-cp",
        f"{folder / 'classes'}:{luwak_jars()}/*",
        "Bench",
        str(folder / "queries"),
        str(folder / "articles"),
        str(output),
        str(rounds),
    ]
    stdout = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    result: dict[str, Any] = json.loads(stdout)
    return result


def luwak_jars() -> Path:
    """Return the folder with Luwak's jars. The first call downloads them."""
    folder = Path(".cache/luwak").absolute()
    if not folder.is_dir():
        pom = str(LUWAK / "pom.xml")
        command = ["mvn", "-q", "-B", "-f", pom, "dependency:copy-dependencies", f"-DoutputDirectory={folder}"]
        subprocess.run(command, check=True)
    return folder


def _write_lines(path: Path, lines: Sequence[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def print_result(name: str, result: dict[str, float]) -> None:
    """Print one line with the figures in *result*."""
    print(
        f"{name:<24} {result['rate']:>9,.0f}/s  p50 {result['p50']:7.3f} ms  p99 {result['p99']:7.3f} ms"
        f"  load {result['load']:6.2f} s  memory {result['memory']:6.0f} MiB  one added (p99) {result['added']:.3f} ms",
        flush=True,
    )


def compare_with_luwak(articles: Sequence[Sequence[str]], count: int, target: int, rounds: int) -> None:
    """Measure both engines with *count* watches.

    The queries are made from the words of every other article, and matched against the articles between them. *target* is
    the speed to reach, as a multiple of Luwak's.
    """
    generator = QueryGenerator(articles[::2], count)
    queries = [generator.shared_query(number) for number in range(count + ADDED_WATCHES)]
    texts = [" ".join(article) for article in articles[1::2]]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        compiler = ["javac", "-cp", f"{luwak_jars()}/*", "-d", str(folder / "classes"), str(LUWAK / "Bench.java")]
        subprocess.run(compiler, check=True)
        messages = [article_stories("", text) for text in texts]
        loaded, added = [query.text for query in queries[:count]], [query.text for query in queries[count:]]
        matcher_result = measure_matcher(loaded, messages, folder / "matcher.out", added)
        print_result(f"newsmonitor, {count:,} watches", matcher_result)
        luwak_result = measure_luwak(folder, [query.luwak for query in queries[:count]], texts, folder / "luwak.out", rounds)
        print_result(f"Luwak, {count:,} watches", luwak_result)
        equal = (folder / "matcher.out").read_bytes() == (folder / "luwak.out").read_bytes()
        matches = (folder / "matcher.out").read_text().count(" w") / len(texts)
    factor = matcher_result["rate"] / luwak_result["rate"]
    comparison = "identical" if equal else "DIFFERENT"
    print(f"  {factor:.1f} times Luwak (target: {target}); matches are {comparison}, {matches:.0f} per article\n")


def measure_whole_language(texts: Sequence[str], count: int) -> None:
    """Measure the matcher alone, with *count* watches that use the whole query language, on uncut articles."""
    generator = QueryGenerator([list(tokens(text)) for text in texts], count)
    queries = [generator.extended_query(number) for number in range(count + ADDED_WATCHES)]
    messages = [_article(text, generator.random) for text in texts]
    with tempfile.TemporaryDirectory() as name:
        result = measure_matcher(queries[:count], messages, Path(name) / "matcher.out", queries[count:])
    print_result(f"whole language, {count:,}", result)


def _article(text: str, random: Random) -> ArticleStories:
    """Return an article with *text*, whose first 100 characters are the title, its gazetteer names, and three random topics."""
    entries = {match.entry.id: match.entry for match in gazetteer.find(text[:2000])}
    entities = tuple(entity(entry.name, entry.type, entry.id) for entry in entries.values())
    concepts = mediatopics.concepts()
    topics = tuple(Topic(code, code, 0.5, concepts[code].broader) for code in random.sample(TOPIC_CODES, 3))
    return article_stories(text[:100], text[100:3000], entities=entities, topics=topics, country="GB")


def main(arguments: Sequence[str]) -> None:
    """Measure with all SIZES, or with those given after DATA."""
    if not arguments or not Path(arguments[0]).exists():
        sys.exit("python -m bench.matching DATA [WATCHES...]: DATA is a .jsonl(.gz) of articles with a field text, or a folder")
    logs.set_up("error")
    texts = read_texts(Path(arguments[0]))
    articles = [part for text in texts for part in _split(tokens(text))]
    mean = sum(map(len, articles)) / len(articles)
    print(f"{len(articles)} articles of {mean:.0f} words on average; every other one is matched")
    for count in map(int, arguments[1:] or SIZES):
        compare_with_luwak(articles, count, *SIZES.get(count, (1, 1)))
        measure_whole_language(texts, count)


if __name__ == "__main__":
    main(sys.argv[1:])
