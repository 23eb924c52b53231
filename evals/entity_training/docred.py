"""Files of DocRED and Re-DocRED: JSON documents of sentences of words, in each of which the mentions of entities are marked."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from evals.spans import Sample, in_file, sample_of_words


def read_docred(path: Path, language: str, types: Mapping[str, str]) -> Iterator[Sample]:
    """Yield the sentences of a file. *types* are the types of entity by label, in lower case; others are left out."""
    with in_file(path):
        for document in json.loads(path.read_text(encoding="utf-8")):
            mentions = [mention for entity in document["vertexSet"] for mention in entity]
            for number, words in enumerate(document["sents"]):
                tags = _tags(len(words), [each for each in mentions if each["sent_id"] == number], types)
                yield sample_of_words(list(zip(words, tags, strict=True)), language, types)


def _tags(length: int, mentions: list[dict[str, Any]], types: Mapping[str, str]) -> list[str]:
    """Return the BIO tags of a sentence. Of two *mentions* that overlap, the longer one is kept."""
    tags = ["O"] * length
    for mention in sorted(mentions, key=lambda each: each["pos"][0] - each["pos"][1]):
        first, end = mention["pos"]
        label = mention["type"]
        if label.casefold() in types and set(tags[first:end]) == {"O"}:
            tags[first:end] = [f"B-{label}", *[f"I-{label}"] * (end - first - 1)]
    return tags
