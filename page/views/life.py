"""What proves that a page without news is not broken: feeds, the last article, services that run; and what a new user does."""

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
    """Return what is alive at *now*, of the *services* that are installed."""
    stopped = find_stopped(records, services, now)
    times = [feed.last_new for feed in records.feeds.values() if feed.last_new]
    return Life(len(config.feeds), len(config.watches), max(times, default=None), stopped, len(stopped) == len(services))


def find_stopped(records: Records, services: Sequence[str], now: datetime) -> tuple[str, ...]:
    """Return which of *services* are not at work at *now*."""
    if not records.processes and records.stories:
        # A log with stories but without any process is a copy, or that of the demo.
        return ()
    rows = list_services(services, records.processes.values(), {}, now)
    return tuple(row.name for row in rows if row.state not in WELL)
