"""monitor.toml as frozen dataclasses; schemas/config.v1.json documents every key."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass, field
from hashlib import blake2b
from pathlib import Path

from monitor.messages import Severity


@dataclass(frozen=True, slots=True)
class Fetch:
    """How feeds are fetched."""

    every: float | None = None
    floor: float = 60
    slowest: float = 3600
    ceiling: float = 86400
    failing_after: int = 5
    timeout: float = 30
    connect_timeout: float = 10
    parse_timeout: float = 10
    max_bytes: int = 15 * 1024 * 1024
    max_ratio: float = 200
    concurrency: int = 256
    per_host: int = 2
    spacing: float = 1
    allow_networks: tuple[str, ...] = ()
    allow_downgrade: bool = False
    user_agent: str = "newsmonitor"
    full_text_wait: float = 5


@dataclass(frozen=True, slots=True)
class Streams:
    """How long the streams are kept."""

    days: float = 30
    max_mb: float = 4096
    synchronous: str = "full"
    replication: int = 1


@dataclass(frozen=True, slots=True)
class Kafka:
    """How to reach a broker that wants TLS or a login."""

    security_protocol: str = "PLAINTEXT"
    sasl_mechanism: str = "PLAIN"
    username: str = ""
    ca_file: str = ""
    cert_file: str = ""
    key_file: str = ""


@dataclass(frozen=True, slots=True)
class Entities:
    """How entities are found."""

    model: str = "auto"
    timeout: float = 10


@dataclass(frozen=True, slots=True)
class Stories:
    """How articles are joined into stories."""

    days: float = 3


@dataclass(frozen=True, slots=True)
class Delivery:
    """How alerts are sent."""

    timeout: float = 15
    retries: tuple[float, ...] = (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
    allow_networks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FeedConfig:
    """One feed."""

    url: str
    name: str | None = None
    every: float | None = None
    lang: str | None = None
    country: str | None = None
    full_text: bool = False
    title: str | None = None
    folder: tuple[str, ...] = ()
    html: bool = False


@dataclass(frozen=True, slots=True)
class Watch:
    """What is watched."""

    id: str
    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    person: tuple[str, ...] = ()
    org: tuple[str, ...] = ()
    place: tuple[str, ...] = ()
    event: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()
    health: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    lang: tuple[str, ...] = ()
    query: str = ""
    confusables: bool = False
    severity: Severity = "normal"
    to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """Who is told, and how."""

    id: str
    webhook: str | None = None
    log: bool = False
    secret_env: str | None = None
    secret_file: str | None = None
    severity: Severity = "low"


@dataclass(frozen=True, slots=True)
class Config:
    """All of monitor.toml. *hash* tells one version from another; *folder* is what relative paths start from."""

    bus: str = "sqlite:newsmonitor.db"
    listen: str | None = None
    fetch: Fetch = field(default_factory=Fetch)
    streams: Streams = field(default_factory=Streams)
    kafka: Kafka = field(default_factory=Kafka)
    entities: Entities = field(default_factory=Entities)
    stories: Stories = field(default_factory=Stories)
    delivery: Delivery = field(default_factory=Delivery)
    feeds: tuple[FeedConfig, ...] = ()
    watches: tuple[Watch, ...] = ()
    watch_files: tuple[str, ...] = ()
    sets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    targets: tuple[Target, ...] = ()
    hash: str = ""
    folder: Path = field(default_factory=Path)


def fingerprint(watch: Watch) -> str:
    """What tells one wording of a watch from another: 12 hexadecimal digits."""
    return blake2b(repr(astuple(watch)).encode(), digest_size=6).hexdigest()
