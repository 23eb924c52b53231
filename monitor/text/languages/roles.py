"""The interface of a language's words for offices: "the Russian president", "Britain's prime minister". All of it is data.

consumers/entities/offices.py and office_context.py contain the algorithm. Words are folded.
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
    both (Kremlsprecher). *feminine* are those words for a title that only mean a woman. *possessive* matches what is between a
    country or body and the title after it, *of* what is between a title and the country or body after it. *adjective_after* is
    whether the adjective may follow the title.

    *continued* matches what follows a country or body that is only a part of a longer name (of Russia's chess federation).
    *other* are words before an office, and *other_after* those after it, that make it another's: former, elect. *then* are
    those that make it that of a time that is told.

    The rest tells whom the sentence means. *past* matches words for another time (at the time, ten years ago), *in_year* the
    text up to the year in which something is (in), and *last_year* those words. *nobody* matches the text up to an office that
    is what somebody is or becomes (he hopes to become). *as_role* are words directly before one that do so in a text (as), but
    not in a title, which leaves out articles. *indefinite* are those before an office of nobody in particular (any). *work*
    matches the text up to an office in a film or book. *named* matches what is between the name of a person and that person's
    office, and *is_named* what is between an office and the name of who holds it (was).
    """

    titles: Mapping[str, str] = field(default_factory=dict)
    peoples: Mapping[str, str] = field(default_factory=dict)
    whole: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    feminine: frozenset[str] = frozenset()
    capitalised: bool = False
    possessive: re.Pattern[str] = NOTHING
    of: re.Pattern[str] = NOTHING
    adjective_after: bool = False
    continued: re.Pattern[str] = NOTHING
    other: frozenset[str] = frozenset()
    other_after: frozenset[str] = frozenset()
    then: frozenset[str] = frozenset()
    past: re.Pattern[str] = NOTHING
    in_year: re.Pattern[str] = NOTHING
    last_year: re.Pattern[str] = NOTHING
    nobody: re.Pattern[str] = NOTHING
    as_role: frozenset[str] = frozenset()
    indefinite: frozenset[str] = frozenset()
    work: re.Pattern[str] = NOTHING
    named: re.Pattern[str] = NOTHING
    is_named: re.Pattern[str] = NOTHING


def work_pattern(nouns: str, about: str, inside: str, acted: str, articles: str = "") -> re.Pattern[str]:
    """Return the pattern of the text up to an office in a work: a film about the, in the film the, played the.

    All are alternatives of regular expressions: *nouns* of works, what joins one to whom it is *about*, what is before a noun
    *inside* whose work somebody is, and what is before who is *acted*, with the *articles* after it.
    """
    some, article = r"(?:[\w’'.-]{1,20}\s)", rf"(?:(?:{articles})\s)?" if articles else ""
    return re.compile(
        rf"\b(?:{nouns})\b[^.,;!?\n]{{0,60}}\b(?:{about})\s{some}{{0,2}}(?:l['’])?$"
        rf"|\b(?:{inside})\s{some}{{0,2}}(?:{nouns}),?\s{some}{{0,4}}(?:l['’])?$"
        rf"|\b(?:{acted})\s{article}(?:l['’])?$",
        re.IGNORECASE,
    )


def named_pattern(words: str) -> re.Pattern[str]:
    """Return the pattern of what is between a name and an office: up to six of *words*, alternatives of an expression."""
    return re.compile(rf"(?:\s|,\s|\s?[(–—-]\s?)(?:(?:{words})[,\s]\s?){{1,6}}")


def forms(peoples: Mapping[str, str]) -> Mapping[str, str]:
    """Return *peoples*, folded, with both forms of an adjective that has an ending in brackets: "chinois(e)"."""
    both = [(form, code) for name, code in peoples.items() for form in (name.partition("(")[0], re.sub("[()]", "", name))]
    return {fold(form): code for form, code in both}
