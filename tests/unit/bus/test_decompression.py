"""Compressed batches that unpack to far more than they have: memory is bounded, and all other records are read."""

import gzip
import itertools
import struct
from collections import Counter
from collections.abc import Callable

import cramjam
import pytest
from aiokafka import codec
from aiokafka.record.default_records import DefaultRecordBatch, DefaultRecordBatchBuilder
from hypothesis import given
from hypothesis import strategies as st

from monitor.bus.kafka import decompression
from monitor.bus.kafka.client import Broker
from monitor.bus.kafka.decompression import MAX_UNPACKED_BYTES, UnpackedTooLarge, unpacking_limit
from monitor.bus.kafka.unreadable import split_past
from tests.unit.bus.test_unreadable import PARTITION, batch, found

Unpack = Callable[[bytes, int], bytes]
CODECS: dict[str, tuple[Callable[[bytes], bytes], Unpack]] = {
    "gzip": (gzip.compress, decompression.gunzip),
    "snappy": (lambda data: bytes(cramjam.snappy.compress_raw(data)), decompression.unsnap),
    "snappy in blocks": (codec.snappy_encode, decompression.unsnap),
    "lz4": (codec.lz4_encode, decompression.unlz4),
    "zstd": (codec.zstd_encode, decompression.unzstd),
}
CODEC_NUMBERS = {"gzip": 1, "snappy": 2, "lz4": 3, "zstd": 4}


@given(st.sampled_from(sorted(CODECS)), st.binary(max_size=3000), st.integers(1, 100))
def test_what_fits_is_unpacked_and_nothing_larger(name: str, data: bytes, times: int) -> None:
    compress, unpack = CODECS[name]
    data *= times
    packed = compress(data)
    assert unpack(packed, len(data)) == data
    if data:
        with pytest.raises(UnpackedTooLarge):
            unpack(packed, len(data) - 1)


def test_gzip_data_of_several_members_is_unpacked() -> None:
    assert decompression.gunzip(gzip.compress(b"one ") + gzip.compress(b"two"), 7) == b"one two"
    with pytest.raises(UnpackedTooLarge):
        decompression.gunzip(gzip.compress(b"one ") + gzip.compress(b"two"), 6)


@pytest.mark.parametrize("name", CODECS)
def test_damaged_data_is_an_error_or_within_the_limit(name: str) -> None:
    compress, unpack = CODECS[name]
    packed = compress(bytes(range(256)) * 40)
    outcomes = Counter[bool]()
    for end, value in itertools.product(range(0, len(packed), 3), (0, 0xFF)):
        for damaged in (packed[:end], packed[:end] + bytes([value]) + packed[end + 1 :]):
            try:
                unpacked = unpack(damaged, 20_000)
            except Exception:  # noqa: BLE001  (each codec has its own)
                outcomes[False] += 1
            else:
                outcomes[True] += 1
                assert len(unpacked) <= 20_000
    assert outcomes[False] > len(packed) // 10


def bomb(codec_number: int, base: int, size: int = MAX_UNPACKED_BYTES + 1) -> bytearray:
    """Return a batch of one record of *size* zeros."""
    builder = DefaultRecordBatchBuilder(2, codec_number, 0, -1, -1, -1, size + 1000)
    builder.append(0, 1000, b"key", bytes(size), [])
    data = bytearray(builder.build())
    struct.pack_into(">q", data, 0, base)
    return data


@pytest.mark.parametrize("name", CODEC_NUMBERS)
def test_a_batch_that_unpacks_to_too_much_is_passed_and_named(name: str) -> None:
    number = CODEC_NUMBERS[name]
    data = [batch(0, 1, number), bomb(number, 1), batch(2, 1, number)]
    first = split_past(Broker("localhost"), PARTITION, b"".join(data), [], 0, 100)
    assert found(first) == [(0, True)]
    past = split_past(Broker("localhost"), PARTITION, b"".join(data[1:]), [], 1, 100)
    assert found(past)[0] == (1, False)
    assert past
    assert f"(codec {name}) cannot be read: UnpackedTooLarge: the batch unpacks to more than 33,554,432 bytes" in str(
        past.records[0].unreadable
    )


@pytest.mark.parametrize("name", CODEC_NUMBERS)
def test_the_limit_is_that_of_a_whole_fetch_also_in_aiokafka_itself(name: str) -> None:
    data = bomb(CODEC_NUMBERS[name], 0, MAX_UNPACKED_BYTES // 4)
    with unpacking_limit():
        for _ in range(3):
            assert len(list(DefaultRecordBatch(bytes(data)))) == 1
        with pytest.raises(UnpackedTooLarge):
            list(DefaultRecordBatch(bytes(data)))
    batches = []
    for base in range(7):
        struct.pack_into(">q", data, 0, base)
        batches.append(bytes(data))
    # All of them are read by several fetches.
    position, offsets = 0, list[int]()
    while past := split_past(Broker("localhost"), PARTITION, b"".join(batches[position:]), [], position, 100):
        assert all(good for _, good in found(past))
        offsets += [record.offset for record in past.records]
        position = past.position
    assert offsets + list(range(position, 7)) == list(range(7))
