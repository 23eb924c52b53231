"""The back ends of the bus, chosen by the scheme of its URL."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from monitor.bus import Bus, Misconfigured
from monitor.bus.address import Address, Security

__all__ = ["BACKENDS", "IN_MEMORY", "Address", "Backend", "Security", "connect", "create_streams"]

IN_MEMORY = "sqlite::memory:"
"""The URL of an empty bus that exists only in this process."""


class Backend(Protocol):
    """The functions that the package of a back end provides."""

    def connect(self, address: Address) -> AbstractAsyncContextManager[Bus]:
        """Open the bus at *address*. Raises Misconfigured and Transient."""

    async def create_streams(self, address: Address) -> list[str]:
        """Create the streams that do not exist, and return a line for each. Raises Misconfigured and Transient."""

    async def check_streams(self, address: Address) -> list[str]:
        """Return a line with the remedy for each setting of a stream that differs from `Stream`. Raises Transient."""

    async def skip(self, address: Address, group: str) -> None:
        """Move *group* to the oldest record kept. No member of the group may be running. Raises Misconfigured."""

    def problems(self, address: Address) -> list[str]:
        """Return the problems of the settings of *address*, each with the remedy."""

    def missing(self, address: Address) -> str | None:
        """Return a message for the user if nothing has been stored at *address* yet, else None."""

    def absolute(self, url: str, folder: Path) -> str:
        """Return *url* with a relative path resolved against *folder*."""


BACKENDS: Mapping[str, str] = {"sqlite": "monitor.bus.sqlite", "kafka": "monitor.bus.kafka"}
"""The modules of the back ends by URL scheme. A module is imported when it is needed: a laptop needs no Kafka client."""


def backend(url: str, table: Mapping[str, str] = BACKENDS) -> Backend:
    """Return the back end in *table* for the scheme of *url*. Raises Misconfigured if there is none."""
    scheme, _, rest = url.partition(":")
    if not rest or scheme not in table:
        raise Misconfigured(f"bus = {url!r} is neither sqlite:FILE nor kafka://HOST:PORT")
    return cast("Backend", import_module(table[scheme]))


def connect(address: Address | str) -> AbstractAsyncContextManager[Bus]:
    """Open the bus at *address*. Raises Misconfigured and Transient."""
    resolved = Address(address) if isinstance(address, str) else address
    return backend(resolved.url).connect(resolved)


async def create_streams(address: Address) -> list[str]:
    """Create the streams that do not exist, and return a line for each. Raises Misconfigured and Transient."""
    return await backend(address.url).create_streams(address)


async def check_streams(address: Address) -> list[str]:
    """Return a line with the remedy for each setting of a stream that differs. Raises Misconfigured and Transient."""
    return await backend(address.url).check_streams(address)


async def skip(address: Address, group: str) -> None:
    """Move *group* to the oldest record kept. No member of the group may be running. Raises Misconfigured."""
    await backend(address.url).skip(address, group)


def problems(address: Address) -> list[str]:
    """Return the problems of the settings of *address*, each with the remedy; none if no back end has its scheme."""
    return backend(address.url).problems(address) if _is_known(address.url) else []


def missing(address: Address) -> str | None:
    """Return a message for the user if nothing has been stored at *address* yet, else None. Raises Misconfigured."""
    return backend(address.url).missing(address)


def absolute(url: str, folder: Path) -> str:
    """Return *url* with a relative path resolved against *folder*; *url* itself if its scheme is unknown."""
    return backend(url).absolute(url, folder) if _is_known(url) else url


def _is_known(url: str) -> bool:
    scheme, _, rest = url.partition(":")
    return bool(rest) and scheme in BACKENDS
