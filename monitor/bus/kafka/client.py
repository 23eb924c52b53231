"""The settings of all Kafka clients, and the translation of their errors."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    InvalidProducerEpoch,
    KafkaConnectionError,
    KafkaError,
    MessageSizeTooLargeError,
    ProducerFenced,
    SaslAuthenticationFailed,
    TopicAuthorizationFailedError,
    TransactionalIdAuthorizationFailed,
    UnknownTopicOrPartitionError,
    UnsupportedSaslMechanismError,
)

from monitor.bus import Fenced, Misconfigured, Partition, Record, Transient, partition_for
from monitor.bus.address import Security
from monitor.bus.streams import DEAD_LETTER_OVERHEAD, MAX_BYTES, STREAMS, Stream
from monitor.bus.tls import shared_context

MAX_RECORD_BYTES = MAX_BYTES + DEAD_LETTER_OVERHEAD + 64 * 1024
"""Size of the largest record of any stream with Kafka's own overhead, in bytes. Producers, topics and consumers share it."""
FETCH_BYTES = 8 * 1024 * 1024
"""Bytes per partition in one fetch: several records of the maximum size, so that fetching is not slower than processing."""
TRANSACTION_MS = 10_000
"""The broker aborts the open transaction of a crashed owner after this time. Until then its later records are invisible."""
METADATA_MS = 3_000
"""Milliseconds after which a consumer notices that a topic was created or has more partitions."""
RETRY_MS = 500
"""Milliseconds between a consumer's attempts to reach its broker. With aiokafka's default of 100, an unavailable broker costs a
quarter of a CPU."""
CALL_SECONDS = 30.0
"""Seconds after which a call counts as failed. Some of aiokafka's calls would wait forever."""
MAX_IDLE_SECONDS = 600.0
"""Seconds without a read after which a member of a group counts as hung."""
LATEST_SECONDS = 7_258_118_400.0
"""The beginning of the year 2200, in seconds since 1970: later times of records count as this. Differences of times are added
to and subtracted from dates, which end with the year 9999."""
ACCESS_ERRORS = (
    SaslAuthenticationFailed,
    UnsupportedSaslMechanismError,
    ClusterAuthorizationFailedError,
    TopicAuthorizationFailedError,
    GroupAuthorizationFailedError,
    TransactionalIdAuthorizationFailed,
)
"""Errors that a retry cannot fix: failed logins and missing permissions."""


@dataclass(frozen=True, slots=True)
class Broker:
    """A Kafka cluster. *prefix* precedes the names of topics, groups and transactional ids, so that a cluster can be shared.

    The membership of its groups is static if it has an *instance_id*, see membership.py.
    An open transaction is reported after *stalled_seconds*. Those of newsmonitor end after TRANSACTION_MS at the latest.
    A member of a group that is not read from for *idle_seconds* leaves its partitions to others.
    """

    servers: str
    prefix: str = ""
    security: Security = field(default_factory=Security)
    session_seconds: float = 10.0
    instance_id: str = ""
    streams: Mapping[str, Stream] = field(default_factory=lambda: STREAMS, repr=False)
    stalled_seconds: float = 20.0
    idle_seconds: float = field(default_factory=lambda: MAX_IDLE_SECONDS)

    def topic(self, stream: str) -> str:
        """Return the topic of *stream*."""
        return self.prefix + stream

    def stream(self, topic: str) -> str:
        """Return the stream of *topic*."""
        return topic.removeprefix(self.prefix)

    def settings(self) -> dict[str, Any]:
        """Return the settings of all clients. Raises Misconfigured."""
        security = self.security
        settings: dict[str, Any] = {"bootstrap_servers": self.servers, "security_protocol": security.protocol}
        if security.protocol.endswith("SSL"):
            settings["ssl_context"] = shared_context(security)
        if security.protocol.startswith("SASL"):
            settings |= {
                "sasl_mechanism": security.mechanism,
                "sasl_plain_username": security.username,
                "sasl_plain_password": security.password,
            }
        return settings


