"""Damaged Kafka batches: all others are read, and each damaged one is found with its place and its bytes."""

import struct
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from aiokafka import TopicPartition
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.util import calc_crc32c
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.bus.kafka.client import Broker
from monitor.bus.kafka.unreadable import CODECS, HEADER, LENGTH_BYTES, PartialRead, is_unreadable, split_past
from tests.kafka import WITHOUT_CRAMJAM

PARTITION = TopicPartition("alert.v1", 0)
LENGTH_AT, CRC_AT, CRC_FROM, ATTRIBUTES_AT, FIRST_TIME_AT, COUNT_AT = 8, 17, 21, 22, 27, 57
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


def read(*batches: bytes | bytearray, offset: int = 0, limit: int = 100) -> PartialRead | None:
    """Split the bytes of a fetch at *offset*."""
    return split_past(Broker("localhost"), PARTITION, b"".join(batches), [], offset, limit)


def found(past: PartialRead | None) -> list[tuple[int, bool]]:
    """Return the offset of each record, and whether it can be read."""
    assert past
    return [(record.offset, record.unreadable is None) for record in past.records]


def test_readable_batches_are_left_to_the_client() -> None:
    assert read(*(batch(base, 2, codec) for base, codec in ((0, 0), (2, 1), (4, 2), (6, 3), (8, 4)))) is None


@pytest.mark.parametrize("codec", [1, 2, 3, 4, 5, 7])
def test_a_batch_that_cannot_be_decompressed_is_passed_with_its_bytes(codec: int) -> None:
    bad = with_codec(batch(2, 3), codec)
    past = read(batch(0, 2), bad, batch(5, 2))
    assert past
    assert past.position == 7
    assert found(past) == [(0, True), (1, True), (4, False), (5, True), (6, True)]
    record = past.records[2]
    assert (record.offset, record.value) == (4, bytes(bad))
    assert f"records 2 to 4 of alert.v1/0 (codec {CODECS.get(codec, f'number {codec}')}) cannot be read" in str(
        record.unreadable
    )


def test_an_absent_codec_is_named_with_the_package_to_install() -> None:
    program = f"from tests.unit.bus.test_unreadable import read; print(read({bytes(batch(7, 1, codec=4))!r}))"
    command = [*WITHOUT_CRAMJAM, program]
    shown = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    assert "(codec zstd) cannot be read: install the Python package cramjam" in shown


def test_only_the_rest_of_a_batch_is_passed_if_its_first_records_can_be_read() -> None:
    data = batch(0, 3)
    data[-6] += 2  # the length of the last header
    sign(data)
    past = read(data, batch(3, 1))
    assert past
    assert past.position == 4
    assert found(past) == [(0, True), (1, True), (2, False), (3, True)]


@pytest.mark.parametrize("others", [[], [batch(2, 2)]])
def test_no_record_is_passed_twice_if_a_batch_claims_more_records_than_it_has(others: list[bytearray]) -> None:
    data = batch(0, 2)
    struct.pack_into(">i", data, COUNT_AT, 9)
    sign(data)
    past = read(data, *others, limit=2 + 2 * len(others))
    assert past
    assert past.position == 2 + 2 * len(others)
    assert found(past) == [(offset, True) for offset in range(past.position)]


@given(st.integers(0, 3), st.data())
def test_a_damaged_byte_costs_its_batch_only(damaged: int, data: st.DataObject) -> None:
    batches = [batch(base, 3, codec) for base, codec in ((0, 0), (3, 1), (6, 4), (9, 0))]
    # The offset, the length and the epoch of the leader come from the broker.
    position = data.draw(st.integers(CRC_AT, len(batches[damaged]) - 1))
    batches[damaged][position] ^= data.draw(st.integers(1, 255))
    past = read(*batches)
    assert past
    (record,) = [each for each in past.records if each.unreadable]
    good = [int(each.value) for each in past.records if not each.unreadable]
    assert good == [number for number in range(12) if number // 3 != damaged]
    assert record.value == bytes(batches[damaged])
    if damaged < 3:
        assert (record.offset, past.position) == (3 * damaged + 2, 12)
    assert past.position > 3 * damaged
    assert len(record.value) >= HEADER.size


@example(1, -191)
@given(st.integers(0, 2), st.integers(-(2**31), 2**31 - 1) | st.integers(-400, 400))
def test_a_damaged_length_of_a_batch_ends_the_reading_after_it(damaged: int, length: int) -> None:
    batches = [batch(base, 2) for base in (0, 2, 4)]
    struct.pack_into(">i", batches[damaged], LENGTH_AT, length)
    past = read(*batches)
    if past is None:
        # The rest looks like a batch of which the broker has sent a part, or the length is right.
        assert length > len(batches[damaged]) - LENGTH_BYTES - 1
        return
    assert past.position > 2 * damaged
    good = [int(each.value) for each in past.records if not each.unreadable]
    assert good[: 2 * damaged] == list(range(2 * damaged))
    assert any(each.unreadable for each in past.records)


@given(st.lists(st.booleans(), min_size=1, max_size=12), st.integers(1, 5))
def test_damaged_batches_are_passed_together_up_to_the_limit(damaged: list[bool], limit: int) -> None:
    batches = [batch(number, 1) for number in range(len(damaged))]
    for data, is_damaged in zip(batches, damaged, strict=True):
        data[-1] ^= is_damaged
    position, records = 0, list[tuple[int, bool]]()
    while position < len(batches) and (past := read(*batches[position:], offset=position, limit=limit)):
        assert len(past.records) <= limit
        records += found(past)
        position = past.position
    records += [(number, True) for number in range(position, len(batches))]
    assert records == [(number, not is_damaged) for number, is_damaged in enumerate(damaged)]


def test_records_of_aborted_transactions_are_not_read_after_a_damaged_batch() -> None:
    damaged, aborted = batch(0, 1), batch(1, 1)
    damaged[-1] ^= 1
    past = split_past(Broker("localhost"), PARTITION, bytes(damaged + aborted + batch(2, 1)), [(7, 1)], 0, 100)
    assert found(past) == [(0, False)]
    assert past
    assert past.position == 1


@pytest.mark.parametrize("milliseconds", [2**63 - 1, -(2**63), 10**17, -1, 1_700_000_000_000])
def test_the_time_of_a_record_is_always_one_that_a_date_can_hold(milliseconds: int) -> None:
    damaged, foreign = batch(0, 1), batch(1, 1)
    for data in (damaged, foreign):
        struct.pack_into(">qq", data, FIRST_TIME_AT, milliseconds, milliseconds)
    sign(foreign)
    past = read(damaged, foreign)
    assert found(past) == [(0, False), (1, True)]
    assert past
    for record in past.records:
        moment = datetime.fromtimestamp(record.time, UTC)
        assert moment - timedelta(days=365 * 300) < moment < moment + timedelta(days=365 * 300)


def test_errors_of_the_broker_are_no_errors_of_a_record() -> None:
    assert is_unreadable(EOFError())
    assert not is_unreadable(ConnectionError())
