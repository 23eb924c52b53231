"""Decompression that stops at a limit, whatever the bytes promise."""

import zlib
from collections.abc import Iterator

CODINGS = "gzip, deflate"
"""What is offered to servers: both come from zlib, which can be told how much to give."""


CHUNK = 64 * 1024
"""Bytes that come out at a time."""
MEMBERS = 64
"""Compressed pieces that may follow each other in one answer: some servers send a few, and each costs time of its own."""


class Unreadable(ValueError):
    """The bytes are not what the server says, or a coding that was not offered."""


class Decompressor:
    """The bytes behind one Content-Encoding, piece by piece: who stops taking what comes out has no more unpacked."""

    def __init__(self, coding: str) -> None:
        coding = coding.strip().lower()
        if coding not in {"", "identity", "gzip", "x-gzip", "deflate"}:
            raise Unreadable(f"a Content-Encoding that was not offered: {coding[:40]!r}")
        self._plain = coding in {"", "identity"}
        self._deflate = coding == "deflate"
        self._zlib = zlib.decompressobj(zlib.MAX_WBITS | 32)
        self._begun = False
        self._members = 1

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """What *piece* adds, at most CHUNK bytes at a time if it was compressed. Raises Unreadable."""
        if self._plain:
            yield piece
            return
        while True:
            fresh = self._inflate(piece)
            if fresh:
                yield fresh
            piece = self._zlib.unconsumed_tail or self._zlib.unused_data
            if self._zlib.eof and piece:
                self._next_member()
            elif self._zlib.eof or (not piece and len(fresh) < CHUNK):
                return

    def finish(self) -> None:
        """Raises Unreadable where the bytes broke off."""
        if self._begun and not self._zlib.eof:
            raise Unreadable("the compressed answer broke off")

    def _next_member(self) -> None:
        self._members += 1
        if self._members > MEMBERS:
            raise Unreadable(f"more than {MEMBERS} compressed pieces in one answer")
        self._zlib = zlib.decompressobj(zlib.MAX_WBITS | 32)

    def _inflate(self, piece: bytes) -> bytes:
        try:
            fresh = self._zlib.decompress(piece, CHUNK)
        except zlib.error:
            if not self._deflate or self._begun:
                raise Unreadable("the answer is not compressed as it says") from None
            # Some servers send deflate without zlib's wrapping, against RFC 9110.
            self._zlib = zlib.decompressobj(-zlib.MAX_WBITS)
            try:
                fresh = self._zlib.decompress(piece, CHUNK)
            except zlib.error:
                raise Unreadable("the answer is not compressed as it says") from None
        self._begun = True
        return fresh
