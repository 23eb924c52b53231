"""Decompression of record batches within a limit, in the place of aiokafka's functions, which have none.

A batch of a megabyte may unpack to gigabytes, and a fetch may have thousands of batches, so the limit is that of a fetch.
"""

import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from importlib import import_module
from typing import Any

from aiokafka import codec

MAX_UNPACKED_BYTES = 32 * 1024 * 1024
"""Bytes that the compressed batches of a fetch may have together once they are unpacked: four times those of a fetch."""
FIRST_BYTES = 64 * 1024
"""Size of the buffer that is tried first. Most batches fit into it."""
GZIP = 31
"""The number by which zlib knows the format."""
XERIAL = struct.Struct("!b7sii")
"""The header of snappy data in blocks, each of which follows its length."""
XERIAL_HEADER = (-126, b"SNAPPY\x00", 1, 1)

_left: ContextVar[int] = ContextVar("left", default=MAX_UNPACKED_BYTES)


class UnpackedTooLarge(Exception):
    """The batches of a fetch unpack to more bytes than its limit."""

    def __init__(self) -> None:
        super().__init__(f"the batch unpacks to more than {MAX_UNPACKED_BYTES:,} bytes")


@contextmanager
def unpacking_limit() -> Iterator[None]:
    """Let the batches that this task reads in the block unpack to MAX_UNPACKED_BYTES together."""
    token = _left.set(MAX_UNPACKED_BYTES)
    try:
        yield
    finally:
        _left.reset(token)


def gunzip(data: bytes, limit: int) -> bytes:
    """Unpack gzip. Raises UnpackedTooLarge if the result has more than *limit* bytes."""
    unpacked = bytearray()
    while data:
        member = zlib.decompressobj(GZIP)
        unpacked += member.decompress(data, limit - len(unpacked) + 1)
        if len(unpacked) > limit:
            raise UnpackedTooLarge
        if not member.eof:
            raise EOFError("the compressed data ends too early")
        data = member.unused_data
    return bytes(unpacked)


def unsnap(data: bytes, limit: int) -> bytes:
    """Unpack snappy, whole or in blocks, see gunzip."""
    unpacked = bytearray()
    for block in _snappy_blocks(data):
        if codec.cramjam.snappy.decompress_raw_len(block) > limit - len(unpacked):
            raise UnpackedTooLarge
        unpacked += bytes(codec.cramjam.snappy.decompress_raw(block))
    return bytes(unpacked)


def _snappy_blocks(data: bytes) -> Iterator[bytes]:
    if len(data) < XERIAL.size or XERIAL.unpack_from(data) != XERIAL_HEADER:
        yield data
        return
    position = XERIAL.size
    while position < len(data):
        (length,) = struct.unpack_from("!I", data, position)
        position += 4
        yield data[position : position + length]
        position += length


def unlz4(data: bytes, limit: int) -> bytes:
    """Unpack lz4, see gunzip."""
    return _unpack_into(codec.cramjam.lz4.decompress_into, data, limit)


def unzstd(data: bytes, limit: int) -> bytes:
    """Unpack zstd, see gunzip."""
    return _unpack_into(codec.cramjam.zstd.decompress_into, data, limit)


def _unpack_into(decompress_into: Callable[[bytes, bytearray], int], data: bytes, limit: int) -> bytes:
    size = FIRST_BYTES
    while True:
        buffer = bytearray(min(size, limit))
        try:
            length = decompress_into(data, buffer)
        except codec.cramjam.DecompressionError as error:
            if "whole buffer" not in str(error):
                raise
            if size >= limit:
                raise UnpackedTooLarge from error
            size *= 8
        else:
            return bytes(memoryview(buffer)[:length])


def _within_limit(unpack: Callable[[bytes, int], bytes]) -> Callable[[Any], bytes]:
    """Return *unpack* as a function with the signature of aiokafka's."""

    def decode(payload: Any) -> bytes:
        unpacked = unpack(bytes(payload), left := _left.get())
        _left.set(left - len(unpacked))
        return unpacked

    return decode


def install() -> None:
    """Make aiokafka use these functions. It offers no setting for that."""
    functions = {"gzip_decode": gunzip, "snappy_decode": unsnap, "lz4_decode": unlz4, "zstd_decode": unzstd}
    for name in ("default_records", "legacy_records", "_crecords.default_records", "_crecords.legacy_records"):
        try:
            module = import_module(f"aiokafka.record.{name}")
        except ImportError:
            # The extension modules are optional.
            continue
        for function, unpack in functions.items():
            if hasattr(module, function):
                setattr(module, function, _within_limit(unpack))


install()
