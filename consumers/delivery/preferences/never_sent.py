"""Watches and targets whose keys together let no alert through, or none for more than a day. Pure."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache

from consumers.delivery.preferences.quiet_hours import first_open
from consumers.delivery.queue.unwanted import lowest_severity
from monitor.config import Config, QuietHours, Target, Watch
from monitor.config.problems import KeyProblem
from monitor.messages import SEVERITIES

LONGEST_QUIET = timedelta(days=1)
"""Quiet hours that leave a time of each day free hold an alert for less than this."""
PROBED_DAYS = range(0, 371, 7)
"""The days from now on that are looked at: a year, because clocks go forward in one zone before they do so in another."""


def never_sent(config: Config, now: datetime) -> Iterator[KeyProblem]:
    """Yield a hint for each target, and each way in which it and watches that name it in `to` keep alerts from being sent.

    Such watches are counted, and the first of them is named. Critical alerts are always sent.
    """
    targets = {target.id: (index, target) for index, target in enumerate(config.targets)}
    found: dict[tuple[str, str, QuietHours | None], list[Watch]] = {}
    for watch in config.watches:
        for _, target in (targets[each] for each in dict.fromkeys(watch.to) if each in targets):
            if SEVERITIES.index(watch.severity) < SEVERITIES.index(lowest_severity(target)):
                found.setdefault((target.id, watch.severity, None), []).append(watch)
            elif watch.severity != "critical" and target.quiet and watch.quiet and _closed(watch.quiet, target.quiet, now):
                found.setdefault((target.id, "", watch.quiet), []).append(watch)
    for (target_id, severity, quiet), watches in found.items():
        index, target = targets[target_id]
        if target.quiet and quiet:
            yield KeyProblem(_describe_quiet(watches, quiet, target, target.quiet, now), ("targets", index, "quiet"))
        else:
            yield KeyProblem(_describe_severity(watches, severity, target), ("targets", index, _severity_key(target)))


@lru_cache(maxsize=1024)
def _closed(first: QuietHours, second: QuietHours, now: datetime) -> tuple[datetime, ...]:
    """Return the days of the next year from whose time on both together leave no time free for more than a day."""
    days = (now + timedelta(days=number) for number in PROBED_DAYS)
    return tuple(day for day in days if first_open((first, second), day, LONGEST_QUIET) is None)


def _describe_quiet(watches: list[Watch], quiet: QuietHours, target: Target, of_target: QuietHours, now: datetime) -> str:
    closed = _closed(quiet, of_target, now)
    is_always = len(closed) == len(PROBED_DAYS)
    when = "cover the whole day" if is_always else f"cover the whole day at times of the year, as on {closed[0]:%Y-%m-%d}"
    return (
        f"target {target.id!r}: its quiet hours ({_show(of_target)}) and those of {_name(watches)} ({_show(quiet)}) together "
        f"{when}: only critical alerts are sent to it then, and the others wait. Shorten `quiet` of the target or of the watch"
    )


def _describe_severity(watches: list[Watch], severity: str, target: Target) -> str:
    key, least = _severity_key(target), lowest_severity(target)
    return (
        f'target {target.id!r}: {key} = "{least}", but {_name(watches)} that names it in `to` raises alerts of severity '
        f'"{severity}", so none of them is ever sent to it: lower {key}, raise the severity of the watch, or take the target '
        "out of its `to`"
    )


def _severity_key(target: Target) -> str:
    return "min_severity" if target.min_severity == lowest_severity(target) else "severity"


def _name(watches: list[Watch]) -> str:
    others = len(watches) - 1
    return f"the watch {watches[0].id!r}{f' and {others:,} more' if others else ''}"


def _show(quiet: QuietHours) -> str:
    return f"{quiet.start} to {quiet.end} {quiet.zone}"
