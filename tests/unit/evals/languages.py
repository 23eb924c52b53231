"""The example of docs/extending.md: how often the language of a text is detected."""

import json
from collections.abc import Iterator
from pathlib import Path

from consumers.entities.language import detect_language
from evals.sets import Row


def languages(folder: Path) -> Iterator[Row]:
    """texts.jsonl: a line is {text, language}."""
    samples = [json.loads(line) for line in (folder / "texts.jsonl").read_text(encoding="utf-8").splitlines()]
    correct = sum(detect_language("", sample["text"]).code == sample["language"] for sample in samples)
    yield {"texts": len(samples), "accuracy": correct / len(samples)}
