"""The room that a bus takes on the disk of this machine."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Storage:
    """The size of a bus, the size at which it makes room by removing articles, and what is free on its disk, in bytes."""

    size: int
    limit: int
    free: int
