"""What the service remembers: the fold of all that it has published."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from consumers.alerts.raising.versions import Alerts
from monitor.messages import Alert, Held, Volume


@dataclass
class AlertState:
    """Alerts by id, what is held for those to come, and how often watches match."""

    alerts: Alerts = field(default_factory=Alerts)
    held: dict[str, Held] = field(default_factory=dict)
    volumes: dict[str, Volume] = field(default_factory=dict)

    def apply(self, body: Alert | Held | Volume, keep: timedelta) -> None:
        """Take *body* in, and forget what stories more than *keep* older brought."""
        match body:
            case Alert():
                self.held.pop(body.id, None)
                self.alerts.apply(body, keep)
            case Held():
                self._hold(body, keep)
            case Volume() if body.ended is None:
                self.volumes[body.id] = body
            case Volume():
                self.volumes.pop(body.id, None)

    def _hold(self, held: Held, keep: timedelta) -> None:
        # The latest stands last, so that the first is the oldest.
        self.held.pop(held.id, None)
        if held.id not in self.alerts.raised:
            self.held[held.id] = held
        for old in list(self._older(held, keep)):
            del self.held[old.id]

    def _older(self, held: Held, keep: timedelta) -> Iterator[Held]:
        for each in self.held.values():
            if each.at >= held.at - keep:
                return
            yield each
