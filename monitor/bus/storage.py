"""The room that a bus takes on the disk of this machine."""

from dataclasses import dataclass
from datetime import datetime

LEFT = 0.8
"""Fraction of the mark above which the use stays while articles are removed early: a removal takes a tenth of them."""


@dataclass(frozen=True, slots=True)
class Storage:
    """The size of a bus, how much of it is *used* by records, and what is free on its disk, in bytes.

    Above *mark* bytes in use the oldest articles are removed early, and at *limit* new ones wait for room. What is not used of
    the size is kept for later records. *used* is None if it cannot be read now.

    *days* is for how many days records are to be kept, and *span* for how many days the oldest article has been; 0 if there is
    none. *removed_early* is when articles were last removed early, if that was in the last *days*.
    """

    size: int
    used: int | None
    mark: int
    limit: int
    free: int
    days: float = 0.0
    span: float = 0.0
    removed_early: datetime | None = None

    @property
    def is_short(self) -> bool:
        """Whether articles are removed early: they were, and the use has not fallen far below the mark since."""
        return self.removed_early is not None and self.used is not None and self.used > LEFT * self.mark
