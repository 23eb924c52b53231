"""The room that a bus takes on the disk of this machine."""

from dataclasses import dataclass
from datetime import datetime

LEFT = 0.8
"""After a removal of records before their time, the use is still above this fraction of the mark: it takes a tenth of them."""


@dataclass(frozen=True, slots=True)
class Storage:
    """The size of a bus, how much of it is *used* by records, and what is free on its disk, in bytes.

    Above *mark* bytes in use old records are removed early, and at *limit* new articles wait for room. What is not used of
    the size is kept for later records. *used* is None if it cannot be read now.

    *days* is for how many days records are to be kept, and *span* for how many days the oldest article has been; 0 if there is
    none. *removed_early* is when records were last removed early, if that was in the last week. *has_articles* is whether there
    is one. *has_unread* is whether a service has not read all of them, or keeps other records that have expired from removal.
    """

    size: int
    used: int | None
    mark: int
    limit: int
    free: int
    days: float = 0.0
    span: float = 0.0
    removed_early: datetime | None = None
    has_articles: bool = False
    has_unread: bool = False

    @property
    def is_full(self) -> bool:
        """Whether new articles wait for room."""
        return self.used is not None and self.used >= self.limit

    @property
    def is_short(self) -> bool:
        """Whether it is full, or records are removed early: they were, and the use has not fallen far below the mark since."""
        used = self.used or 0
        return self.is_full or (self.removed_early is not None and used > LEFT * self.mark)
