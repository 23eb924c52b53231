"""The work for each article, and the measurement around it."""

import json
import random
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from monitor.bus import Partition, ProducerRecord, Record
from monitor.messages import ArticleEntities, ArticleRaw, Language, extend
from monitor.messages.codec import decode
from monitor.runtime.processing import encode_stamped
from tests.make import START, article

WORDS = 600
"""Words of an article, so that its record has some 4 KB."""
PARTITIONS = 4
SOURCE, SINK = ArticleRaw.STREAM.name, ArticleEntities.STREAM.name


def make_articles(count: int) -> list[ArticleRaw]:
    """Return *count* different articles."""
    generator = random.Random(1)
    words = ["".join(generator.choices("abcdefghijklmnop", k=generator.randint(3, 9))) for _ in range(500)]
    stamps = {"received": START}
    return [
        ArticleRaw(
            article(
                f"Title {number}",
                " ".join(generator.choices(words, k=WORDS)),
                id=f"article{number:08}",
                feed=f"example.org/{number % 97}.rss",
                url=f"https://example.org/{number}",
                authors=("An Author",),
            ),
            stamps,
        )
        for number in range(count)
    ]


def next_stage(message: ArticleRaw) -> ArticleEntities:
    """Return *message* as a message of the next stage."""
    return extend(message, ArticleEntities, language=Language("en", 0.9), entities=(), claims=())


def to_next_stage(
    partition: int, offset: int, key: bytes, value: bytes, headers: Iterable[tuple[str, bytes]]
) -> ProducerRecord:
    """Do the work for a record as a client returns it."""
    texts = {name: each.decode() for name, each in headers}
    record = Record(Partition(SOURCE, partition), offset, 0.0, key.decode(), value, texts)
    return encode_stamped(next_stage(decode(ArticleRaw, record)))[1]


@dataclass
class Measurement:
    """The wall and CPU time from the first record on."""

    wall: float = 0.0
    cpu: float = 0.0
    commits: list[float] = field(default_factory=list)

    def begin(self) -> None:
        """Begin, unless it has begun."""
        if not self.wall:
            self.wall, self.cpu = time.perf_counter(), time.process_time()

    def print(self, count: int) -> None:
        """Print the records per second and the CPU seconds for 1,000 of *count* records, as JSON."""
        rate = count / (time.perf_counter() - self.wall)
        print(json.dumps({"rate": rate, "cpu": (time.process_time() - self.cpu) / count * 1000}), flush=True)


@dataclass(frozen=True)
class Task:
    """What a peer is to do: copy *count* records on the broker *servers* as *group*, in batches of up to *limit*."""

    servers: str
    group: str
    limit: int
    count: int


def read_task(arguments: Sequence[str] = tuple(sys.argv[1:])) -> Task:
    """Return the task in the arguments of a command."""
    servers, group, limit, count = arguments
    return Task(servers, group, int(limit), int(count))
