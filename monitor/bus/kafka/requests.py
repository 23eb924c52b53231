"""Requests that aiokafka does not offer: metadata with topic ids, the time of the newest record, instance ids in a group.

The id of a topic changes if it is deleted and created again.
"""

from io import BytesIO
from typing import Any

from aiokafka.protocol.abstract import AbstractType
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.metadata import MetadataRequest_v5
from aiokafka.protocol.types import (
    Array,
    Boolean,
    Bytes,
    CompactArray,
    CompactString,
    Int8,
    Int16,
    Int32,
    Int64,
    Schema,
    String,
    TaggedFields,
)

METADATA = 3
LIST_OFFSETS = 2
DESCRIBE_GROUPS = 15
"""Kafka's numbers of these requests."""
MAX_TIMESTAMP = -3
"""The time that stands for that of the newest record."""
NO_ID = bytes(16)
TAGS = ("tags", TaggedFields)
"""What ends each structure in the versions of requests that can be extended."""


def by_topic(*fields: tuple[str, Any]) -> tuple[str, Any]:
    """Return the field of a schema that has *fields* for each partition of each topic."""
    partitions = CompactArray(("partition", Int32), *fields, TAGS)
    return ("topics", CompactArray(("topic", CompactString("utf-8")), ("partitions", partitions), TAGS))


class Uuid(AbstractType):
    """Kafka's type of 16 bytes."""

    @classmethod
    def encode(cls, value: bytes) -> bytes:
        """Return *value*."""
        return value

    @classmethod
    def decode(cls, data: BytesIO) -> bytes:
        """Return the next 16 bytes."""
        return data.read(16)


class MetadataResponse10(Response):
    """Version 10, which added the topic ids."""

    API_KEY = METADATA
    API_VERSION = 10
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "brokers",
            CompactArray(
                ("node_id", Int32),
                ("host", CompactString("utf-8")),
                ("port", Int32),
                ("rack", CompactString("utf-8")),
                TAGS,
            ),
        ),
        ("cluster_id", CompactString("utf-8")),
        ("controller_id", Int32),
        (
            "topics",
            CompactArray(
                ("error_code", Int16),
                ("topic", CompactString("utf-8")),
                ("topic_id", Uuid),
                ("is_internal", Boolean),
                (
                    "partitions",
                    CompactArray(
                        ("error_code", Int16),
                        ("partition", Int32),
                        ("leader", Int32),
                        ("leader_epoch", Int32),
                        ("replicas", CompactArray(Int32)),
                        ("isr", CompactArray(Int32)),
                        ("offline_replicas", CompactArray(Int32)),
                        TAGS,
                    ),
                ),
                ("topic_authorized_operations", Int32),
                TAGS,
            ),
        ),
        ("cluster_authorized_operations", Int32),
        TAGS,
    )


class MetadataRequest10(RequestStruct):
    """Version 10."""

    API_KEY = METADATA
    API_VERSION = 10
    FLEXIBLE_VERSION = True
    RESPONSE_TYPE = MetadataResponse10
    SCHEMA = Schema(
        ("topics", CompactArray(("topic_id", Uuid), ("topic", CompactString("utf-8")), TAGS)),
        ("allow_auto_topic_creation", Boolean),
        ("include_cluster_authorized_operations", Boolean),
        ("include_topic_authorized_operations", Boolean),
        TAGS,
    )


class TopicsRequest(Request[MetadataRequest_v5 | MetadataRequest10]):
    """Asks for the state of *topics*. A broker older than version 10 of the request returns no ids. Creates no topic."""

    API_KEY = METADATA

    def __init__(self, topics: list[str]) -> None:
        self._topics = topics

    def build(self, request_struct_class: type[Any]) -> Any:
        """Return the request of the version that the broker knows."""
        if request_struct_class is MetadataRequest_v5:
            return MetadataRequest_v5(self._topics, False)  # noqa: FBT003  (allow_auto_topic_creation)
        return MetadataRequest10([(NO_ID, topic, {}) for topic in self._topics], False, False, False, {})  # noqa: FBT003


class OffsetsResponse7(Response):
    """Version 7."""

    API_KEY = LIST_OFFSETS
    API_VERSION = 7
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        by_topic(("error_code", Int16), ("timestamp", Int64), ("offset", Int64), ("leader_epoch", Int32)),
        TAGS,
    )


class OffsetsRequest7(RequestStruct):
    """Version 7, which added MAX_TIMESTAMP."""

    API_KEY = LIST_OFFSETS
    API_VERSION = 7
    FLEXIBLE_VERSION = True
    RESPONSE_TYPE = OffsetsResponse7
    SCHEMA = Schema(
        ("replica_id", Int32),
        ("isolation_level", Int8),
        by_topic(("current_leader_epoch", Int32), ("timestamp", Int64)),
        TAGS,
    )


class NewestRequest(Request[OffsetsRequest7]):
    """Asks for the times of the newest records of *partitions*. An older broker raises NotImplementedError."""

    API_KEY = LIST_OFFSETS

    def __init__(self, partitions: list[tuple[str, int]]) -> None:
        self._partitions = partitions

    def build(self, request_struct_class: type[Any]) -> Any:
        """Return the request."""
        topics: list[Any] = [(topic, [(number, -1, MAX_TIMESTAMP, {})], {}) for topic, number in self._partitions]
        return request_struct_class(-1, 0, topics, {})


class GroupResponse4(Response):
    """Version 4."""

    API_KEY = DESCRIBE_GROUPS
    API_VERSION = 4
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "groups",
            Array(
                ("error_code", Int16),
                ("group", String("utf-8")),
                ("state", String("utf-8")),
                ("protocol_type", String("utf-8")),
                ("protocol", String("utf-8")),
                (
                    "members",
                    Array(
                        ("member_id", String("utf-8")),
                        ("group_instance_id", String("utf-8")),
                        ("client_id", String("utf-8")),
                        ("client_host", String("utf-8")),
                        ("metadata", Bytes),
                        ("assignment", Bytes),
                    ),
                ),
                ("authorized_operations", Int32),
            ),
        ),
    )


class GroupRequest4(RequestStruct):
    """Version 4, which added the instance ids."""

    API_KEY = DESCRIBE_GROUPS
    API_VERSION = 4
    RESPONSE_TYPE = GroupResponse4
    SCHEMA = Schema(("groups", Array(String("utf-8"))), ("include_authorized_operations", Boolean))


class GroupRequest(Request[GroupRequest4]):
    """Asks for the members of *group*. An older broker raises NotImplementedError."""

    API_KEY = DESCRIBE_GROUPS

    def __init__(self, group: str) -> None:
        self._group = group

    def build(self, request_struct_class: type[Any]) -> Any:
        """Return the request."""
        return request_struct_class([self._group], False)  # noqa: FBT003  (include_authorized_operations)
