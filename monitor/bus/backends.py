"""The back ends of the bus, chosen by the scheme of its URL."""

import re
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from monitor.bus import Bus, Misconfigured
from monitor.bus.address import Address, Security
from monitor.bus.backups import Copied, Progress
from monitor.bus.storage import Storage
from monitor.bus.streams import Difference
from monitor.redaction import hide_secrets

__all__ = ["BACKENDS", "IN_MEMORY", "Address", "Backend", "Security", "connect", "create_streams"]

IN_MEMORY = "sqlite::memory:"
"""The URL of an empty bus that exists only in this process."""


class Backend(Protocol):
    """The functions that the package of a back end provides."""

    def connect(self, address: Address) -> AbstractAsyncContextManager[Bus]:
        """Open the bus at *address*. Raises Misconfigured and Transient."""

    async def create_streams(self, address: Address) -> list[str]:
        """Create the streams that do not exist, and return a line for each. Raises Misconfigured and Transient."""

    async def check_streams(self, address: Address) -> list[Difference]:
        """Return each setting that differs, with the remedy. Changes nothing. Raises Misconfigured and Transient."""

    async def skip(self, address: Address, group: str) -> None:
        """Move *group* to the oldest record kept. No member of the group may be running. Raises Misconfigured."""

    def url_problem(self, url: str) -> str | None:
        """Return why the URL, as the user wrote it, cannot be used, and what to write instead; None if it can. Does no I/O."""

    def problems(self, address: Address) -> list[str]:
        """Return the problems of the settings of *address* on this machine, each with the remedy.

        Each begins with the key of the config that it is about: "bus: " or "streams.days: ".
        """

    def missing(self, address: Address) -> str | None:
        """Return a message for the user if nothing has been stored at *address* yet, else None."""

    def absolute(self, url: str, folder: Path) -> str:
        """Return *url* with a relative path resolved against *folder*."""

    def backup(self, address: Address, target: Path, progress: Progress) -> Copied:
        """Copy all streams and positions to the file *target*, while services write. Raises Misconfigured and Transient."""

    def restore(self, address: Address, source: Path, progress: Progress, now: datetime) -> Copied:
        """Put the copy in the file *source* in the place of what is stored. Raises Misconfigured and Transient."""


BACKENDS: Mapping[str, str] = {"sqlite": "monitor.bus.sqlite", "kafka": "monitor.bus.kafka"}
"""The modules of the back ends by URL scheme. A module is imported when it is needed: a laptop needs no Kafka client."""


OTHER_BUSES = frozenset({"redis", "nats", "amqp", "rabbitmq", "mqtt", "pulsar", "postgres", "postgresql", "mysql"})
"""Schemes of systems that newsmonitor cannot use as a bus, although their URLs look like the host and the port of a broker."""


def backend(url: str, table: Mapping[str, str] = BACKENDS) -> Backend:
    """Return the back end in *table* for the scheme of *url*. Raises Misconfigured if there is none."""
    scheme, _, rest = url.partition(":")
    if not rest or scheme not in table:
        raise Misconfigured(f"bus = {url!r} is neither sqlite:FILE nor kafka://HOST:PORT")
    return cast("Backend", import_module(table[scheme]))


def url_problem(url: str) -> str | None:
    """Return why *url* is not the address of a bus, and what to write instead; None if it is one. Does no I/O."""
    scheme, colon, rest = url.partition(":")
    if colon and scheme in BACKENDS:
        # An empty address is not one that `backend` accepts.
        return backend(f"{scheme}:{rest or 'none'}").url_problem(url)
    url = hide_secrets(url)
    scheme, colon, rest = url.partition(":")
    shown = repr(url[:200])
    forms = "the bus is sqlite:FILE or kafka://HOST:PORT"
    if not url.strip():
        return f"no address is given: {forms}"
    if url != url.strip():
        return f"{shown} begins or ends with a blank: remove it"
    if close := get_close_matches(scheme.casefold(), BACKENDS, n=1, cutoff=0.7):
        return (
            f"{shown} is not the address of a bus: did you mean {f'{close[0]}:{rest}'[:200]!r}?"
            if colon
            else f"{shown}: {forms}"
        )
    if scheme not in OTHER_BUSES and re.fullmatch(r"[\w.-]+:[0-9]+(,[\w.-]+:[0-9]+)*", url):
        return f"{shown} is not the address of a bus: did you mean 'kafka://{url[:200]}'?"
    if "://" not in url and not re.match(r"[A-Za-z]:", url) and re.search(r"[/.]", url):
        return f"{shown} is not the address of a bus: did you mean 'sqlite:{url[:200]}'?"
    return f"{shown} is not the address of a bus: {forms}"


def connect(address: Address | str) -> AbstractAsyncContextManager[Bus]:
    """Open the bus at *address*. Raises Misconfigured and Transient."""
    resolved = Address(address) if isinstance(address, str) else address
    return backend(resolved.url).connect(resolved)


async def create_streams(address: Address) -> list[str]:
    """Create the streams that do not exist, and return a line for each. Raises Misconfigured and Transient."""
    return await backend(address.url).create_streams(address)


async def check_streams(address: Address) -> list[Difference]:
    """Return each setting of a stream that differs, with the remedy. Changes nothing. Raises Misconfigured and Transient."""
    return await backend(address.url).check_streams(address)


async def skip(address: Address, group: str) -> None:
    """Move *group* to the oldest record kept. No member of the group may be running. Raises Misconfigured."""
    await backend(address.url).skip(address, group)


def problems(address: Address) -> list[str]:
    """Return the problems of the settings of *address*, each with the remedy; none if no back end has its scheme."""
    return backend(address.url).problems(address) if _is_known(address.url) else []


def hints(address: Address) -> list[str]:
    """Return what is valid at *address* but may be a mistake, such as a file that others may read."""
    if not _is_known(address.url):
        return []
    # Back ends of other packages need not have any.
    return list(getattr(backend(address.url), "hints", lambda _: [])(address))


def storage(address: Address) -> Storage | None:
    """Return the room that the bus takes on this machine; None if it is elsewhere or not there yet. Raises OSError."""
    # Back ends of other packages need not tell it.
    found: Storage | None = getattr(backend(address.url), "storage", lambda _: None)(address)
    return found


def missing(address: Address) -> str | None:
    """Return a message for the user if nothing has been stored at *address* yet, else None. Raises Misconfigured."""
    return backend(address.url).missing(address)


def absolute(url: str, folder: Path) -> str:
    """Return *url* with a relative path resolved against *folder*; *url* itself if its scheme is unknown."""
    return backend(url).absolute(url, folder) if _is_known(url) else url


def backup(address: Address, target: Path, progress: Progress) -> Copied:
    """Copy all streams and positions to the file *target*, while services write. Raises Misconfigured and Transient."""
    return backend(address.url).backup(address, target, progress)


def restore(address: Address, source: Path, progress: Progress, now: datetime) -> Copied:
    """Put the copy in the file *source* in the place of what is stored. Raises Misconfigured and Transient."""
    return backend(address.url).restore(address, source, progress, now)


def _is_known(url: str) -> bool:
    scheme, _, rest = url.partition(":")
    return bool(rest) and scheme in BACKENDS
