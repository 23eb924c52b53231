"""From a bus's address to the bus."""

import os
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path

from monitor.bus import Bus, Misconfigured, kafka
from monitor.bus.kafka import Broker, Security
from monitor.bus.sqlite import bus, tables
from monitor.bus.sqlite.tables import Retention

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Address:
    """Where a bus is, and how it is kept: ``sqlite:FILE`` or ``kafka://HOST:PORT,HOST:PORT``, if need be with ``/PREFIX``.

    *days* is how long streams are kept; *max_mb* (MiB) is the size of SQLite's file, and *synchronous* is full where a
    power cut must cost it nothing, else normal. *replication* is how many copies Kafka makes of a stream; a member that
    it has not heard of for *session_seconds* is gone.
    """

    text: str
    days: float = 30
    max_mb: float = 4096
    synchronous: str = "full"
    replication: int = 1
    security: Security = field(default_factory=Security)
    session_seconds: float = 10.0

    def file(self) -> Path | None:
        """SQLite's file; None for Kafka. Raises Misconfigured where it is neither."""
        kind, _, rest = self.text.partition(":")
        if kind == "sqlite" and rest:
            return Path(rest)
        if kind == "kafka" and rest.startswith("//"):
            return None
        raise Misconfigured(f"bus = {self.text!r} is neither sqlite:FILE nor kafka://HOST:PORT")

    def broker(self) -> Broker:
        """Kafka's cluster."""
        servers, _, prefix = self.text.removeprefix("kafka://").partition("/")
        return Broker(servers, f"{prefix}." if prefix else "", self.security, self.session_seconds)


def connect(address: Address | str) -> AbstractAsyncContextManager[Bus]:
    """The bus at *address*. Raises Misconfigured."""
    at = Address(address) if isinstance(address, str) else address
    if file := at.file():
        return bus.connect(file, Retention(at.days, at.max_mb * MIB), at.synchronous)
    return kafka.connect(at.broker())


async def create_streams(at: Address) -> list[str]:
    """Make the streams that are absent; gives a line for each. SQLite makes its own. Raises Misconfigured, Transient."""
    return [] if at.file() else await kafka.create(at.broker(), at.days, at.replication)


async def check_streams(at: Address) -> list[str]:
    """How the streams differ from what they should be, each with the remedy. Raises Transient."""
    return [] if at.file() else await kafka.check(at.broker(), at.days)


async def skip(at: Address, group: str) -> None:
    """Let *group* go on at the oldest message that is kept. Nobody of it may be running. Raises Misconfigured."""
    if file := at.file():
        if not file.exists():
            raise Misconfigured(f"nothing has run yet: there is no {file}")
        db = tables.open_file(file, at.synchronous)
        try:
            tables.transact(db, tables.skip, group)
        finally:
            db.close()
    else:
        await kafka.skip(at.broker(), group)


def password() -> str:
    """Kafka's password, which is never in the config."""
    return os.environ.get("NEWSMONITOR_KAFKA_PASSWORD", "")
