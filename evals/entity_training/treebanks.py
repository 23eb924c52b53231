"""Sentences of Universal Dependencies, whose proper nouns are marked; translations, or lists and rules, give their types."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from consumers.entities.name_rules.finder import find_names_by_rules
from consumers.entities.name_rules.lexicon import Lexicon, lexicon
from evals.entity_training.uner import read_uner
from evals.spans import Gold, Sample
from monitor.text import gazetteer
from monitor.text.languages import pack

TRANSLATIONS: Mapping[str, str] = {
    "en": "UNER_English-PUD/en_pud-ud-test.iob2",
    "pt": "UNER_Portuguese-PUD/pt_pud-ud-test.iob2",
    "de": "UNER_German-PUD/de_pud-ud-test.iob2",
    "sv": "UNER_Swedish-PUD/sv_pud-ud-test.iob2",
}
"""The translations of PUD in which people marked the names, by language. The sentences of all have the same numbers."""
TYPES: Mapping[str, str] = {"PER": "person", "ORG": "org", "LOC": "place"}
MIN_CHARS = 15
KNOWN, RULES = 3, 2
"""The weight of a known name and of a rule, where they differ in the type of a name."""


class Sentence(NamedTuple):
    """A sentence, with its translation into English if the file has one, and the start and end of each proper noun."""

    text: str
    english: str
    nouns: tuple[tuple[int, int], ...]


def read_sentences(path: Path) -> Iterator[Sentence]:
    """Yield the sentences of a file in CoNLL-U format; nouns that follow each other are one."""
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        lines = block.strip().split("\n")
        notes = dict(line[2:].split(" = ", 1) for line in lines if line.startswith("# ") and " = " in line)
        rows = [line.split("\t") for line in lines if line[:1].isdigit()]
        if "text" in notes:
            yield Sentence(notes["text"], notes.get("text_en", "").strip(), tuple(_nouns(notes["text"], rows)))


def _nouns(text: str, rows: Sequence[Sequence[str]]) -> Iterator[tuple[int, int]]:
    start = end = position = 0
    contracted: Sequence[str] = ()
    for row in rows:
        if "-" in row[0]:  # Words that are written as one: "3-4".
            first, last = map(int, row[0].split("-"))
            contracted = [str(number) for number in range(first, last + 1)]
        elif row[0] in contracted or not row[0].isdigit():
            continue
        place = text.find(row[1], position)
        position = max(position, place + len(row[1]))
        if row[3] != "PROPN" or place < 0:
            continue
        if end and place - end <= 1:
            end = position
            continue
        if end and text[start].isupper():
            yield start, end
        start, end = place, position
    if end and text[start].isupper():
        yield start, end


def read_projected(path: Path, language: str) -> Iterator[Sample]:
    """Yield the sentences of a file of PUD with the names of its translations, which must lie beside the file's repository.

    A sentence is left out if it has a proper noun that is in none of these names, or fewer names than each translation.
    """
    names = _names_of_translations(path.parent.parent)
    for text, english, nouns in read_sentences(path):
        translated = names.get(english)
        if not translated:
            continue
        taken = bytearray(len(text))
        found = []
        for name, kind in sorted({each for own in translated for each in own}, key=lambda each: (-len(each[0]), each)):
            for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text):
                if not any(taken[match.start() : match.end()]):
                    taken[match.start() : match.end()] = b"\1" * len(name)
                    found.append(Gold(*match.span(), kind))
        is_complete = all(any(taken[start:end]) for start, end in nouns)
        if is_complete and len(found) >= min(map(len, translated)):
            yield Sample(language, text, tuple(sorted(found)), ((0, len(text)),))


def _names_of_translations(folder: Path) -> dict[str, list[list[tuple[str, str]]]]:
    """Return the names in each translation of a sentence, with their types, by its text in English."""
    samples = {
        language: _by_number(folder / file, list(read_uner(folder / file, language=language, contractions={})))
        for language, file in TRANSLATIONS.items()
    }
    return {
        english.text: [
            [(own.text[each.start : each.end], each.type) for each in own.gold]
            for translations in samples.values()
            if (own := translations.get(number))
        ]
        for number, english in samples["en"].items()
    }


def _by_number(path: Path, samples: Sequence[Sample]) -> dict[str, Sample]:
    """Return *samples*, those of the file *path*, by the number that the file has for their texts."""
    text = path.read_text(encoding="utf-8")
    numbers = {body.strip(): number for number, body in re.findall(r"^# sent_id = (\S+)\n# text = (.*)$", text, re.MULTILINE)}
    return {numbers[sample.text]: sample for sample in samples if sample.text in numbers}


def read_typed(path: Path, language: str) -> Iterator[Sample]:
    """Yield the sentences of a file whose names are all typed by the gazetteer or by the rules of *language*."""
    known = _lexicon(language)
    for text, _, nouns in read_sentences(path):
        if len(text) >= MIN_CHARS and (names := _typed(text, nouns, language, known)) is not None:
            yield Sample(language, text, tuple(names), ((0, len(text)),))


@cache
def _lexicon(language: str) -> Lexicon:
    cues = pack(language).name_cues
    if cues is None:
        raise ValueError(f"there are no rules for names in {language}")
    return lexicon(pack(language), cues)


def _typed(text: str, nouns: Sequence[tuple[int, int]], language: str, known: Lexicon) -> list[Gold] | None:
    """Return the proper *nouns* of *text* with their types, and organisations around them; None if one has no type."""
    listed = [Gold(each.start, each.end, each.entry.type) for each in gazetteer.find(text, language, None)]
    ruled = [Gold(each.start, each.end, TYPES[each.label]) for each in find_names_by_rules(text, known)]
    weighted = [(KNOWN, each) for each in listed if each.type in TYPES.values()] + [(RULES, each) for each in ruled]
    organisations = [each for _, each in weighted if each.type == "org"]
    names = []
    for start, end in nouns:
        votes: Counter[str] = Counter()
        for weight, each in weighted:
            votes[each.type] += weight * max(0, min(end, each.end) - max(start, each.start))
        kind, most = max(votes.items(), key=lambda vote: vote[1], default=("", 0))
        if not most:
            return None
        around = [each for each in organisations if kind == "org" and each.start < end and start < each.end]
        names.append(Gold(min([start, *(each.start for each in around)]), max([end, *(each.end for each in around)]), kind))
    names += [each for each in organisations if not any(name.start < each.end and each.start < name.end for name in names)]
    return _without_overlaps(names)


def _without_overlaps(names: Sequence[Gold]) -> list[Gold]:
    kept: list[Gold] = []
    for name in sorted(set(names), key=lambda each: each[:3]):
        if not kept or name.start >= kept[-1].end:
            kept.append(name)
    return kept
