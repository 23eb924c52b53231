"""Decompression in steps of a limited size, so that a small body cannot fill the memory."""

import zlib
from collections.abc import Iterator

CODINGS = "gzip, deflate"
"""The Accept-Encoding header. zlib decompresses both, and can limit the size of each step."""
CHUNK_BYTES = 64 * 1024
"""Maximum number of bytes that one step returns."""
MAX_MEMBERS = 64
"""Maximum number of compressed streams in one body. Some servers send a few in a row, and each costs time."""


class Unreadable(ValueError):
    """The body is not compressed as its Content-Encoding says, or uses a coding that was not offered."""


class Decompressor:
    """Decompress a body with one Content-Encoding. Raises Unreadable if *coding* is not one of CODINGS."""

    def __init__(self, coding: str) -> None:
        coding = coding.strip().lower()
        if coding not in {"", "identity", "gzip", "x-gzip", "deflate"}:
            raise Unreadable(f"a Content-Encoding that was not offered: {coding[:40]!r}")
        self._is_plain = coding in {"", "identity"}
        self._is_deflate = coding == "deflate"
        self._zlib = zlib.decompressobj(zlib.MAX_WBITS | 32)
        self._started = False
        self._members = 1

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield the decompressed bytes of *data*, at most CHUNK_BYTES at a time. Raises Unreadable.

        Nothing more is decompressed if the caller stops iterating.
        """
        if self._is_plain:
            yield data
            return
        while True:
            chunk = self._inflate(data)
            if chunk:
                yield chunk
            data = self._zlib.unconsumed_tail or self._zlib.unused_data
            if self._zlib.eof and data:
                self._next_member()
            elif self._zlib.eof or (not data and len(chunk) < CHUNK_BYTES):
                return

    def finish(self) -> None:
        """Raise Unreadable if the compressed stream is incomplete."""
        if self._started and not self._zlib.eof:
            raise Unreadable("the compressed body is incomplete")

    def _next_member(self) -> None:
        self._members += 1
        if self._members > MAX_MEMBERS:
            raise Unreadable(f"more than {MAX_MEMBERS} compressed streams in one body")
        self._zlib = zlib.decompressobj(zlib.MAX_WBITS | 32)

    def _inflate(self, data: bytes) -> bytes:
        try:
            chunk = self._zlib.decompress(data, CHUNK_BYTES)
        except zlib.error:
            if not self._is_deflate or self._started:
                raise Unreadable("the body is not compressed as its Content-Encoding says") from None
            # Some servers send deflate without the zlib wrapper, against RFC 9110.
            self._zlib = zlib.decompressobj(-zlib.MAX_WBITS)
            try:
                chunk = self._zlib.decompress(data, CHUNK_BYTES)
            except zlib.error:
                raise Unreadable("the body is not compressed as its Content-Encoding says") from None
        self._started = True
        return chunk
