"""What the languages of one script share: how names are capitalised, and which family names come first."""

import re

from monitor.text.languages.pack import word_list

_LATIN, _CYRILLIC = range(0x41, 0x250), range(0x400, 0x530)


def _capitals(block: range) -> str:
    return "".join(char for char in map(chr, block) if char.isupper())


LATIN_CAPITALS, CYRILLIC_CAPITALS = _capitals(_LATIN), _capitals(_CYRILLIC)
LATIN_WORD = re.compile(rf"\b[{LATIN_CAPITALS}][\w-]+")
CYRILLIC_WORD = re.compile(rf"\b[{CYRILLIC_CAPITALS}][\w-]+")
"""A word with a capital letter, in the Latin or the Cyrillic script."""
LATIN_ABBREVIATION = re.compile(rf"\s{{0,4}}\(([{LATIN_CAPITALS}][{LATIN_CAPITALS}.]{{1,9}})\)")
CYRILLIC_ABBREVIATION = re.compile(rf"\s{{0,4}}\(([{CYRILLIC_CAPITALS}]{{2,10}})\)")
"""An abbreviation in brackets. Group 1 is the abbreviation itself."""
FAMILY_NAMES_FIRST = word_list("monitor.text.languages.english", "family_names_first.txt")
"""Family names in the Latin script that precede the given name, in whatever language the article is."""
