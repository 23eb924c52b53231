"""The command `newsmonitor targets`: the state of each target, from delivery.v1 and target.v1."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from consumers.delivery.preferences.held import Held, describe_held, held_deliveries
from consumers.delivery.queue.delivery_queue import DeliveryQueue
from consumers.delivery.targets.states import current_state, probe_due
from monitor.bus import Bus
from monitor.cli.shared import decode_all, echo_json, read_bus, read_config
from monitor.clock import utc
from monitor.config import Config, Target
from monitor.escape import printable
from monitor.format import pluralize
from monitor.messages import Delivery, Mark, TargetState
from monitor.messages.base import isoformat
from monitor.output import echo

NOTHING = Held()


@dataclass
class Report:
    """What is known of the targets: the queue of the delivery service, and the newest success and failure of each."""

    queue: DeliveryQueue = field(default_factory=DeliveryQueue)
    successes: dict[str, Delivery] = field(default_factory=dict)
    failures: dict[str, Delivery] = field(default_factory=dict)

    def add(self, record: Delivery | TargetState | Mark) -> None:
        """Add a record of delivery.v1, target.v1 or mark.v1."""
        self.queue.apply(record)
        if not isinstance(record, Delivery):
            return
        if record.state == "sent":
            self.successes[record.target] = record
        if record.state in {"sent", "retrying", "failed"} and record.error:
            self.failures[record.target] = record

    def data_of(self, target: Target, held: Held = NOTHING) -> dict[str, Any]:
        """Return what `targets --json` prints of *target*, for which *held* is held."""
        record = self.queue.targets.get(target.id)
        state, success = current_state(record, target), self.successes.get(target.id)
        return {
            "target": target.id,
            "kind": target.kind,
            "state": state.state if state else "ok",
            "since": _time(state.since) if state else None,
            "until": _time(self._next_attempt(state)) if state else None,
            "failures": state.failures if state else 0,
            "pending": self.queue.counts[target.id],
            "held": held.count,
            "held_by": dict(held.by),
            "held_first": _time(held.first),
            "held_last": _time(held.last),
            "held_without_end": held.endless,
            "left_out": self.queue.left_out[target.id],
            "last_success": _time(success.at) if success else None,
            "last_error": _last_error(record, self.failures.get(target.id)),
        }

    def _next_attempt(self, state: TargetState) -> datetime | None:
        """Return when the next attempt is made: after the wait of the target, once an alert is due; None if it is disabled."""
        dues = [
            probe_due(state, record, record.due) if record.attempt and record.due else record.at
            for record in self.queue.by_target.get(state.id, {}).values()
        ]
        return max(state.until, min(dues)) if state.until and dues else state.until


def list_targets(path: Path, *, json: bool) -> None:
    """Print the state of each target in the config file *path*."""
    config = read_config(path)
    report = read_bus(config, lambda bus: read_report(bus, config))
    if report is None:  # Ctrl-C
        return
    now = utc()
    for target in config.targets:
        held = held_deliveries(report.queue, target.id, config, now)
        data = report.data_of(target, held)
        echo_json("target_status.v1", data) if json else echo("\n".join(_lines(data, held)))
    if not config.targets and not json:
        echo("there are no [[targets]] in the config", err=True)


async def read_report(bus: Bus, config: Config) -> Report:
    """Return the report on the targets of *config*."""
    report, known = Report(), {target.id for target in config.targets}
    async for delivery in decode_all(Delivery, bus.replay(Delivery.STREAM.name, None)):
        if delivery.target in known:
            report.add(delivery)
    async for state in decode_all(TargetState, bus.replay(TargetState.STREAM.name, None)):
        report.add(state)
    async for mark in decode_all(Mark, bus.replay(Mark.STREAM.name, None)):
        report.add(mark)
    return report


async def held_lines(config: Config, bus: Bus) -> list[str]:
    """Return a line for each target for which alerts are held."""
    return lines_of_held((await read_report(bus, config)).queue, config, utc())


def lines_of_held(queue: DeliveryQueue, config: Config, now: datetime) -> list[str]:
    """Return a line for each target for which alerts in *queue* are held at *now*."""
    of_targets = {target.id: held_deliveries(queue, target.id, config, now) for target in config.targets}
    return [f"{printable(target_id)}: {describe_held(held)}" for target_id, held in of_targets.items() if held.count]


def _last_error(state: TargetState | None, failure: Delivery | None) -> dict[str, Any] | None:
    """Return the last failure: that of the state, unless a delivery has failed since, as by `deliveries redrive`."""
    if failure and (state is None or state.failed is None or failure.at > state.failed):
        return {"at": _time(failure.at), "status": failure.status, "error": failure.error}
    if state and state.failed:
        return {"at": _time(state.failed), "status": state.status, "error": state.error}
    return None


def _lines(data: dict[str, Any], held: Held) -> Iterable[str]:
    """Yield the lines of a target: its state and what waits, then what is *held*, its last success and failure."""
    state, since = data["state"], data["since"]
    if state == "waiting":
        state = f"waiting until {data['until']}, since {since} ({pluralize(data['failures'], 'failure')} in a row)"
    elif state == "disabled":
        state = f"disabled since {since}; `newsmonitor targets enable {data['target']}` sends what waits"
    left_out = f", {data['left_out']:,} left out" if data["left_out"] else ""
    yield f"{data['target']}  {data['kind']}  {state}; {pluralize(data['pending'], 'alert')} pending{left_out}"
    if held.count:
        yield f"    {describe_held(held)}"
    yield f"    last success: {data['last_success'] or 'none'}"
    if error := data["last_error"]:
        yield f"    last error: {error['at']}  {printable(error['error'] or '')}"


def _time(moment: datetime | None) -> str | None:
    return isoformat(moment) if moment else None
