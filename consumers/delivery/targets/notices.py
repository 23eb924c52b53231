"""The notice that a target fails or is disabled: an alert that goes to other targets. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from monitor.config import Config
from monitor.messages import Alert, TargetState

PAUSE = timedelta(days=1)
"""The shortest time between two notices that a target fails."""


def is_notice_due(state: TargetState, after: float, *, has_failed: bool) -> bool:
    """Return whether others are to be told of *state*, the new one of a target.

    They are told that a target is disabled, and that it fails if that has lasted for *after* seconds or, with *has_failed*, if
    a delivery has failed for good. Of failures without a success between them they are told once.
    """
    if state.state != "waiting":
        return state.state == "disabled"
    # A later one was stamped by a clock that was ahead.
    noticed = state.noticed if state.noticed and state.noticed <= state.at else None
    if noticed and (noticed >= state.since or state.at - noticed < PAUSE):
        return False
    return has_failed or state.at - state.since >= timedelta(seconds=after)


def make_notice(
    state: TargetState, alerts: Iterable[Alert], states: Mapping[str, TargetState], config: Config, *, has_failed: bool
) -> Alert | None:
    """Return the alert that tells of *state*, that of a target; None if there is nobody to tell.

    It goes to the target that `delivery.notices` names. Without one, or if that is disabled, it goes to the other targets of
    *alerts*, which the target does not have. It counts as an alert of the first one's watch.
    """
    missed = list(alerts)
    disabled = {each.id for each in states.values() if each.state == "disabled"} | {state.id}
    able = {target.id for target in config.targets} - disabled
    named = config.delivery.notices
    others = dict.fromkeys(each for alert in missed for each in alert.to if each in able)
    to = (named,) if named in able else tuple(others)
    return _notice(missed[0], state, to, has_failed=has_failed) if missed and to else None


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
        story=f"target:{stamp}",
        title=f"Target {state.id} {'is disabled' if state.state == 'disabled' else 'fails'}: {state.error}",
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


def _remedy(state: TargetState, *, has_failed: bool) -> str:
    if state.state == "disabled":
        return f"Alerts for {state.id} wait until it is enabled: `newsmonitor targets enable {state.id}`"
    since = f"It has accepted nothing since {state.since:%Y-%m-%d %H:%M} UTC"
    if has_failed:
        return f"{since}, and a delivery has failed for good: `newsmonitor deliveries redrive --target {state.id}`"
    return f"{since}. Alerts for {state.id} wait and are tried again: `newsmonitor targets`"


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y%m%dT%H%M%SZ}"
