"""Guess the encoding of a text that is not in the one it declares."""

import re

from monitor.feeds.parsing.web_encodings import WESTERN

SAMPLE_BYTES = 64 * 1024
"""How much of a document's text is looked at."""
MIN_HIGH = 20
"""Bytes beyond ASCII below which a text without a language is too short for a guess."""
_LANGUAGE = re.compile(rb"""(?:<language>\s*|\blang\s*=\s*["']|"language"\s*:\s*")([a-zA-Z]{2})""")
_BY_LANGUAGE = {
    language: codecs.split()
    for languages, codecs in {
        "ru uk be bg mk sr kk": "cp1251 koi8-r",
        "ja": "cp932 euc_jp",
        "ko": "cp949",
        "zh": "gb18030 big5hkscs",
        "el": "cp1253",
        "he": "cp1255",
        "ar fa ur": "cp1256",
        "th": "cp874",
        "tr az": "cp1254",
        "cs hu pl ro sk sl hr bs": "cp1250 iso8859-2",
        "et lt lv": "cp1257",
        "vi": "cp1258",
    }.items()
    for language in languages.split()
}
"""The usual encodings of languages before UTF-8, after the defaults of browsers (HTML Standard, 13.2.3.2)."""
_DENSE = ("cp1251", "koi8-r", "cp1253", "cp1255", "cp1256", "cp932", "euc_jp", "cp949", "gb18030", "big5hkscs", "cp874")
"""Encodings in which most letters are bytes beyond ASCII."""
_MARKUP = re.compile(rb"<[^<>]*>")
_HIGH_RUN = re.compile(rb"[\x80-\xff]{2,}")
_HIGH = re.compile(rb"[\x80-\xff]")


def guess_codec(data: bytes) -> str:
    """Return the codec that *data* is probably encoded in: by its language, if it names one, and by what its letters are."""
    language = _LANGUAGE.search(data[:4096])
    sample = _MARKUP.sub(b" ", data[: 4 * SAMPLE_BYTES])[:SAMPLE_BYTES]
    known = _BY_LANGUAGE.get(language[1].decode().lower()) if language else None
    if known and len(known) == 1:
        return known[0]
    in_runs, high = sum(len(run) for run in _HIGH_RUN.findall(sample)), len(_HIGH.findall(sample))
    if not known and (in_runs * 2 <= high or high < MIN_HIGH):
        return WESTERN
    # It takes a while to import, and few feeds need it.
    from charset_normalizer import from_bytes

    names = {codec.replace("-", "_"): codec for codec in known or _DENSE}
    best = from_bytes(sample, cp_isolation=list(names)).best()
    return names.get(best.encoding, (known or [WESTERN])[0]) if best else (known or [WESTERN])[0]
