"""The bytes of a config file as text. TOML is UTF-8; other encodings are recognised in order to name them."""

import codecs
import re

from monitor.config.problems import Problem

_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
"""Byte order marks other than that of UTF-8. Those of UTF-32 come first, because they begin like those of UTF-16."""
_SAMPLE_BYTES = 4096
_REMEDY = "save it as UTF-8 in your editor"


def decode(data: bytes) -> str | Problem:
    """Return the text of a config file, or the problem that makes it unreadable.

    A byte order mark of UTF-8 is left out, and a line may end as on Unix, on Windows, or in a carriage return.
    """
    if encoding := _wide_encoding(data):
        return Problem(1, f"the file is {encoding}, but TOML is UTF-8: {_REMEDY}")
    data = data.removeprefix(codecs.BOM_UTF8)
    if (position := data.find(b"\0")) >= 0:
        line, column = _place(data, position)
        text = "a NUL byte: the file is damaged, or is not a text file; restore it from a copy, or write it again"
        return Problem(line, text, column=column)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line, column = _place(data, error.start)
        legacy = data[error.start : error.start + 1].decode("cp1252", errors="replace")
        meant = f" (in Windows-1252 it is {legacy!r})" if legacy.isprintable() and legacy != "\N{REPLACEMENT CHARACTER}" else ""
        return Problem(
            line,
            f"the byte 0x{data[error.start]:02x} is not UTF-8{meant}: the file has another encoding; {_REMEDY}",
            column=column,
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _wide_encoding(data: bytes) -> str:
    """Return "UTF-16" or "UTF-32" if *data* has one of these encodings, with a byte order mark or without, else ""."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding
    if b"\0" not in data:
        return ""
    sample = data[:_SAMPLE_BYTES]
    sample = sample[: len(sample) // 4 * 4]
    # Most characters of a config are ASCII, which has one byte that is not zero in each unit.
    zeros = [sample[start::4].count(0) * 2 > len(sample) // 4 for start in range(4)]
    if sum(zeros) == 3:  # noqa: PLR2004  (of the four bytes of a unit)
        return "UTF-32"
    return "UTF-16" if zeros in ([False, True] * 2, [True, False] * 2) else ""


def _place(data: bytes, position: int) -> tuple[int, int]:
    """Return the line and column of the byte at *position*, from 1."""
    before = re.split(rb"\r\n|\r|\n", data[:position])
    return len(before), len(before[-1].decode("utf-8", errors="replace")) + 1
