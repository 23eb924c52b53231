"""A machine with a clock that may be wrong, and the bus on it."""

from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.bus.sqlite.bus import SqliteBus, connect
from monitor.bus.sqlite.tables import Retention

DAY = 86400.0
START = datetime(2026, 3, 10, tzinfo=UTC)
THIRTY_DAYS = Retention(days=30, max_bytes=2**30)
ALERT = "alert.v1"


class Machine:
    """The clock and the uptime of a machine."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.error = 0.0

    def clock(self) -> datetime:
        """Return what the clock shows."""
        return START + timedelta(seconds=self.seconds + self.error)

    def uptime(self) -> float:
        """Return the seconds since the machine was started."""
        return self.seconds

    def open(self, path: Path) -> AbstractAsyncContextManager[SqliteBus]:
        """Open the bus at *path* on this machine."""
        return connect(path, THIRTY_DAYS, "off", self.clock, self.uptime)

    async def trim(self, bus: SqliteBus) -> None:
        """Remove old records and correct times, as the bus does every minute."""
        await bus.maintain_records()

    async def run(self, bus: SqliteBus, minutes: int) -> None:
        """Let time pass, with a removal of old records every minute."""
        for _ in range(minutes):
            self.seconds += 60
            await self.trim(bus)
