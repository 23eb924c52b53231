"""The services that are installed, as their entry points offer them."""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from importlib.metadata import entry_points
from typing import Any, Protocol

import click

from monitor.config import Config
from monitor.config.problems import WatchProblem
from monitor.runtime.service import Service

GROUP = "newsmonitor.services"


class ServiceModule(Protocol):
    """A module that offers a service.

    It may have *commands* too, a tuple of click's, which become newsmonitor's own; *watch_commands*, which become those of
    `newsmonitor watch`; and *hints(config)*, see below.
    """

    def make(self, config: Callable[[], Config]) -> Service[Any, Any]:
        """The service; *config* gives the config in use, each time anew."""

    def check(self, config: Config) -> Sequence[str | WatchProblem]:
        """What is wrong with *config* for this service, beyond what its schema says; a Finding stops its watch alone."""


@cache
def service_modules() -> dict[str, ServiceModule]:
    """By name, in the order of the flow where the name is one of ours."""
    found = {entry.name: entry for entry in entry_points(group=GROUP)}
    order = ("poller", "entities", "topics", "stories", "alerts", "delivery")
    return {name: found[name].load() for name in (*(n for n in order if n in found), *sorted(set(found) - set(order)))}


def make(names: Iterable[str], config: Callable[[], Config]) -> list[Service[Any, Any]]:
    """The services called *names*. Raises KeyError where there is none of that name."""
    return [service_modules()[name].make(config) for name in names]


def check(config: Config) -> list[str | WatchProblem]:
    """What is wrong with *config*, as all installed services see it."""
    return [problem for offer in service_modules().values() for problem in offer.check(config)]


def hints(config: Config) -> list[WatchProblem]:
    """What in *config* is right but may mean something else than was meant, as the services that have *hints* see it."""
    return [hint for offer in service_modules().values() for hint in getattr(offer, "hints", lambda _: ())(config)]


def commands(group: str = "") -> dict[str, click.Command]:
    """The commands that the installed services bring, by name: newsmonitor's own, or those of its *group*."""
    listed = f"{group}_commands".removeprefix("_")
    found = (command for offer in service_modules().values() for command in getattr(offer, listed, ()))
    return {command.name or "": command for command in found}
