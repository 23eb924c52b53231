"""Read a scrape of /metrics."""

from collections.abc import Mapping
from dataclasses import dataclass

from prometheus_client.parser import text_string_to_metric_families

Labels = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Scrape:
    """The samples of a scrape by name and labels. *names* are those that a sample of any family may have."""

    samples: Mapping[str, Mapping[Labels, float]]
    names: frozenset[str]

    def value(self, name: str, **labels: str) -> float | None:
        """Return the sum of the samples of *name* that have these *labels*; None if there is none."""
        found = [value for each, value in self.samples.get(name, {}).items() if labels.items() <= set(each)]
        return sum(found) if found else None

    def labels(self, name: str) -> frozenset[str]:
        """Return the names of the labels of *name*."""
        return frozenset(key for each in self.samples.get(name, {}) for key, _ in each)


_SUFFIXES: Mapping[str, tuple[str, ...]] = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}


def parse_scrape(text: str) -> Scrape:
    """Return what *text*, in Prometheus' text format, says."""
    samples: dict[str, dict[Labels, float]] = {}
    names: set[str] = set()
    for family in text_string_to_metric_families(text):
        names.update(family.name + suffix for suffix in _SUFFIXES.get(family.type, ("",)))
        for sample in family.samples:
            samples.setdefault(sample.name, {})[frozenset(sample.labels.items())] = sample.value
    return Scrape(samples, frozenset(names))
