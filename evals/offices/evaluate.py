"""Whom the monitor links offices to ("the Russian president"), against what a person said.

The folder has *.tsv with lines: language, holder, sentence. The holder is "-" if the sentence means nobody whom the table has
on DAY or in the year that is told.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from consumers.entities.linking import link_entities
from consumers.entities.roles import link_roles
from evals.figures import make_random, share
from evals.sets import Row
from monitor.text import gazetteer
from monitor.text.languages import pack

DAY = date(2024, 3, 10)
"""The day of all sentences."""
NOBODY = "-"


class Sentence(NamedTuple):
    """A line of the set."""

    language: str
    holder: str
    text: str


def offices(folder: Path) -> Iterator[Row]:
    """Yield a row for each sentence that is not right, then the shares of those linked to the right one and to a wrong one."""
    sentences = read(folder)
    found = [(each, linked(each)) for each in sentences]
    for sentence, holders in found:
        if holders != [name for name in (sentence.holder,) if name != NOBODY]:
            yield {"sentence": sentence.text, "means": sentence.holder, "linked": ", ".join(holders)}
    meant = [(holders == [each.holder], 1) for each, holders in found if each.holder != NOBODY]
    nobody = [(bool(holders), 1) for each, holders in found if each.holder == NOBODY]
    yield {"meant": "who holds it", "sentences": len(meant), **share("right", meant, make_random())}
    yield {"meant": "nobody known", "sentences": len(nobody), **share("wrong", nobody, make_random())}


def read(folder: Path) -> list[Sentence]:
    """Return the sentences in *folder*."""
    lines = [line for path in sorted(folder.glob("*.tsv")) for line in path.read_text(encoding="utf-8").splitlines()]
    return [Sentence(*line.split("\t")) for line in lines if line]


def linked(sentence: Sentence) -> list[str]:
    """Return the names of the persons to whom the offices of *sentence* are linked."""
    language = pack(sentence.language)
    entities = link_entities("", sentence.text, [], [], language.names, sentence.language)
    _, roles = link_roles("", sentence.text, entities, language, DAY)
    return [gazetteer.load()[role.entity].name for role in roles if role.entity]
