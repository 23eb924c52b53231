"""Matching against Luwak 1.5.0, the engine that media-monitoring companies ran: ``python -m bench.matching DATA``.

DATA is a file, or a folder of files, of articles as JSON lines (.jsonl or .jsonl.gz) with a field ``text``. Both engines
get the same tokens and the same queries, run on one core, and are timed in the CPU seconds of their one thread, warmed
up; what they match must be the same to the byte. Needs Java 17 and Maven.
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

from bench.queries import CODES, Writer
from consumers.alerts.matching.compile import compile_watch
from consumers.alerts.matching.document import Document
from consumers.alerts.matching.live_index import LiveIndex
from consumers.alerts.matching.lookups import lookups
from consumers.alerts.matching.matcher import Matcher
from monitor.config import Config, Watch
from monitor.messages import ArticleStories, Topic
from monitor.text import gazetteer, mediatopics
from monitor.text.tokens import tokens
from tests.make import entity, told

SIZES = {1_000: (3, 5), 10_000: (10, 3), 100_000: (25, 1)}
"""Watches: how many times Luwak's articles a second are aimed at, and Luwak's rounds to warm up."""
LENGTH = 400
"""Longer articles are cut into several of at most so many words, so that a few do not make the figure."""
ADDED = 2_000
"""Watches added one by one when all are there."""
LUWAK = Path(__file__).parent / "luwak"


def articles(data: Path) -> list[str]:
    """The texts in *data*."""
    files = sorted(path for path in ([data] if data.is_file() else data.rglob("*.jsonl*")))
    return [text for path in files for line in _lines(path) if (text := json.loads(line)["text"])]


def _cut(row: Sequence[str]) -> list[Sequence[str]]:
    return [row[start : start + LENGTH] for start in range(0, len(row), LENGTH)]


def _lines(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        yield from file


def ours(queries: Sequence[str], messages: Sequence[ArticleStories], matches: Path, spare: Sequence[str]) -> dict[str, float]:
    """Load *queries*, match *messages* warmed up, write what matched to *matches*, then add *spare* one by one."""
    before, began = psutil.Process().memory_info().rss, time.thread_time()
    watches = tuple(Watch(f"w{number:06}", query=query) for number, query in enumerate(queries))
    matcher = LiveIndex(lookups).follow(Config(watches=watches))
    load = time.thread_time() - began
    memory = (psutil.Process().memory_info().rss - before) / 2**20
    for message in messages:
        matcher.match(Document(message))
    times = [timed(partial(_match, matcher, message)) for message in messages]
    with matches.open("w", encoding="utf-8") as file:
        for number, message in enumerate(messages):
            file.write(f"{number} {' '.join(sorted(query.watch.id for query in matcher.match(Document(message))))}\n")
    more = [Watch(f"x{number:06}", query=query) for number, query in enumerate(spare)]
    added = [timed(partial(_add, matcher, watch)) for watch in more]
    return figures(times) | {"load": load, "memory": memory, "added": quantiles(added, n=100)[98] * 1000}


def _match(matcher: Matcher, message: ArticleStories) -> None:
    matcher.match(Document(message))


def _add(matcher: Matcher, watch: Watch) -> None:
    matcher.add(compile_watch(watch, lookups(Config())))


def timed(work: Callable[[], object]) -> float:
    """CPU seconds of this thread."""
    began = time.thread_time()
    work()
    return time.thread_time() - began


def figures(times: Sequence[float]) -> dict[str, float]:
    """Articles a second, and milliseconds for one."""
    cuts = quantiles(times, n=100)
    return {"rate": len(times) / sum(times), "p50": cuts[49] * 1000, "p99": cuts[98] * 1000}


def luwak(folder: Path, queries: Sequence[str], texts: Sequence[str], matches: Path, rounds: int) -> dict[str, float]:
    """The same by Luwak."""
    _write(folder / "queries", [f"w{number:06}\t{query}" for number, query in enumerate(queries)])
    _write(folder / "articles", texts)
    command = [
        "java",
        "-Xmx6g",
        "-cp",
        f"{folder / 'classes'}:{libraries()}/*",
        "Bench",
        str(folder / "queries"),
        str(folder / "articles"),
    ]
    out = subprocess.run([*command, str(matches), str(rounds)], check=True, capture_output=True, text=True).stdout
    found: dict[str, Any] = json.loads(out)
    return found


def libraries() -> Path:
    """Luwak's jars, fetched once."""
    found = Path(".cache/luwak").absolute()
    if not found.is_dir():
        maven = ["mvn", "-q", "-B", "-f", str(LUWAK / "pom.xml"), "dependency:copy-dependencies", f"-DoutputDirectory={found}"]
        subprocess.run(maven, check=True)
    return found


