"""Historical newspapers in which people marked the names: a word on each line, mostly without the ends of sentences."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from evals.spans import Columns, Sample, join_sentences

MAX_WORDS, MIN_WORDS = 60, 4
"""The most words of a sentence, after which it is cut, and the fewest that a sign ends."""
MIN_CHARS = 16
"""The fewest code points of a sentence."""
HYPHEN = "¬"
Word = tuple[str, str, bool]
"""A word, its tag, and whether a sentence ends with it."""


def read_europeana(path: Path, language: str) -> Iterator[Sample]:
    """Yield the sentences of a file of Europeana Newspapers: words with tags."""
    words: list[Word] = []
    for line in path.read_text(encoding="utf-8", errors="replace").split("\n"):
        cells = line.split()
        if len(cells) > 1:
            word, tag = cells[0], cells[-1].replace("PERS", "PER")
            words.append((word, tag, word in {".", "?", "!"}))
        elif words:
            # An empty line ends a sentence, however short.
            yield from _sentences(words, language)
            words = []
    yield from _sentences(words, language)


def read_hipe(path: Path, language: str) -> Iterator[Sample]:
    """Yield the sentences of a file of HIPE-2022, without its hyphens at the ends of lines."""
    lines = (line for line in path.read_text(encoding="utf-8").split("\n") if line.strip() and not line.startswith("#"))
    rows = (line.split("\t") for line in lines if not line.startswith("TOKEN"))
    words = [(row[0], row[1], "EndOfSentence" in row[-1]) for row in rows if row[0] != HYPHEN]
    yield from _sentences(words, language, shortest=1)


def _sentences(words: Iterable[Word], language: str, shortest: int = MIN_WORDS) -> Iterator[Sample]:
    sentence: list[tuple[str, str]] = []
    for word, tag, is_end in words:
        sentence.append((word, tag))
        if (is_end and len(sentence) >= shortest) or len(sentence) > MAX_WORDS:
            yield from _long_enough(sentence, language)
            sentence = []
    yield from _long_enough(sentence, language)


def _long_enough(sentence: list[tuple[str, str]], language: str) -> Iterator[Sample]:
    for sample in join_sentences([sentence], language, Columns()) if sentence else ():
        if len(sample.text) >= MIN_CHARS:
            yield sample
