"""The bus on Apache Kafka, with exactly-once processing, through aiokafka."""

from contextlib import AbstractAsyncContextManager
from pathlib import Path

from monitor.bus import Misconfigured
from monitor.bus.address import Address
from monitor.bus.kafka import bus, streams
from monitor.bus.kafka.client import Broker

__all__ = ["absolute", "broker", "check_streams", "connect", "create_streams", "missing", "problems", "skip"]

OFFSETS_DAYS = 7
"""Days after which a Kafka broker deletes the offsets of a stopped consumer group (offsets.retention.minutes)."""


def connect(address: Address) -> AbstractAsyncContextManager[bus.KafkaBus]:
    """See Backend."""
    return bus.connect(broker(address))


async def create_streams(address: Address) -> list[str]:
    """See Backend. Settings of existing topics are not changed; `check_streams` reports them."""
    return await streams.create(broker(address), address.days, address.replication)


async def check_streams(address: Address) -> list[str]:
    """See Backend."""
    return await streams.check(broker(address), address.days)


async def skip(address: Address, group: str) -> None:
    """See Backend."""
    await streams.skip(broker(address), group)


def problems(address: Address) -> list[str]:
    """See Backend. A stream must keep records for as long as the broker keeps the offsets of a stopped group."""
    if address.days >= OFFSETS_DAYS:
        return []
    return [f"streams.days: a Kafka broker keeps offsets for {OFFSETS_DAYS} days; set at least {OFFSETS_DAYS}"]


def missing(_: Address) -> str | None:
    """See Backend. `newsmonitor run` creates the topics, so a broker counts as present."""
    return None


def absolute(url: str, _: Path) -> str:
    """See Backend. The URL holds no path of this machine."""
    return url


def broker(address: Address) -> Broker:
    """Return the cluster at *address*. Raises Misconfigured."""
    if not address.url.startswith("kafka://"):
        raise Misconfigured(f"bus = {address.url!r} is neither sqlite:FILE nor kafka://HOST:PORT")
    servers, _, prefix = address.url.removeprefix("kafka://").partition("/")
    return Broker(servers, f"{prefix}." if prefix else "", address.security, address.session_seconds, address.streams)
