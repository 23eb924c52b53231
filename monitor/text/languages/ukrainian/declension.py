"""The cases of Ukrainian nouns: the forms of a nominative, and whether a word is one."""

import re
from collections.abc import Iterator

from monitor.text.languages.slavic import Cases, decline

ENDINGS = (
    ("ь", 1, "ь я ю ем єм і ей ям ями ях"),
    ("ння", 1, "я ю ям і ь ями ях"),
    ("ія", 1, "я ї ю єю й ям ями ях"),
    ("ка", 2, "ка ки ці ку кою ок кам ками ках"),
    ("а", 1, "а и і у ою ам ами ах"),
    ("я", 1, "я і ю ею ь ям ями ях"),
    ("о", 1, "о а у ом і ам ами ах"),
    ("ець", 3, "ець ця цю цеві цем ці ців цям цями цях"),
    ("ар", 0, "я ю еві ем і ів ям ями ях"),
    ("й", 1, "й я ю єві єм ї їв ям ями ях"),
    ("", 0, "а у ові ом і и ів ам ами ах"),
)


def cases(noun: str) -> Iterator[str]:
    """Yield the forms of *noun*. Some that no text has are among them, and irregular ones are missing."""
    return decline(noun, ENDINGS)


CASES = Cases(
    "uk",
    oblique=re.compile(r"(?:\w{4}[ую]|\w{3}(?:ом|[еє]м|им|ого|ому|[ое]ві|[ая]ми|[ая]х))$"),
    feminine=re.compile(r"[ая]$"),
    masculine_verb=re.compile(r"[аиі]в(?:ся)?$"),
    feminine_verb=re.compile(r"ла(?:ся|сь)?$"),
    plural_verb=re.compile(r"(?:ли(?:ся|сь)?|[ую]ть)$"),
    together=frozenset({"з", "із", "зі"}),
)
