"""The back ends of the bus, chosen by the scheme of its URL."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol

from monitor.bus import Bus, Misconfigured, kafka, sqlite
from monitor.bus.address import Address, Security

__all__ = ["BACKENDS", "IN_MEMORY", "Address", "Backend", "Security", "connect", "create_streams"]

IN_MEMORY = "sqlite::memory:"
"""The URL of an empty bus that exists only in this process."""


class Backend(Protocol):
    """What the package of a back end offers."""

    def connect(self, at: Address) -> AbstractAsyncContextManager[Bus]:
        """Open the bus at *at*. Raises Misconfigured and Transient."""

    async def create_streams(self, at: Address) -> list[str]:
        """Create the streams that do not exist, and return a line for each. Raises Misconfigured and Transient."""

    async def check_streams(self, at: Address) -> list[str]:
        """Return a line with the remedy for each setting of a stream that differs. Raises Transient."""

    async def skip(self, at: Address, group: str) -> None:
        """Move *group* to the oldest record kept. No member of the group may be running. Raises Misconfigured."""

    def problems(self, at: Address) -> list[str]:
        """Return the problems of the settings of *at*, each with the remedy."""

    def missing(self, at: Address) -> str | None:
        """Return a message for the user if nothing has been stored at *at* yet."""

    def absolute(self, url: str, folder: Path) -> str:
        """Return *url* with a relative path resolved against *folder*."""


BACKENDS: Mapping[str, Backend] = {"sqlite": sqlite, "kafka": kafka}
"""By URL scheme."""


def backend(url: str, table: Mapping[str, Backend] = BACKENDS) -> Backend:
    """Return the back end of *url* in *table*. Raises Misconfigured if none has its scheme."""
    scheme, _, rest = url.partition(":")
    if not rest or scheme not in table:
        raise Misconfigured(f"bus = {url!r} is neither sqlite:FILE nor kafka://HOST:PORT")
    return table[scheme]


def connect(address: Address | str) -> AbstractAsyncContextManager[Bus]:
    """Open the bus at *address*. Raises Misconfigured and Transient."""
    at = Address(address) if isinstance(address, str) else address
    return backend(at.url).connect(at)


async def create_streams(at: Address) -> list[str]:
    """Create the streams that do not exist, and return a line for each. Raises Misconfigured and Transient."""
    return await backend(at.url).create_streams(at)


async def check_streams(at: Address) -> list[str]:
    """Return a line with the remedy for each setting of a stream that differs. Raises Misconfigured and Transient."""
    return await backend(at.url).check_streams(at)


async def skip(at: Address, group: str) -> None:
    """Move *group* to the oldest record kept. No member of the group may be running. Raises Misconfigured."""
    await backend(at.url).skip(at, group)


def problems(at: Address) -> list[str]:
    """Return the problems of the settings of *at*, each with the remedy; none if no back end has its scheme."""
    scheme = at.url.partition(":")[0]
    return BACKENDS[scheme].problems(at) if scheme in BACKENDS else []


def missing(at: Address) -> str | None:
    """Return a message for the user if nothing has been stored at *at* yet. Raises Misconfigured."""
    return backend(at.url).missing(at)


def absolute(url: str, folder: Path) -> str:
    """Return *url* with a relative path resolved against *folder*; *url* itself if no back end has its scheme."""
    scheme = url.partition(":")[0]
    return BACKENDS[scheme].absolute(url, folder) if scheme in BACKENDS else url
