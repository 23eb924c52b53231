"""The metrics of a process that runs no services, such as the page: what it measures itself."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.metadata import version

from aiohttp import web
from prometheus_client import Metric
from prometheus_client.registry import Collector

from monitor.config.reload import ConfigReloader
from monitor.runtime.measures import Measure
from monitor.runtime.metrics import families
from monitor.runtime.metrics.exposition import exposition, new_registry


class MeasuredProcess(Collector):
    """The metrics of the process *name*: what *measures* returns, and the config of *reloader*."""

    def __init__(self, name: str, reloader: ConfigReloader, measures: Callable[[], Iterable[Measure]]) -> None:
        self._name, self._reloader, self._measures = name, reloader, measures
        self._version = version("newsmonitor")
        self._registry = new_registry(self)

    def respond(self, request: web.Request) -> web.Response:
        """Answer a scrape, in the format that it asks for."""
        return exposition(self._registry, request)

    def collect(self) -> Iterator[Metric]:
        """See Collector."""
        reloader = self._reloader
        yield from families.build_families(self._version)
        yield from families.config_families(
            reloader().hash, is_refused=reloader.trouble is not None, needs_restart=bool(reloader.deferred())
        )
        yield from families.measured_families({self._name: self._measures})

    def describe(self) -> Sequence[Metric]:
        """Return nothing: what there is to report is known only at a scrape. See Collector."""
        return ()
