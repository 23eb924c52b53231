"""The address of a bus, and the settings used to open it.

An error about a setting names its key in the config, such as `kafka.ca_file`, or its variable: there it is corrected.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from monitor.bus.streams import STREAMS, Stream

LOGIN_VARIABLE = "NEWSMONITOR_KAFKA_PASSWORD"
"""The environment variable that holds the password of the login at the broker."""
KEY_VARIABLE = "NEWSMONITOR_KAFKA_KEY_PASSWORD"
"""The environment variable that holds the password of the encrypted key in kafka.key_file."""


@dataclass(frozen=True, slots=True)
class Security:
    """TLS and login of a broker, in Kafka's terms. The files are PEM files. *key_password* is that of an encrypted key."""

    protocol: str = "PLAINTEXT"
    mechanism: str = "PLAIN"
    username: str = ""
    password: str = field(default="", repr=False)
    ca_file: str = ""
    cert_file: str = ""
    key_file: str = ""
    key_password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Address:
    """The URL of a bus, ``sqlite:FILE`` or ``kafka://HOST:PORT,HOST:PORT/PREFIX``, its streams and its settings.

    *days* is how long expiring streams keep a record. *max_mb* (MiB) limits what is used of an SQLite file. *synchronous* is
    SQLite's setting; with ``full`` a power failure loses nothing. *replication* is the replication factor of Kafka topics.
    Kafka removes a member from its group after *session_seconds* without a heartbeat. A process with an *instance_id* that
    starts again before that has the same partitions as before. *spare_days* returns for which further streams there are days
    after which no service needs a record (Stream.spare_days). They may change while the bus is open.
    """

    url: str
    days: float = 30
    max_mb: float = 4096
    synchronous: str = "full"
    replication: int = 1
    security: Security = field(default_factory=Security)
    session_seconds: float = 10.0
    instance_id: str = ""
    streams: Mapping[str, Stream] = field(default_factory=lambda: STREAMS, repr=False)
    spare_days: Callable[[], Mapping[str, float]] = field(default=dict, repr=False)
