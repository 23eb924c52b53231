"""The installed services, found through the entry-point group ``newsmonitor.services``.

A package that cannot be imported, or does not offer what a service module must offer, is left out: `check` reports it, and
commands that only read go on without it.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Protocol, cast

from monitor.bus import Bus, Misconfigured, backends
from monitor.bus.address import Address
from monitor.bus.streams import STREAMS, Stream
from monitor.config import Config
from monitor.config.extensions import Extensions
from monitor.config.hints import config_hints
from monitor.config.kafka import kafka_problems
from monitor.config.problems import KeyProblem, WatchProblem
from monitor.messages import MESSAGES, Message
from monitor.runtime.service import Service

GROUP = "newsmonitor.services"
OWN_SERVICES = ("poller", "entities", "topics", "stories", "alerts", "delivery")
"""newsmonitor's own services in the order of the data flow."""


class ServiceModule(Protocol):
    """A module that defines a service.

    Optional attributes: *also_reads*, the classes of its other inputs (Service.low_priority); *messages*, the message classes
    of streams that the package adds; *sections*, its sections of monitor.toml (monitor/config/extensions.py); and
    *hints(config)*, see `hints`. The delivery service also has *target_kinds*, the kinds of target that its channels add, and
    *held(config, bus)*, which returns lines that say what is held for a target, and until when.
    """

    reads: type[Message]
    """The class of the service's input."""

    def make(self, config: Callable[[], Config]) -> Service[Any, Any]:
        """Return the service. *config* returns the current config at each call."""

    def check(self, config: Config) -> Sequence[str | WatchProblem | KeyProblem]:
        """Return the problems of *config* that its schema cannot express. A WatchProblem disables its watch alone.

        A string that begins with a key and a colon, such as "streams.days: ", is reported at the line of that key.
        """


def service_modules() -> Mapping[str, ServiceModule]:
    """Return the modules by service name: newsmonitor's own in the order of the data flow, then all others by name."""
    entries = _entries()
    names = [*(name for name in OWN_SERVICES if name in entries), *sorted(set(entries) - set(OWN_SERVICES))]
    return {name: module for name in names if not isinstance(module := _load(entries[name]), str)}


def inputs(module: ServiceModule) -> tuple[type[Message], ...]:
    """Return the classes that the service of *module* reads, its main input first."""
    return (module.reads, *getattr(module, "also_reads", ()))


def make(names: Iterable[str], config: Callable[[], Config]) -> list[Service[Any, Any]]:
    """Return the services *names*. Raises KeyError if one is not installed, Misconfigured if one cannot be made."""
    services = []
    for name in names:
        try:
            services.append(service_modules()[name].make(config))
        except Exception as error:
            if name in OWN_SERVICES:
                raise
            raise Misconfigured(f"{_describe(_entries()[name])} cannot be made: {_text(error)}") from error
    return services


def streams() -> Mapping[str, Stream]:
    """Return all streams by name: newsmonitor's own and those of other packages. Raises Misconfigured on a conflict."""
    if conflicts := list(_stream_conflicts()):
        raise Misconfigured(conflicts[0])
    return {**STREAMS, **{kind.STREAM.name: kind.STREAM for _, kind in _added_messages()}}


def messages() -> Sequence[type[Message]]:
    """Return the classes of all messages: newsmonitor's own and those of other packages. Raises Misconfigured on a conflict."""
    if conflicts := list(_stream_conflicts()):
        raise Misconfigured(conflicts[0])
    return (*MESSAGES, *{kind.STREAM.name: kind for _, kind in _added_messages()}.values())


def check(config: Config) -> list[str | WatchProblem | KeyProblem]:
    """Return the problems of *config* that the bus and the services find, and those of the installed packages."""
    problems: list[str | WatchProblem | KeyProblem] = [
        module for entry in _entries().values() if isinstance(module := _load(entry), str)
    ]
    problems += [*_stream_conflicts(), *_schema_problems()]
    problems += _bus_problems(config)
    for name, module in service_modules().items():
        try:
            problems += module.check(config)
        except Exception as error:
            if name in OWN_SERVICES:
                raise
            problems.append(f"{_describe(_entries()[name])} cannot check the config: {_text(error)}")
    return problems


