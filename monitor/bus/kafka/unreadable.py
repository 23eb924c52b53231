"""Records that aiokafka cannot read: in an unknown or missing codec, or damaged. It would never get past them."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from gzip import BadGzipFile
from typing import Any

from aiokafka import TopicPartition
from aiokafka.consumer.fetcher import READ_COMMITTED, PartitionRecords
from aiokafka.errors import CorruptRecordException, KafkaError, UnsupportedCodecError, for_code
from aiokafka.protocol.fetch import FetchRequest
from aiokafka.record.memory_records import MemoryRecords

from monitor.bus import UNREADABLE, Partition, Record
from monitor.bus.kafka.client import FETCH_BYTES, Broker, to_record, to_seconds
from monitor.bus.kafka.cluster import Cluster
from monitor.bus.kafka.decompression import UnpackedTooLarge, unpacking_limit

CODECS = {0: "none", 1: "gzip", 2: "snappy", 3: "lz4", 4: "zstd"}
PACKAGE = "cramjam"
"""The package with which aiokafka reads snappy, lz4 and zstd."""
HEADER = struct.Struct(">qiibIhiqqqhii")
"""The header of a batch: base offset, length, leader epoch, magic, CRC, attributes, last offset delta, first and last time,
producer id, producer epoch, base sequence, number of records."""
LENGTH = struct.Struct(">qi")
"""The part of the header that ends with the length."""
LENGTH_BYTES = 12
"""Bytes of a batch that its length does not count."""
CODEC_MASK = 7
WAIT_MS = 0
"""Milliseconds that the broker may wait for records before it answers. aiokafka has fetched some."""
BATCH_MAGIC = 2
"""The version of the format that has this header. In older ones, the offset of a batch is that of its last record."""
MAX_RECORDS = 1_000_000
"""More records than any batch has."""
RACK_VERSION = 11
"""The version of the response in which the list of aborted transactions is no longer the second to last field."""


def is_unreadable(error: Exception) -> bool:
    """Return True if *error*, raised by a read, comes from the bytes of a record and not from the broker."""
    of_record = isinstance(error, CorruptRecordException | UnsupportedCodecError | BadGzipFile)
    return of_record or not isinstance(error, KafkaError | OSError)


@dataclass(frozen=True, slots=True)
class PartialRead:
    """The first *records* of a fetch, with one for each batch that cannot be read, and the *position* after them."""

    records: Sequence[Record]
    position: int


class _Batches:
    """The batches of a fetch, as aiokafka's PartitionRecords reads them.

    The one that it has begun last is from *start* to *end*.
    """

    def __init__(self, data: bytes) -> None:
        self._records, self._data = MemoryRecords(data), data
        self.start = self.end = 0

    def has_next(self) -> bool:
        return bool(self._records.has_next())

    def next_batch(self) -> Any:
        size = _size(self._data, self.end)
        # The end of a batch never comes before its start, whatever its length says: the caller goes on after it.
        self.start, self.end = self.end, self.end + max(0, size)
        if size <= LENGTH_BYTES:
            # aiokafka would read the batches before it again, for ever.
            raise CorruptRecordException(f"a batch has the length {size - LENGTH_BYTES}")
        return self._records.next_batch()

    def begun(self) -> tuple[bytes, bytes]:
        """Return the batch that was begun last, and the header of that which follows."""
        return self._data[self.start : self.end], self._data[self.end : self.end + HEADER.size]


async def read_past(cluster: Cluster, tp: TopicPartition, offset: int, limit: int) -> PartialRead | None:
    """Return about *limit* committed records from *offset* on; None if each record that the broker returns can be read.

    Raises KafkaError.
    """
    node = cluster.leader(tp)
    if node is None:
        return None
    place = [(tp.topic, [(tp.partition, offset, FETCH_BYTES)])]
    answer = await cluster.client.send(node, FetchRequest(WAIT_MS, 1, FETCH_BYTES, READ_COMMITTED, place))
    ((_, (part,)),) = answer.topics
    error_code, data, aborted = part[1], part[-1], part[-3 if answer.API_VERSION >= RACK_VERSION else -2]
    if error_code:
        raise for_code(error_code)(tp)
    return split_past(cluster.broker, tp, data, aborted, offset, limit)


def split_past(
    broker: Broker, tp: TopicPartition, data: bytes, aborted: Sequence[tuple[int, int]] | None, offset: int, limit: int
) -> PartialRead | None:
    """Return about *limit* records of *data*, the bytes of a fetch at *offset*, see read_past.

    *aborted* has the producer and the first offset of each aborted transaction.
    """
    batches, records = _Batches(data), list[Record]()
    with unpacking_limit():
        while True:
            fetched = PartitionRecords(tp, batches, aborted, offset, None, None, True, READ_COMMITTED)  # noqa: FBT003
            try:
                for record in fetched:
                    records.append(to_record(broker, record))
                    if len(records) >= limit:
                        break
                is_past = any(each.unreadable for each in records) or len(records) >= limit
                return PartialRead(records, fetched.next_fetch_offset) if is_past else None
            except Exception as error:  # noqa: BLE001  (each codec raises exceptions of its own)
                if isinstance(error, UnpackedTooLarge) and batches.start > 0:
                    # This batch alone may be small enough: the next read begins with it.
                    return PartialRead(records, fetched.next_fetch_offset)
                batch, following = batches.begun()
                partition = Partition(broker.stream(tp.topic), tp.partition)
                if len(batch) < HEADER.size:
                    # Its length is damaged, so it is not known where the next one begins, or which records it has.
                    offset = fetched.next_fetch_offset
                    return PartialRead([*records, _unreadable(partition, offset, offset, batch, error)], offset + 1)
                last = _last_offset(batch, following)
                if fetched.next_fetch_offset <= last:
                    records.append(_unreadable(partition, fetched.next_fetch_offset, last, batch, error))
                offset = max(last + 1, fetched.next_fetch_offset)
                # The list of aborted transactions is that of the position at which the fetch began.
                if aborted or len(records) >= limit:
                    return PartialRead(records, offset)


def _size(data: bytes, start: int) -> int:
    """Return the size of the batch at *start*, as its length says; 0 if *data* ends before the length does."""
    return LENGTH_BYTES + int(LENGTH.unpack_from(data, start)[1]) if start + LENGTH_BYTES <= len(data) else 0


def _last_offset(batch: bytes, following: bytes) -> int:
    """Return the last offset of *batch*: that before the *following* batch, or else what it says itself, if it can be true."""
    if len(following) == HEADER.size:
        return int(HEADER.unpack(following)[0]) - 1
    base_offset, _, _, magic, _, _, last_delta, *_ = HEADER.unpack_from(batch)
    return int(base_offset + last_delta if magic >= BATCH_MAGIC and 0 <= last_delta < MAX_RECORDS else base_offset)


def _unreadable(partition: Partition, first: int, last: int, batch: bytes, error: Exception) -> Record:
    """Return a record for those of *batch* from the offset *first* to *last*."""
    _, _, _, _, _, attributes, _, _, max_time, *_ = HEADER.unpack(batch[: HEADER.size].ljust(HEADER.size, b"\0"))
    codec = CODECS.get(attributes & CODEC_MASK, f"number {attributes & CODEC_MASK}")
    if "not found" in str(error):
        reason = f"install the Python package {PACKAGE}, which reads {codec}"
    else:
        reason = str(error) if isinstance(error, KafkaError) else f"{type(error).__name__}: {error}"
    records = f"record {last}" if first == last else f"records {first} to {last}"
    text = f"{records} of {partition.stream}/{partition.number} (codec {codec}) cannot be read: {reason}"
    # The key is the offset, so that the circuit breaker takes such records for those of different feeds.
    return Record(partition, last, to_seconds(max_time), str(last), batch, {UNREADABLE: codec}, text)
