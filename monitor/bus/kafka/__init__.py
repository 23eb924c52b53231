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


def connect(at: Address) -> AbstractAsyncContextManager[bus.KafkaBus]:
    """See Backend."""
    return bus.connect(broker(at))


async def create_streams(at: Address) -> list[str]:
    """See Backend. Settings of existing topics are not changed; `check_streams` reports them."""
    return await streams.create(broker(at), at.days, at.replication)


async def check_streams(at: Address) -> list[str]:
    """See Backend."""
    return await streams.check(broker(at), at.days)


async def skip(at: Address, group: str) -> None:
    """See Backend."""
    await streams.skip(broker(at), group)


def problems(at: Address) -> list[str]:
    """See Backend. A stream must keep records for as long as the broker keeps the offsets of a stopped group."""
    if at.days >= OFFSETS_DAYS:
        return []
    return [f"streams.days: a Kafka broker keeps offsets for {OFFSETS_DAYS} days; set at least {OFFSETS_DAYS}"]


def missing(_: Address) -> str | None:
    """See Backend. `newsmonitor run` creates the topics, so a broker counts as present."""
    return None


def absolute(url: str, _: Path) -> str:
    """See Backend. The URL holds no path of this machine."""
    return url


def broker(at: Address) -> Broker:
    """Return the cluster at *at*. Raises Misconfigured."""
    if not at.url.startswith("kafka://"):
        raise Misconfigured(f"bus = {at.url!r} is neither sqlite:FILE nor kafka://HOST:PORT")
    servers, _, prefix = at.url.removeprefix("kafka://").partition("/")
    return Broker(servers, f"{prefix}." if prefix else "", at.security, at.session_seconds, at.streams)
