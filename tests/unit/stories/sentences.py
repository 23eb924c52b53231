"""The facts of a sentence of an article that appeared on a Tuesday."""

from datetime import date

from consumers.stories.developments.facts import Sentence, read_facts
from monitor.text.languages import pack

TUESDAY = date(2026, 3, 10)


def read(text: str, language: str = "en") -> Sentence:
    """The facts of the only sentence of *text*."""
    (sentence,) = read_facts("", text, (), pack(language), TUESDAY).sentences
    return sentence


def numbers(text: str, language: str = "en") -> list[tuple[float, str]]:
    """The numbers of *text* that are facts of their own, with what they measure."""
    return [(round(each.value, 2), each.kind) for each in read(text, language).numbers if not each.is_weak]
