"""The state of a target: what a failure, a success and an edit of its config change. Pure.

A failure says more about its target than about its message, so the whole target waits. That a single message is refused again
and again, however, says little about the target: other messages then wait only as long as after a first failure.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from consumers.delivery.queue.delivery_queue import LONGEST_SECONDS, MAX_ERROR, Result
from monitor.config import Target, target_hash
from monitor.messages import Delivery, TargetState

LONGEST_WAIT = 3600.0
"""The longest wait in seconds before a target is tried again, unless it asks for more. Alerts may wait for as long after its
return."""
FIRST_WAIT = 5.0
"""The first wait in seconds if `delivery.retries` is empty."""


@dataclass(frozen=True, slots=True)
class MessageResult:
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
    if state.message is None:
        return min(due, state.since)
    # Another clock may have stamped the record with a date after which there is none.
    return record.at + min(due - record.at, timedelta(seconds=LONGEST_WAIT))


def probe_due(state: TargetState | None, record: Delivery, due: datetime) -> datetime:
    """Return when *record*, a delivery that failed before, may be sent to see whether its target works again.

    That is when its own delay ends, at *due*, but while the target waits no later than LONGEST_WAIT after its last attempt.
    """
    if state is None or state.state != "waiting":
        return due
    return record.at + min(due - record.at, timedelta(seconds=LONGEST_WAIT))


def after_message(
    known: TargetState | None, target: Target, ended: MessageResult, retries: tuple[float, ...], chance: float
) -> TargetState | None:
    """Return the next state of *target*, whose record is *known*; None if *ended* does not change it.

    *retries* are the delays of `delivery.retries`. *chance*, from 0 to 1, lengthens the wait by up to a tenth.
    """
    state, result, at = current_state(known, target), ended.result, ended.at
    # A state that is stamped later than the end of the message is of another clock.
    is_late = state is not None and ended.started <= state.at <= at
    if result.error is None or result.partial:
        is_over = known is not None and known.state != "ok" and (state is None or state.state == "waiting")
        return enabled(known, target, at) if is_over and not is_late else None
    if state and state.state == "disabled":
        return None
    failures = _failures(state, ended, is_late=is_late)
    until = at + timedelta(seconds=_wait(failures, result, retries, chance))
    if is_late and state and state.until:
        until = max(until, state.until)
    return TargetState(
        id=target.id,
        version=(known.version if known else 0) + 1,
        state="disabled" if result.gone else "waiting",
        at=at,
        # A later one was stamped by a clock that was ahead.
        since=min(state.since, at) if state and not result.gone else at,
        until=None if result.gone else until,
        failures=failures,
        status=result.status,
        error=result.error[:MAX_ERROR],
        failed=at,
        message=ended.message,
        target_hash=target_hash(target),
        noticed=_noticed(known, target),
    )


def enabled(known: TargetState | None, target: Target, at: datetime) -> TargetState:
    """Return the record by which *target* is ok again. It keeps the last failure of *known*."""
    version, digest = (known.version if known else 0) + 1, target_hash(target)
    if known is None:
        return TargetState(target.id, version, "ok", at, at, None, 0, None, None, None, None, digest)
    noticed = _noticed(known, target)
    return replace(
        known, version=version, state="ok", at=at, since=at, until=None, failures=0, target_hash=digest, noticed=noticed
    )


def _noticed(known: TargetState | None, target: Target) -> datetime | None:
    """Return when others were last told that *target* fails at its present address."""
    return known.noticed if known and known.target_hash == target_hash(target) else None


def _failures(state: TargetState | None, ended: MessageResult, *, is_late: bool) -> int:
    if state is None:
        return 1
    is_one_message = state.failures == 1 and state.message == ended.message
    return state.failures if is_late or is_one_message else state.failures + 1


def _wait(failures: int, result: Result, retries: tuple[float, ...], chance: float) -> float:
    """Return the seconds until the next attempt. The receiver may ask for more, up to the longest delay of *retries*."""
    delays = retries or (FIRST_WAIT,)
    wait = min(delays[min(failures, len(delays)) - 1], LONGEST_WAIT) * (1 + chance / 10)
    return max(wait, min(result.retry_after or 0.0, max(delays), LONGEST_SECONDS))
