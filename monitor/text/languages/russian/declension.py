"""The cases of Russian nouns: the forms of a nominative, and whether a word is one."""

import re
from collections.abc import Iterator

from monitor.text.languages.slavic import Cases, decline

ENDINGS = (
    ("ость", 1, "ь и ью ей ям ями ях"),
    ("тель", 1, "ь я ю ем е и ей ям ями ях"),
    ("арь", 1, "ь я ю ём е и ей ям ями ях"),
    ("ь", 1, "ь и ью ей ям ями ях"),
    ("ия", 1, "я и ю ей й ям ями ях"),
    ("ие", 1, "е я ю ем и й ям ями ях"),
    ("ение", 1, "е я ю ем и й ям ями ях"),
    ("ка", 2, "ка ки ке ку кой ок кам ками ках"),
    ("а", 1, "а ы и е у ой ам ами ах"),
    ("я", 1, "я и е ю ей ям ями ях"),
    ("ство", 1, "о а у ом е ам ами ах"),
    ("о", 1, "о а у ом е ам ами ах"),
    ("ник", 0, " а у ом е и ов ам ами ах"),
    ("к", 0, " а у ом е и ов ам ами ах"),
    ("г", 0, " а у ом е и ов ам ами ах"),
    ("ец", 2, "ец ца цу цем це цы цев цам цами цах"),
    ("й", 1, "й я ю ем е и ев ям ями ях"),
    ("ж", 0, " а у ем е и ей ам ами ах"),
    ("", 0, " а у ом е ы ов ам ами ах"),
)
"""The ending of a nominative, the letters of it that change, and what takes their place in each case."""


def cases(noun: str) -> Iterator[str]:
    """Yield the forms of *noun*. Some that no text has are among them, and irregular ones are missing."""
    return decline(noun, ENDINGS)


CASES = Cases(
    "ru",
    # Short names such as Баку and Ким end like cases.
    oblique=re.compile(r"(?:\w{4}[ую]|\w{3}(?:[оеы]м|им|[ое]го|[ое]му|[ая]ми|[ая]х))$"),
    feminine=re.compile(r"[ая]$"),
    masculine_verb=re.compile(r"л(?:ся)?$"),
    feminine_verb=re.compile(r"ла(?:сь)?$"),
    plural_verb=re.compile(r"(?:ли(?:сь)?|[ую]т)$"),
    together=frozenset({"с", "со"}),
)
