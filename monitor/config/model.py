"""monitor.toml as frozen dataclasses. schemas/config.v1.json documents every key."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar

from monitor.messages import Severity

Updates = Literal["first", "changes", "all"]
"""Which versions of an alert are sent, the fewest first."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class HostConfig:
    """Exceptions for one host from [fetch]; None means that the general value holds."""

    per_host: int | None = None
    spacing: float | None = None


@dataclass(frozen=True, slots=True)
class FetchConfig:
    """How feeds are fetched. *hosts* has exceptions by host name, in lower case and in its ASCII form."""

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
    hosts: Mapping[str, HostConfig] = field(default_factory=dict)

    def limits_of(self, host: str) -> tuple[int, float]:
        """Return the number of requests at once to *host*, and the seconds between two of them."""
        exception = self.hosts.get(host) if self.hosts else None
        if exception is None:
            return self.per_host, self.spacing
        per_host, spacing = exception.per_host, exception.spacing
        return self.per_host if per_host is None else per_host, self.spacing if spacing is None else spacing


@dataclass(frozen=True, slots=True)
class StreamsConfig:
    """How long messages are kept, and how safely they are stored."""

    days: float = 30
    max_mb: float = 4096
    synchronous: str = "full"
    replication: int = 1
    partitions: int = 4
    cloudevents: bool = True


@dataclass(frozen=True, slots=True)
class KafkaConfig:
    """TLS and login of the Kafka broker, and the membership of its groups."""

    security_protocol: str = "PLAINTEXT"
    sasl_mechanism: str = "PLAIN"
    username: str = ""
    password_file: str = ""
    ca_file: str = ""
    cert_file: str = ""
    key_file: str = ""
    key_password_file: str = ""
    instance_id: str = ""
    session_timeout: float = 10


@dataclass(frozen=True, slots=True)
class EntitiesConfig:
    """How entities are recognised. *processes* is None for as many as there are cores, less one."""

    model: str = "auto"
    timeout: float = 10
    processes: int | None = None


@dataclass(frozen=True, slots=True)
class StoriesConfig:
    """How articles are grouped into stories."""

    days: float = 3
    max_open: int = 300_000

    @property
    def kept_days(self) -> float:
        """The days for which the services need the records of a story: while it takes articles, and one day more."""
        return self.days + 1


@dataclass(frozen=True, slots=True)
class DeliveryConfig:
    """How alerts are delivered."""

    timeout: float = 15
    retries: tuple[float, ...] = (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
    queue: int = 1000
    burst: int = 100
    notices: str | None = None
    notice_after: float = 3600
    allow_networks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PageConfig:
    """How the web page is served."""

    start: bool = True
    listen: str = "127.0.0.1:8470"
    hosts: tuple[str, ...] = ()
    token_env: str | None = None
    token_file: str | None = None
    zone: str = "UTC"
    index: str = "newsmonitor-index.db"


@dataclass(frozen=True, slots=True)
class WebsubConfig:
    """How hubs push feeds. Nothing is subscribed to without a *callback*. *poll_every* and *lease* are in seconds."""

    callback: str | None = None
    listen: str = "127.0.0.1:8490"
    poll_every: float = 21600
    lease: float = 864000
    key_file: str = "newsmonitor-websub.key"


@dataclass(frozen=True, slots=True)
class FeedConfig:
    """A feed to poll."""

    url: str
    name: str | None = None
    every: float | None = None
    lang: str | None = None
    country: str | None = None
    full_text: bool = False
    title: str | None = None
    folder: tuple[str, ...] = ()
    html: bool = False
    private: bool = False


@dataclass(frozen=True, slots=True)
class AtLeast:
    """The number of articles or outlets, within a time, that a story needs before it raises an alert."""

    within: str
    articles: int | None = None
    outlets: int | None = None


@dataclass(frozen=True, slots=True)
class Burst:
    """The volume at which a watch raises an alert of its own: *times* its usual volume, and at least *floor* articles."""

    within: str
    times: float = 3
    floor: int = 5
    half_life: str = "3d"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """The hours of the day in which alerts are not delivered. Critical alerts are delivered at once."""

    start: str
    end: str
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class DigestHours:
    """The hours of the day, by the clock of *zone*, at which alerts are sent together. Critical ones are sent at once."""

    at: tuple[str, ...]
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Watch:
    """The conditions of an alert, its severity and its targets."""

    id: str
    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    person: tuple[str, ...] = ()
    org: tuple[str, ...] = ()
    place: tuple[str, ...] = ()
    event: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
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
    updates: Updates | None = None
    pace: str | None = None
    digest: DigestHours | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """A receiver of alerts.

    *extension* names the kind of target if an installed package provides it; *options* then holds the values of its keys.
    """

    id: str
    webhook: str | None = None
    log: bool = False
    secret_env: str | None = None
    secret_file: str | None = None
    severity: Severity = "low"
    extension: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    min_severity: Severity = "low"
    quiet: QuietHours | None = None
    updates: Updates | None = None
    pace: str | None = None
    digest: DigestHours | None = None
    cloudevents: Literal["structured"] | None = None

    @property
    def kind(self) -> str:
        """Return the kind of the target: "webhook", "log", or a kind that an extension adds."""
        return self.extension or ("webhook" if self.webhook is not None else "log")


@dataclass(frozen=True, slots=True)
class Config:
    """All of monitor.toml.

    *sections* holds the parsed sections of installed packages by name. *hash* identifies the version of the config. Relative
    paths start from *folder*.
    """

    bus: str = "sqlite:newsmonitor.db"
    listen: str | None = None
    fetch: FetchConfig = field(default_factory=FetchConfig)
    streams: StreamsConfig = field(default_factory=StreamsConfig)
    kafka: KafkaConfig = field(default_factory=KafkaConfig)
    entities: EntitiesConfig = field(default_factory=EntitiesConfig)
    stories: StoriesConfig = field(default_factory=StoriesConfig)
    delivery: DeliveryConfig = field(default_factory=DeliveryConfig)
    page: PageConfig = field(default_factory=PageConfig)
    websub: WebsubConfig = field(default_factory=WebsubConfig)
    feeds: tuple[FeedConfig, ...] = ()
    watches: tuple[Watch, ...] = ()
    watch_files: tuple[str, ...] = ()
    sets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    targets: tuple[Target, ...] = ()
    sections: Mapping[str, Any] = field(default_factory=dict)
    hash: str = ""
    folder: Path = field(default_factory=Path)

    def section(self, type_: type[T]) -> T:
        """Return the section of an installed package that is parsed into *type_*; its defaults if the table is absent.

        Raises KeyError if no installed package adds such a section.
        """
        for section in self.sections.values():
            if type(section) is type_:
                return section
        names = ", ".join(self.sections) or "none"
        raise KeyError(f"no installed package adds a section of type {type_.__name__}; installed sections: {names}")
