"""The services that are installed, as their entry points offer them."""

from collections.abc import Callable, Iterable
from functools import cache
from importlib.metadata import entry_points
from typing import Any, Protocol

from monitor.config import Config
from monitor.service import Service

GROUP = "newsmonitor.services"


class Offer(Protocol):
    """A module that offers a service."""

    def make(self, config: Callable[[], Config]) -> Service[Any, Any]:
        """The service; *config* gives the config in use, each time anew."""

    def check(self, config: Config) -> list[str]:
        """What is wrong with *config* for this service, beyond what its schema says."""


@cache
def offers() -> dict[str, Offer]:
    """By name, in the order of the flow where the name is one of ours."""
    found = {entry.name: entry for entry in entry_points(group=GROUP)}
    order = ("poller", "entities", "topics", "stories", "alerts", "delivery")
    return {name: found[name].load() for name in (*(n for n in order if n in found), *sorted(set(found) - set(order)))}


def make(names: Iterable[str], config: Callable[[], Config]) -> list[Service[Any, Any]]:
    """The services called *names*. Raises KeyError where there is none of that name."""
    return [offers()[name].make(config) for name in names]


def check(config: Config) -> list[str]:
    """What is wrong with *config*, as all installed services see it."""
    return [problem for offer in offers().values() for problem in offer.check(config)]
