"""The notice that a target fails or is disabled: an alert that goes to other targets. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from consumers.delivery.queue.unwanted import NOTICE_STORY
from consumers.delivery.targets.states import current_state
from monitor.config import Config
from monitor.messages import Alert, TargetState

PAUSE = timedelta(days=1)
"""The shortest time between two notices that a target fails."""


def is_notice_due(state: TargetState, after: float, *, has_failed: bool) -> bool:
    """Return whether others are to be told of *state*, the new one of a target.

    They are told if the target is disabled. They are also told if it has failed for *after* seconds, once until it works again,
    and if a delivery *has_failed* for good. These two are told once a day at most.
    """
    if state.state != "waiting":
        return state.state == "disabled"
    # A later one was stamped by a clock that was ahead.
    noticed = state.noticed if state.noticed and state.noticed <= state.at else None
    if noticed and state.at - noticed < PAUSE:
        return False
    is_told = noticed is not None and noticed >= state.since
    return has_failed or (not is_told and state.at - state.since >= timedelta(seconds=after))


def make_notice(
    state: TargetState, alerts: Sequence[Alert], states: Mapping[str, TargetState], config: Config, *, has_failed: bool
) -> Alert | None:
    """Return the alert that tells of *state*, the state of a target; None if there is nobody to tell.

    It goes to the target that `delivery.notices` names. If there is none, or it fails, the alert goes to the other targets of
    *alerts*, those that the target has not accepted. If all of these fail too, nobody is told, unless the target is disabled or
    a delivery *has_failed* for good: these are told only once, so the alert waits for the targets. It counts as an alert of the
    watch of the first of *alerts*.
    """
    known = {target.id: current_state(states.get(target.id), target) for target in config.targets if target.id != state.id}
    working = {target_id for target_id, current in known.items() if current is None}
    waiting = {target_id for target_id, current in known.items() if current and current.state == "waiting"}
    is_final = has_failed or state.state == "disabled"
    to = _recipients(alerts, working, config) or (_recipients(alerts, waiting, config) if is_final else ())
    return _notice(alerts[0], state, to, has_failed=has_failed) if alerts and to else None


def _recipients(alerts: Iterable[Alert], able: Collection[str], config: Config) -> tuple[str, ...]:
    """Return which of the targets *able* are told."""
    if (named := config.delivery.notices) and named in able:
        return (named,)
    return tuple(dict.fromkeys(each for alert in alerts for each in alert.to if each in able))


def _notice(alert: Alert, state: TargetState, to: tuple[str, ...], *, has_failed: bool) -> Alert:
    stamp = _stamp(state.at)
    return Alert(
        id=f"{alert.watch}:target:{state.id}:{stamp}",
        version=1,
        change="health",
        watch=alert.watch,
        watch_hash=alert.watch_hash,
        config_hash=alert.config_hash,
        severity="critical",
        to=to,
        story=f"{NOTICE_STORY}{stamp}",
        title=_title(state, has_failed=has_failed),
        url=None,
        raised=state.at,
        updated=state.at,
        certainty=_remedy(state, has_failed=has_failed),
        reasons=(),
        article_count=0,
        articles=(),
        outlet_count=0,
        outlets=(),
        stances={},
        stamps={"received": state.at},
    )


def _title(state: TargetState, *, has_failed: bool) -> str:
    if state.state == "disabled":
        return f"Target {state.id} is disabled: {state.error}"
    if has_failed:
        return f"A delivery to target {state.id} has failed: {state.error}"
    return f"Target {state.id} fails: {state.error}"


def _remedy(state: TargetState, *, has_failed: bool) -> str:
    if state.state == "disabled":
        return f"Alerts for {state.id} wait until it is enabled: `newsmonitor targets enable {state.id}`"
    if has_failed:
        commands = (f"newsmonitor deliveries {action} --target {state.id}" for action in ("list", "redrive"))
        return "`{}` lists what is not tried again, and `{}` sends it".format(*commands)
    since = f"It has accepted nothing since {state.since:%Y-%m-%d %H:%M} UTC"
    return f"{since}. Alerts for {state.id} wait and are tried again: `newsmonitor targets`"


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y%m%dT%H%M%S.%fZ}"
