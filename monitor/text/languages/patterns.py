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


def correction_pattern(words: str, corrected: str) -> re.Pattern[str]:
    """Return a pattern that matches a title that is marked as a correction.

    *words* are alternatives that mark it where the title begins with one, *corrected* where it ends with one. A sign sets the
    mark off: the word alone is none, since markets fall into a correction and officers of correction strike. A hyphen is one
    behind capitals, as agencies write it (CORRECTED-Kim left), unless the headline is in capitals.
    """
    return re.compile(
        rf"^\W{{0,4}}(?:{words})\s{{0,2}}(?:[:：\])}}|–—】」］）]|-(?=[\s\d]|updat|(?-i:(?<=[A-Z]{{2}}-)[A-Z](?![A-Z]{{3}}))))"
        rf"|[(\[|:：–—【「［（-]\s{{0,2}}(?:{corrected})\s{{0,2}}[)\]】」］）]?\W{{0,4}}$",
        re.IGNORECASE,
    )
