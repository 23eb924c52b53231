"""Reads the files of the set alerts_gold as subjects and documents."""

import asyncio
import gzip
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from consumers.alerts.matching.document import Document
from consumers.alerts.tools.articles import stub
from monitor.config import Config
from monitor.messages import ArticleRaw, ArticleStories
from monitor.runtime import registry
from monitor.text.tokens import tokens

Words = tuple[str, ...]
"""The folded words of a surface form."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A person, organisation, place or thing to watch.

    *forms* maps each surface form to the number of times that it is used for the subject; *documents* holds the ids of
    the documents that name the subject.
    """

    id: str
    label: str
    forms: Mapping[str, int]
    documents: frozenset[str]


@dataclass(frozen=True)
class Dataset:
    """Subjects, and documents by id."""

    subjects: tuple[Subject, ...]
    documents: Mapping[str, Document]

    @cached_property
    def uses(self) -> Mapping[Words, Counter[str]]:
        """The number of times that each form is used for each subject."""
        uses: dict[Words, Counter[str]] = {}
        for subject in self.subjects:
            for form, count in subject.forms.items():
                uses.setdefault(tokens(form), Counter())[subject.id] += count
        return uses


def list_names(folder: Path) -> list[str]:
    """Return the names of the datasets in *folder*. Raises ValueError if there is none."""
    suffix = ".subjects.jsonl.gz"
    names = sorted(path.name.removesuffix(suffix) for path in folder.glob(f"*{suffix}"))
    if not names:
        raise ValueError(f"there is no NAME{suffix} in it")
    return names


def read(folder: Path, name: str) -> Dataset:
    """Return the dataset *name*. Raises OSError, ValueError or KeyError if a file is missing or malformed.

    A line of NAME.subjects.jsonl.gz is {subject, label?, surface_forms: {form: count}, docs: [id]}; a line of
    NAME.docs.jsonl.gz is {id, text}.
    """
    subjects = tuple(
        Subject(line["subject"], _label(line), line["surface_forms"], frozenset(line["docs"]))
        for line in _lines(folder / f"{name}.subjects.jsonl.gz")
    )
    documents = {line["id"]: _document(line["text"]) for line in _lines(folder / f"{name}.docs.jsonl.gz")}
    return Dataset(subjects, documents)


def with_entities(dataset: Dataset) -> Dataset:
    """Return *dataset* with the entities that the entities service recognises in each document.

    The model of the service runs in a worker process. A document takes some hundredths of a second.
    """
    messages = [document.message for document in dataset.documents.values()]
    recognised = asyncio.run(_recognise(messages))
    return replace(dataset, documents=dict(zip(dataset.documents, recognised, strict=True)))


async def _recognise(messages: Iterable[ArticleStories]) -> list[Document]:
    (service,) = registry.make(["entities"], Config)
    documents = []
    async with service.lifespan():
        for message in messages:
            (output,) = await service.step(None, ArticleRaw(message.article, message.stamps))  # type: ignore[misc]
            documents.append(Document(replace(message, language=output.language, entities=output.entities)))
    return documents


def _label(line: dict[str, Any]) -> str:
    """Return the label, without the qualifier of a Wikipedia title: 'Georgia', not 'Georgia (country)'."""
    label = str(line.get("label", line["subject"]))
    return label.split(" (", maxsplit=1)[0]


def _document(text: str) -> Document:
    title, _, body = text.partition("\n")
    return Document(stub(title, body))


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
