"""Decode the encodings of the web, named by the labels of the WHATWG Encoding Standard (encoding.spec.whatwg.org)."""

import codecs
import re
from functools import lru_cache

import webencodings
from webencodings.labels import LABELS

from monitor.feeds.parsing.items import NotAFeed

UTF8 = "utf-8"
WESTERN = "cp1252"
"""The codec of windows-1252, which the standard also uses for iso-8859-1 and ASCII: the default of many servers."""
_REFUSED = re.compile(r"utf.?7|.*escape.*|idna|punycode|undefined|mbcs|oem|x?imap4.*", re.IGNORECASE)
"""Python's codecs that can hide markup in harmless bytes, or that no web page uses."""
_CODECS = {"gbk": "gb18030", "x-user-defined": WESTERN}
"""Codecs of encodings whose Python codec is too narrow. HTML, too, reads x-user-defined as windows-1252."""
_ASCII = bytes(range(32, 127))
_NOT_ALPHANUMERIC = re.compile(r"[^a-z0-9]")
_WINDOWS_NUMBER = re.compile(r"(?:x|cs)?(?:cp|ms|win)([0-9]+)")
_LOOSE_LABELS = {_NOT_ALPHANUMERIC.sub("", label): label for label in LABELS}
"""The standard's labels by their letters and digits alone."""
_HIGH = 0xA1
"""The lowest byte of a two-byte character in the EUC encodings."""
_EURO = {"gb18030": b"\x80", "big5hkscs": b"\xa3\xe1"}
"""The euro sign in encodings whose Python codec lacks it."""
_WITH_EXTENSIONS = frozenset({"euc_jp", "iso2022_jp", *_EURO})
_EXTENDED = "newsmonitor.extended"


def decode(data: bytes, codec: str) -> tuple[str, int]:
    """Return *data* decoded, with U+FFFD for what is not valid in *codec*, and how often that was necessary."""
    text = data.decode(codec, _EXTENDED if codec in _WITH_EXTENSIONS else "replace")
    return text, text.count("\ufffd") - (data.count(b"\xef\xbf\xbd") if codec == UTF8 else 0)


@lru_cache(maxsize=256)
def codec_of(label: str) -> str:
    """Return Python's codec for an encoding's *label*, "" if it is unknown or UTF-16. Raises NotAFeed if it is refused.

    UTF-16 is recognised by the bytes: a declaration in it would not be readable as ASCII.
    """
    encoding = webencodings.lookup(label) or webencodings.lookup(_standard_label(label))
    if _REFUSED.fullmatch(label) or (encoding and encoding.name == "replacement"):
        raise NotAFeed(f"the encoding {label.upper()} is refused; ask the publisher for UTF-8")
    if encoding is None:
        return _other_codec(label)
    name = _CODECS.get(encoding.name) or codecs.lookup(encoding.codec_info.name).name
    return "" if name.startswith("utf-16") else name


def _standard_label(label: str) -> str:
    """Return the standard's label that *label* is a spelling of: utf_8, Latin-1, win-1251, cp949. "" if there is none."""
    plain = _NOT_ALPHANUMERIC.sub("", label.lower())
    return _LOOSE_LABELS.get(plain) or _LOOSE_LABELS.get(_WINDOWS_NUMBER.sub(r"windows\1", plain), "")


def _other_codec(label: str) -> str:
    """Return the codec for a *label* that the standard lacks, if Python has it and it contains ASCII."""
    try:
        name = codecs.lookup(label).name
        contains_ascii = _ASCII.decode(name) == _ASCII.decode()
    except (LookupError, UnicodeError):
        return ""
    known = webencodings.lookup(name.replace("_", "-"))
    if known and known.name != label:
        return codec_of(known.name)
    return name if contains_ascii and not name.startswith("utf-") else ""


def _decode_extension(error: UnicodeError) -> tuple[str, int]:
    """Decode a character that the standard's encoding has beyond Python's codec: an error handler of codecs.

    For Japanese, these are the characters that NEC and IBM added, which Python has only in cp932.
    """
    if not isinstance(error, UnicodeDecodeError):
        raise error
    data, start, codec = error.object, error.start, error.encoding
    if codec in _EURO and data.startswith(_EURO[codec], start):
        return "€", start + len(_EURO[codec])
    pair = data[start : start + 2]
    if codec == "iso2022_jp":
        pair = bytes(byte | 0x80 for byte in pair)
    if codec in _EURO or len(pair) < 2 or min(pair) < _HIGH:  # noqa: PLR2004  (a character has two bytes)
        return "\ufffd", error.end
    return _to_shift_jis(*pair).decode("cp932", "replace")[:1], start + 2


def _to_shift_jis(first: int, second: int) -> bytes:
    """Return the bytes in Shift_JIS of a two-byte character in EUC-JP."""
    half, odd = divmod(first - _HIGH, 2)
    lead = half + (0x81 if half < 31 else 0xC1)  # noqa: PLR2004  (leads 0xA0 to 0xDF are one-byte characters)
    trail = second - 2 if odd else second - 0x61 - (second < 0xE0)  # noqa: PLR2004  (0x7F is skipped)
    return bytes((lead, trail if odd else trail + 1))


codecs.register_error(_EXTENDED, _decode_extension)
