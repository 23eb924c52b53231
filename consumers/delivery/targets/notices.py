"""The notice that a target is disabled: an alert that goes to other targets. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from monitor.config import Config
from monitor.messages import Alert, Delivery, TargetState


def disabled_notice(
    state: TargetState, refused: Iterable[Delivery], states: Mapping[str, TargetState], config: Config
) -> Alert | None:
    """Return the alert that tells of *state*, a target that is now disabled; None if there is nobody to tell.

    It goes to the target that `delivery.notices` names. Without one, or if that is disabled, it goes to the other targets of
    the alerts in *refused*, which the target did not take. It counts as an alert of the first one's watch.
    """
    alerts = [record.body for record in refused if record.body]
    disabled = {each.id for each in states.values() if each.state == "disabled"} | {state.id}
    able = {target.id for target in config.targets} - disabled
    named = config.delivery.notices
    others = dict.fromkeys(each for alert in alerts for each in alert.to if each in able)
    to = (named,) if named in able else tuple(others)
    return _notice(alerts[0], state, to) if alerts and to else None


def _notice(alert: Alert, state: TargetState, to: tuple[str, ...]) -> Alert:
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
        title=f"Target {state.id} is disabled: {state.error}",
        url=None,
        raised=state.at,
        updated=state.at,
        certainty=f"Alerts for {state.id} wait until it is enabled: `newsmonitor targets enable {state.id}`",
        reasons=(),
        article_count=0,
        articles=(),
        outlet_count=0,
        outlets=(),
        stances={},
        stamps={"received": state.at},
    )


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y%m%dT%H%M%SZ}"
