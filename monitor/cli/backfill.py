"""How much backfill waits for its analysis, and how fast it is analysed."""

from collections.abc import Mapping
from datetime import timedelta

from monitor.bus import Bus
from monitor.clock import utc
from monitor.format import pluralize
from monitor.messages import ArticleBackfill, ArticleEntities
from monitor.runtime import registry

WINDOW = timedelta(minutes=1)
"""The time over which the speed is measured."""


async def summarize_backfill(bus: Bus) -> dict[str, int]:
    """Return how many articles of article.backfill.v1 are *waiting*, and how many were *analysed* in the last minute.

    On Kafka, *waiting* may include a few markers of transactions.
    """
    stream = ArticleBackfill.STREAM.name
    readers = [name for name, module in registry.service_modules().items() if ArticleBackfill in registry.inputs(module)]
    lags = [lag for name in readers if (lag := await bus.lag(name, stream)) is not None]
    # Before a service has read the stream, all of it waits.
    waiting = max(lags) if lags else sum([1 async for _ in bus.replay(stream, None)])
    # The key of the time at which an article was published to the stream, in the encoded message.
    stamp = f'"{stream}"'.encode()
    since = utc() - WINDOW
    analysed = sum([stamp in record.value async for record in bus.replay(ArticleEntities.STREAM.name, since)])
    return {"waiting": waiting, "analysed": analysed}


def describe_backfill(backfill: Mapping[str, int]) -> str:
    """Return the line of `newsmonitor status` about *backfill*, the result of `summarize_backfill`."""
    waiting, analysed = backfill["waiting"], backfill["analysed"]
    if not waiting:
        return "none waits" + (f"; {analysed} analysed in the last minute" if analysed else "")
    line = f"{pluralize(waiting, 'article')} {'wait' if waiting > 1 else 'waits'} until no news waits"
    if not analysed:
        return f"{line}; none analysed in the last minute"
    return f"{line}; {analysed} analysed in the last minute, so about {pluralize(-(-waiting // analysed), 'minute')} left"
