"""The bus in one SQLite file, which the processes of one machine share."""

from contextlib import AbstractAsyncContextManager
from pathlib import Path

from monitor.bus import Misconfigured
from monitor.bus.address import Address
from monitor.bus.sqlite import bus, tables

__all__ = ["absolute", "check_streams", "connect", "create_streams", "missing", "problems", "skip"]

MIB = 1024 * 1024


def connect(address: Address) -> AbstractAsyncContextManager[bus.SqliteBus]:
    """See Backend. The file is created if it does not exist."""
    return bus.connect(
        _file(address), tables.Retention(address.days, address.max_mb * MIB, address.streams), address.synchronous
    )


async def create_streams(_: Address) -> list[str]:
    """See Backend. Opening the file creates its tables."""
    return []


async def check_streams(_: Address) -> list[str]:
    """See Backend. The tables have no settings."""
    return []


async def skip(address: Address, group: str) -> None:
    """See Backend."""
    if message := missing(address):
        raise Misconfigured(message)
    db = tables.open_file(_file(address), address.synchronous, address.streams)
    try:
        tables.transact(db, tables.skip, group)
    finally:
        db.close()


def problems(_: Address) -> list[str]:
    """See Backend. Every setting is valid."""
    return []


def missing(address: Address) -> str | None:
    """See Backend."""
    file = _file(address)
    return None if file.exists() else f"nothing has run yet: there is no {file}; `newsmonitor run` creates it"


def absolute(url: str, folder: Path) -> str:
    """See Backend."""
    return f"sqlite:{folder / url.removeprefix('sqlite:')}"


def _file(address: Address) -> Path:
    return Path(address.url.removeprefix("sqlite:"))
