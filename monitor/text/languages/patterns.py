"""Patterns that several languages share."""

import re

NOTHING = re.compile(r"(?!)")
"""A pattern that never matches."""


def title_pattern(titles: str, articles: str = "") -> re.Pattern[str]:
    """Return a pattern that matches up to ten titles and articles at the start of a name, with the spaces after them.

    *titles* and *articles* are alternatives of a regular expression. Case does not matter in the titles. The spaces after
    titles are added, and those after articles are not.
    """
    before = f"{articles}|" if articles else ""
    return re.compile(rf"^(?:{before}(?i:{titles})\b\.?\s{{1,4}}){{1,10}}")