def new_client(broker: Broker) -> AIOKafkaClient:
    """Return a client for requests."""
    return AIOKafkaClient(**broker.settings(), request_timeout_ms=int(CALL_SECONDS * 1000))


def consumer(broker: Broker, group: str | None = None, *, committed: bool = True) -> AIOKafkaConsumer:
    """Return a consumer. With *committed* it sees only records of committed transactions."""
    heartbeat = max(100, int(broker.session_seconds * 1000 / 10))
    return AIOKafkaConsumer(
        **broker.settings(),
        group_id=group,
        group_instance_id=broker.instance_id or None,
        enable_auto_commit=False,
        auto_offset_reset="none",
        isolation_level="read_committed" if committed else "read_uncommitted",
        session_timeout_ms=int(broker.session_seconds * 1000),
        heartbeat_interval_ms=heartbeat,
        rebalance_timeout_ms=max(10_000, int(broker.session_seconds * 1000)),
        max_poll_interval_ms=int(broker.idle_seconds * 1000),
        max_partition_fetch_bytes=FETCH_BYTES,
        fetch_max_bytes=4 * FETCH_BYTES,
        fetch_max_wait_ms=100,
        metadata_max_age_ms=METADATA_MS,
        retry_backoff_ms=RETRY_MS,
        request_timeout_ms=int(CALL_SECONDS * 1000),
    )


def to_record(broker: Broker, record: ConsumerRecord) -> Record:
    """Return *record* of aiokafka as the bus's Record."""
    return Record(
        partition=Partition(broker.stream(record.topic), record.partition),
        offset=record.offset,
        time=to_seconds(record.timestamp),
        key=(record.key or b"").decode(errors="replace"),
        value=record.value or b"",
        headers={name: (value or b"").decode(errors="replace") for name, value in record.headers},
    )


def to_seconds(milliseconds: int) -> float:
    """Return the time of a record in seconds since 1970, within what a date can hold: other programs may write any number."""
    return min(max(milliseconds / 1000, 0.0), LATEST_SECONDS)


def topic_partition(broker: Broker, stream: str, key: str) -> TopicPartition:
    """Return the topic and partition to which a record of *stream* with *key* belongs."""
    return TopicPartition(broker.topic(stream), partition_for(key, broker.streams[stream].partitions))


def encode_headers(headers: Mapping[str, str]) -> list[tuple[str, bytes]]:
    """Return *headers* in Kafka's format."""
    return [(name, value.encode()) for name, value in headers.items()]


@asynccontextmanager
async def translate_errors(action: str, seconds: float = CALL_SECONDS) -> AsyncIterator[asyncio.Timeout]:
    """Raise the bus's errors instead of Kafka's, and Transient after *seconds*. The error text starts with *action*."""
    started = time.monotonic()
    try:
        async with asyncio.timeout(seconds) as limit:
            yield limit
    except (ProducerFenced, InvalidProducerEpoch) as error:
        raise Fenced(f"{action}: another member owns the partition now") from error
    except MessageSizeTooLargeError as error:
        # The size of each record was checked, so the stream accepts less than it should.
        raise Misconfigured(
            f"{action}: the broker refuses a record as too large: `newsmonitor streams check` names the stream and the remedy"
        ) from error
    except ACCESS_ERRORS as error:
        name = type(error).__name__
        raise Misconfigured(
            f"{action}: the broker refused the request ({name}): check [kafka] in the config and the broker's ACLs"
        ) from error
    except UnknownTopicOrPartitionError as error:
        raise Transient(f"{action}: a stream does not exist on the broker; `newsmonitor streams create` creates it") from error
    except KafkaConnectionError as error:
        raise Transient(f"{action}: {error}: the broker is unavailable") from error
    except TimeoutError as error:
        # The limit may have been moved, see Cluster.call.
        waited = time.monotonic() - started
        raise Transient(f"{action}: no answer from the broker after {waited:.0f} s") from error
    except (KafkaError, OSError, AssertionError) as error:
        # aiokafka asserts that a partition is known, and a topic may have been created again with more of them.
        raise Transient(f"{action}: {type(error).__name__}: {error}") from error
