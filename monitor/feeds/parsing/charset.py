"""Convert a server's bytes to UTF-8, once and before anything looks for markup, so that no two readers see different markup."""

import codecs
import re
import sys
from collections.abc import Iterator
from functools import lru_cache

from monitor.feeds.parsing.items import NotAFeed

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UTF16_STARTS = ((b"<\0?\0", "utf-16-le"), (b"\0<\0?", "utf-16-be"), (b"<\0r\0", "utf-16-le"), (b"\0<\0r", "utf-16-be"))
"""How a document in UTF-16 without a byte order mark begins."""
_REFUSED_ENCODINGS = re.compile(r"utf.?7|.*escape.*|idna|punycode|undefined|mbcs|oem|x?imap4.*", re.IGNORECASE)
"""Encodings that can hide markup in harmless bytes, or that no web page uses."""
_SUPERSETS = {"gb2312": "gb18030", "gbk": "gb18030", "iso8859-1": "windows-1252", "ascii": "windows-1252"}
"""Encodings whose names are also used for a superset. The superset decodes them identically."""
_XML_ENCODING = re.compile(rb"""<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']""")
_XML_DECLARATION = re.compile(r"\s*<\?xml\s[^>]*\?>\s*")
_CHARSET_PARAMETER = re.compile(r"""charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
_CONTROL_BYTES = bytes(code for code in range(32) if code not in b"\t\n\r")
"""Control characters that XML allows neither literally nor as character references."""
_CHARACTER_REFERENCE = re.compile(rb"&#(?:([0-9]+)|[xX]([0-9a-fA-F]+));")
_MAX_REFERENCE_DIGITS = 10


def to_utf8(data: bytes, content_type: str = "") -> bytes:
    """Return *data* as UTF-8 without byte order mark, XML declaration or illegal control characters.

    The first of these encodings that decodes the data wins: the one of the byte order mark; UTF-16 if the data looks
    like it; UTF-8 if there are bytes beyond ASCII, since other encodings are rarely valid UTF-8 by chance; the charset
    in *content_type*; the encoding in the XML declaration; windows-1252, with a replacement for undefined bytes.
    Raises NotAFeed for an encoding that is refused.
    """
    for encoding in _candidate_encodings(data, content_type):
        try:
            text = data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        return _clean_utf8(text)
    return _clean_utf8(data.decode("windows-1252", errors="replace"))


def is_utf8(data: bytes, content_type: str) -> bool:
    """Return whether to_utf8 decodes *data* as UTF-8, even after parts other than its beginning are removed."""
    if b"\0" in data[:4]:
        return False
    try:
        declared = _declared_encodings(data, content_type)
        data.decode()
    except (NotAFeed, UnicodeDecodeError):
        return False
    # If only ASCII remains, the declared encoding decides. Other encodings than these could decode ASCII differently.
    return all(encoding in {"", "utf-8", "windows-1252"} for encoding in declared)


def _clean_utf8(text: str) -> bytes:
    data = text.removeprefix("\ufeff").encode(errors="replace").translate(None, _CONTROL_BYTES)
    if b"&#" in data:
        data = _CHARACTER_REFERENCE.sub(_legal_reference, data)
    declaration = _XML_DECLARATION.match(data[:1024].decode(errors="ignore"))
    return data[len(declaration[0].encode()) :] if declaration else data.lstrip()


def _legal_reference(reference: re.Match[bytes]) -> bytes:
    """Return *reference* unchanged, or b"" if XML does not allow its character."""
    digits = reference[1] or reference[2]
    code = int(digits, 10 if reference[1] else 16) if len(digits) < _MAX_REFERENCE_DIGITS else sys.maxunicode + 1
    printable = code > 31 or code in {9, 10, 13}  # noqa: PLR2004  (tab, line feed, carriage return)
    return reference[0] if printable and code <= sys.maxunicode and not 0xD800 <= code < 0xE000 else b""  # noqa: PLR2004


def _candidate_encodings(data: bytes, content_type: str) -> Iterator[str]:
    """Yield the encodings to try, the most reliable first. Raises NotAFeed."""
    for mark, encoding in (*_BYTE_ORDER_MARKS, *_UTF16_STARTS):
        if data.startswith(mark):
            yield encoding
            break
    declared = _declared_encodings(data, content_type)
    if not data.isascii():
        yield "utf-8"
    yield from filter(None, declared)


def _declared_encodings(data: bytes, content_type: str) -> tuple[str, str]:
    """Return the codecs declared by the server and by the document, "" for none. Raises NotAFeed."""
    declaration = _XML_ENCODING.search(data[:1024].replace(b"\0", b""))
    return _declared_codec(_CHARSET_PARAMETER.search(content_type)), _declared_codec(declaration)


def _declared_codec(match: re.Match[str] | re.Match[bytes] | None) -> str:
    if match is None:
        return ""
    return _codec(match[1].decode() if isinstance(match[1], bytes) else match[1])


@lru_cache(maxsize=256)
def _codec(encoding: str) -> str:
    """Return Python's name of the codec for *encoding*, "" if there is none. Raises NotAFeed if it is refused."""
    if _REFUSED_ENCODINGS.fullmatch(encoding):
        raise NotAFeed(f"the encoding {encoding.upper()} is refused")
    try:
        codec = codecs.lookup(encoding).name
        "".encode(codec)
    except LookupError:
        return ""
    # A declaration in UTF-16 or UTF-32 would not be readable as ASCII.
    return "" if codec.startswith(("utf-16", "utf-32")) else _SUPERSETS.get(codec, codec)
