"""What a service has done since its process started, as plain numbers: counts, and histograms of times.

The consumer loop adds to them after each commit, so what is tried again counts once. /metrics reports them.
"""

import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from monitor.bus import Record
from monitor.messages import WATCH_CHANGES, Alert, Message
from monitor.runtime.events import EVENTS

BOUNDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0, 7200.0)
"""Upper bounds of the classes of a histogram, in seconds: from one machine without a backlog to an outage of hours."""
MAX_LABELS = 1000
"""The most values that a count tells apart. Further ones are counted together, as OTHER: a series is never given up."""
OTHER = "other"
RECEIVED = "received"


@dataclass
class Histogram:
    """How many durations fall into each class of BOUNDS, the last class being open, and their sum in seconds."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    seconds: float = 0.0

    def observe(self, seconds: float) -> None:
        """Count a duration. One that seems negative, because two clocks differ, counts as zero."""
        seconds = max(0.0, seconds)
        self.counts[bisect_left(BOUNDS, seconds)] += 1
        self.seconds += seconds


@dataclass
class Tally:
    """The counts of one service in this process.

    *read* and *published* have the number of messages by stream, *dead* that of dead letters by reason. *latency* has by
    stream the times from the publication of a message to the commit of its results. *alert_latency* are the times from the
    receipt of an article to the publication of its alert. *events* has the counts of each kind of event by its labels.
    *restarts* is how often the service failed and was started again. *committed* is the time of the last commit, and before
    it that of the start, in monotonic seconds.
    """

    read: Counter[str] = field(default_factory=Counter)
    published: Counter[str] = field(default_factory=Counter)
    dead: Counter[str] = field(default_factory=Counter)
    latency: dict[str, Histogram] = field(default_factory=dict)
    alert_latency: Histogram = field(default_factory=Histogram)
    events: dict[str, Counter[tuple[str, ...]]] = field(default_factory=dict)
    restarts: int = 0
    committed: float = field(default_factory=time.monotonic)

    def record(self, done: Sequence[Record], messages: Sequence[Message], dead: Iterable[str], now: float) -> None:
        """Count a commit at *now* (seconds since 1970): the records *done*, the *messages* published, and *dead* letters."""
        self.committed = time.monotonic()
        self.dead.update(dead)
        if done:
            stream = done[0].partition.stream
            self.read[stream] += len(done)
            latency = self.latency.setdefault(stream, Histogram())
            for record in done:
                latency.observe(now - record.time)
        for message in messages:
            self.published[message.STREAM.name] += 1
            for name, values_of in _BY_KIND.get(type(message), ()):
                if values := values_of(message):
                    self._count(name, values)
            if isinstance(message, Alert) and message.change not in WATCH_CHANGES:
                self.alert_latency.observe(_age(message) / timedelta(seconds=1))

    def _count(self, name: str, labels: tuple[str, ...]) -> None:
        counter = self.events.setdefault(name, Counter())
        is_known = labels in counter or len(counter) < MAX_LABELS
        counter[labels if is_known else (OTHER,) * len(labels)] += 1


def _age(alert: Alert) -> timedelta:
    """Return the time from the receipt of the article to the publication of *alert*; zero if that is not known."""
    received, published = alert.stamps.get(RECEIVED), alert.stamps.get(alert.STREAM.name)
    return published - received if received and published else timedelta(0)


_BY_KIND = {
    kind: [(event.name, event.values[kind]) for event in EVENTS if kind in event.values]
    for kind in {kind for event in EVENTS for kind in event.values}
}
"""The counts of each kind of message, with what returns the values of their labels."""
