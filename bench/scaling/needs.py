"""What a load needs in cores, partitions, memory and disk: the load times the cost of each step. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, sqrt

from bench.scaling.costs import COSTS, GIB, Costs
from monitor.bus.streams import STREAMS

DAY = 86_400
"""A day, in seconds."""
INPUTS: Mapping[str, str] = {
    "poller": "feed.v1",
    "entities": "article.raw.v1",
    "topics": "article.entities.v1",
    "stories": "article.topics.v1",
    "alerts": "article.stories.v1",
    "delivery": "alert.v1",
}
"""The stream of each service whose partitions its processes share, in the order of their work."""
CORES_A_PARTITION: Mapping[str, int] = {name: 16 if name == "entities" else 1 for name in INPUTS}
"""Cores that a service uses for one partition: entities those of sixteen processes of the model, each other service one."""
USABLE_CORES: Mapping[str, int] = {
    name: STREAMS[stream].partitions * CORES_A_PARTITION[name] for name, stream in INPUTS.items()
}
"""Cores that a service can use on any number of machines, with the partitions that streams have by default."""


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
    """The part of the watches that an article matches. Each match is an alert, or a version of one, for one webhook."""
    story_days: float = 3.75
    """Days for which a story is remembered: stories.days and a quarter."""


@dataclass(frozen=True)
class Needs:
    """Cores by service, open stories, GiB of memory for all of these and for the rest, and GB that a day adds to the log.

    *kafka_cores* are those that Kafka takes in addition, in large batches and in commits of one article.
    """

    cores: Mapping[str, float]
    kafka_cores: tuple[float, float]
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

    def partitions(self, times: float = 1.0) -> dict[str, int]:
        """Return the partitions that the input of each service needs for *times* the load."""
        return {name: ceil(times * cores / CORES_A_PARTITION[name]) for name, cores in self.cores.items()}


LOADS = (
    Load("10 articles/s", 10),
    Load("100 articles/s", 100, feeds=10_000),
    Load("1,000 articles/s", 1_000, feeds=100_000),
    Load("100,000 feeds, 10 articles/s", 10, feeds=100_000),
    Load("a million watches, 10 articles/s", 10, watches=1_000_000),
)


def needs(load: Load, costs: Costs = COSTS) -> Needs:
    """Return what *load* needs."""
    matches = load.watches * load.match_share
    matching_ms = costs.matching_ms * max(1.0, load.watches / 1_000) ** costs.matching_exponent
    ms_a_second = {
        "poller": polls_a_second(load) * costs.unchanged_poll_ms + load.rate * costs.changed_poll_ms,
        "entities": load.rate * (costs.entities_ms + costs.transfer_ms),
        "topics": load.rate * (costs.topics_ms + costs.transfer_ms),
        "stories": load.rate * (costs.stories_ms + costs.transfer_ms),
        "alerts": load.rate * (matching_ms + matches * costs.match_ms + costs.transfer_ms),
        "delivery": load.rate * matches * costs.delivery_ms,
    }
    cores = {name: each / 1000 for name, each in ms_a_second.items()}
    kafka_cores = (load.rate * costs.kafka_batched_ms / 1000, load.rate * costs.kafka_single_ms / 1000)
    open_stories = load.rate * load.stories_per_article * DAY * load.story_days
    models_kib = costs.model_kib * max(1.0, cores["entities"])
    other_kib = costs.services_kib + models_kib + load.feeds * costs.feed_kib + load.watches * costs.watch_kib
    bytes_per_article = costs.article_bytes + load.stories_per_article * costs.story_bytes + matches * costs.alert_bytes
    bytes_a_day = load.rate * DAY * bytes_per_article
    return Needs(cores, kafka_cores, open_stories, open_stories * costs.story_kib / GIB, other_kib / GIB, bytes_a_day / 1e9)


def polls_a_second(load: Load, floor: float = 60.0) -> float:
    """Return the polls of the adaptive schedule: an interval is the geometric mean of *floor* and the gap between articles.

    The gap is that of a feed, in seconds, if all feeds publish equally often.
    """
    gap = load.feeds / load.rate
    return load.feeds / max(floor, sqrt(floor * gap))
