"""The stories service by the number of open stories: the CPU time to place an article and to apply a story, and the memory.

To place an article includes decoding and encoding. Texts are random. Words and entities are drawn by Zipf's law; articles about
one event share some of them.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

import numpy as np

from bench.harness import as_record, at_share, outputs, own_memory
from consumers.stories import service as stories
from consumers.stories.features import encode_signature, extract_features
from monitor.clock import utc
from monitor.config import Config
from monitor.messages import ArticleTopics, Language, Sketch, Story
from monitor.messages.codec import decode, encode
from monitor.runtime.service import Service
from tests.make import article, entity

SIZES = (1_000, 5_000, 20_000, 50_000, 200_000)
PLACED = 400
"""Articles that are placed at each size. Half of them are about an event that has a story."""
VOCABULARY, NAMES = 150_000, 30_000
WORDS, EVENT_WORDS, EVENT_NAMES, COMMON_NAMES = 180, 40, 6, 4
"""An article's words besides those of its event, the words and names of an event, and an article's further names."""
WORD_LETTERS = 5
STORY_WORDS = 120
"""The words that a story keeps."""


@dataclass
class World:
    """Makes articles and stories about events, which are numbers. An article has *words* besides those of its event."""

    start: datetime = field(default_factory=utc)
    words: int = WORDS
    draws: np.random.Generator = field(default_factory=lambda: np.random.default_rng(1))

    def message(self, article_id: str, event: int) -> ArticleTopics:
        """Return an article about *event*."""
        own = Random(event)
        event_words = [int(VOCABULARY ** own.random()) for _ in range(EVENT_WORDS)]
        names = {int(NAMES ** own.random()) for _ in range(EVENT_NAMES)} | set(self._draw(NAMES, COMMON_NAMES))
        words = [word(rank) for rank in event_words + self._draw(VOCABULARY, self.words)]
        outlet = f"outlet{self.draws.integers(100)}"
        text = article(" ".join(words[:8]), " ".join(words[8:]), id=article_id, outlet=outlet, fetched=self.start)
        entities = tuple(entity(f"Name {rank}") for rank in names)
        return ArticleTopics(text, {"received": self.start}, Language("en", 1.0), entities, (), ())

    def story(self, event: int) -> Story:
        """Return a story of one article about *event*."""
        message = self.message(f"s{event}", event)
        text = message.article
        features = extract_features(text.title, text.text, message.entities, frozenset())
        return Story(
            id=text.id,
            title=text.title,
            first=text.fetched,
            last=text.fetched,
            count=1,
            articles=(text.id,),
            outlet_count=1,
            outlets=(text.outlet,),
            entities={each.id: 1 for each in message.entities},
            # The rarest words: they weigh most.
            terms=dict(sorted(Counter(features.terms).items(), key=lambda item: item[0][::-1], reverse=True)[:STORY_WORDS]),
            sketches=(Sketch(text.id, encode_signature(features.signature)),),
            same_as=None,
        )

    def _draw(self, size: int, count: int) -> list[int]:
        """Return *count* numbers up to *size*. Each is drawn with a probability in proportion to its inverse."""
        return [int(rank) for rank in size ** self.draws.random(count)]


def word(rank: int) -> str:
    """Return the word of this *rank*, in letters: digits would be read as numbers. From its end, it sorts by the rank."""
    letters = ""
    for _ in range(WORD_LETTERS):
        rank, letter = divmod(rank, 26)
        letters += chr(ord("a") + letter)
    return letters


def add_stories(service: Service[Any, Any], state: Any, world: World, events: Iterable[int]) -> Iterator[float]:
    """Add a story for each of *events* to *state*. Yield the CPU seconds for each."""
    for event in events:
        story = world.story(event)
        started = time.process_time()
        service.apply(state, story)
        yield time.process_time() - started


def place(service: Service[Any, Any], state: Any, messages: Iterable[ArticleTopics]) -> list[float]:
    """Read *messages* from records, place them in stories, and write and apply the result. Return the CPU seconds for each."""
    seconds = []
    for record in map(as_record, messages):
        started = time.process_time()
        for output in outputs(service, state, decode(ArticleTopics, record)):
            encode(output)
            service.apply(state, output)
        seconds.append(time.process_time() - started)
    return seconds


async def main() -> None:
    """Let one state grow to each of SIZES, and measure."""
    service, world = stories.make(Config), World()
    state, count = service.fresh(lambda _: True), 0
    place(service, state, [world.message("warm-up", 0)])
    before = own_memory()
    for size in SIZES:
        added = sorted(add_stories(service, state, world, range(count, size)))
        memory = (own_memory() - before) * 1024 / size
        # Odd numbers are new events, the others have stories.
        events = [size + number if number % 2 else number * size // PLACED for number in range(PLACED)]
        placed = sorted(place(service, state, [world.message(f"p{size}-{event}", event) for event in events]))
        count = size + PLACED
        p50, p99, longest = (at_share(placed, share) * 1000 for share in (0.5, 0.99, 1 - 1e-9))
        mean = sum(placed) / len(placed) * 1000
        print(
            f"  {size:>7,} stories: place mean {mean:.2f} ms, p50 {p50:.2f} ms, p99 {p99:.2f} ms, longest {longest:.1f} ms;"
            f" apply a story: mean {sum(added) / len(added) * 1000:.3f} ms, longest {added[-1] * 1000:.1f} ms;"
            f" {memory:.1f} KiB a story",
            flush=True,
        )


if __name__ == "__main__":
    asyncio.run(main())
