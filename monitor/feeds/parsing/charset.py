"""Convert a server's bytes to UTF-8, once and before anything looks for markup, so that no two readers see different markup."""

import codecs
import re
import sys
from collections.abc import Iterator

from monitor.feeds.parsing.encoding_guess import guess_codec
from monitor.feeds.parsing.items import NotAFeed
from monitor.feeds.parsing.web_encodings import UTF8, WESTERN, codec_of, decode

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE_STARTS = (
    (re.compile(rb"[<{\s]\0\0\0"), "utf-32-le"),
    (re.compile(rb"\0\0\0[<{\s]"), "utf-32-be"),
    (re.compile(rb"[<{\s]\0[^\0]"), "utf-16-le"),
    (re.compile(rb"\0[<{\s]\0"), "utf-16-be"),
)
"""How a document in UTF-16 or UTF-32 without a byte order mark begins."""
_MARKUP_STARTS = re.compile(r"\s*[<{]")
_MARKS = "\ufeff \t\r\n"
_CESU = re.compile(rb"\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]")
"""A character beyond U+FFFF as two surrogates, each as three bytes: what some databases store as UTF-8."""
_NO_CHARACTER = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]|[\xc0\xc1][\x80-\xbf]")
"""Half of such a pair, or an ASCII character as two bytes, which could hide markup."""
_NOT_WESTERN = re.compile(rb"[\x81\x8d\x8f\x90\x9d\xff]")
"""Bytes that windows-1252 lacks, and one that no text in it has."""
_EVIDENT = 0.25
"""The most broken characters, per readable one beyond ASCII, in a text whose encoding is evident all the same."""
_XML_ENCODING = re.compile(rb"""<\?xml\s[^>]{0,200}?encoding\s*+=\s*+["']?\s*+([\w.:-]{1,40})""", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"\s*<\?xml\s[^>]*\?>\s*", re.IGNORECASE)
_CHARSET_PARAMETER = re.compile(r"""charset\s*+=\s*+["']?\s*+([\w.:-]{1,40})""", re.IGNORECASE)
_CONTROL_BYTES = bytes(code for code in range(32) if code not in b"\t\n\r")
"""Control characters that XML allows neither literally nor as character references."""
_CHARACTER_REFERENCE = re.compile(rb"&#(?:([0-9]+)|[xX]([0-9a-fA-F]+));")
_SURROGATE_REFERENCES = re.compile(
    rb"&#(?:[xX]([dD][89abAB][0-9a-fA-F]{2})|(5[56][0-9]{3}));&#(?:[xX]([dD][c-fC-F][0-9a-fA-F]{2})|(5[67][0-9]{3}));"
)
_MAX_REFERENCE_DIGITS = 10
_LOST = b"&#xFFFD;"


def to_utf8(data: bytes, content_type: str = "") -> tuple[bytes, str]:
    """Return *data* as UTF-8 without byte order mark, XML declaration or illegal control characters, and a warning or "".

    docs/feeds.md, "Encodings", lists the encodings in the order in which they are tried. UTF-8 comes before the declarations,
    because data in another encoding is rarely valid UTF-8 by chance. Invalid characters become U+FFFD. Raises NotAFeed for an
    encoding that is refused.
    """
    text, warning = _decode(data, content_type)
    return _clean_utf8(text), warning


def is_utf8(data: bytes, content_type: str) -> bool:
    """Return whether to_utf8 decodes *data* as valid UTF-8, even after parts other than its beginning are removed."""
    if b"\0" in data[:4]:
        return False
    try:
        declared = _declared_codecs(data, content_type)
        data.decode()
    except (NotAFeed, UnicodeDecodeError):
        return False
    # If only ASCII remains, the declared encoding decides. Other encodings than these could decode ASCII differently.
    return all(codec in {"", UTF8, WESTERN} for codec in declared)


def _decode(data: bytes, content_type: str) -> tuple[str, str]:
    """Return the text of *data* and a warning, "" if nothing was lost or guessed."""
    if (wide := _wide_text(data)) is not None:
        return wide
    for mark, _ in _BYTE_ORDER_MARKS:
        data = data.removeprefix(mark)
    if not data.isascii():
        try:
            return data.decode(), ""
        except UnicodeDecodeError:
            pass
    declared = [codec for codec in _declared_codecs(data, content_type) if codec]
    if data.isascii():
        # Only this encoding of the web writes characters beyond ASCII in ASCII bytes.
        text, lost = decode(data, next((codec for codec in declared if codec.startswith("iso2022_jp")), UTF8))
        return text, _warning("iso2022_jp", lost)
    return _decode_other(data, declared)


def _wide_text(data: bytes) -> tuple[str, str] | None:
    """Return the text of *data* in UTF-16 or UTF-32 and a warning or "", None if it is in neither."""
    marked = [encoding for mark, encoding in _BYTE_ORDER_MARKS if data.startswith(mark)]
    evident = [encoding for start, encoding in _WIDE_STARTS if start.match(data)]
    for encoding in (*marked, *evident):
        text, lost = decode(data, encoding)
        # A mark before text of one byte per character is a mistake.
        if _MARKUP_STARTS.match(text.lstrip(_MARKS)):
            return text, _warning(encoding, lost)
    return None


