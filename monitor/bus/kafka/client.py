"""Where the broker is and how it is reached: the settings of every client, and what their errors mean here."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
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
from aiokafka.helpers import create_ssl_context

from monitor.bus import Fenced, Misconfigured, Partition, Record, TooLarge, Transient, partition_for
from monitor.bus.address import Security
from monitor.bus.streams import DEAD_LETTER_OVERHEAD, MAX_BYTES, STREAMS, Stream

FETCH_BYTES = MAX_BYTES + DEAD_LETTER_OVERHEAD + 64 * 1024
"""The largest record of any stream with what Kafka adds to it, in bytes: set for producer, broker and consumer together."""
FETCHED = 8 * 1024 * 1024
"""What one fetch may bring of a partition, in bytes: some batches of the largest size, so that reading keeps ahead."""
BATCHED = 512 * 1024
"""The most bytes in one request to the broker: of aiokafka's own 16 KiB four articles fill one (bench/bus.py)."""
TRANSACTION_MS = 10_000
"""After this the broker ends a transaction whose owner is gone: until then what comes behind it stays hidden."""
PATIENCE = 30.0
"""Seconds for one call, after which the broker counts as away; some calls of aiokafka would wait for ever."""
REFUSALS = (
    SaslAuthenticationFailed,
    UnsupportedSaslMechanismError,
    ClusterAuthorizationFailedError,
    TopicAuthorizationFailedError,
    GroupAuthorizationFailedError,
    TransactionalIdAuthorizationFailed,
)
"""What no waiting mends: who we are, or what we may do."""


@dataclass(frozen=True, slots=True)
class Broker:
    """A Kafka cluster. *prefix* stands before the names of streams, groups and transactions, so that several can share it."""

    servers: str
    prefix: str = ""
    security: Security = field(default_factory=Security)
    session_seconds: float = 10.0
    streams: Mapping[str, Stream] = field(default_factory=lambda: STREAMS, repr=False)

    def topic(self, stream: str) -> str:
        """What *stream* is called on the broker."""
        return self.prefix + stream

    def stream(self, topic: str) -> str:
        """The stream that is called *topic* on the broker."""
        return topic.removeprefix(self.prefix)

    def settings(self) -> dict[str, Any]:
        """The settings that all clients share. Raises Misconfigured."""
        secure = self.security
        found: dict[str, Any] = {"bootstrap_servers": self.servers, "security_protocol": secure.protocol}
        if secure.protocol.endswith("SSL"):
            try:
                found["ssl_context"] = create_ssl_context(
                    cafile=secure.ca_file or None, certfile=secure.cert_file or None, keyfile=secure.key_file or None
                )
            except (OSError, ssl.SSLError) as error:
                raise Misconfigured(f"kafka.ca_file, cert_file or key_file cannot be used: {error}") from error
        if secure.protocol.startswith("SASL"):
            found |= {
                "sasl_mechanism": secure.mechanism,
                "sasl_plain_username": secure.username,
                "sasl_plain_password": secure.password,
            }
        return found


def producer(broker: Broker, transaction: str) -> AIOKafkaProducer:
    """A producer that writes in transactions under the id *transaction*."""
    return AIOKafkaProducer(
        **broker.settings(),
        transactional_id=transaction,
        transaction_timeout_ms=TRANSACTION_MS,
        max_request_size=FETCH_BYTES,
        max_batch_size=BATCHED,
        request_timeout_ms=int(PATIENCE * 1000),
    )


def consumer(broker: Broker, group: str | None = None, *, committed: bool = True) -> AIOKafkaConsumer:
    """A consumer; with *committed* it sees only what was committed."""
    heartbeat = max(100, int(broker.session_seconds * 1000 / 10))
    return AIOKafkaConsumer(
        **broker.settings(),
        group_id=group,
        enable_auto_commit=False,
        auto_offset_reset="none",
        isolation_level="read_committed" if committed else "read_uncommitted",
        session_timeout_ms=int(broker.session_seconds * 1000),
        heartbeat_interval_ms=heartbeat,
        rebalance_timeout_ms=max(10_000, int(broker.session_seconds * 1000)),
        max_poll_interval_ms=600_000,
        max_partition_fetch_bytes=FETCHED,
        fetch_max_bytes=4 * FETCHED,
        fetch_max_wait_ms=100,
        request_timeout_ms=int(PATIENCE * 1000),
    )


def delivery(broker: Broker, record: ConsumerRecord) -> Record:
    """*record* as the seam has it."""
    return Record(
        partition=Partition(broker.stream(record.topic), record.partition),
        offset=record.offset,
        time=record.timestamp / 1000,
        key=(record.key or b"").decode(errors="replace"),
        value=record.value or b"",
        headers={name: (value or b"").decode(errors="replace") for name, value in record.headers},
    )


def place(broker: Broker, stream: str, key: str) -> TopicPartition:
    """Where a message with *key* goes."""
    return TopicPartition(broker.topic(stream), partition_for(key, broker.streams[stream].partitions))


def encoded(headers: Mapping[str, str]) -> list[tuple[str, bytes]]:
    """*headers* as Kafka takes them."""
    return [(name, value.encode()) for name, value in headers.items()]


@asynccontextmanager
async def patient(what: str, seconds: float = PATIENCE) -> AsyncIterator[None]:
    """Turn what goes wrong with the broker while *what* into the seam's errors; longer than *seconds* is Transient."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except (ProducerFenced, InvalidProducerEpoch) as error:
        raise Fenced(f"{what}: another owner has taken the partition over") from error
    except MessageSizeTooLargeError as error:
        raise TooLarge(f"{what}: {error}") from error
    except REFUSALS as error:
        name = type(error).__name__
        raise Misconfigured(f"{what}: the broker refuses us ({name}): look at [kafka] in the config, and its ACLs") from error
    except UnknownTopicOrPartitionError as error:
        raise Transient(f"{what}: a stream is absent on the broker; `newsmonitor streams create` makes it") from error
    except KafkaConnectionError as error:
        # aiokafka does not tell a login that was refused from a broker that is away.
        raise Transient(f"{what}: {error}: the broker is away, or refuses the login (look at [kafka] in the config)") from error
    except TimeoutError as error:
        raise Transient(f"{what}: no answer from the broker within {seconds:g} s") from error
    except (KafkaError, OSError) as error:
        raise Transient(f"{what}: {type(error).__name__}: {error}") from error


async def stop_all(clients: Iterable[AIOKafkaProducer | AIOKafkaConsumer]) -> None:
    """Stop *clients*, whatever state they are in; one that does not end within some seconds is let go."""

    async def stop(client: AIOKafkaProducer | AIOKafkaConsumer) -> None:
        async with asyncio.timeout(PATIENCE / 6):
            await client.stop()

    await asyncio.gather(*(stop(client) for client in clients), return_exceptions=True)
