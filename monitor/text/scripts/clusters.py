"""Letters that belong together in scripts without spaces between words: Thai, Lao, Khmer and Burmese.

A cluster is a consonant with the vowels and marks around it, and with silent or final consonants that a mark ties to it. Each
cluster is a token, so that a name is found in a run of words, but never begins or ends inside a cluster.
"""

import re

THAI = (
    "[\u0e40-\u0e44]?[\u0e01-\u0e2e][\u0e30-\u0e3a\u0e45\u0e47-\u0e4e]*"  # a vowel before, a consonant, vowels and tones after
    "(?:[\u0e01-\u0e2e][\u0e34-\u0e39]?\u0e4c)*"  # silent consonants
)
LAO = "[\u0ec0-\u0ec4]?[\u0e81-\u0eae\u0edc-\u0edf][\u0eb0-\u0ebd\u0ec8-\u0ece]*(?:[\u0e81-\u0eae]\u0ecc)*"
KHMER = "[\u1780-\u17b3](?:\u17d2[\u1780-\u17b3]|[\u17b4-\u17d1\u17d3\u17dd])*(?:[\u1780-\u17a2]\u17cd)*"
_BURMESE_LETTER = "[\u1000-\u102a\u103f\u1050-\u1055\u105a-\u105d\u1061\u1065\u1066\u106e-\u1070\u1075-\u1081\u108e]"
_BURMESE_MARK = (
    "[\u102b-\u1038\u103a-\u103e\u1056-\u1059\u105e-\u1060\u1062-\u1064\u1067-\u106d\u1071-\u1074\u1082-\u108d\u108f]"
)
BURMESE = (
    f"{_BURMESE_LETTER}(?:\u1039{_BURMESE_LETTER}|{_BURMESE_MARK})*"
    f"(?:{_BURMESE_LETTER}\u1037?\u103a(?!\u1039){_BURMESE_MARK}*)*"  # final consonants
)
CLUSTERED = "\u0e01-\u0e4e\u0e81-\u0ece\u0edc-\u0edf\u1000-\u103f\u1050-\u108f\u1780-\u17dd"
"""The letters and marks of these scripts, for a character class."""
SIGNS = "\u0e2f\u0e46\u0eaf\u0ec6\u17d4-\u17dc"
"""Signs among them that belong to no word, such as ฯ (abbreviated) and ๆ (repeated)."""
CLUSTER = f"{THAI}|{LAO}|{KHMER}|{BURMESE}|[{CLUSTERED}](?<![{SIGNS}])"
"""A pattern for one cluster of folded text, or a stray vowel or mark. It matches in linear time."""
_ALL_CLUSTERED = re.compile(f"[{CLUSTERED}]+")


def is_clustered(text: str) -> bool:
    """Return whether *text* is written in one of these scripts only, without spaces."""
    return _ALL_CLUSTERED.fullmatch(text) is not None
