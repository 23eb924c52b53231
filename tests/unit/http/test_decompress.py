"""The first bytes of a body decide how it is decompressed."""

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.http.decompress import MAX_MEMBERS, Decompressor, Unreadable

FEED = b'<?xml version="1.0"?><rss version="2.0"><channel><title>Harbour \xc3\xa9</title></channel></rss>' * 3
JSON = b'{"version": "https://jsonfeed.org/version/1.1", "title": "Harbour", "items": []}'


def raw_deflate(data: bytes) -> bytes:
    """Compress without the zlib header."""
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return compressor.compress(data) + compressor.flush()


def read(data: bytes, coding: str, size: int = 7) -> bytes:
    """Decompress *data*, which arrives in pieces of *size* bytes."""
    decompressor, out = Decompressor(coding), b""
    for start in range(0, len(data), size):
        out += b"".join(decompressor.feed(data[start : start + size]))
    return out + b"".join(decompressor.finish())


@pytest.mark.parametrize("coding", ["", "identity", "none", "utf-8", "aws-chunked", "gzip", "x-gzip", "deflate", "x" * 5000])
@pytest.mark.parametrize("size", [1, 100_000])
@pytest.mark.parametrize("compress", [bytes, gzip.compress, zlib.compress])
@pytest.mark.parametrize("body", [FEED, JSON, b"\xef\xbb\xbf" + FEED, FEED.decode().encode("utf-16")])
def test_a_wrong_or_missing_content_encoding_does_not_matter(body: bytes, compress: object, size: int, coding: str) -> None:
    assert callable(compress)
    assert read(compress(body), coding, size) == body


@pytest.mark.parametrize("size", [1, 100_000])
@given(st.binary(max_size=500))
def test_deflate_without_its_header_is_read(size: int, data: bytes) -> None:
    assert read(raw_deflate(FEED + data), "deflate", size) == FEED + data


@pytest.mark.parametrize("tail", [bytes(512), b"\r\n", b"\x1f", b"garbage"])
@pytest.mark.parametrize("size", [1, 100_000])
def test_bytes_after_the_end_are_ignored(tail: bytes, size: int) -> None:
    assert read(gzip.compress(FEED) + tail, "gzip", size) == FEED


def test_several_streams_are_one_body_up_to_a_limit() -> None:
    assert read(gzip.compress(FEED) * 3, "gzip", 5) == FEED * 3
    with pytest.raises(Unreadable, match="compressed streams"):
        read(gzip.compress(b"") * (MAX_MEMBERS + 1), "gzip")


def test_a_body_compressed_twice_is_read() -> None:
    assert read(gzip.compress(gzip.compress(FEED)), "gzip") == FEED
    assert read(gzip.compress(gzip.compress(gzip.compress(FEED))), "gzip") == gzip.compress(FEED)


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, br", "compress"])
def test_a_coding_that_was_not_offered_is_named(coding: str) -> None:
    with pytest.raises(Unreadable, match=r"not offered: '(br|zstd|compress)'"):
        read(b"\x1b\x45\x00\xf8\x8d\x94" * 30, coding)
    assert read(FEED, coding) == FEED, "the body is not compressed at all"


@pytest.mark.parametrize(
    "data",
    [gzip.compress(FEED)[:-9], zlib.compress(FEED)[:-3], b"\x1f\x8b\x08", b"\x91\x02\x03 binary"],
    ids=["gzip", "zlib", "head", "binary"],
)
def test_a_broken_body_is_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable):
        read(data, "gzip")


@given(st.binary(max_size=200), st.sampled_from(["", "gzip", "deflate", "br", "none"]), st.integers(1, 300))
def test_any_bytes_are_read_or_unreadable(data: bytes, coding: str, size: int) -> None:
    try:
        out = read(data, coding, size)
    except Unreadable:
        return
    assert isinstance(out, bytes)
