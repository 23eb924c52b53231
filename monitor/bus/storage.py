"""The room that a bus takes on the disk of this machine."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Storage:
    """The size of a bus, how much of it is *used* by records, and what is free on its disk, in bytes.

    Above *mark* bytes in use the oldest articles are removed early, and at *limit* new ones wait for room. What is not used of
    the size is kept for later records.

    *days* is for how many days records are to be kept, and *span* for how many days the oldest article has been; 0 if there is
    none.
    """

    size: int
    used: int
    mark: int
    limit: int
    free: int
    days: float = 0.0
    span: float = 0.0
