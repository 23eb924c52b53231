"""Regular expressions in a watch, which are not supported: they are recognised so that they are not read as words."""

import re

_SIGNS = re.compile(
    r"(?<!\S)/[^/\s][^/]*/[gimsux]*(?!\S)"  # /colou?r/i
    r"|\\[bBdDsSwW]"
    r"|\.[*+?]|\][*+?{]|\)[*+{]"
    r"|\(\?"
    r"|\[\^?\w-\w[^\]\s]{0,40}\]|(?<=\w)\[\w{1,40}\]"
    r"|(?<!\S)\^\w|\w\$(?!\S)"
)
_QUOTED = re.compile('["“”„«»][^"“”„«»]*["“”„«»]')
REMEDY = 'write words, "a phrase", a prefix such as sanction*, or (colour OR color)'


def regex_problem(text: str) -> str | None:
    """Return a message if a part of *text* is written like a regular expression, else None."""
    match = _SIGNS.search(text)
    return _describe(match) if match else None


def regex_in_query(query: str) -> tuple[int, str] | None:
    """Return the offset of the first part of *query* that is written like a regular expression, and a message; else None.

    A phrase in quotation marks is literal.
    """
    match = _SIGNS.search(_QUOTED.sub(lambda quoted: "a" * len(quoted[0]), query))
    return (match.start(), _describe(match)) if match else None


def _describe(match: re.Match[str]) -> str:
    return f"{match[0]!r} looks like a regular expression, which a watch cannot have; {REMEDY}"
