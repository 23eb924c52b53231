"""Numbers that a service knows and that the consumer loop cannot count, such as the feeds that fail."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Measure:
    """A number of a service for /metrics, as *values* by the values of its *labels*.

    *name* follows Prometheus' rules: base units, no ``_total``. ``newsmonitor_`` is put before it, and the label ``service``
    before the others. The values of a label must be few: kinds, states and reasons, never the ids of feeds or watches.
    """

    name: str
    text: str
    kind: Literal["counter", "gauge"]
    values: Mapping[tuple[str, ...], float]
    labels: tuple[str, ...] = ()


def worker_starts(count: int) -> Measure:
    """Return the number of worker processes that a service has started."""
    text = "Worker processes started: at the start of the service, and to replace those that ended or took too long."
    return Measure("worker_starts", text, "counter", {(): count})


def gauge(name: str, text: str, value: float) -> Measure:
    """Return a single number that may rise and fall."""
    return Measure(name, text, "gauge", {(): value})
