"""The metrics of a process that runs no services, such as the page: what it measures itself."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.metadata import version

from aiohttp import web
from prometheus_client import Metric
from prometheus_client.registry import Collector

from monitor.config.reload import ConfigStatus
from monitor.runtime.measures import Measure
from monitor.runtime.metrics import families
from monitor.runtime.metrics.exposition import exposition, new_registry


class MetricsWithoutServices(Collector):
    """The metrics of the program *name*: what *measures* returns, and by *config* which config is in use."""

    def __init__(self, name: str, config: Callable[[], ConfigStatus], measures: Callable[[], Iterable[Measure]]) -> None:
        self._name, self._config, self._measures = name, config, measures
        self._version = version("newsmonitor")
        self._registry = new_registry(self)

    def respond(self, request: web.Request) -> web.Response:
        """Answer a scrape, in the format that it asks for."""
        return exposition(self._registry, request)

    def collect(self) -> Iterator[Metric]:
        """See Collector."""
        yield from families.build_families(self._version)
        yield from families.config_families(self._config())
        yield from families.measured_families({self._name: self._measures})

    def describe(self) -> Sequence[Metric]:
        """Return nothing: what there is to report is known only at a scrape. See Collector."""
        return ()
