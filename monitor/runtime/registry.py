"""The installed services, found through the entry-point group ``newsmonitor.services``."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from importlib.metadata import entry_points
from typing import Any, Protocol

import click

from monitor.bus import backends
from monitor.bus.address import Address
from monitor.bus.streams import STREAMS, Stream
from monitor.config import Config
from monitor.config.extensions import Extensions
from monitor.config.problems import WatchProblem
from monitor.messages import Message
from monitor.runtime.service import Service

GROUP = "newsmonitor.services"
OWN_SERVICES = ("poller", "entities", "topics", "stories", "alerts", "delivery")
"""newsmonitor's own services in the order of the data flow."""


class ServiceModule(Protocol):
    """A module that defines a service.

    Optional attributes: *messages*, the message classes of streams that the package adds; *sections* and *target_kinds*, its
    additions to monitor.toml (monitor/config/extensions.py); *commands*, click commands that are added to `newsmonitor`;
    *watch_commands*, added to `newsmonitor watch`; and *hints(config)*, see `hints`.
    """

    reads: type[Message]
    """The class of the service's input."""

    def make(self, config: Callable[[], Config]) -> Service[Any, Any]:
        """Return the service. *config* returns the current config at each call."""

    def check(self, config: Config) -> Sequence[str | WatchProblem]:
        """Return the problems of *config* that its schema cannot express. A WatchProblem disables its watch alone."""


@cache
def service_modules() -> Mapping[str, ServiceModule]:
    """Return the modules by service name: newsmonitor's own in the order of the data flow, then all others by name."""
    entries = {entry.name: entry for entry in entry_points(group=GROUP)}
    names = [*(name for name in OWN_SERVICES if name in entries), *sorted(set(entries) - set(OWN_SERVICES))]
    return {name: entries[name].load() for name in names}


def make(names: Iterable[str], config: Callable[[], Config]) -> list[Service[Any, Any]]:
    """Return the services *names*. Raises KeyError if one is not installed."""
    return [service_modules()[name].make(config) for name in names]


def streams() -> Mapping[str, Stream]:
    """Return all streams by name: newsmonitor's own and those of installed packages."""
    added: Iterable[type[Message]] = (kind for module in service_modules().values() for kind in getattr(module, "messages", ()))
    return {**STREAMS, **{kind.STREAM.name: kind.STREAM for kind in added}}


def check(config: Config) -> list[str | WatchProblem]:
    """Return the problems of *config* that the bus and the installed services find."""
    found: list[str | WatchProblem] = [*backends.problems(Address(config.bus, config.streams.days))]
    return [*found, *(problem for module in service_modules().values() for problem in module.check(config))]


def hints(config: Config) -> list[WatchProblem]:
    """Return hints: parts of *config* that are valid but may be a mistake."""
    return [hint for module in service_modules().values() for hint in getattr(module, "hints", lambda _: ())(config)]


@cache
def extensions() -> Extensions:
    """Return what the installed services add to monitor.toml: their *sections* and *target_kinds*."""
    modules = service_modules().values()
    return Extensions(
        tuple(section for module in modules for section in getattr(module, "sections", ())),
        tuple(kind for module in modules for kind in getattr(module, "target_kinds", ())),
    )


def commands(group: str = "") -> dict[str, click.Command]:
    """Return the commands of the installed services by name: those of `newsmonitor`, or of its *group*."""
    attribute = f"{group}_commands".removeprefix("_")
    added = (command for module in service_modules().values() for command in getattr(module, attribute, ()))
    return {command.name or "": command for command in added}
