"""What the reader of a target asks for, by the config: when nothing is to be sent. Judged when a message is sent. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from consumers.delivery.quiet_hours import quiet_hours_end
from monitor.config import Config, QuietHours, Target, Watch
from monitor.messages import Delivery


@dataclass
class Wishes:
    """The watches and targets of *config* by id, and when quiet hours end, for those that contain the time *now*."""

    config: Config = field(default_factory=Config)
    now: datetime | None = None
    watches: Mapping[str, Watch] = field(default_factory=dict)
    targets: Mapping[str, Target] = field(default_factory=dict)
    ends: dict[QuietHours, datetime | None] = field(default_factory=dict)

    def use(self, config: Config, now: datetime) -> None:
        """Judge by *config* at the time *now* from here on."""
        if config is not self.config:
            self.config = config
            self.watches = {watch.id: watch for watch in config.watches}
            self.targets = {target.id: target for target in config.targets}
        if now != self.now:
            self.now, self.ends = now, {}

    def held_until(self, record: Delivery) -> datetime | None:
        """Return the end of the quiet hours that hold *record* now; None if it may be sent. Critical alerts are never held."""
        ends = []
        for quiet in self._quiet_hours(record):
            if quiet not in self.ends and self.now:
                self.ends[quiet] = quiet_hours_end(quiet, self.now)
            ends.append(self.ends[quiet])
        return max((end for end in ends if end), default=None)

    def group_of(self, record: Delivery) -> object:
        """Return what the deliveries have in common that share a digest: the end of the quiet hours that have held them."""
        raised = record.body.updated if record.body else record.at
        ends = (quiet_hours_end(quiet, raised) for quiet in self._quiet_hours(record))
        return max((end for end in ends if end), default=None) or record.alert

    def _quiet_hours(self, record: Delivery) -> list[QuietHours]:
        """Return the quiet hours of the watch and of the target of *record*: both hold it."""
        if record.body is None or record.body.severity == "critical":
            return []
        watch, target = self.watches.get(record.body.watch), self.targets.get(record.target)
        return [each.quiet for each in (watch, target) if each and each.quiet]
