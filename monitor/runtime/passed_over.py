"""Count what a service passes over in the messages of a newer version, so that its owner is told."""

from dataclasses import dataclass

from monitor.messages.codec import log_passed_over
from monitor.messages.tolerant import PassedOver


@dataclass
class PassedOverCounter:
    """Counts the values that were passed over since the service started. *latest* is the last of them."""

    count: int = 0
    latest: PassedOver | None = None

    def add(self, each: PassedOver) -> None:
        """Count *each*, and log it."""
        self.count, self.latest = self.count + 1, each
        log_passed_over(each)

    @property
    def trouble(self) -> str | None:
        """What the owner of the service should know; None if nothing was passed over."""
        if self.latest is None:
            return None
        values = "value" if self.count == 1 else "values"
        return (
            f"{self.count:,} unknown {values} passed over in messages of a newer version since the start, "
            f"the last: {self.latest}; update this program"
        )
