"""Whether a list without alerts means that there is no news: the feeds, the last article, and the services that run."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.config import Config
from page.records import Records
from page.views.system import list_services

WELL = ("running", "starting")


@dataclass(frozen=True, slots=True)
class Life:
    """How many feeds and watches the config has, the time of the last article, and the services that do not run."""

    feeds: int
    watches: int
    last_article: datetime | None
    stopped: tuple[str, ...]
    none_runs: bool


def make_life(config: Config, records: Records, services: Sequence[str], now: datetime) -> Life:
    """Return the state at *now*. *services* are those that are installed."""
    stopped = find_stopped(records, services, now)
    times = [feed.last_new for feed in records.feeds.values() if feed.last_new]
    return Life(len(config.feeds), len(config.watches), max(times, default=None), stopped, len(stopped) == len(services))


def find_stopped(records: Records, services: Sequence[str], now: datetime) -> tuple[str, ...]:
    """Return which of *services* do not run at *now*."""
    if records.stories and not any(each.process.services for each in records.processes.values()):
        # A log with stories but without any process that ran services is a copy, or that of the demo.
        return ()
    rows = list_services(services, records.processes.values(), {}, now)
    return tuple(row.name for row in rows if row.state not in WELL)
