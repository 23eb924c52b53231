"""From a bus's address to the bus."""

from contextlib import AbstractAsyncContextManager
from pathlib import Path

from monitor.bus import Bus, Misconfigured, sqlite
from monitor.bus.tables import Keep

MIB = 1024 * 1024


def connect(
    address: str, *, days: float = 30, max_mb: float = 4096, synchronous: str = "full"
) -> AbstractAsyncContextManager[Bus]:
    """The bus at *address*: ``sqlite:FILE`` or ``kafka://HOST:PORT,HOST:PORT``. Raises Misconfigured.

    *days* and *max_mb* (MiB) say how much SQLite keeps; *synchronous* is full where a power cut must cost nothing, else normal.
    """
    kind, _, rest = address.partition(":")
    if kind == "sqlite" and rest:
        return sqlite.connect(Path(rest), Keep(days, max_mb * MIB), synchronous)
    raise Misconfigured(f"bus = {address!r} is neither sqlite:FILE nor kafka://HOST:PORT")
