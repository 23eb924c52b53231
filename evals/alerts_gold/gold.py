"""The set alerts_gold: subjects, how each is called, and which documents name it."""

import gzip
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from consumers.alerts.matching.document import Document
from consumers.alerts.tools.explain import stub
from monitor.text.tokens import tokens

Form = tuple[str, ...]
"""A form's folded words."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Somebody or something to watch. *forms* tell how often each is used for it."""

    name: str
    label: str
    forms: Mapping[str, int]
    docs: frozenset[str]


@dataclass(frozen=True)
class Gold:
    """The subjects and the documents."""

    subjects: tuple[Subject, ...]
    readings: Mapping[str, Document]

    @cached_property
    def uses(self) -> Mapping[Form, Counter[str]]:
        """How often each form is used for each subject."""
        found: dict[Form, Counter[str]] = {}
        for subject in self.subjects:
            for form, count in subject.forms.items():
                found.setdefault(tokens(form), Counter())[subject.name] += count
        return found


def read(folder: Path, name: str) -> Gold:
    """What the two files called *name* hold. Raises OSError, ValueError and KeyError."""
    subjects = tuple(
        Subject(each["subject"], _label(each), each["surface_forms"], frozenset(each["docs"]))
        for each in _lines(folder / f"{name}.subjects.jsonl.gz")
    )
    readings = {each["id"]: _reading(each["text"]) for each in _lines(folder / f"{name}.docs.jsonl.gz")}
    return Gold(subjects, readings)


def terms(gold: Gold, method: str) -> dict[str, tuple[str, ...]]:
    """What each subject's watch looks for, by its name; what holds no word is left out."""
    return {each.name: tuple(form for form in _terms(gold, each, method) if tokens(form)) for each in gold.subjects}


def _terms(gold: Gold, subject: Subject, method: str) -> Iterator[str]:
    yield subject.label
    if method == "forms":
        yield from subject.forms
    elif method != "label":
        for form in subject.forms:
            uses = gold.uses[tokens(form)]
            if uses[subject.name] == max(uses.values()):
                yield form


def _label(each: dict[str, Any]) -> str:
    """The label; a Wikipedia title without what tells it from its namesakes: 'Georgia (country)'."""
    label = str(each.get("label", each["subject"]))
    return label.split(" (", maxsplit=1)[0]


def _reading(text: str) -> Document:
    title, _, rest = text.partition("\n")
    return Document(stub(title, rest))


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
