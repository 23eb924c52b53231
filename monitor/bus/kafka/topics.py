"""A topic of the cluster as the brokers describe it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

INTERNAL = ("__consumer_offsets", "__transaction_state")
"""The topics in which the brokers keep the positions of groups and the state of transactions. Each commit writes to them."""
MIN_IN_SYNC = "min.insync.replicas"


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic. *id* differs from that of a deleted topic of the same name; it is empty if it is not known.

    *leaders* has the node of each partition; it is negative if no broker can answer for the partition. *copies* has the number
    of brokers that store each partition, *in_sync* how many of them are in sync. *configs* has the settings, if requested.
    """

    id: bytes = b""
    leaders: Mapping[int, int] = field(default_factory=dict)
    copies: Mapping[int, int] = field(default_factory=dict)
    in_sync: Mapping[int, int] = field(default_factory=dict)
    configs: Mapping[str, str] = field(default_factory=dict)

    def fewest_copies(self) -> int:
        """Return the number of brokers that store each partition, at least."""
        return min(self.copies.values())

    def behind(self) -> list[int]:
        """Return the partitions of which not all copies are in sync."""
        return [number for number, count in self.copies.items() if self.in_sync[number] < count]

    def refusing(self, minimum: int) -> list[int]:
        """Return the partitions that accept no record, since fewer copies than *minimum* are in sync."""
        return [number for number in self.behind() if self.in_sync[number] < minimum]
