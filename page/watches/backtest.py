"""What a watch would have raised in the past days, beside what the saved one would have."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo

from consumers.alerts.tools.backtest.results import AlertPair, AlertPairing, AlertSummary
from consumers.alerts.tools.backtest.run import backtest
from monitor.bus import Bus
from monitor.config import Config, Watch
from monitor.messages import health_of

DAYS = 7
AT_ONCE = 2
"""The most backtests at once. Further ones wait for their turn."""


class Cancelled(Exception):
    """The result is not wanted any more."""


@dataclass(frozen=True, slots=True)
class Day:
    """How many alerts the saved watch and the edited one raise on a day."""

    day: date
    saved: int
    edited: int


@dataclass(frozen=True, slots=True)
class Tried:
    """The result: the alerts of each day, those that the edit adds, removes and leaves, and what it took.

    Without a saved watch, all alerts are *more*.
    """

    days: tuple[Day, ...]
    more: tuple[AlertSummary, ...]
    less: tuple[AlertSummary, ...]
    same: tuple[AlertSummary, ...]
    article_count: int
    seconds: float


async def try_watch(
    bus: Bus,
    config: Config,
    edited: Watch,
    now: datetime,
    zone: tzinfo,
    days: int = DAYS,
    is_wanted: Callable[[], bool] = lambda: True,
    clock: Callable[[], float] = time.perf_counter,
) -> Tried:
    """Try *edited*, in place of the watch of its id in *config*, over the articles of the last *days*.

    Raises Cancelled as soon as *is_wanted* returns False.
    """
    started, pairing, count = clock(), AlertPairing(), 0
    saved = next((each for each in config.watches if each.id == edited.id), None)
    sides = [edited] if saved in (None, edited) else [saved, edited]
    configs = [replace(config, watches=(each,)) for each in sides if each]
    since, is_saved = now - timedelta(days=days), saved is not None
    async for step in backtest(bus, configs, since, now):
        if step.in_range:
            count += step.message is not None and health_of(step.message.article) is None
            pairing.add(step.alerts[0] if is_saved else (), step.alerts[-1])
        await asyncio.sleep(0)
        if not is_wanted():
            raise Cancelled
    pairs = sorted(pairing.close(), key=lambda pair: pair.summary.raised, reverse=True)
    today = now.astimezone(zone).date()
    counted = tuple(_day(today - timedelta(days=ago), pairs, zone) for ago in reversed(range(days)))
    kinds = (tuple(pair.summary for pair in pairs if pair.change == change) for change in ("more", "less", "same"))
    more, less, same = kinds
    return Tried(counted, more, less, same, count, clock() - started)


def _day(day: date, pairs: Sequence[AlertPair], zone: tzinfo) -> Day:
    of_day = [pair for pair in pairs if pair.summary.raised.astimezone(zone).date() == day]
    return Day(day, sum(pair.before is not None for pair in of_day), sum(pair.after is not None for pair in of_day))
