"""The state of a target: what a failure, a success and an edit of its config change. Pure.

A failure says more about its target than about its message, so the whole target waits. That a single message is refused again
and again, however, says little about the target: other messages then wait only as long as after a first failure.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from consumers.delivery.queue import LONGEST_SECONDS, MAX_ERROR, Result
from monitor.config import Target, target_hash
from monitor.messages import Delivery, TargetState

LONGEST_WAIT = 3600.0
"""The longest wait in seconds before a target is tried again, unless it asks for more. Alerts may wait for as long after its
return."""
FIRST_WAIT = 5.0
"""The first wait in seconds if `delivery.retries` is empty."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the attempt to send *message* to *target* ended at *at*; it began at *started*."""

    target: str
    message: str
    started: datetime
    at: datetime
    result: Result


def current_state(state: TargetState | None, target: Target) -> TargetState | None:
    """Return *state* unless it is of another address than that of *target*, or ok: None means that nothing holds the target."""
    if state is None or state.state == "ok" or state.target_hash != target_hash(target):
        return None
    return state


def retry_due(state: TargetState | None, record: Delivery, due: datetime) -> datetime:
    """Return when *record*, a delivery that failed before, is tried again, given that its own delay ends at *due*.

    If its target has worked since, it waits for no longer than LONGEST_WAIT; if the target was enabled since, not at all.
    """
    if state is None or state.state != "ok" or state.since < record.at:
        return due
    return min(due, state.since if state.message is None else record.at + timedelta(seconds=LONGEST_WAIT))


def after_outcome(
    known: TargetState | None, target: Target, outcome: Outcome, retries: tuple[float, ...], chance: float
) -> TargetState | None:
    """Return the next state of *target*, whose record is *known*; None if *outcome* does not change it.

    *retries* are the delays of `delivery.retries`. *chance*, from 0 to 1, lengthens the wait by up to a tenth.
    """
    state, result, at = current_state(known, target), outcome.result, outcome.at
    # A state that is stamped later than the outcome is of another clock.
    is_late = state is not None and outcome.started <= state.at <= at
    if result.error is None:
        is_over = known is not None and known.state != "ok" and (state is None or state.state == "waiting")
        return enabled(known, target, at) if is_over and not is_late else None
    if state and state.state == "disabled":
        return None
    failures = _failures(state, outcome, is_late=is_late)
    fields: dict[str, Any] = {
        "version": (known.version if known else 0) + 1,
        "at": at,
        "since": state.since if state else at,
        "failures": failures,
        "status": result.status,
        "error": result.error[:MAX_ERROR],
        "failed": at,
        "message": outcome.message,
    }
    new = TargetState(target.id, state="waiting", until=None, target_hash=target_hash(target), **fields)
    if result.gone:
        return replace(new, state="disabled", since=at)
    until = at + timedelta(seconds=_wait(failures, result, retries, chance))
    return replace(new, until=max(until, state.until) if is_late and state and state.until else until)


def enabled(known: TargetState | None, target: Target, at: datetime) -> TargetState:
    """Return the record by which *target* is ok again. It keeps the last failure of *known*."""
    version, digest = (known.version if known else 0) + 1, target_hash(target)
    if known is None:
        return TargetState(target.id, version, "ok", at, at, None, 0, None, None, None, None, digest)
    return replace(known, version=version, state="ok", at=at, since=at, until=None, failures=0, target_hash=digest)


def _failures(state: TargetState | None, outcome: Outcome, *, is_late: bool) -> int:
    if state is None:
        return 1
    is_one_message = state.failures == 1 and state.message == outcome.message
    return state.failures if is_late or is_one_message else state.failures + 1


def _wait(failures: int, result: Result, retries: tuple[float, ...], chance: float) -> float:
    """Return the seconds until the next attempt. The receiver may ask for more, up to the longest delay of *retries*."""
    delays = retries or (FIRST_WAIT,)
    wait = min(delays[min(failures, len(delays)) - 1], LONGEST_WAIT) * (1 + chance / 10)
    return max(wait, min(result.retry_after or 0.0, max(delays), LONGEST_SECONDS))
