"""Names in Japanese: the words of Sudachi, a morphological analyser, and a CRF over them."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from consumers.entities import crf
from consumers.entities.ner import NerSpan, readable
from consumers.entities.sequences import named, sentences

DICTIONARY = "small"
MAX_LENGTH, MAX_HEAD = 6, 4
"""The largest length of a word, and the largest distance of its group's head, that a feature tells."""
NOMINAL = frozenset({"名詞", "接頭辞", "接尾辞"})
"""The first part of speech of words that may be in a group of nouns, such as a name with its kind (大学)."""
DOTS = frozenset("・＝=")
EDGE = "#"
"""What stands for the words outside the sentence."""


class Morpheme(NamedTuple):
    """A word, its start and end in the sentence, and its part of speech, from general to particular."""

    text: str
    start: int
    end: int
    tags: tuple[str, ...]


def make_analyser() -> Callable[[str], list[Morpheme]]:
    """Return the function that returns the words of a sentence."""
    from sudachipy import Dictionary, SplitMode

    tokenizer = Dictionary(dict=DICTIONARY).tokenizer(mode=SplitMode.C)

    def analyse(sentence: str) -> list[Morpheme]:
        found = tokenizer.tokenize(sentence)
        return [Morpheme(each.surface(), each.begin(), each.end(), tuple(each.part_of_speech()[:4])) for each in found]

    return analyse


def load(folder: Path) -> Callable[[list[str]], list[list[NerSpan]]]:
    """Return the function that finds the names in each text, with the CRF in *folder*."""
    model, analyse = crf.read(folder), make_analyser()

    def names(text: str) -> Iterator[NerSpan]:
        for start, end in sentences(text):
            words = analyse(text[start:end])
            labels = model.label(list(features(words)))
            yield from named(labels, [(start + word.start, start + word.end) for word in words])

    return lambda texts: [list(names(readable(text, by_letters=True))) for text in texts]


def features(words: Sequence[Morpheme]) -> Iterator[list[str]]:
    """Yield the features of each of *words*: it, its neighbours, and the head of its group of nouns."""
    texts = [EDGE, EDGE, *(word.text for word in words), EDGE, EDGE]
    tags = [EDGE, EDGE, *("/".join(tag for tag in word.tags if tag != "*") for word in words), EDGE, EDGE]
    shapes = [shape(text) for text in texts]
    heads = _heads(words)
    for number, word in enumerate(words):
        place = number + 2
        text, tag = word.text, tags[place]
        found = ["bias", f"length={min(len(text), MAX_LENGTH)}", f"first={text[:1]}", f"last={text[-1:]}", f"end={text[-2:]}"]
        for distance in (-2, -1, 0, 1, 2):
            found += [f"word{distance}={texts[place + distance]}", f"tag{distance}={tags[place + distance]}"]
        found += [f"shape{distance}={shapes[place + distance]}" for distance in (-1, 0, 1)]
        found += [
            f"words-={texts[place - 1]}|{text}",
            f"words+={text}|{texts[place + 1]}",
            f"tags-={tags[place - 1]}|{tag}",
            f"tags+={tag}|{tags[place + 1]}",
            f"tags={tags[place - 1]}|{tag}|{tags[place + 1]}",
            f"shape,tag={shapes[place]}|{tag}",
            f"next first={texts[place + 1][:1]}",
        ]
        head = heads[number]
        if head is not None and head > number:
            last = texts[head + 2]
            found += [f"head={last}", f"head tag={tags[head + 2]}", f"head last={last[-1:]}"]
            found += [f"head distance={min(head - number, MAX_HEAD)}", f"after head={texts[head + 3]}"]
        yield found


def _heads(words: Sequence[Morpheme]) -> list[int | None]:
    """Return the number of the last word of the group of nouns around each word; None outside of one."""
    heads: list[int | None] = [None] * len(words)
    head: int | None = None
    for number in range(len(words) - 1, -1, -1):
        word = words[number]
        if word.tags[0] not in NOMINAL and word.text not in DOTS:
            head = None
        elif head is None:
            head = number
        heads[number] = head
    return heads


def shape(text: str) -> str:
    """Return the kinds of letters of *text* in order, each once for a run of them: HIRAGANA as h, and so on."""
    kinds = ""
    for letter in text:
        kind = _kind(letter)
        if not kinds.endswith(kind):
            kinds += kind
    return kinds[:MAX_LENGTH]


def _kind(letter: str) -> str:
    if "ぁ" <= letter <= "ゖ":
        return "h"
    if "ァ" <= letter <= "ヺ" or letter == "ー":
        return "k"
    if "一" <= letter <= "鿿" or letter in "々〆":
        return "i"
    return "d" if letter.isdigit() else "a" if letter.isalpha() else letter
