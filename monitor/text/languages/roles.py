"""The interface of a language's words for offices: "the Russian president", "Britain's prime minister". All of it is data.

consumers/entities/roles.py contains the algorithm. Words are folded.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from monitor.text.languages.patterns import NOTHING
from monitor.text.tokens import fold


@dataclass(frozen=True, slots=True)
class RoleRules:
    """How a language calls those who hold an office by its title and its country or body.

    *titles* has the titles of monitor/text/data/office_holders.tsv by the words for them, and *peoples* the codes of countries
    by their adjectives, which begin with a capital if *capitalised*. *whole* has the body and the title for words that contain
    both (Kremlsprecher). *possessive* matches what is between a country or body and the title after it, *of* what is between a
    title and the country or body after it. *adjective_after* is whether the adjective may follow the title.

    *continued* matches what follows a country or body that is only a part of a longer name (of Russia's chess federation).
    *other* are words before an office, and *other_after* those after it, that make it another's: former, elect.
    """

    titles: Mapping[str, str] = field(default_factory=dict)
    peoples: Mapping[str, str] = field(default_factory=dict)
    whole: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    capitalised: bool = False
    possessive: re.Pattern[str] = NOTHING
    of: re.Pattern[str] = NOTHING
    adjective_after: bool = False
    continued: re.Pattern[str] = NOTHING
    other: frozenset[str] = frozenset()
    other_after: frozenset[str] = frozenset()


def forms(peoples: Mapping[str, str]) -> Mapping[str, str]:
    """Return *peoples*, folded, with both forms of an adjective that has an ending in brackets: "chinois(e)"."""
    both = [(form, code) for name, code in peoples.items() for form in (name.partition("(")[0], re.sub("[()]", "", name))]
    return {fold(form): code for form, code in both}
