"""The topics of the cluster as the brokers describe them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

INTERNAL = ("__consumer_offsets", "__transaction_state")
"""The topics in which the brokers keep the positions of groups and the state of transactions. Each commit writes to them."""


@dataclass(frozen=True, slots=True)
class Copies:
    """The number of brokers that store each partition of a topic, and the number of those that are *in_sync*."""

    count: Mapping[int, int]
    in_sync: Mapping[int, int]

    def fewest(self) -> int:
        """Return the number of brokers that store each partition, at least."""
        return min(self.count.values())

    def behind(self) -> list[int]:
        """Return the partitions of which not all copies are in sync."""
        return sorted(number for number, count in self.count.items() if self.in_sync[number] < count)

    def refusing(self, minimum: int) -> list[int]:
        """Return the partitions that accept no record, since fewer copies than *minimum* are in sync."""
        return [number for number in self.behind() if self.in_sync[number] < minimum]


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic and the nodes that lead its partitions; a node is negative if no broker can answer for the partition.

    *id* differs from that of a deleted topic of the same name; it is empty if the broker does not tell it.
    """

    id: bytes
    leaders: Mapping[int, int]
    copies: Copies


@dataclass(frozen=True, slots=True)
class ConfiguredTopic:
    """A topic and its settings, *configs*, by name."""

    copies: Copies
    configs: Mapping[str, str]


def read_copies(partitions: Iterable[Mapping[str, Any]]) -> Copies:
    """Return the copies of the *partitions* in an answer of a broker."""
    by_number = {each["partition"]: each for each in partitions}
    count, in_sync = ({number: len(each[name]) for number, each in by_number.items()} for name in ("replicas", "isr"))
    return Copies(count, in_sync)
