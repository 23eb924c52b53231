"""Escape the characters that are invisible or control a terminal, in all text that leaves the program.

A title may have characters that reverse the order of the text, hide part of it, or move the cursor. Each output format
escapes them in its own notation. A program that reads JSON or XML gets the same text as before.
"""

import re
import unicodedata

MAX_MARKS = 6
"""The most marks on one character. With dozens of them, a character covers the lines around it."""
EMOJI_STYLE = "\N{VARIATION SELECTOR-16}"
"""Shows the symbol before it as an emoji. It hides nothing."""
_MARKS = "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
"""Marks that any letter can have, of which text in any language has few."""
_HIDDEN = re.compile(
    "["
    "\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    "]"
    f"|{_MARKS}(?<={_MARKS}{{{MAX_MARKS + 1}}})"
)
"""Marks after MAX_MARKS others, and characters without a shape: those that Unicode calls Default_Ignorable_Code_Point, control
characters, and line separators. Those before U+0020 are left out: JSON escapes them anyway, and XML needs its line breaks."""
_FORBIDDEN_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
"""Characters that XML 1.0 allows in no form, not even as references."""


def printable(text: str, keep: str = "") -> str:
    """Return *text* for a terminal, in which what is invisible or controls the terminal is escaped as in Python.

    The characters in *keep* are left as they are.
    """
    if text.isascii() and text.isprintable():
        return text
    shown, marks, previous = [], 0, ""
    for char in text:
        marks = marks + 1 if unicodedata.category(char) in {"Mn", "Me"} else 0
        is_visible = char.isprintable() and marks <= MAX_MARKS and not _HIDDEN.match(char)
        is_style = char == EMOJI_STYLE and previous != "" and unicodedata.category(previous) in {"So", "Sm"}
        shown.append(char if is_visible or is_style or char in keep else char.encode("unicode_escape").decode())
        previous = char
    return "".join(shown)


def escape_json(data: bytes) -> bytes:
    """Return *data*, which is JSON, with hidden characters written as escapes. Its value is the same."""
    if data.isascii() and b"\x7f" not in data:
        return data
    return _HIDDEN.sub(lambda match: _json_escape(match[0]), data.decode()).encode()


def escape_xml(text: str) -> str:
    """Return *text*, which is XML, with hidden characters written as references. Its value is the same."""
    return _HIDDEN.sub(lambda match: f"&#x{ord(match[0]):X};", text)


def remove_forbidden_in_xml(text: str) -> str:
    """Return *text* without the characters that no XML document may have."""
    return _FORBIDDEN_IN_XML.sub("", text)


def _json_escape(char: str) -> str:
    units = char.encode("utf-16-be")
    return "".join(f"\\u{units[start : start + 2].hex()}" for start in range(0, len(units), 2))