def _decode_other(data: bytes, declared: list[str]) -> tuple[str, str]:
    """Return the text of *data*, which is neither valid UTF-8 nor UTF-16, and a warning or ""."""
    utf8_text, utf8_lost, readable = _decode_broken_utf8(data)
    for codec, tolerance in _candidates(declared):
        text, lost = (utf8_text, utf8_lost) if codec == UTF8 else decode(data, codec)
        fits = lost <= tolerance * (readable if codec == UTF8 else _readable(text))
        if fits:
            return text, _warning(codec, lost)
    codec = guess_codec(data)
    if codec == WESTERN and not set(declared) - {UTF8} and (readable or _NOT_WESTERN.search(data)):
        return utf8_text, _warning(UTF8, utf8_lost)
    text, lost = decode(data, codec)
    wrong = f"it is not in the encoding that it declares ({' or '.join(declared)})" if declared else "it declares no encoding"
    guessed = f"{wrong}; read as {codec}, which is a guess"
    return text, "; ".join(filter(None, (guessed, _warning(codec, lost))))


def _candidates(declared: list[str]) -> Iterator[tuple[str, float]]:
    """Yield the codecs to try, the most reliable first, each with the broken characters allowed per readable one."""
    yield UTF8, _EVIDENT
    # Servers name windows-1252 (iso-8859-1) by default, so it is tried last. It decodes nearly everything.
    others = sorted((codec for codec in declared if codec != UTF8), key=WESTERN.__eq__)
    yield from ((codec, 0) for codec in others if codec != WESTERN)
    if UTF8 in declared or not others:
        yield UTF8, 1
    yield from ((codec, 0) for codec in others)
    yield from ((codec, _EVIDENT) for codec in others)


def _decode_broken_utf8(data: bytes) -> tuple[str, int, int]:
    """Return *data* decoded as UTF-8 with U+FFFD, how many characters were broken, and how many show that it is UTF-8.

    The latter are the valid characters beyond ASCII, and those that are broken after their second byte.
    """
    data, replaced = _NO_CHARACTER.subn("\ufffd".encode(), _CESU.sub(_join_surrogates, data))
    text, lost = decode(data, UTF8)
    lost_bytes = len(data) - (len(text.encode()) - lost * len("\ufffd".encode()))
    return text, lost + replaced, _readable(text) + replaced + lost_bytes - lost


def _join_surrogates(match: re.Match[bytes]) -> bytes:
    pair = match[0].decode(UTF8, "surrogatepass")
    return pair.encode("utf-16-le", "surrogatepass").decode("utf-16-le").encode()


def _readable(text: str) -> int:
    """Return how many characters of *text* are beyond ASCII and not U+FFFD."""
    return len(text) - len(text.encode("ascii", "ignore")) - text.count("\ufffd")


def _warning(codec: str, lost: int) -> str:
    return f"characters that are not valid in its encoding ({codec}), replaced by U+FFFD: {lost}" if lost else ""


def _clean_utf8(text: str) -> bytes:
    data = text.lstrip(_MARKS).encode(errors="replace").translate(None, _CONTROL_BYTES)
    if b"&#" in data:
        data = _CHARACTER_REFERENCE.sub(_legal_reference, _SURROGATE_REFERENCES.sub(_join_references, data))
    declaration = _XML_DECLARATION.match(data[:1024].decode(errors="ignore"))
    return data[len(declaration[0].encode()) :] if declaration else data.lstrip()


def _join_references(match: re.Match[bytes]) -> bytes:
    """Return the character that two references to surrogates mean together; unchanged if they mean none."""
    high, low = (int(digits, base) for digits, base in zip(match.groups(), (16, 10, 16, 10), strict=True) if digits)
    if not (0xD800 <= high < 0xDC00 <= low < 0xE000):  # noqa: PLR2004  (the surrogates)
        return match[0]
    return chr(0x10000 + (high - 0xD800 << 10) + low - 0xDC00).encode()


def _legal_reference(reference: re.Match[bytes]) -> bytes:
    """Return *reference* unchanged, b"" for a control character, and U+FFFD for anything else that XML does not allow."""
    digits = reference[1] or reference[2]
    code = int(digits, 10 if reference[1] else 16) if len(digits) < _MAX_REFERENCE_DIGITS else sys.maxunicode + 1
    if code > sys.maxunicode or 0xD800 <= code < 0xE000:  # noqa: PLR2004  (the surrogates)
        return _LOST
    return reference[0] if code > 31 or code in {9, 10, 13} else b""  # noqa: PLR2004  (tab, line feed, carriage return)


def _declared_codecs(data: bytes, content_type: str) -> tuple[str, str]:
    """Return the codecs declared by the server and by the document, "" for none. Raises NotAFeed."""
    served = _CHARSET_PARAMETER.search(content_type)
    declaration = _XML_ENCODING.search(data[:1024].replace(b"\0", b""))
    return codec_of(served[1]) if served else "", codec_of(declaration[1].decode()) if declaration else ""
