"""The cases of Polish nouns: the forms of a nominative, and whether a word is one."""

import re
from collections.abc import Iterator

from monitor.text.languages.slavic import Cases, decline

ENDINGS = (
    ("wo", 1, "a u em ie ach ami om"),
    ("ie", 1, "a u em om ami ach"),
    ("um", 2, "a ów om ami ach"),
    ("ja", 1, "i ę ą e om ami ach"),
    ("ia", 1, "i ę ą e om ami ach"),
    ("ka", 2, "ki ce kę ką ek kom kami kach"),
    ("ga", 2, "gi dze gę gą"),
    ("a", 1, "y i ie ę ą om ami ach"),
    ("ter", 2, "ra rowi rem rze rowie rów rom rami rach"),
    ("ec", 2, "ca cowi cem cu cy ców com cami cach"),
    ("ek", 2, "ka kowi kiem ku ki ków kom kami kach"),
    ("k", 1, "ka kowi kiem ku cy ki ków kom kami kach"),
    ("g", 0, "a owi iem u i owie ów om ami ach"),
    ("y", 1, "ego emu ym ych ymi"),
    ("", 0, "a owi em ie u y i owie ów om ami ach"),
)


def cases(noun: str) -> Iterator[str]:
    """Yield the forms of *noun*. Some that no text has are among them, and irregular ones are missing."""
    return decline(noun, ENDINGS)


CASES = Cases(
    "pl",
    # A genitive in -ów is also the end of towns, and -em that of some names.
    oblique=re.compile(r"(?:\w{3}(?:owi|iem|ego|emu|ami|ach|[ęą])|\w{4}(?:em|om))$"),
    feminine=re.compile(r"a$"),
    masculine_verb=re.compile(r"ł(?:em)?$"),
    feminine_verb=re.compile(r"ła$"),
    plural_verb=re.compile(r"(?:li|ły|[ąe]ją|ą)$"),
    together=frozenset({"z", "ze"}),
)
