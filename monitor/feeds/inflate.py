"""Decompression that stops at a limit, whatever the bytes promise."""

import zlib

CODINGS = "gzip, deflate"
"""What is offered to servers: both come from zlib, which can be told how much to give."""


MEMBERS = 64
"""Compressed pieces that may follow each other in one answer: some servers send a few, and each costs time of its own."""


class Unreadable(ValueError):
    """The bytes are not what the server says, or a coding that was not offered."""


class Inflater:
    """The bytes behind one Content-Encoding, piece by piece: feed it what arrives and never more than *room* comes out."""

    def __init__(self, coding: str) -> None:
        coding = coding.strip().lower()
        if coding not in {"", "identity", "gzip", "x-gzip", "deflate"}:
            raise Unreadable(f"a Content-Encoding that was not offered: {coding[:40]!r}")
        self._plain = coding in {"", "identity"}
        self._deflate = coding == "deflate"
        self._zlib = None if self._plain else zlib.decompressobj(zlib.MAX_WBITS | 32)
        self._begun = False
        self._members = 1

    def feed(self, piece: bytes, room: int) -> bytes:
        """What *piece* adds, at most *room* bytes and one more, which tells that there was no room. Raises Unreadable."""
        if self._zlib is None:
            return piece[: room + 1]
        out = bytearray()
        while piece and len(out) <= room:
            fresh = self._inflate(piece, room + 1 - len(out))
            out += fresh
            rest = self._zlib.unconsumed_tail or self._zlib.unused_data
            if self._zlib.eof and rest:
                self._members += 1
                if self._members > MEMBERS:
                    raise Unreadable(f"more than {MEMBERS} compressed pieces in one answer")
                self._zlib = zlib.decompressobj(zlib.MAX_WBITS | 32)
            elif not fresh and len(rest) == len(piece):
                break
            piece = rest
        return bytes(out)

    def finish(self) -> None:
        """Raises Unreadable where the bytes broke off."""
        if self._zlib is not None and self._begun and not self._zlib.eof:
            raise Unreadable("the compressed answer broke off")

    def _inflate(self, piece: bytes, room: int) -> bytes:
        if self._zlib is None:
            return piece
        try:
            fresh = self._zlib.decompress(piece, room)
        except zlib.error:
            if not self._deflate or self._begun:
                raise Unreadable("the answer is not compressed as it says") from None
            # Some servers send deflate without zlib's wrapping, against RFC 9110.
            self._zlib = zlib.decompressobj(-zlib.MAX_WBITS)
            try:
                fresh = self._zlib.decompress(piece, room)
            except zlib.error:
                raise Unreadable("the answer is not compressed as it says") from None
        self._begun = True
        return fresh
