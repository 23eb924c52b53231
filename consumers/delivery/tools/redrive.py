"""Select deliveries of the log by state, and send those that failed again."""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from consumers.delivery.channels import CHANNELS
from consumers.delivery.queue.delivery_queue import MAX_ERROR, Result
from monitor.bus import Bus
from monitor.cli.shared import decode_all
from monitor.clock import utc
from monitor.config import Config
from monitor.http.address_policy import parse_networks
from monitor.http.connector import session
from monitor.messages import Delivery
from monitor.messages.deliveries import FINAL_STATES


@dataclass(frozen=True, slots=True)
class Selection:
    """Which deliveries are meant: empty *targets* and *alerts* mean all. *state* is a final state, pending, left-out, or all.

    What is left out was dropped or withheld, and counted in a digest.
    """

    targets: tuple[str, ...] = ()
    alerts: tuple[str, ...] = ()
    since: timedelta = timedelta(days=7)
    state: str = "failed"

    def contains(self, record: Delivery, now: datetime) -> bool:
        """Return True if the delivery whose newest record is *record* is meant."""
        state = record.state if record.state in FINAL_STATES else "pending"
        is_left_out = record.left_out is not None and state in {"dropped", "withheld"}
        return (
            (not self.targets or record.target in self.targets)
            and (not self.alerts or record.alert in self.alerts)
            and (self.state in {state, "all"} or (self.state == "left-out" and is_left_out))
            and record.at >= now - self.since
        )


async def newest_records(bus: Bus) -> list[Delivery]:
    """Return the newest record of each version of each alert for each target, with the alert as its body, oldest first."""
    newest: dict[tuple[str, str, int], Delivery] = {}
    async for record in decode_all(Delivery, bus.replay(Delivery.STREAM.name, None)):
        key = (record.target, record.alert, record.version)
        earlier = newest.pop(key, None)
        newest[key] = replace(record, body=record.body or (earlier.body if earlier else None))
    return list(newest.values())


def select(records: Iterable[Delivery], selection: Selection, now: datetime) -> list[Delivery]:
    """Return the deliveries of *selection* among *records*."""
    return [record for record in records if selection.contains(record, now)]


def newest_versions(chosen: Iterable[Delivery], everything: Iterable[Delivery]) -> list[Delivery]:
    """Return the newest of *chosen* for each alert and target, without those of which *everything* has a newer version.

    A version never follows a later one of the same alert, so an older one is left out even if the newer one also failed.
    """
    newest: dict[tuple[str, str], int] = {}
    for record in everything:
        key = (record.target, record.alert)
        newest[key] = max(newest.get(key, 0), record.version)
    return [record for record in chosen if record.version == newest[record.target, record.alert]]


async def send(config: Config, chosen: Sequence[Delivery]) -> AsyncIterator[Delivery]:
    """Send each of *chosen*, and yield its record after the attempt. Leave out a target after its first failure."""
    targets = {target.id: target for target in config.targets}
    networks = parse_networks(config.delivery.allow_networks)
    failed: set[str] = set()
    async with session(lambda: networks) as http:
        for record in chosen:
            if record.target in failed:
                continue
            target = targets.get(record.target)
            if target is None:
                result = Result(error="the target is no longer in the config; add it, or leave this delivery")
            elif record.body is None:
                result = Result(error="the alert is no longer in the log")
            else:
                result = await CHANNELS[target.kind].make(target, config, http).send((record.body,))
                if not result.accepted:
                    failed.add(record.target)
            yield _after(record, result, utc())


def _after(record: Delivery, result: Result, now: datetime) -> Delivery:
    error = None if result.error is None else result.error[:MAX_ERROR]
    state: Any = "sent" if result.accepted else "failed"
    # What was left out is told now. But this message has one alert, and tells nothing of those that a failed digest left out.
    left_out = record.left_out if record.state == "dropped" else None
    ended = replace(record, state=state, attempt=record.attempt + 1, at=now, due=None, left_out=left_out)
    return replace(ended, status=result.status, error=error)
