"""What the results of attempts change about their targets, and whom that is told."""

from collections.abc import Generator, Iterable, Mapping
from dataclasses import replace
from itertools import chain

import structlog

from consumers.delivery.queue.delivery_queue import DeliveryQueue
from consumers.delivery.queue.enqueue import enqueue
from consumers.delivery.sending.attempts import Finished
from consumers.delivery.targets.notices import is_notice_due, make_notice
from consumers.delivery.targets.states import MessageResult, after_message, current_state
from monitor.config import Config
from monitor.messages import Alert, Delivery, TargetState

log = structlog.get_logger()


def target_changes(
    queue: DeliveryQueue, config: Config, finished: Finished, chance: float
) -> Generator[Delivery | TargetState, None, Mapping[str, TargetState]]:
    """Yield the record of each target that *finished* changes, and the notices that one fails or is disabled.

    Return the newest record of each target.
    """
    if not finished.results:
        return queue.targets
    states, targets = dict(queue.targets), {target.id: target for target in config.targets}
    changed: dict[str, TargetState] = {}
    for ended in finished.results.values():
        if (target := targets.get(ended.target)) is None:
            continue
        before = states.get(target.id)
        if state := after_message(before, target, ended, config.delivery.retries, chance):
            states[target.id] = changed[target.id] = state
            _log(current_state(before, target), state, ended)
    notices = _notices(queue, config, finished, states, changed.values())
    for target_id in notices:
        if (state := changed[target_id]).state == "waiting":
            states[target_id] = changed[target_id] = replace(state, noticed=state.at)
    yield from changed.values()
    for notice in notices.values():
        yield from enqueue(queue, notice, targets, config.delivery.queue)
    return states


def _notices(
    queue: DeliveryQueue,
    config: Config,
    finished: Finished,
    states: Mapping[str, TargetState],
    changed: Iterable[TargetState],
) -> dict[str, Alert]:
    """Return the notices of the targets with the new states *changed*, by target, where others are to be told."""
    failed = {record.target for record in finished.records if record.state == "failed"}
    notices: dict[str, Alert] = {}
    for state in changed:
        has_failed = state.id in failed
        if not is_notice_due(state, config.delivery.notice_after, has_failed=has_failed):
            continue
        refused = (record.body for record in finished.attempted if record.target == state.id)
        waiting = (record.body for record in queue.by_target.get(state.id, {}).values())
        alerts = [alert for alert in chain(refused, waiting) if alert]
        if notice := make_notice(state, alerts, states, config, has_failed=has_failed):
            notices[state.id] = notice
        elif len(config.targets) > 1:
            log.warning("no other target works that could be told of one that fails", target=state.id, error=state.error)
    return notices


def _log(before: TargetState | None, state: TargetState, ended: MessageResult) -> None:
    """Log a change of the state. A target that goes on waiting is logged with each of its deliveries."""
    fields = {"target": state.id, "error": state.error}
    if state.state == "disabled":
        remedy = f"correct its address, or `newsmonitor targets enable {state.id}`"
        log.error("target disabled: its receiver is gone; alerts for it wait", remedy=remedy, **fields)
    elif state.state == "ok":
        log.info("target works again", target=state.id, after=str(ended.at - before.since) if before else None)
    elif before is None:
        log.warning("target waits: all its alerts are held until it accepts one", until=str(state.until), **fields)
