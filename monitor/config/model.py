"""monitor.toml as frozen dataclasses; schemas/config.v1.json documents every key."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass, field
from hashlib import blake2b
from pathlib import Path

from monitor.messages import Severity


@dataclass(frozen=True, slots=True)
class FetchConfig:
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
class StreamsConfig:
    """How long the streams are kept."""

    days: float = 30
    max_mb: float = 4096
    synchronous: str = "full"
    replication: int = 1


@dataclass(frozen=True, slots=True)
class KafkaConfig:
    """How to reach a broker that wants TLS or a login."""

    security_protocol: str = "PLAINTEXT"
    sasl_mechanism: str = "PLAIN"
    username: str = ""
    ca_file: str = ""
    cert_file: str = ""
    key_file: str = ""


@dataclass(frozen=True, slots=True)
class EntitiesConfig:
    """How entities are found."""

    model: str = "auto"
    timeout: float = 10


@dataclass(frozen=True, slots=True)
class StoriesConfig:
    """How articles are joined into stories."""

    days: float = 3


@dataclass(frozen=True, slots=True)
class DeliveryConfig:
    """How alerts are sent."""

    timeout: float = 15
    retries: tuple[float, ...] = (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
    queue: int = 1000
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
class AtLeast:
    """How many articles or outlets must tell a story, and within which time, before it is worth an alert."""

    within: str
    articles: int | None = None
    outlets: int | None = None


@dataclass(frozen=True, slots=True)
class Burst:
    """How many times what is usual is worth an alert of its own."""

    within: str
    times: float = 3
    floor: int = 5
    half_life: str = "3d"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """The hours in which nobody wants to be told."""

    start: str
    end: str
    zone: str = "UTC"


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
    at_least: AtLeast | None = None
    burst: Burst | None = None
    silence: str | None = None
    quiet: QuietHours | None = None
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
    fetch: FetchConfig = field(default_factory=FetchConfig)
    streams: StreamsConfig = field(default_factory=StreamsConfig)
    kafka: KafkaConfig = field(default_factory=KafkaConfig)
    entities: EntitiesConfig = field(default_factory=EntitiesConfig)
    stories: StoriesConfig = field(default_factory=StoriesConfig)
    delivery: DeliveryConfig = field(default_factory=DeliveryConfig)
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
