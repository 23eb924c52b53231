"""Classification by lists of words, for languages without trained weights. Pure.

A text has a top concept if it has enough different words of its list, and words of the title count twice. The rule favours
precision over recall: with few words, or with as many of three concepts, a text has no topic.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from math import sqrt
from typing import NamedTuple

from consumers.topics.classifier import MAX_CUE_CHARS, MAX_NARROWER_CONCEPTS, MAX_TOP_CONCEPTS, MAX_WORDS, MIN_CUES
from monitor.messages import Topic
from monitor.text.mediatopics import Concept, concepts
from monitor.text.tokens import tokenize, tokens

MAX_CHARS = 2000
"""Code points of the title, and of the text, that are read: more than by vectors, since few words are in the lists."""
MIN_SCORE = 2.5
"""The least score of a top concept. A word of the text counts 1, one of the title 2, and repetitions less."""
MIN_DIFFERENT = 2
"""The fewest different words of a top concept."""
SHARE_OF_BEST = 0.7
"""A second top concept has at least so large a part of the score of the first."""
MAX_RIVALS = 2
"""More top concepts than this with nearly the best score are none."""
RIVAL_SHARE = 0.9
"""The least part of the best score that counts as nearly the best."""
TITLE_WEIGHT = 2
"""How often a word of the title counts."""
CACHED_WORDS = 20_000
"""The most words whose patterns are remembered."""


MIN_LETTERS = 3
"""The fewest letters of the name of a concept that carries its top concept, where each letter is a word: 社会 is too little."""


class Pattern(NamedTuple):
    """Words in succession, each with whether any ending may follow, and the codes of the concepts that they carry."""

    words: tuple[tuple[str, bool], ...]
    codes: tuple[str, ...]


class WordClassifier:
    """Classifies articles by *words*: for each top concept, words separated by spaces.

    A * at the end of a word stands for any ending, and a _ for the space in a phrase. *labels* are the folded names of
    concepts, with their codes: those of several words carry their top concepts too. *split* divides a text into words.
    """

    def __init__(
        self,
        words: Mapping[str, str],
        labels: Mapping[tuple[str, ...], str],
        split: Callable[[str], Sequence[str]] = tokens,
    ) -> None:
        self._labels, self._split = labels, split
        self._label_sizes: dict[str, set[int]] = {}
        for label in labels:
            self._label_sizes.setdefault(label[0], set()).add(len(label))
        codes: dict[tuple[tuple[str, bool], ...], list[str]] = {}
        for code, line in words.items():
            for entry in dict.fromkeys(line.split()):
                codes.setdefault(_compile(entry, split), []).append(code)
        for label, code in labels.items():
            if len(label) >= (MIN_LETTERS if _is_of_letters(label) else 2):
                # A single word, such as a name that is common in another language, is too little.
                top = (code, *concepts()[code].broader)[-1]
                codes.setdefault(tuple((word, False) for word in label), []).append(top)
        self._patterns: dict[tuple[str, bool], list[Pattern]] = {}
        for compiled, carried in codes.items():
            self._patterns.setdefault(compiled[0], []).append(Pattern(compiled, tuple(carried)))
        self._lengths = sorted({len(word) for word, is_open in self._patterns if is_open})
        self._starting = lru_cache(CACHED_WORDS)(self._find_starting)

    def classify(self, title: str, text: str) -> tuple[Topic, ...]:
        """Return up to MAX_TOP_CONCEPTS and up to MAX_NARROWER_CONCEPTS below them, each group with the best first."""
        found: dict[str, Counter[str]] = {}
        shown: dict[Pattern, str] = {}
        for words, weight in ((self._split(title[:MAX_CHARS]), TITLE_WEIGHT), (self._split(text[:MAX_CHARS]), 1)):
            for pattern, written in self._matches(words):
                # Forms of one word count as one.
                word = shown.setdefault(pattern, written)
                for code in pattern.codes:
                    found.setdefault(code, Counter())[word] += weight
        scores = {code: sum(map(sqrt, counts.values())) for code, counts in found.items()}
        tops = _best(scores, found)
        narrower = self._narrower(title[:MAX_CHARS], text[:MAX_CUE_CHARS], set(tops))
        total = sum(scores.values()) + 1
        return (
            *(_topic(concepts()[code], scores[code] / total, found[code]) for code in tops),
            *narrower[:MAX_NARROWER_CONCEPTS],
        )

    def _matches(self, words: Sequence[str]) -> Iterator[tuple[Pattern, str]]:
        """Yield the patterns in *words*, each with the words that match."""
        for start, word in enumerate(words):
            for pattern in self._starting(word):
                size = len(pattern.words)
                following = words[start + 1 : start + size]
                if len(following) == size - 1 and all(map(_fits, following, pattern.words[1:])):
                    yield pattern, _join(words[start : start + size])

    def _find_starting(self, word: str) -> tuple[Pattern, ...]:
        keys = [(word, False), *((word[:length], True) for length in self._lengths if length <= len(word))]
        return tuple(pattern for key in keys for pattern in self._patterns.get(key, ()))

    def _narrower(self, title: str, text: str, tops: set[str]) -> list[Topic]:
        """Return the topics below *tops* whose names occur often enough, the one with the most first."""
        found: dict[str, Counter[str]] = {}
        for words, weight in ((tuple(self._split(title)), MIN_CUES), (tuple(self._split(text)), 1)):
            for start, word in enumerate(words):
                for size in self._label_sizes.get(word, ()):
                    if code := self._labels.get(words[start : start + size]):
                        found.setdefault(code, Counter())[_join(words[start : start + size])] += weight
        ordered = sorted(found.items(), key=lambda item: -item[1].total())
        return [
            _topic(concept, 1 - 1 / (1 + counts.total()), counts)
            for code, counts in ordered
            if counts.total() >= MIN_CUES and (concept := concepts()[code]).broader and concept.broader[-1] in tops
        ]


def spaced_words(text: str) -> tuple[str, ...]:
    """Return the folded words of *text*, in which letters that are a token each are joined where no sign is between them."""
    words: list[str] = []
    end = -1
    for token in tokenize(text):
        if token.start == end:
            words[-1] += token.text
        else:
            words.append(token.text)
        end = token.end
    return tuple(words)


def _is_of_letters(words: Sequence[str]) -> bool:
    """Return whether *words* are the letters of a word that is written without spaces, such as 社 and 会."""
    return all(len(word) == 1 and not word.isascii() for word in words)


def _join(words: Sequence[str]) -> str:
    return ("" if _is_of_letters(words) else " ").join(words)


def _compile(entry: str, split: Callable[[str], Sequence[str]]) -> tuple[tuple[str, bool], ...]:
    """Return the folded words of *entry*, each with whether a * ends it."""
    compiled: list[tuple[str, bool]] = []
    for part in entry.split("_"):
        words = split(part.removesuffix("*"))
        compiled += [(word, False) for word in words[:-1]] + [(words[-1], part.endswith("*"))]
    return tuple(compiled)


def _fits(word: str, pattern: tuple[str, bool]) -> bool:
    return word.startswith(pattern[0]) if pattern[1] else word == pattern[0]


def _best(scores: Mapping[str, float], found: Mapping[str, Counter[str]]) -> list[str]:
    """Return the codes of the top concepts with enough words, the best first; none if too many are as good."""
    enough = [code for code, score in scores.items() if score >= MIN_SCORE and len(found[code]) >= MIN_DIFFERENT]
    enough.sort(key=lambda code: -scores[code])
    if not enough:
        return []
    highest = scores[enough[0]]
    if sum(scores[code] >= RIVAL_SHARE * highest for code in enough) > MAX_RIVALS:
        return []
    return [code for code in enough if scores[code] >= SHARE_OF_BEST * highest][:MAX_TOP_CONCEPTS]


def _topic(concept: Concept, score: float, counts: Counter[str]) -> Topic:
    words = tuple(word for word, _ in counts.most_common(MAX_WORDS))
    return Topic(concept.code, concept.name, round(score, 4), concept.broader, words)
