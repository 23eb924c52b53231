"""Let other tasks run during long work in the event loop."""

import asyncio
import time
from dataclasses import dataclass, field

SLICE_SECONDS = 0.002
"""Seconds of work after which other tasks may run. A single step of the work may take longer.

A commit on Kafka takes several turns of the event loop, and each may wait for a slice of every busy service.
"""


@dataclass
class TimeSlice:
    """The time, in seconds of the performance counter, at which other tasks last had a turn."""

    started: float = field(default_factory=time.perf_counter)

    def is_over(self) -> bool:
        """Return True if the slice is used up. Check this between two steps of the work."""
        return time.perf_counter() - self.started >= SLICE_SECONDS

    async def pause(self) -> None:
        """Let other tasks run."""
        await asyncio.sleep(0)
        self.started = time.perf_counter()
