"""spaCy at work, in the child process: texts in, spans out."""

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from consumers.entities.models import find

READ = 40_000
"""Code points of a text that the model reads, some eight thousand words; the names table reads all of it."""
IDLE = ("tagger", "parser", "senter", "attribute_ruler", "lemmatizer")
"""What the models hold beside: unused here, and half of the time."""


class NerSpan(NamedTuple):
    """A span of a text, *end* exclusive, and the model's label for it, such as PERSON."""

    start: int
    end: int
    label: str


def recogniser(model: str) -> Callable[[list[str]], list[list[NerSpan]]]:
    """What the child is set up with. Raises models.Unusable."""
    import spacy  # noqa: PLC0415  (the service's own process never needs it)

    where = find(model)
    if where is None:
        return lambda texts: [[] for _ in texts]
    with warnings.catch_warnings():
        # A model made with another patch release says so; it works.
        warnings.simplefilter("ignore", UserWarning)
        language = spacy.load(where if isinstance(where, str) else Path(where), exclude=list(IDLE))

    def recognise(texts: list[str]) -> list[list[NerSpan]]:
        read = (text[:READ] for text in texts)
        # Outside of a zone the vocabulary keeps every word that any article ever had.
        with language.memory_zone():
            return [[NerSpan(span.start_char, span.end_char, span.label_) for span in doc.ents] for doc in language.pipe(read)]

    return recognise
