"""The room that a bus takes on the disk of this machine."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Storage:
    """The size of a bus, the size at which it makes room by removing articles, and what is free on its disk, in bytes.

    *days* is for how many days records are to be kept, and *span* for how many days the oldest article has been; 0 if there is
    none.
    """

    size: int
    limit: int
    free: int
    days: float = 0.0
    span: float = 0.0
