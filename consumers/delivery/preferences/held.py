"""Which pending deliveries are held by what readers ask for, and until when. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from consumers.delivery.preferences.preferences import Hold, Preferences
from consumers.delivery.queue.delivery_queue import DeliveryQueue
from monitor.config import Config
from monitor.format import join_names, pluralize
from monitor.messages import Delivery
from monitor.messages.base import isoformat

MAX_STEPS = 10
"""The most holds of a delivery that are looked at, one after the other. What is held then too is held without a known end."""
HOLD_WORDS: Mapping[Hold, str] = {
    "quiet": "quiet hours",
    "snooze": "a snooze",
    "digest": "a digest",
    "burst": "a burst",
    "pace": "the pace",
}


@dataclass(frozen=True, slots=True)
class Held:
    """The pending deliveries of a target that are held: their number by what holds each longest, and when they are sent.

    *first* is when the first of them is sent, and *last* when the last one is, of those whose end is known. *endless* counts
    the others.
    """

    by: Mapping[Hold, int] = field(default_factory=dict)
    first: datetime | None = None
    last: datetime | None = None
    endless: int = 0

    @property
    def count(self) -> int:
        """The number of deliveries that are held."""
        return sum(self.by.values())


def held_deliveries(queue: DeliveryQueue, target_id: str, config: Config, now: datetime) -> Held:
    """Return what is held for the target at *now*. When one hold ends, another may go on: all are followed to the end."""
    preferences, by = Preferences(), Counter[Hold]()
    preferences.use(config)
    waiting, ends = _held(queue.by_target.get(target_id, {}).values(), queue, preferences, now), list[datetime]()
    for record, _ in waiting:
        holds = preferences.holds(record)
        by[max(holds, key=lambda each: each[1])[0]] += 1
    for _ in range(MAX_STEPS):
        groups: dict[datetime, list[Delivery]] = {}
        for record, end in waiting:
            groups.setdefault(end, []).append(record)
        waiting = []
        for moment, records in groups.items():
            still = _held(records, queue, preferences, moment)
            ends += [moment] * (len(records) - len(still))
            waiting += still
    return Held(dict(by), min(ends, default=None), max(ends, default=None), len(waiting))


def _held(
    records: Iterable[Delivery], queue: DeliveryQueue, preferences: Preferences, moment: datetime
) -> list[tuple[Delivery, datetime]]:
    """Return those of *records* that are held at *moment*, each with the end."""
    preferences.update(moment, queue)
    return [(record, end) for record in records if (end := preferences.held_until(record))]


def describe_held(held: Held) -> str:
    """Return what is held, by what and until when, in words."""
    reasons = join_names([f"{count:,} by {HOLD_WORDS[hold]}" for hold, count in held.by.items()])
    if held.first is None or held.last is None:
        until = "without a known end"
    elif held.first == held.last:
        until = f"until {isoformat(held.first)}"
    else:
        until = f"the first until {isoformat(held.first)}, the last until {isoformat(held.last)}"
    if held.endless and held.first:
        until += f", {held.endless:,} without a known end"
    hint = " (`newsmonitor check` and `newsmonitor alerts marks` say why)" if held.endless else ""
    return f"{pluralize(held.count, 'alert')} held, {until}: {reasons}{hint}"
