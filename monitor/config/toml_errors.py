"""The messages of tomllib in words, with the remedy."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

_LOOKALIKES: Mapping[str, str] = {
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‘’‚‛′`´", "'"),
    **dict.fromkeys("–—−‐‑", "-"),
    "、": ",",
    "：": "=",
}
"""Characters that word processors and input methods insert, and the ones that TOML uses. NFKC maps full-width characters."""
_INVISIBLE = ("Cf", "Zs", "Zl", "Zp", "Cc")
"""General categories of characters that look like nothing or like a space."""
_KEY_BEGINS = re.compile(r"\s*([\w\"'.-]+\s*=(?!=)|\[\[?[\w.-]+\]\]?\s*(#.*)?$)")
_OPENING = re.compile(r"""\s*[\w."'-]+\s*=\s*(\[[^\]]*$|\{[^}]*$|""\"(?!.*""\")|'''(?!.*'''))""")
_WORD = re.compile(r"[^\s,\]}#\"']+")
_BACKSLASH = (
    "a backslash between double quotation marks begins an escape such as \\n: "
    "write the text between single ones, as in 'C:\\news', or write each backslash twice"
)
_QUOTES = "a text is written between quotation marks; inside it, use the other kind"

_MESSAGES: Mapping[str, str] = {
    "Illegal character '\\n'": "the quotation mark is not closed on this line: add the closing one",
    "Unterminated string": "a text in three quotation marks is not closed: add the closing ones",
    "Expected \"'''\"": "a text in three quotation marks is not closed: add the closing ones",
    "Unescaped '\\' in a string": _BACKSLASH,
    "Invalid hex value": _BACKSLASH,
    "Escaped character is not a Unicode scalar value": _BACKSLASH,
    "Expected ']' at the end of a table declaration": "the header of a table is [name], on a line of its own",
    "Expected ']]' at the end of an array declaration": "the header of a table of a list is [[name]], on a line of its own",
    "Invalid initial character for a key part": "a key is made of letters, digits, _ and -; {...} must be on one line",
    "Invalid statement": "a line is key = value, [table], [[table]], or a comment after #",
    "Unclosed inline table": "the inline table lacks a comma here, or its closing }",
    "Invalid date or datetime": "there is no such date or time; put a text between quotation marks",
}


def explain(kind: str, line: str, column: int, *, at_end: bool = False) -> str:
    """Return the message *kind* of tomllib about the index *column* of *line* in words, with the remedy.

    *at_end* is true for an error at the end of the file.
    """
    if sign := _lookalike(kind, line, column):
        return sign
    rest = line[column:]
    if kind == "Invalid statement" and (foreign := _explain_foreign(line.strip())):
        return foreign
    if kind == "Unclosed array":
        unclosed = at_end or begins_key(kind, rest)
        return (
            "the list is not closed: add its closing ]" if unclosed else "the list lacks a comma before this, or its closing ]"
        )
    if kind == "Invalid value":
        return _explain_value(rest)
    if kind == "Expected '=' after a key in a key/value pair":
        given = " instead of ':'" if rest.lstrip().startswith(":") else ""
        return f"a key is followed by an equals sign{given}: write key = value"
    if kind == "Expected newline or end of document after a statement":
        return _explain_rest(line[:column], rest)
    if kind == "Cannot overwrite a value" or kind.startswith(("Duplicate inline table key", "Cannot declare", "Cannot mutate")):
        return _explain_repetition(kind, line)
    if kind.startswith(("Illegal character", "Found invalid character")) and "\\n" not in kind:
        return f"a control character ({kind.rsplit(' character ', maxsplit=1)[-1]}): remove it"
    return _MESSAGES.get(kind, kind)


def begins_key(kind: str, rest: str) -> bool:
    """Return whether *kind* is about a list that is not closed before *rest*, which begins another key or table."""
    return kind in {"Unclosed array", "Invalid value"} and _KEY_BEGINS.match(rest) is not None


