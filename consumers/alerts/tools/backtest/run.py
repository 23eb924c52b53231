"""The alerts service, unchanged, over what the log holds."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from monitor.bus import Bus
from monitor.config import Config
from monitor.messages import Alert, ArticleStories, Message
from monitor.messages.codec import Invalid, decode
from monitor.runtime import registry
from monitor.runtime.service import Service
from monitor.runtime.simulation import Simulation, simulate

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Heard:
    """An article, *at* which time the log took it, the service's time *now*, and what each of the configs raised then.

    *counts* is false while the state is still being warmed up: this came before what was asked for. The last one has no
    *message*: it is what the time behind the last article brings, such as the end of a silence.
    """

    at: datetime
    now: datetime
    message: ArticleStories | None
    raised: tuple[Sequence[Alert], ...]
    counts: bool


async def backtest(bus: Bus, configs: Sequence[Config], since: datetime, now: datetime) -> AsyncIterator[Heard]:
    """What each of *configs* would have raised from *since* to *now*, article by article.

    It begins as much earlier as a story can be open, so that ids and versions are those of a live run. Time goes by the
    articles' fetch times, as in the live run. Memory holds the state of the alerts service alone.
    """
    played = [simulate(service(config)) for config in configs]
    behind = timedelta(0)
    async for record in bus.replay(ArticleStories.STREAM.name, since - warm_up(configs)):
        at = datetime.fromtimestamp(record.time, UTC)
        try:
            message = decode(ArticleStories, record)
        except Invalid as error:
            log.warning("article passed over", offset=record.offset, error=str(error))
            continue
        fetched = message.article.fetched
        behind = at - fetched
        yield Heard(at, fetched, message, tuple(_alerts(one.process(message, fetched)) for one in played), at >= since)
    yield Heard(now, now - behind, None, tuple(_alerts(_rest(one, now - behind)) for one in played), counts=True)


def warm_up(configs: Sequence[Config]) -> timedelta:
    """How far before the time asked for the replay begins."""
    return max((keep() for config in configs if (keep := service(config).keep)), default=timedelta(0))


def service(config: Config) -> Service[Any, Any]:
    """The alerts service as it is installed, under *config*."""
    return registry.service_modules()["alerts"].make(lambda: config)


def _rest(one: Simulation[Any], until: datetime) -> list[Message]:
    return one.advance(until) if one.now else []


def _alerts(bodies: Sequence[Message]) -> list[Alert]:
    return [body for body in bodies if isinstance(body, Alert)]
