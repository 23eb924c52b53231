"""What a load needs in cores, memory and disk, by the measured cost of each step, and what is nearest to its limit. Pure.

`python -m bench.scaling` prints the table of docs/scaling.md. Costs are those of docs/performance.md, on its machine.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import log10, sqrt

DAY = 86_400
MIB, GIB = 1024, 1024 * 1024
"""A MiB and a GiB, in KiB."""
CAPACITY: Mapping[str, float] = {
    "poller": 4,
    "entities": 4 * 16,
    "topics": 1,
    "stories": 1,
    "alerts": 1,
}
"""Cores that a service can use: one for each partition of its input, and for entities one for each of sixteen models too."""


@dataclass(frozen=True)
class Load:
    """What is to be done. *rate* is that of new articles a second. The numbers are assumptions, not measurements."""

    name: str
    rate: float
    feeds: int = 1_000
    watches: int = 1_000
    new_stories: float = 0.5
    """Stories for each article."""
    matches: float = 1e-4
    """The part of the watches that an article matches."""
    story_days: float = 3.75
    """Days for which a story is remembered: stories.days and a quarter."""


@dataclass(frozen=True)
class Costs:
    """Milliseconds of CPU for an article unless it says otherwise, KiB of memory, and bytes."""

    poll: float = 0.09
    """A poll that is answered with 304."""
    changed: float = 1.67
    """A poll with one new item."""
    entities: float = 47.0
    """Names, claims and language of a new text of 450 words."""
    topics: float = 1.4
    stories: float = 6.8
    """The step among 50,000 open stories, and the fold."""
    matching: float = 0.07
    """At 1,000 watches."""
    matching_growth: float = 0.61
    """The exponent by which matching grows with the watches."""
    match: float = 0.3
    """A match: its reasons, and the version of the alert."""
    hop: float = 0.5
    """A service besides its step: decoding, encoding, and its part of the commit."""
    services: float = 305 * MIB
    model: float = 160 * MIB
    story: float = 8.0
    feed: float = 7.0
    watch: float = 3.7
    article_bytes: float = 20_750
    """The records of an article in its four streams."""
    story_bytes: float = 10_200
    alert_bytes: float = 6_180


@dataclass(frozen=True)
class Needs:
    """Cores by service, open stories, GiB of memory for all of these and for the rest, and GB that a day adds to the log."""

    cores: Mapping[str, float]
    stories: float
    story_memory: float
    other_memory: float
    disk: float

    @property
    def bottleneck(self) -> str:
        """The service that uses most of the cores that it can."""
        return max(self.cores, key=lambda name: self.cores[name] / CAPACITY[name])

    @property
    def use(self) -> float:
        """The part of the cores that this service can use which it needs."""
        return self.cores[self.bottleneck] / CAPACITY[self.bottleneck]


LOADS = (
    Load("10 articles/s", 10),
    Load("100 articles/s", 100, feeds=10_000),
    Load("1,000 articles/s", 1_000, feeds=100_000),
    Load("100,000 feeds, 10 articles/s", 10, feeds=100_000),
    Load("a million watches, 10 articles/s", 10, watches=1_000_000),
)


def needs(load: Load, costs: Costs = Costs()) -> Needs:
    """Return what *load* needs."""
    matched = load.watches * load.matches
    matching = costs.matching * max(1.0, load.watches / 1_000) ** costs.matching_growth
    milliseconds = {
        "poller": polls(load) * costs.poll + load.rate * costs.changed,
        "entities": load.rate * (costs.entities + costs.hop),
        "topics": load.rate * (costs.topics + costs.hop),
        "stories": load.rate * (costs.stories + costs.hop),
        "alerts": load.rate * (matching + matched * costs.match + costs.hop),
    }
    cores = {name: each / 1000 for name, each in milliseconds.items()}
    stories = load.rate * load.new_stories * DAY * load.story_days
    kept = costs.services + costs.model * max(1.0, cores["entities"]) + load.feeds * costs.feed + load.watches * costs.watch
    a_day = load.rate * DAY * (costs.article_bytes + load.new_stories * costs.story_bytes + matched * costs.alert_bytes)
    return Needs(cores, stories, stories * costs.story / GIB, kept / GIB, a_day / 1e9)


def polls(load: Load, floor: float = 60.0) -> float:
    """Return the polls a second of the adaptive schedule: intervals are geometric means of *floor* and the gap of a feed."""
    gap = load.feeds / load.rate
    return load.feeds / max(floor, sqrt(floor * gap))


def table() -> Iterator[str]:
    """Yield the lines of the table in docs/scaling.md."""
    columns = (*CAPACITY, "open stories", "memory for them", "other memory", "disk a day", "nearest to its limit")
    yield f"| load | {' | '.join(columns)} |"
    yield f"| {' | '.join(['---'] * (len(columns) + 1))} |"
    for load in LOADS:
        found = needs(load)
        cores = " | ".join(_digits(found.cores[name]) for name in CAPACITY)
        stories = f"{_digits(found.stories / 1e6)} million | {_digits(found.story_memory)} GiB"
        others = f"{_digits(found.other_memory)} GiB | {_digits(found.disk)} GB"
        yield f"| {load.name} | {cores} | {stories} | {others} | {found.bottleneck}: {found.use:.0%} |"


def _digits(number: float) -> str:
    """Return *number* with two significant digits."""
    digits = max(0, 1 - int(log10(max(number, 0.01)) // 1))
    return f"{round(number, digits):,.{digits}f}" if number < 100 else f"{round(number, -1):,.0f}"


if __name__ == "__main__":
    print("\n".join(table()))