def opening_line(lines: Sequence[str]) -> int:
    """Return the line, from 1, of the last list or text of *lines* that its own line does not close; else the last line."""
    found = [number for number, line in enumerate(lines, 1) if _OPENING.match(line)]
    written = [number for number, line in enumerate(lines, 1) if line.strip()]
    return (found or written or [1])[-1]


def _lookalike(kind: str, line: str, column: int) -> str:
    """Return a message if the error is due to a character that looks like one that TOML uses, else ""."""
    candidates = [line[column : column + 1]]
    if "'\\n'" in kind:
        # The text is not closed, perhaps because its last quotation mark is not a straight one.
        candidates += [char for char in reversed(line) if _LOOKALIKES.get(char) in {'"', "'"}]
    for char in candidates:
        if not char or (char.isascii() and char != "`"):
            continue
        name = f"U+{ord(char):04X} {unicodedata.name(char, '')}".rstrip()
        if unicodedata.category(char) in _INVISIBLE:
            return f"an invisible character ({name}): remove it, and write ordinary spaces"
        meant = _LOOKALIKES.get(char) or unicodedata.normalize("NFKC", char)
        if (meant.isascii() and meant != char) or char == "`":
            return f"{char} ({name}) is not valid in TOML: write {meant}"
    return ""


def _explain_foreign(line: str) -> str:
    """Return a message about a *line* in the notation of something else; "" if it is not recognised."""
    if line.startswith(("<<<<<<<", "=======", ">>>>>>>")):
        return "a mark of an unresolved merge: choose one of the two versions, and remove the marks"
    if line.startswith((";", "//", "/*", "--")):
        return "a comment begins with #: write # before it"
    if line.startswith(("{", "<")):
        return "this is not TOML, but JSON or markup: `newsmonitor init` writes an example of a config"
    return ""


def _explain_value(rest: str) -> str:
    if not rest.strip() or rest.lstrip().startswith("#"):
        return "the equals sign is followed by a value: give one, or remove the key"
    if _KEY_BEGINS.match(rest):
        return "the list is not closed, or a value is missing: add the closing ] or the value"
    word = match[0] if (match := _WORD.match(rest)) else rest[:1]
    if word.casefold() in {"true", "yes", "on"}:
        return f"{word} is not a value of TOML: write true"
    if word.casefold() in {"false", "no", "off"}:
        return f"{word} is not a value of TOML: write false"
    if word.casefold() in {"null", "none", "nil", "undefined"}:
        return f"{word} is not a value of TOML: remove the key"
    if word.startswith((">", "=", ":")):
        return "a key and its value are separated by one equals sign: write key = value"
    return f"{word[:40]!r} is not a value: put a text between quotation marks"


def _explain_rest(before: str, rest: str) -> str:
    """Explain why the line continues after a complete value."""
    word = rest.strip()[:40]
    if re.search(r"[0-9.]$", before) and rest[:1].isalnum():
        return f'{word!r} after a number: write the number alone, or put a duration such as "5m" between quotation marks'
    if rest[:1].isalnum() and before[-1:] in {'"', "'"}:
        return f"the text ends before {word!r}: {_QUOTES}"
    if word[:1] in {",", ";"}:
        return f"the line ends after a value: remove the {word[:1]!r}"
    if word[:1] in {"]", "}"}:
        return f"one {word[:1]} too many: remove it"
    return f"the line ends after a value: begin a new line before {word!r}, or put several values in a list [...]"


def _explain_repetition(kind: str, line: str) -> str:
    name = match[1] if (match := re.match(r"\s*\[*\s*([^=\]]+?)\s*(=|\]|$)", line)) else ""
    if line.lstrip().startswith("["):
        return f"{name!r} is there already: put the keys of one table together, and write [[{name}]] for each table of a list"
    inline = kind.removeprefix("Duplicate inline table key ").strip("'") if kind.startswith("Duplicate") else name
    return f"the key {inline!r} is given twice in this table: remove one"
