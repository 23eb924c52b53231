"""Running a backtest: the alerts service itself, simulated over the articles that the log still holds."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from consumers.alerts.tools.backtest.configs import BacktestConfigs
from monitor.bus import Bus
from monitor.config import Config
from monitor.messages import Alert, ArticleStories, Message
from monitor.messages.codec import Invalid, decode
from monitor.runtime import registry
from monitor.runtime.service import Service
from monitor.runtime.simulation import Simulation, simulate

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class SimulationStep:
    """One article, and the alerts that it raises under each config.

    *log_time* is the time at which the log received the article; *service_time* is the time of the simulated services.
    *in_range* is False for articles before the requested time range, which only build up the state. The last step has no
    *message*: it stands for the time from the last article to now, in which a silence may raise an alert.
    """

    log_time: datetime
    service_time: datetime
    message: ArticleStories | None
    alerts: tuple[Sequence[Alert], ...]
    in_range: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """The alerts that one article raises before and after an edit, with the times of its SimulationStep."""

    log_time: datetime
    service_time: datetime
    before: Sequence[Alert]
    after: Sequence[Alert]


async def backtest(bus: Bus, configs: Sequence[Config], since: datetime, now: datetime) -> AsyncIterator[SimulationStep]:
    """Yield a step for each article, with the alerts that each of *configs* would have raised from *since* to *now*.

    The replay begins earlier, by the time for which a story can be open (warm_up), so that ids and versions equal those of a
    live run. The simulated time is the fetch time of the articles. Only the state of the simulated services is in memory.
    """
    simulations = [simulate(alerts_service(config)) for config in configs]
    delay = timedelta(0)
    async for record in bus.replay(ArticleStories.STREAM.name, since - warm_up(configs)):
        log_time = datetime.fromtimestamp(record.time, UTC)
        try:
            message = decode(ArticleStories, record)
        except Invalid as error:
            log.warning("invalid article skipped", offset=record.offset, error=str(error))
            continue
        fetched = message.article.fetched
        if not message.article.backfill:
            delay = log_time - fetched
        alerts = tuple(_alerts_in(simulation.process(message, fetched)) for simulation in simulations)
        yield SimulationStep(log_time, fetched, message, alerts, log_time >= since)
    alerts = tuple(_alerts_in(_advance(simulation, now - delay)) for simulation in simulations)
    yield SimulationStep(now, now - delay, None, alerts, in_range=True)


async def compare(
    bus: Bus, configs: BacktestConfigs, watch_id: str | None, since: datetime, now: datetime
) -> AsyncIterator[Comparison]:
    """Yield a comparison for each article: the alerts of the current and of the edited config.

    Without an edit, compare the alerts in the log with those that the current config would raise. With *watch_id*, read only
    the alerts of that watch from the log.
    """
    if configs.is_edited:
        async for step in backtest(bus, [configs.current, configs.edited], since, now):
            before, after = step.alerts if step.in_range else ((), ())
            yield Comparison(step.log_time, step.service_time, before, after)
        return
    logged_alerts = _logged_alerts(bus, watch_id, since)
    next_logged = await anext(logged_alerts, None)
    async for step in backtest(bus, [configs.edited], since, now):
        logged = []
        while next_logged and next_logged[0] <= step.log_time:
            logged.append(next_logged[1])
            next_logged = await anext(logged_alerts, None)
        yield Comparison(step.log_time, step.service_time, logged, step.alerts[0] if step.in_range else ())


def warm_up(configs: Sequence[Config]) -> timedelta:
    """Return how long before the requested time range the replay must begin."""
    return max((keep() for config in configs if (keep := alerts_service(config).keep)), default=timedelta(0))


def alerts_service(config: Config) -> Service[Any, Any]:
    """Return the installed alerts service with *config*."""
    return registry.service_modules()["alerts"].make(lambda: config)


async def _logged_alerts(bus: Bus, watch_id: str | None, since: datetime) -> AsyncIterator[tuple[datetime, Alert]]:
    """Yield the alerts in the log, each with the time at which the log received it."""
    async for record in bus.replay(Alert.STREAM.name, since):
        if watch_id is None or record.headers.get("watch") == watch_id:
            try:
                alert = decode(Alert, record)
            except Invalid as error:
                log.warning("invalid alert skipped", offset=record.offset, error=str(error))
                continue
            yield datetime.fromtimestamp(record.time, UTC), alert


def _advance(simulation: Simulation[Any], until: datetime) -> list[Message]:
    return simulation.advance(until) if simulation.now else []


def _alerts_in(messages: Sequence[Message]) -> list[Alert]:
    return [message for message in messages if isinstance(message, Alert)]
