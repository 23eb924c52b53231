"""The facts of the articles of a story, in a bounded form for story.v1. Pure.

A fact is a short string: its first character is its type, and the rest is the fact. The words are kept as a Bloom filter.
"""

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

import numpy as np

from consumers.stories.developments.days import NO_DAYS, month_of
from consumers.stories.developments.facts import ArticleFacts, Sentence
from consumers.stories.developments.numbers import CLOCK, COUNT, MAX_APART
from consumers.stories.developments.sentence_words import FILTER_BITS, May, Word
from consumers.stories.developments.tolls import count_one

MAX_FACTS = 300
"""The most facts of a story: the latest are kept."""
NUMBER, DATE, MONTH, YEAR, STEP, DONE, STANCE, LANGUAGE = "#", "@", "m", "y", "~", "+", "!", "/"
FILTER_BYTES = FILTER_BITS // 8


@dataclass(frozen=True, slots=True)
class KnownFacts:
    """The *facts* of a story, the earliest first, and the filter of its *words*. Use `names`, `values` and `word_table`."""

    facts: tuple[str, ...] = ()
    words: bytes = bytes(FILTER_BYTES)

    def values(self) -> Mapping[str, Sequence[float]]:
        """Return the values of the numbers, by what they measure."""
        numbers = (fact for fact in self.facts if fact.startswith(NUMBER))
        pairs = sorted((kind, value) for kind, value in map(_parse_number, numbers) if kind is not None)
        return {kind: [value for _, value in group] for kind, group in groupby(pairs, key=lambda pair: pair[0])}

    def names(self, kind: str) -> frozenset[str]:
        """Return the facts of a *kind*, without it."""
        return frozenset([fact[1:] for fact in self.facts if fact.startswith(kind)])

    def word_table(self) -> bytes:
        """Return a byte for each bit of the filter. The story may have a word if both of its bits are set."""
        return np.unpackbits(np.frombuffer(self.words, dtype=np.uint8)).tobytes()

    @property
    def encoded_words(self) -> str:
        """The filter of words in the format of story.v1."""
        return base64.b64encode(self.words).decode()


def decode_known(facts: Iterable[str], words: str | None) -> KnownFacts | None:
    """Return the facts of a story of story.v1; None if it was opened before facts were read, or is malformed."""
    try:
        decoded = base64.b64decode(words or "", validate=True)
    except ValueError:
        return None
    return KnownFacts(tuple(facts), decoded) if len(decoded) == FILTER_BYTES else None


def add_facts(known: KnownFacts, article: ArticleFacts) -> KnownFacts:
    """Return *known* with the facts of *article*."""
    new = set(_facts(article)).difference(known.facts)
    table = np.unpackbits(np.frombuffer(known.words, dtype=np.uint8))
    words = set(article.labels).union(*[sentence.words for sentence in article.sentences])
    table[[bit for word in words if word.may & May.STEM for bit in word.bits]] = 1
    return KnownFacts((*known.facts, *sorted(new))[-MAX_FACTS:], np.packbits(table).tobytes())


def _facts(article: ArticleFacts) -> Iterator[str]:
    day = article.appeared.isoformat()
    yield from (f"{LANGUAGE}{article.language.code}", f"{DATE}{day}", f"{MONTH}{month_of(day)}")
    yield from (f"{YEAR}{article.appeared.year}", f"{YEAR}{article.appeared.year - 1}")
    yield from (f"{STANCE}{verdict}" for verdict in article.verdicts)
    for sentence in article.sentences:
        for number in sentence.numbers:
            # Another article may leave the unit out.
            yield f"{NUMBER}{number.kind} {number.value:.6g}"
            if number.kind != CLOCK:
                yield f"{NUMBER}{COUNT} {number.bare_value:.6g}"
        for one, other in pairwise(sentence.numbers):
            # Seven women and five men are twelve.
            if (
                one.kind == other.kind == COUNT
                and other.place - one.place <= MAX_APART
                and count_one(sentence.words, one, other)
            ):
                yield f"{NUMBER}{COUNT} {one.value + other.value:.6g}"
        if sentence.days is not NO_DAYS:
            yield from _days(sentence)
        yield from (f"{YEAR}{year}" for year in sentence.years)
        for steps in sentence.steps:
            kinds = (STEP, DONE) if steps.mode in {"done", "earlier"} else (STEP,)
            yield from (f"{kind}{name}" for name in steps.names for kind in kinds)
    yield from _other_steps(article)


def _days(sentence: Sentence) -> Iterator[str]:
    days = sentence.days
    yield from (f"{DATE}{day}" for day in days.dates.union(*days.weekdays))
    yield from (f"{MONTH}{month}" for month in days.months.union(map(month_of, days.dates)))


def _other_steps(article: ArticleFacts) -> Iterator[str]:
    """Yield the steps of the words of those sentences of which the steps are not read."""
    for word in set[Word]().union(*[each.words for each in article.sentences if not each.steps and each.may & May.STEP]):
        if word.steps:
            kinds = (STEP, DONE) if word.may & May.DONE else (STEP,)
            yield from (f"{kind}{name}" for name in word.steps for kind in kinds)


def _parse_number(fact: str) -> tuple[str | None, float]:
    kind, _, value = fact[1:].partition(" ")
    try:
        return kind, float(value or 0)
    except ValueError:
        return None, 0.0
