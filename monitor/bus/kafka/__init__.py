"""The bus on Apache Kafka, with exactly-once processing, through aiokafka."""

import re
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from pathlib import Path

from monitor.bus import Misconfigured
from monitor.bus.address import LOGIN_VARIABLE, Address
from monitor.bus.backups import Copied, Progress
from monitor.bus.kafka import bus, streams
from monitor.bus.kafka.client import Broker
from monitor.bus.streams import Difference
from monitor.redaction import hide_secrets

__all__ = [
    "absolute", "backup", "broker", "check_streams", "connect", "create_streams", "missing", "problems", "restore", "skip",
    "url_problem",
]  # fmt: skip

NO_COPY = (
    "a Kafka cluster is not copied to a file, because its brokers keep the copies: set streams.replication to 3 on three or"
    " more brokers, and mirror the topics to a second cluster (MirrorMaker 2) against the loss of all of them;"
    " docs/operations.md says more"
)
MAX_PORT = 65535
EXAMPLE = "kafka://host1:9092,host2:9092"
OFFSETS_DAYS = 7
"""Days after which a Kafka broker deletes the offsets of a stopped consumer group (offsets.retention.minutes)."""


def connect(address: Address) -> AbstractAsyncContextManager[bus.KafkaBus]:
    """See Backend."""
    return bus.connect(broker(address))


async def create_streams(address: Address) -> list[str]:
    """See Backend. Settings of existing topics are not changed; `check_streams` reports them."""
    return await streams.create(broker(address), address.days, address.replication)


async def check_streams(address: Address) -> list[Difference]:
    """See Backend."""
    return await streams.check(broker(address), address.days, address.replication)


async def skip(address: Address, group: str) -> None:
    """See Backend."""
    await streams.skip(broker(address), group)


def url_problem(url: str) -> str | None:
    """See Backend."""
    if not url.startswith("kafka://"):
        meant = f"kafka://{url.removeprefix('kafka:').strip('/')}"
        return f"{_shown(url)} lacks its slashes: " + (
            f"write {meant!r}" if _url_problem(meant) is None else f"write {EXAMPLE}"
        )
    problem = _url_problem(url)
    return f"{_shown(url)} {problem}" if problem else None


def _shown(url: str) -> str:
    return repr(hide_secrets(url)[:200])


def _url_problem(url: str) -> str | None:
    servers, slash, prefix = url.removeprefix("kafka://").partition("/")
    if re.search(r"\s", url):
        return "contains a blank: remove it; several brokers have only a comma between them"
    if "@" in url:
        return f"contains a login: write it in [kafka], and the password in the environment variable {LOGIN_VARIABLE}"
    for server in servers.split(","):
        host, port = match.groups() if (match := re.fullmatch(r"(\[[^\[\]]*\]|[^:\[\]]*)(?::(.*))?", server)) else ("", None)
        if not host.strip("[]"):
            return f"lacks a host: write {EXAMPLE}"
        if port is not None and not (port.isascii() and port.isdigit() and 0 < int(port[:6]) <= MAX_PORT):
            return f"has the port {port[:20]!r}: write a number from 1 to {MAX_PORT}"
    if slash and not re.fullmatch(r"[A-Za-z0-9._-]+", prefix):
        return "has an unusable prefix after the slash: remove it, or write letters, digits, '.', '_' and '-'"
    return None


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


def backup(_address: Address, _target: Path, _progress: Progress) -> Copied:
    """See Backend. Raises Misconfigured, with what to do instead."""
    raise Misconfigured(f"there is no backup of Kafka: {NO_COPY}")


def restore(_address: Address, _source: Path, _progress: Progress, _now: datetime) -> Copied:
    """See Backend. Raises Misconfigured, with what to do instead."""
    raise Misconfigured(f"there is nothing to restore into Kafka: {NO_COPY}")


def broker(address: Address) -> Broker:
    """Return the cluster at *address*. Raises Misconfigured."""
    if not address.url.startswith("kafka://"):
        raise Misconfigured(f"bus = {address.url!r} is neither sqlite:FILE nor kafka://HOST:PORT")
    servers, _, prefix = address.url.removeprefix("kafka://").partition("/")
    return Broker(
        servers,
        f"{prefix}." if prefix else "",
        address.security,
        address.session_seconds,
        address.instance_id,
        address.streams,
    )
