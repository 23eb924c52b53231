"""Which deliveries are not sent, and the records that end them with the reason. Pure."""

from collections.abc import Container
from dataclasses import replace
from datetime import datetime
from typing import Literal

from monitor.config import Target, Updates
from monitor.messages import SEVERITIES, Alert, Delivery, Mark, Severity

NOTICE_STORY = "target:"
"""The beginning of what a notice about a target has in place of a story."""


def asks_for(updates: Updates, alert: Alert) -> bool:
    """Return True if a reader with *updates* asks for this version of an alert."""
    return updates == "all" or alert.change == "new" or (updates == "changes" and alert.change != "outlet")


def withhold(record: Delivery, updates: Updates, now: datetime) -> Delivery:
    """Return the record that ends a delivery because its target, which has *updates*, does not ask for it."""
    error = f"updates = {updates!r} does not ask for this version"
    return end(record, "withheld", now, error)


def leave_out(record: Delivery, now: datetime) -> Delivery:
    """Return the record that ends a delivery because its message is full. The message says how many are left out."""
    return replace(end(record, "withheld", now, "left out of a message that was full, and counted in it"), left_out=1)


def muted_reason(mark: Mark | None) -> str:
    """Return why an alert with this *mark* is not sent; "" if it is not muted."""
    return f"the alert is muted by {mark.by}" if mark and mark.state == "muted" else ""


def unwanted_reason(record: Delivery, target: Target | None, watches: Container[str], mark: Mark | None = None) -> str:
    """Return why the config, with this *target* and *watches*, or the *mark* of its alert no longer asks for *record*.

    Return "" if they do.
    """
    if target is None:
        return "the target is no longer in the config"
    if record.body and record.body.watch not in watches and not record.body.story.startswith(NOTICE_STORY):
        return "the watch is no longer in the config"
    if record.body and is_below_threshold(record.body, target):
        return "the alert is less severe than the target asks for"
    return muted_reason(mark)


def drop(record: Delivery, reason: str, now: datetime) -> Delivery:
    """Return the record that ends a delivery as dropped."""
    return end(record, "dropped", now, reason)


def end(record: Delivery, state: Literal["superseded", "dropped", "withheld"], now: datetime, error: str | None) -> Delivery:
    """Return the record that ends a delivery without a further attempt."""
    ended = replace(record, state=state, at=now, due=None, error=error, body=None, message=None)
    return replace(ended, wanted=None, since=None, left_out=None, brings_back=None)


def is_below_threshold(alert: Alert, target: Target) -> bool:
    """Return True if *alert* is less severe than *target* asks for."""
    return SEVERITIES.index(alert.severity) < SEVERITIES.index(lowest_severity(target))


def lowest_severity(target: Target) -> Severity:
    """Return the severity below which *target* asks for no alert. `severity` is the older name of `min_severity`."""
    return max(target.severity, target.min_severity, key=SEVERITIES.index)
