"""The page of trends: which entities are named more than usual."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import sqrt

from consumers.alerts.raising.rules.burst import update_burst
from consumers.alerts.raising.rules.volume import usual_count
from monitor.config import Burst
from monitor.config.durations import parse_duration
from monitor.escape import printable
from monitor.messages import Bucket, Volume
from page.index.mentions import Mentions
from page.views.bars import Bars

RULES = {"24h": Burst("24h"), "7d": Burst("7d", half_life="14d")}
"""The periods, each with the rule whose arithmetic gives what is usual: the same as for the bursts of a watch."""
SPARK_PARTS = 24


@dataclass(frozen=True, slots=True)
class Trend:
    """An entity: how many articles name it in the period, how many are usual (None if not known yet), and when.

    *is_burst* is whether a watch for the entity with the rule of the period would tell of a burst.
    """

    id: str
    name: str
    type: str
    count: int
    usual: float | None
    is_burst: bool
    spark: Bars

    @property
    def times(self) -> float | None:
        """How many times the usual the count is; None if the usual is not known, or nothing."""
        return self.count / self.usual if self.usual else None


def make_trend(mentions: Mentions, rule: Burst, begin: datetime, now: datetime) -> Trend:
    """Return the trend of *mentions* for the window of *rule* that ends at *now*. The log begins at *begin*."""
    # Seconds as floats: the most frequent have some thousand articles, and a page shows many entities.
    window, half_life = (parse_duration(each).total_seconds() for each in (rule.within, rule.half_life))
    end = now.timestamp()
    times, start = mentions.times[: bisect_right(mentions.times, end)], end - window
    recent = times[bisect_right(times, start) :]
    mass = sum([0.5 ** ((end - each) / half_life) for each in times[: len(times) - len(recent)]])
    volume = Volume(mentions.id, begin, now, (Bucket(now, len(recent)),), mass, now, None, None, None)
    usual, is_burst = usual_count(volume, rule), update_burst(volume, rule).burst is not None
    name, spark = printable(mentions.name), _spark(recent, start, window)
    return Trend(mentions.id, name, mentions.type, len(recent), usual, is_burst, spark)


def order(trends: Sequence[Trend]) -> list[Trend]:
    """Return *trends*, those that are furthest above the usual first: the difference in units of its usual variation."""
    return sorted(trends, key=lambda each: (_excess(each), each.count), reverse=True)


def _excess(trend: Trend) -> float:
    """Return how far the count is above the usual, in standard deviations of a Poisson distribution with that mean."""
    usual = trend.usual if trend.usual is not None else trend.count
    return (trend.count - usual) / sqrt(max(usual, 1.0))


def _spark(times: Sequence[float], start: float, window: float) -> Bars:
    """Return how many articles each part of the period has."""
    counts = [0] * SPARK_PARTS
    for each in times:
        counts[min(int((each - start) / (window / SPARK_PARTS)), SPARK_PARTS - 1)] += 1
    return Bars(tuple(counts))
