"""Whether a list without alerts means that there is no news: the feeds, the last article, and the services that run.

What the page does not see, such as a process during an outage of the log, it does not take for absent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.config import Config
from monitor.escape import printable
from page.records import Follower
from page.views.system import list_services

WELL = ("running", "starting")


@dataclass(frozen=True, slots=True)
class Life:
    """How many feeds and watches the config has, the time of the last article, and the services that do not run.

    *troubles* has the reasons why the log cannot be read, and *last_read* when it could be; None if it never could.
    *sees_all* tells whether all that the log has is known, and *sees_services* whether the services are seen.
    """

    feeds: int
    watches: int
    last_article: datetime | None
    stopped: tuple[str, ...]
    none_runs: bool
    troubles: tuple[str, ...]
    last_read: datetime | None
    sees_all: bool
    sees_services: bool


def make_life(config: Config, follower: Follower, services: Sequence[str]) -> Life:
    """Return the state, as far as *follower* has read the log. *services* are those that are installed."""
    stopped = find_stopped(follower, services)
    times = [feed.last_new for feed in follower.records.feeds.values() if feed.last_new]
    return Life(
        len(config.feeds),
        len(config.watches),
        max(times, default=None),
        stopped,
        len(stopped) == len(services),
        tuple(sorted({printable(each) for each in follower.trouble.values()})),
        follower.last_read,
        follower.sees_all,
        follower.sees_processes,
    )


def find_stopped(follower: Follower, services: Sequence[str]) -> tuple[str, ...]:
    """Return which of *services* do not run; none of them while *follower* does not see the processes."""
    records = follower.records
    if not follower.sees_processes:
        return ()
    if records.stories and not any(each.process.services for each in records.processes.values()):
        # A log with stories but without any process that ran services is a copy, or that of the demo.
        return ()
    rows = list_services(services, records.processes.values(), {}, follower.seen)
    return tuple(row.name for row in rows if row.state not in WELL)
