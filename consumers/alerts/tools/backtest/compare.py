"""Two versions of the watches over the same articles, side by side."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from consumers.alerts.tools.backtest.run import backtest
from consumers.alerts.tools.backtest.versions import Versions
from monitor.bus import Bus
from monitor.messages import Alert
from monitor.messages.codec import decode


@dataclass(frozen=True, slots=True)
class Side:
    """What both versions raised at one article; *at* and *now* as in Heard."""

    at: datetime
    now: datetime
    before: Sequence[Alert]
    after: Sequence[Alert]


async def sides(bus: Bus, asked: Versions, watch: str | None, since: datetime, now: datetime) -> AsyncIterator[Side]:
    """The running version and the edit; where there is no edit, what was raised and what would be now.

    Where a *watch* is named, it alone.
    """
    if asked.edited:
        async for heard in backtest(bus, [asked.runs, asked.tried], since, now):
            before, after = heard.raised if heard.counts else ((), ())
            yield Side(heard.at, heard.now, before, after)
        return
    logged = _logged(bus, watch, since)
    waiting = await anext(logged, None)
    async for heard in backtest(bus, [asked.tried], since, now):
        before = []
        while waiting and waiting[0] <= heard.at:
            before.append(waiting[1])
            waiting = await anext(logged, None)
        yield Side(heard.at, heard.now, before, heard.raised[0] if heard.counts else ())


async def _logged(bus: Bus, watch: str | None, since: datetime) -> AsyncIterator[tuple[datetime, Alert]]:
    """What was raised, and when."""
    async for record in bus.replay(Alert.STREAM.name, since):
        if watch is None or record.headers.get("watch") == watch:
            yield datetime.fromtimestamp(record.time, UTC), decode(Alert, record)
