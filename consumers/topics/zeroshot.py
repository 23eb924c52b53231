"""From an article to its Media Topics, without training: what it says against what each concept is called. Pure."""

import numpy as np
from numpy.typing import NDArray

from consumers.topics.embed import Embed
from consumers.topics.words import WORDS
from monitor.messages import Topic
from monitor.text.mediatopics import Concept, concepts
from monitor.text.tokens import tokens

READ = 1000
"""The code points of a text that are read: news says what it is about at its beginning."""
TOPS = 2
"""The most top concepts of an article."""
NARROWER = 3
"""The most narrower concepts."""
TOP_MARGIN = 0.05
"""How far behind the best one a second top concept may be."""
TOP_LEAST = 0.1
"""The least similarity of a top concept: a text that is like none has none."""
NARROW_LEAST = 0.3
"""The least similarity of a narrower concept, whose own words must stand in the article besides."""
DEPTH = 2
BEST = 5
"""A top concept is as near as the mean of its BEST nearest concepts, down to DEPTH below it, and its words (words.py).

On 1,500 rows of AG News, four classes, with all 17 to choose from: right in .70 (names alone .62, the subtrees alone .66).
"""


class Classifier:
    """The concepts as vectors, found by *embed*."""

    def __init__(self, embed: Embed) -> None:
        self.embed = embed
        self.concepts = list(concepts().values())
        self.tops = [concept for concept in self.concepts if not concept.broader]
        self._worded = np.stack([embed(f"{WORDS[concept.code]}") for concept in self.tops])
        self._all = np.stack([embed(f"{concept.name}. {concept.definition}") for concept in self.concepts])
        self._words = [frozenset(tokens(concept.name)) - _COMMON for concept in self.concepts]
        self._under = [concept.broader[-1] if concept.broader else concept.code for concept in self.concepts]
        self._subtrees = [
            np.array([i for i, c in enumerate(self.concepts) if self._under[i] == top.code and len(c.broader) <= DEPTH])
            for top in self.tops
        ]

    def classify(self, title: str, text: str) -> tuple[Topic, ...]:
        """Up to TOPS top concepts and NARROWER below them, best first."""
        read = f"{title}. {text[:READ]}"
        said = frozenset(tokens(read))
        if not said:
            return ()
        vector = self.embed(read)
        scores = self._all @ vector
        nearest = np.array([np.sort(scores[subtree])[-BEST:].mean() for subtree in self._subtrees])
        tops = (nearest + self._worded @ vector) / 2
        least = max(TOP_LEAST, float(tops.max()) - TOP_MARGIN)
        best = [int(index) for index in np.argsort(-tops)[:TOPS] if tops[index] >= least]
        found = [_topic(self.tops[index], float(tops[index])) for index in best]
        return (*found, *self._narrower(scores, said, {topic.code for topic in found}))

    def _narrower(self, scores: NDArray[np.float32], said: frozenset[str], tops: set[str]) -> list[Topic]:
        carried = [
            int(index)
            for index in np.flatnonzero(scores >= NARROW_LEAST)
            if self.concepts[index].broader and self._under[index] in tops and self._words[index] <= said
        ]
        carried.sort(key=lambda index: -float(scores[index]))
        return [_topic(self.concepts[index], float(scores[index])) for index in carried[:NARROWER]]


def _topic(concept: Concept, score: float) -> Topic:
    return Topic(concept.code, concept.name, round(max(-1.0, min(1.0, score)), 4), concept.broader)


_COMMON = frozenset({"and", "of", "the", "or", "in", "for", "general"})
