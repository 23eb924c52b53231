"""Decompression in steps of a limited size, so that a small body cannot fill the memory.

The first bytes of a body decide how it is compressed. Servers send gzip without saying so, name a coding that does not exist
(`utf-8`, `aws-chunked`, `none`), and name gzip for a body that another server has already decompressed.
"""

import zlib
from collections.abc import Iterator
from typing import Literal

CODINGS = "gzip, deflate"
"""The Accept-Encoding header. zlib decompresses both, and can limit the size of each step."""
CHUNK_BYTES = 64 * 1024
"""Maximum number of bytes that one step returns."""
MAX_MEMBERS = 64
"""Maximum number of compressed streams in one body. Some servers send a few in a row, and each costs time."""
UNSUPPORTED = frozenset({"br", "zstd", "compress", "x-compress", "dcb", "dcz", "exi", "pack200-gzip"})
"""Registered codings that are not offered, and that the first bytes do not show reliably."""
GZIP_MAGIC = b"\x1f\x8b\x08"
HEAD_BYTES = 64
"""Bytes that decide how a body is compressed, if it has as many."""
_TEXT = frozenset(b"\t\n\r <{[\xef\xfe\xff\x00")
"""First bytes of XML, JSON and byte order marks. No gzip or zlib stream begins with one of them."""


class Unreadable(ValueError):
    """The body is not compressed as its Content-Encoding says, or uses a coding that was not offered."""


class Decompressor:
    """Decompress a body with the Content-Encoding *coding*, as its first bytes show it.

    A body may be compressed twice: some servers compress a file that already is. The limits of the caller hold for the result.
    """

    def __init__(self, coding: str, layers: int = 2) -> None:
        self._coding = coding.strip().lower()
        self._inner = Decompressor("", layers - 1) if layers > 1 else None
        self._head = b""
        self._inflater: Inflater | None = None
        self._is_plain = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield the decompressed bytes of *data*, at most CHUNK_BYTES at a time if they are compressed. Raises Unreadable.

        Nothing more is decompressed if the caller stops iterating.
        """
        if not self._is_plain and self._inflater is None:
            self._head += data
            if len(self._head) < HEAD_BYTES:
                return
            data = self._begin()
        if self._inflater is None:
            yield data
            return
        for chunk in self._inflater.feed(data):
            if self._inner is None:
                yield chunk
            else:
                yield from self._inner.feed(chunk)

    def finish(self) -> Iterator[bytes]:
        """Yield the rest of a body of a few bytes. Raise Unreadable if the compressed stream is incomplete."""
        if not self._is_plain and self._inflater is None and self._head:
            data = self._begin()
            yield from self.feed(data)
        if self._inflater:
            self._inflater.finish()
            if self._inner:
                yield from self._inner.finish()

    def _begin(self) -> bytes:
        """Decide the coding by the first bytes, and return them. Raises Unreadable."""
        data, self._head = self._head, b""
        form = detect_form(data, self._coding)
        self._is_plain = form == "plain"
        self._inflater = None if form == "plain" else Inflater(form)
        return data


def detect_form(data: bytes, coding: str) -> Literal["plain", "gzip", "zlib", "deflate"]:
    """Return how a body that begins with *data* is compressed. *coding* is its Content-Encoding, in lower case.

    "deflate" is a raw deflate stream, without the zlib header that RFC 9110 requires. Raises Unreadable if the body is
    compressed with a coding that was not offered, or is not compressed as *coding* says.
    """
    if data.startswith(GZIP_MAGIC):
        return "gzip"
    if _is_zlib(data) and (coding in {"gzip", "x-gzip", "deflate"} or not data.isascii()):
        return "zlib"
    if coding == "deflate" and _is_raw_deflate(data):
        return "deflate"
    unsupported = UNSUPPORTED & {part.strip() for part in coding.split(",")}
    if not unsupported and (coding not in {"gzip", "x-gzip", "deflate"} or data[:1] == b"" or data[0] in _TEXT):
        return "plain"
    if data[:8].isascii() and data[:8].decode().replace("\n", " ").isprintable():
        return "plain"
    if unsupported:
        raise Unreadable(f"a Content-Encoding that was not offered: {min(unsupported)!r}")
    raise Unreadable("the body is not compressed as its Content-Encoding says")


def _is_zlib(data: bytes) -> bool:
    """Return True if *data* begins with the header of RFC 1950."""
    return len(data) > 1 and data[0] & 0x0F == zlib.DEFLATED and data[0] < 0x80 and (data[0] * 256 + data[1]) % 31 == 0  # noqa: PLR2004


def _is_raw_deflate(data: bytes) -> bool:
    """Return True if *data* can be the beginning of a deflate stream."""
    try:
        zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, CHUNK_BYTES)
    except zlib.error:
        return False
    return bool(data)


class Inflater:
    """Decompress a stream with zlib. What follows its end is ignored, unless it is another gzip stream."""

    def __init__(self, form: Literal["gzip", "zlib", "deflate"]) -> None:
        self._zlib = zlib.decompressobj(-zlib.MAX_WBITS if form == "deflate" else zlib.MAX_WBITS | 32)
        self._members = 1
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """See Decompressor.feed."""
        if self._zlib.eof:
            data, self._rest = self._rest + data, b""
            if not self._next_member(data):
                return
        while True:
            try:
                chunk = self._zlib.decompress(data, CHUNK_BYTES)
            except zlib.error:
                raise Unreadable("the body is not compressed as its Content-Encoding says") from None
            if chunk:
                yield chunk
            data = self._zlib.unconsumed_tail or self._zlib.unused_data
            if self._zlib.eof:
                if not self._next_member(data):
                    return
            elif not data and len(chunk) < CHUNK_BYTES:
                return

    def finish(self) -> None:
        """Raise Unreadable if the stream is incomplete."""
        if not self._zlib.eof:
            raise Unreadable("the compressed body is incomplete")

    def _next_member(self, data: bytes) -> bool:
        """Begin with the gzip stream at the start of *data*. Return False if there is none, or not enough of it yet."""
        if not data.startswith(GZIP_MAGIC):
            self._rest = data if data and GZIP_MAGIC.startswith(data) else b""
            return False
        self._members += 1
        if self._members > MAX_MEMBERS:
            raise Unreadable(f"more than {MAX_MEMBERS} compressed streams in one body")
        self._zlib = zlib.decompressobj(zlib.MAX_WBITS | 32)
        return True
