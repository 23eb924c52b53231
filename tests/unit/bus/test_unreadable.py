"""Damaged Kafka batches: all others are read, and each damaged one is found with its place and its bytes."""

import struct

import pytest
from aiokafka import TopicPartition
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.util import calc_crc32c
from hypothesis import given
from hypothesis import strategies as st

from monitor.bus.kafka.client import Broker
from monitor.bus.kafka.unreadable import CODECS, HEADER, PartialRead, is_unreadable, split_past

PARTITION = TopicPartition("alert.v1", 0)
CRC_AT, CRC_FROM, ATTRIBUTES_AT, COUNT_AT = 17, 21, 22, 57
"""Offsets in the header of a batch."""


def batch(base: int, count: int, codec: int = 0) -> bytearray:
    """Return a batch of *count* records. The value of each is its offset."""
    builder = DefaultRecordBatchBuilder(2, codec, 0, -1, -1, -1, 1 << 20)
    for delta in range(count):
        builder.append(delta, 1000, b"key", str(base + delta).encode(), [("name", b"value")])
    data = bytearray(builder.build())
    struct.pack_into(">q", data, 0, base)
    return data


def sign(data: bytearray) -> None:
    """Give *data* the checksum of its content."""
    struct.pack_into(">I", data, CRC_AT, calc_crc32c(bytes(data[CRC_FROM:])))


def with_codec(data: bytearray, codec: int) -> bytearray:
    """Return *data* as if it was compressed with *codec*."""
    data[ATTRIBUTES_AT] = codec
    sign(data)
    return data


def read(*batches: bytes | bytearray, offset: int = 0) -> PartialRead | None:
    """Split the bytes of a fetch at *offset*."""
    return split_past(Broker("localhost"), PARTITION, b"".join(batches), [], offset)


def test_readable_batches_are_left_to_the_client() -> None:
    assert read(*(batch(base, 2, codec) for base, codec in ((0, 0), (2, 1), (4, 2), (6, 3), (8, 4)))) is None


@pytest.mark.parametrize("codec", [1, 2, 3, 4, 5, 7])
def test_a_batch_that_cannot_be_decompressed_is_passed_with_its_bytes(codec: int) -> None:
    bad = with_codec(batch(2, 3), codec)
    past = read(batch(0, 2), bad, batch(5, 2))
    assert past
    assert past.position == 5
    *good, record = past.records
    assert [each.value for each in good] == [b"0", b"1"]
    assert (record.offset, record.value) == (4, bytes(bad))
    assert f"records 2 to 4 of alert.v1/0 (codec {CODECS.get(codec, f'number {codec}')}) cannot be read" in str(
        record.unreadable
    )


def test_an_absent_codec_is_named_with_the_package_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    data = batch(7, 1, codec=4)
    monkeypatch.setattr("aiokafka.codec.cramjam", None)  # as if the package was not installed
    past = read(data)
    assert past
    assert "(codec zstd) cannot be read: install the Python package cramjam" in str(past.records[0].unreadable)


def test_only_the_rest_of_a_batch_is_passed_if_its_first_records_can_be_read() -> None:
    data = batch(0, 3)
    data[-6] += 2  # the length of the last header
    sign(data)
    past = read(data, batch(3, 1))
    assert past
    assert past.position == 3
    assert [(each.offset, bool(each.unreadable)) for each in past.records] == [(0, False), (1, False), (2, True)]


@pytest.mark.parametrize("others", [[], [batch(2, 2)]])
def test_no_record_is_passed_twice_if_a_batch_claims_more_records_than_it_has(others: list[bytearray]) -> None:
    data = batch(0, 2)
    struct.pack_into(">i", data, COUNT_AT, 9)
    sign(data)
    past = read(data, *others)
    assert past
    assert past.position == 2
    assert [(each.offset, each.unreadable) for each in past.records] == [(0, None), (1, None)]


@given(st.integers(0, 3), st.data())
def test_a_damaged_byte_costs_its_batch_only(damaged: int, data: st.DataObject) -> None:
    batches = [batch(base, 3, codec) for base, codec in ((0, 0), (3, 1), (6, 4), (9, 0))]
    # The offset, the length and the epoch of the leader come from the broker.
    position = data.draw(st.integers(CRC_AT, len(batches[damaged]) - 1))
    batches[damaged][position] ^= data.draw(st.integers(1, 255))
    past = read(*batches)
    assert past
    *good, record = past.records
    assert [int(each.value) for each in good] == list(range(3 * damaged))
    assert record.unreadable
    assert record.value == bytes(batches[damaged])
    if damaged < 3:
        assert (record.offset, past.position) == (3 * damaged + 2, 3 * damaged + 3)
    assert past.position > 3 * damaged
    assert len(record.value) >= HEADER.size


def test_errors_of_the_broker_are_no_errors_of_a_record() -> None:
    assert is_unreadable(EOFError())
    assert not is_unreadable(ConnectionError())