def _bus_problems(config: Config) -> list[str]:
    problems = backends.problems(Address(config.bus, config.streams.days))
    if config.bus.startswith("kafka:"):
        problems += kafka_problems(config)
    if os.environ.get("NEWSMONITOR_BUS"):
        return [re.sub(r"^bus: ", "NEWSMONITOR_BUS: ", text) for text in problems]
    return problems


def hints(config: Config) -> list[str | WatchProblem]:
    """Return hints: parts of *config* that are valid but may be a mistake."""
    modules = service_modules().values()
    of_bus = backends.hints(Address(config.bus))
    return [
        *config_hints(config),
        *of_bus,
        *(hint for module in modules for hint in getattr(module, "hints", lambda _: ())(config)),
    ]


async def held_deliveries(config: Config, bus: Bus) -> list[str]:
    """Return a line for each target for which alerts are held by what readers ask for."""
    module: Any = _load(_entries()["delivery"])
    lines: list[str] = await module.held(config, bus)
    return lines


@cache
def extensions() -> Extensions:
    """Return the additions to monitor.toml: the *sections* of other packages, and the *target_kinds* of the channels."""
    # Of newsmonitor's own services only this one adds sections. Not importing the others keeps commands that only read fast.
    delivery = _load(_entries()["delivery"])
    return Extensions(
        (
            *getattr(delivery, "sections", ()),
            *(section for _, module in _other_modules() for section in getattr(module, "sections", ())),
        ),
        tuple(getattr(delivery, "target_kinds", ())),
    )


@cache
def _entries() -> Mapping[str, EntryPoint]:
    """Return the entry points by service name. newsmonitor's own services cannot be replaced."""
    found = sorted(entry_points(group=GROUP), key=lambda entry: entry.dist is not None and entry.dist.name == "newsmonitor")
    return {entry.name: entry for entry in found}


@cache
def _load(entry: EntryPoint) -> ServiceModule | str:
    """Return the module of *entry*, or the reason why it cannot be used. Errors in newsmonitor's own modules are raised."""
    if entry.name in OWN_SERVICES:
        return cast("ServiceModule", entry.load())
    try:
        module = entry.load()
    except Exception as error:  # noqa: BLE001  (importing a package may raise anything)
        return f"{_describe(entry)} cannot be imported: {_text(error)}; update or uninstall it"
    absent = [name for name in ("reads", "make", "check") if not hasattr(module, name)]
    if absent:
        return f"{_describe(entry)} does not offer {', '.join(absent)}; see docs/extending.md"
    kinds = (module.reads, *getattr(module, "messages", ()))
    if bad := [kind for kind in kinds if not isinstance(getattr(kind, "STREAM", None), Stream)]:
        return f"{_describe(entry)}: {bad[0]!r} is no message class; see docs/extending.md"
    return cast("ServiceModule", module)


def _other_modules() -> Iterator[tuple[EntryPoint, ServiceModule]]:
    """Yield the modules of other packages that can be used."""
    for name, entry in sorted(_entries().items()):
        if name not in OWN_SERVICES and not isinstance(module := _load(entry), str):
            yield entry, module


def _added_messages() -> Iterator[tuple[EntryPoint, type[Message]]]:
    """Yield the message classes that other packages add."""
    return ((entry, kind) for entry, module in _other_modules() for kind in getattr(module, "messages", ()))


def _stream_conflicts() -> Iterator[str]:
    """Yield a problem for each stream of another package whose name has other settings elsewhere."""
    known: dict[str, Stream] = dict(STREAMS)
    for entry, kind in _added_messages():
        stream = kind.STREAM
        if stream.name in STREAMS or known.setdefault(stream.name, stream) != stream:
            yield f"{_describe(entry)} adds the stream {stream.name}, whose name is taken; rename it or uninstall the package"


def _schema_problems() -> Iterator[str]:
    """Yield a problem for each message class of another package that has no schema."""
    for entry, kind in _added_messages():
        try:
            kind.schema()
        except Exception as error:  # noqa: BLE001  (the method of a package may raise anything)
            yield f"{_describe(entry)}: {kind.__name__} has no schema: {_text(error)}"


def _describe(entry: EntryPoint) -> str:
    package = f" of the package {entry.dist.name}" if entry.dist else ""
    return f"the service {entry.name!r}{package}"


def _text(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
