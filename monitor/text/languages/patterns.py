"""Patterns that several languages share."""

import re

NOTHING = re.compile(r"(?!)")
"""A pattern that never matches."""


AGENCY_LABELS = "update|updated|rpt|repeat|refile|wrapup|roundup|lead|exclusive|urgent|breaking|alert|advisory|attention"
"""Other labels that agencies write before that of a correction."""
UPPER = "A-ZÀ-ÖØ-ÞА-ЯЁІЇЄҐ"
CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3"


def title_pattern(titles: str, articles: str = "") -> re.Pattern[str]:
    """Return a pattern that matches up to ten titles and articles at the start of a name, with the spaces after them.

    *titles* and *articles* are alternatives of a regular expression. Case does not matter in the titles. The spaces after
    titles are added, and those after articles are not.
    """
    before = f"{articles}|" if articles else ""
    return re.compile(rf"^(?:{before}(?i:{titles})\b\.?\s{{1,4}}){{1,10}}")


def correction_pattern(words: str, corrected: str, notices: str = "(?!)") -> re.Pattern[str]:
    """Return a pattern that matches a title that is marked as a correction, or as withdrawn.

    *words* are alternatives that mark it where the title begins with one, after other labels of agencies (UPDATE 2-CORRECTED-),
    *corrected* where it ends with one. A sign sets the mark off: the word alone is none, since markets fall into a correction
    and officers of correction strike. A hyphen is one behind capitals, as agencies write it (CORRECTED-Kim left), unless the
    headline is in capitals. A slash is one before another label (CORRECTED/ROUNDUP). *notices* are alternatives that are the
    beginning of a title without a sign (Correction to Kim story).
    """
    hyphen = rf"-(?=[\s\d]|updat|(?-i:(?<=[{UPPER}]{{2}}-)[{UPPER}](?![{UPPER}]{{3}}))|(?<=[{CJK}]-))"
    return re.compile(
        rf"^\W{{0,4}}(?:(?:{AGENCY_LABELS})(?:\s\d{{1,2}})?\s?[-:/|]\s?){{0,3}}"
        rf"(?:{words})\s{{0,2}}(?:[:：\])}}|–—－】」］）>＞〉》]|(?-i:/(?=[{UPPER}]))|{hyphen})"
        rf"|^\W{{0,4}}(?:{notices})"
        rf"|(?:[(\[|:：–—【「［（<＜〈《]|(?<=\s)-)\s{{0,2}}(?:{corrected})\s{{0,2}}[)\]】」］）>＞〉》]?\W{{0,4}}$",
        re.IGNORECASE,
    )
