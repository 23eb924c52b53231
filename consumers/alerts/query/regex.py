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
REMEDY = 'write words, "a phrase", a prefix such as sanction*, or (colour OR color)'


def find_regex(text: str) -> re.Match[str] | None:
    """Return the first part of *text* that is written like a regular expression; None if there is none."""
    return _SIGNS.search(text)


def regex_problem(text: str) -> str | None:
    """Return a message if a part of *text* is written like a regular expression, else None."""
    match = find_regex(text)
    return f"{match[0]!r} looks like a regular expression, which a watch cannot have; {REMEDY}" if match else None
