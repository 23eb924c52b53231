"""What the reader of a target asks for, by the config: which versions, when none, and how many. Pure.

All but the choice of versions is judged when a message is sent.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, get_args

from consumers.delivery.batches import Group
from consumers.delivery.preferences.digest_hours import next_digest
from consumers.delivery.preferences.quiet_hours import quiet_hours_end
from consumers.delivery.queue.bursts import gathered_until
from consumers.delivery.queue.delivery_queue import Accepted, DeliveryQueue, Key
from monitor.config import Config, DigestHours, QuietHours, Target, Updates, Watch
from monitor.config.durations import parse_duration
from monitor.format import describe_again
from monitor.marks import holds, tells_again
from monitor.messages import Delivery, Mark

Hold = Literal["quiet", "snooze", "digest", "burst", "pace"]
"""What holds a delivery that could be sent otherwise."""
LOOK_AGAIN = timedelta(days=1)
"""How long a delivery waits at most before it is looked at again, if nothing says when its wait ends."""
LOOK_BACK = timedelta(days=3)
"""What was made before has missed an hour of each digest."""
FEWEST_FIRST: tuple[Updates, ...] = get_args(Updates)


@dataclass
class Preferences:
    """The watches and targets of *config* by id; *paced* says whether any has a pace, and *digests* whether any has a digest.

    *accepted_stories* has the times at which targets last accepted anything of a story, *accepted* what they have of alerts,
    *marks* those of readers by alert id, and *ends* the ends of the quiet hours that contain the time *now*.
    """

    config: Config = field(default_factory=Config)
    watches: Mapping[str, Watch] = field(default_factory=dict)
    targets: Mapping[str, Target] = field(default_factory=dict)
    paced: bool = False
    digests: bool = False
    now: datetime | None = None
    accepted_stories: Mapping[tuple[str, str], datetime] = field(default_factory=dict)
    accepted: Mapping[Key, Accepted] = field(default_factory=dict)
    marks: Mapping[str, Mark] = field(default_factory=dict)
    ends: dict[QuietHours, datetime | None] = field(default_factory=dict)

    def use(self, config: Config) -> None:
        """Judge by *config* from here on."""
        if config is not self.config:
            self.config = config
            self.watches = {watch.id: watch for watch in config.watches}
            self.targets = {target.id: target for target in config.targets}
            owners: list[Watch | Target] = [*config.watches, *config.targets]
            self.paced, self.digests = any(each.pace for each in owners), any(each.digest for each in owners)

    def update(self, now: datetime, queue: DeliveryQueue) -> None:
        """Judge by the time *now*, and by what the targets in *queue* have accepted."""
        self.accepted_stories, self.accepted, self.marks = queue.accepted_stories, queue.accepted, queue.marks
        if now != self.now:
            self.now, self.ends = now, {}

    def updates_of(self, watch_id: str, target_id: str) -> Updates:
        """Return which versions are sent: of what watch and target ask for the less, else the changes."""
        given = [each.updates for each in self._owners(watch_id, target_id) if each.updates]
        return min(given, key=FEWEST_FIRST.index, default="changes")

    def held_until(self, record: Delivery) -> datetime | None:
        """Return until when *record* is held; None if nothing holds it. Critical alerts are held by a snooze alone."""
        return max((end for _, end in self.holds(record)), default=None)

    def holds(self, record: Delivery) -> list[tuple[Hold, datetime]]:
        """Return what holds *record*, and until when each does. Of what may hold it, only quiet hours hold a correction too."""
        ends: list[tuple[Hold, datetime | None]] = [("quiet", self._quiet_end(quiet)) for quiet in self._quiet_hours(record)]
        if record.alert in self.marks:
            ends.append(("snooze", self._snoozed_until(record)))
        if self.digests:
            ends.append(("digest", self._digest_hour(record)))
        if record.burst and self.now and record.body and record.body.severity != "critical":
            ends.append(("burst", gathered_until(record, self.now)))
        if self.now and (pace := self._pace(record)) and record.body and record.body.change != "correction":
            last = self.accepted_stories.get((record.target, record.body.story))
            # A time in the future is that of another clock.
            ends.append(("pace", last + pace if last and last <= self.now < last + pace else None))
        return [(hold, end) for hold, end in ends if end]

    def is_busy(self, record: Delivery, in_flight: Collection[tuple[str, str]]) -> bool:
        """Return True if *record* has a pace, and its story is among those *in_flight* to a target."""
        return bool(self._pace(record) and record.body and (record.target, record.body.story) in in_flight)

    def digest_of(self, record: Delivery) -> DigestHours | None:
        """Return the hours at which *record* is sent, those of its target or else of its watch; None if it is sent at once."""
        if not self.digests or record.body is None or record.body.severity == "critical":
            return None
        owners = (self.targets.get(record.target), self.watches.get(record.body.watch))
        return next((each.digest for each in owners if each and each.digest), None)

    def group_of(self, record: Delivery) -> Group:
        """Return what the deliveries have in common that share a digest.

        It is the hours at which they are sent, or the end of the quiet hours that have held them, or the minute of their
        burst, or else the story, which several watches may match.
        """
        if digest := self.digest_of(record):
            return Group("digest", digest)
        raised = record.body.updated if record.body else record.at
        ends = (quiet_hours_end(quiet, raised) for quiet in self._quiet_hours(record))
        if end := max((end for end in ends if end), default=None):
            return Group("quiet", end)
        if record.burst:
            return Group("burst", record.burst)
        return Group("story", record.body.story if record.body else record.alert)

    def again(self, record: Delivery) -> str | None:
        """Return the mark of a reader in spite of which *record* is told again; None if it is not told again."""
        mark, accepted = self.marks.get(record.alert), self.accepted.get((record.target, record.alert))
        if mark is None or not tells_again(mark, record, accepted.version if accepted else 0):
            return None
        return describe_again(mark)

    def _owners(self, watch_id: str, target_id: str) -> list[Watch | Target]:
        return [each for each in (self.watches.get(watch_id), self.targets.get(target_id)) if each]

    def _quiet_hours(self, record: Delivery) -> list[QuietHours]:
        """Return the quiet hours of the watch and of the target of *record*: both hold it."""
        if record.body is None or record.body.severity == "critical":
            return []
        return [each.quiet for each in self._owners(record.body.watch, record.target) if each.quiet]

    def _quiet_end(self, quiet: QuietHours) -> datetime | None:
        if quiet not in self.ends and self.now:
            self.ends[quiet] = quiet_hours_end(quiet, self.now)
        return self.ends.get(quiet)

    def _digest_hour(self, record: Delivery) -> datetime | None:
        """Return when *record* is sent in a digest; None if that hour is over, or there is none."""
        digest, body, now = self.digest_of(record), record.body, self.now
        if digest is None or body is None or now is None:
            return None
        since, accepted = record.since or body.updated, self.accepted.get((record.target, record.alert))
        if accepted and accepted.at >= since:
            since = body.updated  # of what has waited since, the target has had an earlier version
        if not now - LOOK_BACK < since < now + LOOK_AGAIN:
            return None  # so much earlier it is overdue, and so much later another clock has stamped it
        hour = next_digest(digest, since)
        return hour if now < hour else None

    def _snoozed_until(self, record: Delivery) -> datetime | None:
        """Return until when a reader has snoozed the alert of *record*, or when to look again if that is not known."""
        mark = self.marks.get(record.alert)
        if mark is None or mark.state != "snoozed" or self.now is None:
            return None
        versions = [record.body] if record.body else []
        return (mark.until or self.now + LOOK_AGAIN) if holds(mark, versions, self.now) else None

    def _pace(self, record: Delivery) -> timedelta | None:
        """Return the longer pace of the watch and of the target of *record*; None if there is none, or it is critical."""
        if not self.paced or record.body is None or record.body.severity == "critical":
            return None
        paces = [parse_duration(each.pace) for each in self._owners(record.body.watch, record.target) if each.pace]
        return max(paces, default=None)
