"""The gates of the targets: how many messages may be on their way to each at a time, by its state."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from consumers.delivery.batches import Batch
from consumers.delivery.targets.states import LONGEST_WAIT, current_state
from monitor.config import Target
from monitor.messages import TargetState

MAX_IN_FLIGHT = 4
"""The most batches in flight to one target at a time."""


@dataclass
class Gates:
    """The targets that are waiting or disabled: *closed_until* has the time at which each is tried again, or None.

    *seen* is when a state was first seen that another machine's clock has stamped in the future, with its version.
    """

    closed_until: dict[str, datetime | None] = field(default_factory=dict)
    seen: dict[str, tuple[int, datetime]] = field(default_factory=dict)

    def update(self, target: Target, state: TargetState | None, longest_retry: timedelta, now: datetime) -> None:
        """Take over *state*, the newest record of *target*."""
        self.closed_until.pop(target.id, None)
        if (state := current_state(state, target)) is None:
            return
        until = state.until if state.state == "waiting" else None
        # Another clock may have stamped the state: only the wait counts, from when this process first saw it.
        longest = max(timedelta(seconds=1.1 * LONGEST_WAIT), longest_retry)
        wait = max(min(until - state.at, longest), timedelta()) if until else None
        self.closed_until[target.id] = None if wait is None else self._first_seen(state, now) + wait

    def is_closed(self, target_id: str, now: datetime) -> bool:
        """Return True if nothing may be sent to the target at *now*."""
        if target_id not in self.closed_until:
            return False
        until = self.closed_until[target_id]
        return until is None or until > now

    def let_through(self, target_id: str, batches: Sequence[Batch], in_flight: int) -> Sequence[Batch]:
        """Return the first of *batches* that may be sent now, to a target that has *in_flight* others.

        A target that was waiting gets a single one at first, as a probe. It is one that was tried least often, because a
        message that is refused for its contents says nothing about the others.
        """
        if target_id not in self.closed_until:
            return batches[: max(MAX_IN_FLIGHT - in_flight, 0)]
        if in_flight or not batches:
            return ()
        return (min(batches, key=lambda batch: max(record.attempt for record in batch)),)

    def _first_seen(self, state: TargetState, now: datetime) -> datetime:
        """Return when the state was found by this machine's clock."""
        if state.at <= now:
            return state.at
        version, seen = self.seen.get(state.id, (0, now))
        if version != state.version:
            seen = now
        self.seen[state.id] = state.version, seen
        return seen