def _write(path: Path, lines: Sequence[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def show(name: str, found: dict[str, float]) -> None:
    """One line of figures."""
    print(
        f"{name:<24} {found['rate']:>9,.0f}/s  p50 {found['p50']:7.3f} ms  p99 {found['p99']:7.3f} ms"
        f"  load {found['load']:6.2f} s  memory {found['memory']:6.0f} MiB  one added (p99) {found['added']:.3f} ms",
        flush=True,
    )


def against(found: Sequence[Sequence[str]], count: int, factor: int, rounds: int) -> None:
    """Both engines over *count* watches, made from the words of every other article, on the articles between."""
    writer = Writer(found[::2], count)
    forms = [writer.form(number) for number in range(count + ADDED)]
    texts = [" ".join(article) for article in found[1::2]]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        compiler = ["javac", "-cp", f"{libraries()}/*", "-d", str(folder / "classes"), str(LUWAK / "Bench.java")]
        subprocess.run(compiler, check=True)
        messages = [told("", text) for text in texts]
        mine = ours([form.ours for form in forms[:count]], messages, folder / "ours", [form.ours for form in forms[count:]])
        show(f"ours, {count:,} watches", mine)
        theirs = luwak(folder, [form.theirs for form in forms[:count]], texts, folder / "theirs", rounds)
        show(f"Luwak, {count:,} watches", theirs)
        same = (folder / "ours").read_bytes() == (folder / "theirs").read_bytes()
        hits = (folder / "ours").read_text().count(" w") / len(texts)
    same_or_not = "the same" if same else "DIFFER"
    print(f"  {mine['rate'] / theirs['rate']:.1f} times Luwak (aim: {factor}); matches {same_or_not}, {hits:.0f} an article\n")


def whole_language(texts: Sequence[str], count: int) -> None:
    """Ours alone over *count* watches that use all of the language, over the articles as they are."""
    writer = Writer([list(tokens(text)) for text in texts], count)
    queries = [writer.rich(number) for number in range(count + ADDED)]
    messages = [_rich(text, writer.random) for text in texts]
    with tempfile.TemporaryDirectory() as name:
        mine = ours(queries[:count], messages, Path(name) / "ours", queries[count:])
    show(f"all forms, {count:,}", mine)


def _rich(text: str, random: Random) -> ArticleStories:
    """An article of *text*, its first 100 characters the title, with the known names in it and three topics made up."""
    found = {match.entry.id: match.entry for match in gazetteer.find(text[:2000])}
    entities = tuple(entity(name.name, name.type, name.id) for name in found.values())
    codes = [Topic(code, code, 0.5, mediatopics.concepts()[code].broader) for code in random.sample(CODES, 3)]
    return told(text[:100], text[100:3000], entities=entities, topics=tuple(codes), country="GB")


def main(arguments: Sequence[str]) -> None:
    """Both engines over all sizes, or those given behind DATA."""
    if not arguments or not Path(arguments[0]).exists():
        sys.exit("python -m bench.matching DATA [WATCHES...]: DATA is a .jsonl(.gz) of articles with a field text, or a folder")
    texts = articles(Path(arguments[0]))
    found = [part for text in texts for part in _cut(tokens(text))]
    print(f"{len(found)} articles of {sum(map(len, found)) / len(found):.0f} words on average; every other one is matched")
    for count in map(int, arguments[1:] or SIZES):
        against(found, count, *SIZES.get(count, (1, 1)))
        whole_language(texts, count)


if __name__ == "__main__":
    main(sys.argv[1:])
