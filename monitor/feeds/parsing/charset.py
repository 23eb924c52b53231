"""From the bytes that a server gave to UTF-8, once and before anything looks for markup, so that no two readers differ."""

import codecs
import re
import sys
from collections.abc import Iterator
from functools import lru_cache

from monitor.feeds.parsing.items import NotAFeed

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BARE = ((b"<\0?\0", "utf-16-le"), (b"\0<\0?", "utf-16-be"), (b"<\0r\0", "utf-16-le"), (b"\0<\0r", "utf-16-be"))
"""How UTF-16 without a byte order mark begins."""
_REFUSED = re.compile(r"utf.?7|.*escape.*|idna|punycode|undefined|mbcs|oem|x?imap4.*", re.IGNORECASE)
"""What would make markup out of bytes that are none, or belongs to no page."""
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "iso8859-1": "windows-1252", "ascii": "windows-1252"}
"""Names that publishers use for a larger set of characters, which reads the smaller one alike."""
_DECLARATION = re.compile(rb"""<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']""")
_HEAD = re.compile(r"\s*<\?xml\s[^>]*\?>\s*")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
_ILLEGAL = bytes(code for code in range(32) if code not in b"\t\n\r")
"""No XML document may hold these, written out or as references."""
_REFERENCE = re.compile(rb"&#(?:([0-9]+)|[xX]([0-9a-fA-F]+));")
_LONGEST = 10


def to_utf8(data: bytes, content_type: str = "") -> bytes:
    """*data* as UTF-8 without a byte order mark, XML declaration or illegal control characters.

    The first of these that can be read decides: a byte order mark; the look of UTF-16; UTF-8, which bytes beyond ASCII are by
    chance only if they are few; the charset that the server names; the document's; windows-1252, with a sign for what it has no
    character for. Raises NotAFeed for an encoding that is not read.
    """
    for name in _candidates(data, content_type):
        try:
            text = data.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
        return _plain(text)
    return _plain(data.decode("windows-1252", errors="replace"))


def is_utf8(data: bytes, content_type: str) -> bool:
    """Whether to_utf8 reads *data*, and whatever is left when pieces after its beginning are taken out, as UTF-8."""
    if b"\0" in data[:4]:
        return False
    try:
        named = _charsets(data, content_type)
        data.decode()
    except (NotAFeed, UnicodeDecodeError):
        return False
    # What is ASCII alone is decided by these names; in any other it could say something else.
    return all(name in {"", "utf-8", "windows-1252"} for name in named)


def _plain(text: str) -> bytes:
    body = text.removeprefix("\ufeff").encode(errors="replace").translate(None, _ILLEGAL)
    if b"&#" in body:
        body = _REFERENCE.sub(_legal, body)
    head = _HEAD.match(body[:1024].decode(errors="ignore"))
    return body[len(head[0].encode()) :] if head else body.lstrip()


def _legal(reference: re.Match[bytes]) -> bytes:
    """*reference*, or nothing where it is to no character."""
    digits = reference[1] or reference[2]
    code = int(digits, 10 if reference[1] else 16) if len(digits) < _LONGEST else sys.maxunicode + 1
    character = code > 31 or code in {9, 10, 13}  # noqa: PLR2004  (tab, and the ends of lines)
    return reference[0] if character and code <= sys.maxunicode and not 0xD800 <= code < 0xE000 else b""  # noqa: PLR2004


def _candidates(data: bytes, content_type: str) -> Iterator[str]:
    start = data[:1024]
    for mark, name in (*_BOMS, *_BARE):
        if start.startswith(mark):
            yield name
            break
    named = _charsets(data, content_type)
    if not data.isascii():
        yield "utf-8"
    yield from (name for name in named if name)


def _charsets(data: bytes, content_type: str) -> tuple[str, str]:
    """The codecs that the server and the document name, "" where they name none. Raises NotAFeed."""
    declaration = _DECLARATION.search(data[:1024].replace(b"\0", b""))
    return _name(_CHARSET.search(content_type)), _name(declaration)


def _name(found: re.Match[str] | re.Match[bytes] | None) -> str:
    """The codec that is named, and "" where there is none of that name. Raises NotAFeed."""
    if found is None:
        return ""
    return _codec(found[1].decode() if isinstance(found[1], bytes) else found[1])


@lru_cache(maxsize=256)
def _codec(word: str) -> str:
    if _REFUSED.fullmatch(word):
        raise NotAFeed(f"the encoding {word.upper()} is not read")
    try:
        name = codecs.lookup(word).name
        "".encode(name)
    except LookupError:
        return ""
    # What can be read as a name in ASCII is in none of these.
    return "" if name.startswith(("utf-16", "utf-32")) else _WIDER.get(name, name)
