"""The page /metrics: ask the bus for what only it knows, and write everything in a format of Prometheus."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from importlib.metadata import version

from aiohttp import web
from prometheus_client import Metric
from prometheus_client.registry import Collector

from monitor.bus import Misconfigured, Transient
from monitor.bus.storage import Storage
from monitor.concurrency import gather_all
from monitor.config.reload import ConfigStatus
from monitor.runtime.health import Health
from monitor.runtime.loop_monitor import LoopStalls
from monitor.runtime.metrics import families
from monitor.runtime.metrics.exposition import exposition, new_registry
from monitor.runtime.metrics.families import Moment

ASK_SECONDS = 2.0
"""The most seconds to wait for the bus. Prometheus gives a scrape up ten seconds after its start."""
FRESH_SECONDS = 1.0
"""Seconds for which an answer of the bus counts, however many servers ask for the metrics."""

Lag = Callable[[str, str], Awaitable[int | None]]


class Metrics(Collector):
    """The metrics of the process that runs *services*, whose inputs are *inputs*: streams by service name.

    *config* returns which config is in use, and *storage* the room that the bus takes. *lag* is Bus.lag, and None until the bus
    is open.
    """

    def __init__(
        self,
        services: Mapping[str, Health],
        inputs: Mapping[str, Sequence[str]],
        stalls: LoopStalls,
        config: Callable[[], ConfigStatus],
        storage: Callable[[], Storage | None],
        ask_seconds: float = ASK_SECONDS,
        fresh_seconds: float = FRESH_SECONDS,
    ) -> None:
        self.lag: Lag | None = None
        self._ask_seconds, self._fresh_seconds = ask_seconds, fresh_seconds
        self._services, self._inputs, self._stalls = services, inputs, stalls
        self._config, self._ask_storage = config, storage
        self._lags: Mapping[tuple[str, str], int] | None = None
        self._storage: Storage | None = None
        self._asked = -math.inf
        self._asking: asyncio.Task[Storage | None] | None = None
        self._turn = asyncio.Lock()
        self._version = version("newsmonitor")
        self._registry = new_registry(self)

    async def respond(self, request: web.Request) -> web.Response:
        """Answer a scrape, in the format that it asks for."""
        async with self._turn:
            if time.monotonic() - self._asked >= self._fresh_seconds:
                self._lags, self._storage = await self._read_lags(), await self._read_storage()
                self._asked = time.monotonic()
        return exposition(self._registry, request)

    def collect(self) -> Iterator[Metric]:
        """See Collector."""
        services, now = self._services, Moment(time.time(), time.monotonic())
        yield from families.build_families(self._version)
        yield from families.config_families(self._config())
        yield from families.loop_and_storage_families(self._stalls, self._storage, now.monotonic)
        yield from families.lag_families(self._lags)
        yield from families.service_families(services, now)
        yield from families.tally_families(services)
        yield from families.event_families(services)
        yield from families.measured_families({name: health.measures for name, health in services.items()})

    def describe(self) -> Sequence[Metric]:
        """Return nothing: what there is to report is known only once the services run. See Collector."""
        return ()

    async def _read_lags(self) -> Mapping[tuple[str, str], int] | None:
        """Return the lags by service and stream; None if the bus does not answer in time.

        A service that has never run has none.
        """
        lag, pairs = self.lag, [(name, stream) for name, streams in self._inputs.items() for stream in streams]
        if lag is None:
            return None
        try:
            async with asyncio.timeout(self._ask_seconds):
                lags = await gather_all(lag(name, stream) for name, stream in pairs)
        except (Transient, Misconfigured, TimeoutError):
            return None
        return {pair: count for pair, count in zip(pairs, lags, strict=True) if count is not None}

    async def _read_storage(self) -> Storage | None:
        """Return the room that the bus takes; None if the disk does not answer in time."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(asyncio.to_thread(self._ask_storage))
        # A thread cannot be ended: while one waits for the disk, no other is started.
        await asyncio.wait({self._asking}, timeout=self._ask_seconds)
        return self._asking.result() if self._asking.done() and not self._asking.exception() else None
