"""Requests about transactions that aiokafka does not offer: what is open, what was recorded, and ending what Kafka left open.

A broker that is too old for one of them raises NotImplementedError or IncompatibleBrokerVersion.
"""

from collections.abc import Collection
from typing import Any

from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import Boolean, CompactArray, CompactString, Int16, Int32, Int64, Schema

from monitor.bus.kafka.requests import TAGS, MetadataRequest10, by_topic

METADATA = 3
WRITE_MARKERS = 27
DESCRIBE_PRODUCERS = 61
DESCRIBE_TRANSACTIONS = 65
LIST_TRANSACTIONS = 66
"""Kafka's numbers of these requests."""
NAMES = ("topics", CompactArray(("topic", CompactString("utf-8")), ("partitions", CompactArray(Int32)), TAGS))
"""The field of a schema that names partitions."""
Partitions = list[tuple[str, list[int]]]
"""Numbers of partitions by topic."""


def _named(partitions: Partitions) -> list[Any]:
    return [(topic, numbers, {}) for topic, numbers in partitions]


class ProducersResponse0(Response):
    """Version 0."""

    API_KEY = DESCRIBE_PRODUCERS
    API_VERSION = 0
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        by_topic(
            ("error_code", Int16),
            ("error_message", CompactString("utf-8")),
            (
                "producers",
                CompactArray(
                    ("producer_id", Int64),
                    ("producer_epoch", Int32),
                    ("last_sequence", Int32),
                    ("last_timestamp", Int64),
                    ("coordinator_epoch", Int32),
                    ("start_offset", Int64),
                    TAGS,
                ),
            ),
        ),
        TAGS,
    )


class ProducersRequest0(RequestStruct):
    """Version 0."""

    API_KEY = DESCRIBE_PRODUCERS
    API_VERSION = 0
    FLEXIBLE_VERSION = True
    RESPONSE_TYPE = ProducersResponse0
    SCHEMA = Schema(NAMES, TAGS)


class ProducersRequest(Request[ProducersRequest0]):
    """Asks who has written to *partitions*, and which transactions are open there. From Kafka 2.8 on."""

    API_KEY = DESCRIBE_PRODUCERS

    def __init__(self, partitions: Partitions) -> None:
        self._partitions = partitions

    def build(self, request_struct_class: type[Any]) -> Any:
        """Return the request."""
        return request_struct_class(_named(self._partitions), {})


class TransactionsResponse0(Response):
    """Version 0."""

    API_KEY = DESCRIBE_TRANSACTIONS
    API_VERSION = 0
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "transactions",
            CompactArray(
                ("error_code", Int16),
                ("transactional_id", CompactString("utf-8")),
                ("state", CompactString("utf-8")),
                ("timeout_ms", Int32),
                ("start_time_ms", Int64),
                ("producer_id", Int64),
                ("producer_epoch", Int16),
                NAMES,
                TAGS,
            ),
        ),
        TAGS,
    )


class TransactionsRequest0(RequestStruct):
    """Version 0."""

    API_KEY = DESCRIBE_TRANSACTIONS
    API_VERSION = 0
    FLEXIBLE_VERSION = True
    RESPONSE_TYPE = TransactionsResponse0
    SCHEMA = Schema(("transactional_ids", CompactArray(CompactString("utf-8"))), TAGS)


class TransactionRequest(Request[TransactionsRequest0]):
    """Asks the coordinator of *transactional_id* for its last transaction. From Kafka 3.0 on."""

    API_KEY = DESCRIBE_TRANSACTIONS

    def __init__(self, transactional_id: str) -> None:
        self._id = transactional_id

    def build(self, request_struct_class: type[Any]) -> Any:
        """Return the request."""
        return request_struct_class([self._id], {})


class ListResponse0(Response):
    """Version 0."""

    API_KEY = LIST_TRANSACTIONS
    API_VERSION = 0
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        ("error_code", Int16),
        ("unknown_state_filters", CompactArray(CompactString("utf-8"))),
        (
            "transaction_states",
            CompactArray(
                ("transactional_id", CompactString("utf-8")),
                ("producer_id", Int64),
                ("transaction_state", CompactString("utf-8")),
                TAGS,
            ),
        ),
        TAGS,
    )


class ListRequest0(RequestStruct):
    """Version 0."""

    API_KEY = LIST_TRANSACTIONS
    API_VERSION = 0
    FLEXIBLE_VERSION = True
    RESPONSE_TYPE = ListResponse0
    SCHEMA = Schema(("state_filters", CompactArray(CompactString("utf-8"))), ("producer_id_filters", CompactArray(Int64)), TAGS)


class ListRequest(Request[ListRequest0]):
    """Asks a coordinator for those of its transactional ids that have one of *producer_ids*. From Kafka 3.0 on."""

    API_KEY = LIST_TRANSACTIONS

    def __init__(self, producer_ids: Collection[int]) -> None:
        self._producer_ids = producer_ids

    def build(self, request_struct_class: type[Any]) -> Any:
        """Return the request."""
        return request_struct_class([], sorted(self._producer_ids), {})


class MarkersResponse1(Response):
    """Version 1."""

    API_KEY = WRITE_MARKERS
    API_VERSION = 1
    SCHEMA = Schema(("markers", CompactArray(("producer_id", Int64), by_topic(("error_code", Int16)), TAGS)), TAGS)


class MarkersRequest1(RequestStruct):
    """Version 1."""

    API_KEY = WRITE_MARKERS
    API_VERSION = 1
    FLEXIBLE_VERSION = True
    RESPONSE_TYPE = MarkersResponse1
    SCHEMA = Schema(
        (
            "markers",
            CompactArray(
                ("producer_id", Int64),
                ("producer_epoch", Int16),
                ("committed", Boolean),
                NAMES,
                ("coordinator_epoch", Int32),
                TAGS,
            ),
        ),
        TAGS,
    )


class MarkerRequest(Request[MarkersRequest1]):
    """Ends the transaction of a *producer*, which is its id and epoch, in *partitions*, as its coordinator does."""

    API_KEY = WRITE_MARKERS

    def __init__(self, producer: tuple[int, int], coordinator_epoch: int, partitions: Partitions, *, committed: bool) -> None:
        self._producer, self._epoch, self._partitions, self._committed = producer, coordinator_epoch, partitions, committed

    def build(self, request_struct_class: type[Any]) -> Any:
        """Return the request."""
        marker: tuple[Any, ...] = (*self._producer, self._committed, _named(self._partitions), self._epoch, {})
        return request_struct_class([marker], {})


class PermissionsRequest(Request[MetadataRequest10]):
    """Asks what the login may do to the cluster."""

    API_KEY = METADATA

    def build(self, request_struct_class: type[Any]) -> Any:
        """Return the request."""
        return request_struct_class([], False, True, False, {})  # noqa: FBT003  (no creation; operations: cluster, topics)
