"""What every request handler needs: the config, the bus, the records, the templates and the clock."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import jinja2
from aiohttp import web

from monitor.bus import Bus
from monitor.clock import Clock
from monitor.config.reload import ConfigReloader
from page.index import Index
from page.limits import Limits
from page.records import Deliveries, Follower
from page.views.trends import Trend
from page.watches.backtest import AT_ONCE


@dataclass(frozen=True, slots=True)
class Site:
    """The page of one config. *config* returns the current one, which is in *file*. *bus* and *index* are open.

    *recorded* is the title of the recorded day that it shows; "" for news. *trends* are kept for a while, by their period
    and with the time for which they were read (page.reading.trends). *backtests* limits how many run at once.
    """

    config: ConfigReloader
    file: Path
    bus: Bus
    follower: Follower
    index: Index
    templates: jinja2.Environment
    clock: Clock
    token: str | None
    recorded: str = ""
    trends: dict[str, tuple[int, list[Trend]]] = field(default_factory=dict)
    deliveries: Deliveries = field(default_factory=Deliveries)
    limits: Limits = field(default_factory=Limits)
    backtests: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))


SITE = web.AppKey("site", Site)
"""Where an aiohttp application holds its Site."""
