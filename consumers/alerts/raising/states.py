"""How the origins of a story change from one version of an alert to the next, and the state that the alert is in. Pure."""

from dataclasses import replace

from monitor.messages import Alert, StateOfAlert

BY_STANDING: dict[str, StateOfAlert] = {"disputed": "disputed", "confirmed": "confirmed", "denied": "denied"}
"""The states that the standing of a story decides."""
CORROBORATED = 2
"""The number of origins from which on a story is corroborated."""


def has_other_standing(previous: Alert, alert: Alert) -> bool:
    """Return whether the story stands otherwise in *alert* than in *previous*, or a second origin says it now.

    A version of an earlier program has no standing, so there is nothing to compare.
    """
    if previous.standing is None or alert.standing is None:
        return False
    is_corroborated = (previous.origin_count or 0) < CORROBORATED <= (alert.origin_count or 0)
    return alert.standing != previous.standing or is_corroborated


def with_state(alert: Alert, previous: Alert | None) -> Alert:
    """Return *alert*, the version after *previous*, with its state: the first that holds."""
    return replace(alert, state=_state(alert, previous))


def _state(alert: Alert, previous: Alert | None) -> StateOfAlert:
    if alert.change == "correction":
        return "corrected"
    if alert.standing in BY_STANDING:
        return BY_STANDING[alert.standing]
    if alert.change == "development":
        return "developed"
    if (alert.origin_count or 0) >= CORROBORATED:
        return "corroborated"
    # The dispute or the correction of the version before is over.
    return previous.state if previous and previous.state in {"corroborated", "developed"} else "raised"
