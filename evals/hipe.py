"""Reader of the historical newspapers of HIPE-2022: a word on each line, with its tag in NE-COARSE-LIT and notes in MISC."""

from collections.abc import Iterator
from pathlib import Path

from evals.spans import Sample, in_file, open_text, read_tags

DOCUMENT = "# hipe2022:document_id"
TAG, NOTES = "NE-COARSE-LIT", "MISC"


def read(path: Path, language: str) -> Iterator[Sample]:
    """Yield the documents of a file. Raises ValueError if it has not the columns of such a file."""
    with in_file(path):
        lines = open_text(path)
        header = next(lines, "").rstrip("\r\n").split("\t")
        if not {TAG, NOTES} <= set(header):
            raise ValueError(f"its first line names no columns {TAG} and {NOTES}")
        words: list[dict[str, str]] = []
        for line in lines:
            if line.startswith(DOCUMENT):
                yield from _document(words, language)
                words = []
            elif line.strip() and not line.startswith("# "):
                words.append(dict(zip(header, line.rstrip("\r\n").split("\t"), strict=True)))
        yield from _document(words, language)


def _document(words: list[dict[str, str]], language: str) -> Iterator[Sample]:
    text, places = "", list[tuple[int, int]]()
    for word in words:
        places.append((len(text), len(text) + len(word["TOKEN"])))
        text += word["TOKEN"] + ("" if "NoSpaceAfter" in word[NOTES] else " ")
    if text:
        yield Sample(language, text, tuple(read_tags([word[TAG] for word in words], places)), ((0, len(text)),))
