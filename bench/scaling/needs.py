"""What a load needs in cores, memory and disk, by the measured cost of each step, and what is nearest to its limit. Pure.

`python -m bench.scaling` prints the table of docs/scaling.md. Costs are those of docs/performance.md, on its machine.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import log10, sqrt

DAY = 86_400
"""A day, in seconds."""
MIB, GIB = 1024, 1024 * 1024
"""A MiB and a GiB, in KiB."""
USABLE_CORES: Mapping[str, float] = {
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
    stories_per_article: float = 0.5
    """New stories: with 0.5, every second article opens one."""
    match_share: float = 1e-4
    """The part of the watches that an article matches."""
    story_days: float = 3.75
    """Days for which a story is remembered: stories.days and a quarter."""


@dataclass(frozen=True)
class Costs:
    """Milliseconds of CPU for each article unless it says otherwise, KiB of memory, and bytes of the log."""

    unchanged_poll_ms: float = 0.09
    """A poll that is answered with 304."""
    changed_poll_ms: float = 1.67
    """A poll with one new item."""
    entities_ms: float = 47.0
    """Names, claims and language of a new text of 450 words."""
    topics_ms: float = 1.4
    stories_ms: float = 6.8
    """The step among 50,000 open stories, and the fold."""
    matching_ms: float = 0.07
    """At 1,000 watches."""
    matching_exponent: float = 0.61
    """The power of the number of watches with which matching grows."""
    match_ms: float = 0.3
    """A match: its reasons, and the version of the alert."""
    transfer_ms: float = 0.5
    """A service besides its step: decoding, encoding, and its part of the commit."""
    services_kib: float = 305 * MIB
    """All services in one process, after its start."""
    model_kib: float = 160 * MIB
    """A process of the language model."""
    story_kib: float = 8.0
    feed_kib: float = 7.0
    watch_kib: float = 3.7
    article_bytes: float = 20_750
    """The records of an article in its four streams."""
    story_bytes: float = 10_200
    alert_bytes: float = 6_180


@dataclass(frozen=True)
class Needs:
    """Cores by service, open stories, GiB of memory for all of these and for the rest, and GB that a day adds to the log."""

    cores: Mapping[str, float]
    open_stories: float
    stories_gib: float
    other_gib: float
    gb_a_day: float

    @property
    def bottleneck(self) -> str:
        """The service that uses most of the cores that it can."""
        return max(self.cores, key=lambda name: self.cores[name] / USABLE_CORES[name])

    @property
    def utilization(self) -> float:
        """The part that the bottleneck needs of the cores that it can use; above 1 it cannot keep up."""
        return self.cores[self.bottleneck] / USABLE_CORES[self.bottleneck]


LOADS = (
    Load("10 articles/s", 10),
    Load("100 articles/s", 100, feeds=10_000),
    Load("1,000 articles/s", 1_000, feeds=100_000),
    Load("100,000 feeds, 10 articles/s", 10, feeds=100_000),
    Load("a million watches, 10 articles/s", 10, watches=1_000_000),
)


def needs(load: Load, costs: Costs = Costs()) -> Needs:
    """Return what *load* needs."""
    matches = load.watches * load.match_share
    matching_ms = costs.matching_ms * max(1.0, load.watches / 1_000) ** costs.matching_exponent
    ms_a_second = {
        "poller": polls_a_second(load) * costs.unchanged_poll_ms + load.rate * costs.changed_poll_ms,
        "entities": load.rate * (costs.entities_ms + costs.transfer_ms),
        "topics": load.rate * (costs.topics_ms + costs.transfer_ms),
        "stories": load.rate * (costs.stories_ms + costs.transfer_ms),
        "alerts": load.rate * (matching_ms + matches * costs.match_ms + costs.transfer_ms),
    }
    cores = {name: each / 1000 for name, each in ms_a_second.items()}
    open_stories = load.rate * load.stories_per_article * DAY * load.story_days
    models_kib = costs.model_kib * max(1.0, cores["entities"])
    other_kib = costs.services_kib + models_kib + load.feeds * costs.feed_kib + load.watches * costs.watch_kib
    bytes_per_article = costs.article_bytes + load.stories_per_article * costs.story_bytes + matches * costs.alert_bytes
    bytes_a_day = load.rate * DAY * bytes_per_article
    return Needs(cores, open_stories, open_stories * costs.story_kib / GIB, other_kib / GIB, bytes_a_day / 1e9)


def polls_a_second(load: Load, floor: float = 60.0) -> float:
    """Return the polls of the adaptive schedule: an interval is the geometric mean of *floor* and the gap between articles.

    The gap is that of a feed, in seconds, if all feeds publish equally often.
    """
    gap = load.feeds / load.rate
    return load.feeds / max(floor, sqrt(floor * gap))


def table() -> Iterator[str]:
    """Yield the lines of the table in docs/scaling.md."""
    columns = (*USABLE_CORES, "open stories", "memory for them", "other memory", "disk a day", "nearest to its limit")
    yield f"| load | {' | '.join(columns)} |"
    yield f"| {' | '.join(['---'] * (len(columns) + 1))} |"
    for load in LOADS:
        found = needs(load)
        cores = " | ".join(_two_digits(found.cores[name]) for name in USABLE_CORES)
        stories = f"{_two_digits(found.open_stories / 1e6)} million | {_two_digits(found.stories_gib)} GiB"
        others = f"{_two_digits(found.other_gib)} GiB | {_two_digits(found.gb_a_day)} GB"
        yield f"| {load.name} | {cores} | {stories} | {others} | {found.bottleneck}: {found.utilization:.0%} |"


def _two_digits(number: float) -> str:
    """Return *number* with two significant digits."""
    digits = max(0, 1 - int(log10(max(number, 0.01)) // 1))
    return f"{round(number, digits):,.{digits}f}" if number < 100 else f"{round(number, -1):,.0f}"


if __name__ == "__main__":
    print("\n".join(table()))
