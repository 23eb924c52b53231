"""Whether a German noun group can be the subject of a verb by its article: der Kanzlerin sagte Macron."""

import re
from collections.abc import Sequence

from monitor.text.languages.attribution import Case, words

FEMININE = re.compile(
    r"(?:in|ung|heit|keit|schaft|ei|tät|tion|sion|union|enz|anz|behörde|kammer|wehr|bank|schule|klinik|agentur|stadt|armee|marine"
    r"|justiz|presse|mission|akademie)$"
)
"""Words that are mostly feminine, by their last letters."""
FEMININE_WORDS = words(
    "frau mutter tochter schwester witwe gemeinde firma liga kirche bahn front nato eu uno ukraine türkei schweiz"
)
WEAK = re.compile(r"(?:en|ern)$")
"""Forms of a plural, or of weak nouns in another case than the nominative."""
DATIVE = words("der einer dieser seiner ihrer unserer jeder")
"""Determiners that a feminine noun has in the dative and genitive only."""


def judge_case(group: Sequence[str], head: int, _verb: str) -> Case:
    """Return whether the noun group of the words *group* can be a subject."""
    determiner, noun = group[0].lower(), group[head].lower()
    if head == 0 or determiner not in DATIVE:
        return "subject"
    is_feminine = FEMININE.search(noun) or noun in FEMININE_WORDS
    return "other" if is_feminine or (determiner == "der" and WEAK.search(noun)) else "subject"
