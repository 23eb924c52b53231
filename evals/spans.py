"""Readers of sets in which people marked the names: columns of words or letters, brat standoff, and JSON."""

import gzip
import json
import re
import tarfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

TYPES: Mapping[str, str] = {
    **dict.fromkeys(("per", "ps", "pers", "person", "人名"), "person"),
    **dict.fromkeys(("org", "og", "corporation", "organization", "法人名", "政治的組織名", "その他の組織名"), "org"),
    **dict.fromkeys(("loc", "lc", "gpe", "gpe_loc", "gpe_org", "location", "地名", "施設名"), "place"),
    **dict.fromkeys(("city", "country", "state_or_province", "district", "facility", "fac"), "place"),
}
"""The type of entity for each label of the sets, in lower case. Other labels, such as MISC and group, are not scored."""
NO_SPACE_BEFORE = re.compile(r"^[.,;:!?)%\]]+$|^['’](s|re|ve|d|ll|m)?$|^n['’]t$")
NO_SPACE_AFTER = frozenset("([$£€")
DOCUMENT = "-DOCSTART-"


class Gold(NamedTuple):
    """A name that a person marked: code points *start* to *end* (exclusive) of the text, its type, and its id if it has one."""

    start: int
    end: int
    type: str
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """A text of *language* with its names. *lines* are the start and end of each of its sentences."""

    language: str
    text: str
    gold: tuple[Gold, ...]
    lines: tuple[tuple[int, int], ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Columns:
    """The format of a file with a word, or a letter, and its tag on each line. *joined* files have no spaces between them.

    *types* are the types of entity by label, in lower case.
    """

    word: int = 0
    tag: int = -1
    separator: str | None = None
    joined: bool = False
    comment: str = "#"
    tag_prefix: str = ""
    types: Mapping[str, str] = field(default_factory=lambda: TYPES)


def read_columns(path: Path, language: str, columns: Columns) -> Iterator[Sample]:
    """Yield the documents of a file; each sentence is one if the file does not part its documents."""
    sentences: list[list[tuple[str, str]]] = []
    for sentence in _sentences(path, columns):
        if sentence[0][0].strip("#") in {DOCUMENT, DOCUMENT.strip("-")}:
            yield from join_sentences(sentences, language, columns)
            sentences = []
        else:
            sentences.append(sentence)
    yield from join_sentences(sentences, language, columns)


def read_separately(path: Path, language: str, columns: Columns) -> Iterator[Sample]:
    """Yield each sentence of a file as a document."""
    for sentence in _sentences(path, columns):
        if sentence[0][0].strip("#") not in {DOCUMENT, DOCUMENT.strip("-")}:
            yield from join_sentences([sentence], language, columns)


def read_brat(path: Path, language: str, *, nested: bool = False) -> Iterator[Sample]:
    """Yield the documents of a tar archive of .txt and .ann files, with the outermost names, or with all if *nested*."""
    with in_file(path), tarfile.open(path) as archive:
        names = {member.name for member in archive if member.name.endswith(".ann")}
        for name in sorted(names):
            text = _member(archive, name.removesuffix(".ann") + ".txt")
            yield Sample(language, text, tuple(_brat_spans(_member(archive, name), nested=nested)), ((0, len(text)),), name)


def read_json(path: Path, language: str) -> Iterator[Sample]:
    """Yield the texts of a JSON list of {text, entities: [{span, type}]}."""
    with in_file(path):
        for row in json.loads(gzip.decompress(path.read_bytes())):
            gold = (Gold(entity["span"][0], entity["span"][1], TYPES.get(entity["type"], "")) for entity in row["entities"])
            yield Sample(language, row["text"], tuple(each for each in gold if each.type), ((0, len(row["text"])),))


@contextmanager
def in_file(path: Path) -> Iterator[None]:
    """Add the name of the file *path* to each exception of the block."""
    try:
        yield
    except Exception as error:
        error.add_note(str(path))
        raise


def open_text(path: Path) -> Iterator[str]:
    """Yield the lines of a file of text, which may be compressed by gzip."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        yield from file


def outermost(names: Iterable[Gold]) -> list[Gold]:
    """Return those of *names* that are not within another one, in order."""
    every = list(names)
    return sorted((each for each in every if not any(_is_within(each, other) for other in every)), key=lambda each: each[:2])


def _sentences(path: Path, columns: Columns) -> Iterator[list[tuple[str, str]]]:
    """Yield the words of each sentence with their tags. Raises ValueError, with its line, for a word without a tag."""
    sentence: list[tuple[str, str]] = []
    with in_file(path):
        for number, line in enumerate(open_text(path), 1):
            cells = line.rstrip("\r\n").split(columns.separator)
            if not line.strip():
                if sentence:
                    yield sentence
                sentence = []
            elif len(cells) > 1 and not line.startswith(columns.comment):
                sentence.append(_word(cells, columns, number))
            elif line.startswith("#DOCSTART"):
                yield [(DOCUMENT, "O")]
        if sentence:
            yield sentence


def _word(cells: Sequence[str], columns: Columns, number: int) -> tuple[str, str]:
    try:
        word, tag = cells[columns.word], cells[columns.tag]
    except IndexError:
        raise ValueError(f"line {number} has {len(cells)} columns, too few for a word and its tag") from None
    return word, _feature(tag, columns.tag_prefix) if columns.tag_prefix else tag


def _feature(cell: str, prefix: str) -> str:
    return next((part.removeprefix(prefix) for part in cell.split("|") if part.startswith(prefix)), "O")


def join_sentences(sentences: Sequence[Sequence[tuple[str, str]]], language: str, columns: Columns) -> Iterator[Sample]:
    """Yield the sample of one document, whose words have tags, with a line for each sentence; nothing if it is empty."""
    text = ""
    gold: list[Gold] = []
    lines: list[tuple[int, int]] = []
    for sentence in sentences:
        text += "\n" if text else ""
        start = len(text)
        places: list[tuple[int, int]] = []
        for number, (word, _) in enumerate(sentence):
            if (
                number
                and not columns.joined
                and not NO_SPACE_BEFORE.search(word)
                and sentence[number - 1][0] not in NO_SPACE_AFTER
            ):
                text += " "
            places.append((len(text), len(text) + len(word)))
            text += word
        lines.append((start, len(text)))
        gold += read_tags([tag for _, tag in sentence], places, columns.types)
    if text:
        yield Sample(language, text, tuple(gold), tuple(lines))


def read_tags(tags: Sequence[str], places: Sequence[tuple[int, int]], types: Mapping[str, str] = TYPES) -> Iterator[Gold]:
    """Yield the names of a sentence from its BIO tags; *places* are the start and end of its words, *types* those by label."""
    first: int | None = None
    for number, tag in enumerate([*tags, "O"]):
        if first is not None and not tag.startswith("I"):
            if label := types.get(tags[first][2:].casefold()):
                yield Gold(places[first][0], places[number - 1][1], label)
            first = None
        if tag.startswith("B") or (tag.startswith("I") and first is None):
            first = number


def sample_of_words(sentence: Sequence[tuple[str, str]], language: str, types: Mapping[str, str] = TYPES) -> Sample:
    """Return the text of a *sentence* of words and their BIO tags; *types* are the types of entity by label."""
    return next(join_sentences([sentence], language, Columns(types=types)), Sample(language, "", (), ()))


def _brat_spans(annotation: str, *, nested: bool) -> Iterator[Gold]:
    """Yield the names of a brat file with their Wikidata ids."""
    ids = dict(re.findall(r"^N\d+\tReference (T\d+) Wikidata:(Q\d+)", annotation, re.MULTILINE))
    spans = re.findall(r"^(T\d+)\t(\w+)[ \t](\d+)[ \t](\d+)\t", annotation, re.MULTILINE)
    found = [Gold(int(start), int(end), TYPES.get(label.casefold(), ""), ids.get(name)) for name, label, start, end in spans]
    typed = [each for each in found if each.type]
    yield from sorted(typed, key=lambda each: each[:2]) if nested else outermost(typed)


def _is_within(inner: Gold, outer: Gold) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end and inner[:2] != outer[:2]


def _member(archive: tarfile.TarFile, name: str) -> str:
    file = archive.extractfile(name)
    return file.read().decode() if file else ""
