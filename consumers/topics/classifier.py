"""Classification by IPTC Media Topic, from the vector of an article and its words. Pure."""

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from consumers.topics.embedding import Embed
from monitor.messages import Topic
from monitor.text.languages import TopicDescriptions
from monitor.text.mediatopics import Concept, concepts
from monitor.text.tokens import tokens

MAX_CHARS = 1000
"""Code points of the title, and of the text, that are read: an article states its subject at the beginning."""
MAX_CUE_CHARS = 4000
"""Code points of the text in which the cues of narrower concepts are searched for."""
MAX_TOP_CONCEPTS = 2
MAX_NARROWER_CONCEPTS = 3
MAX_WORDS = 5
"""The most words that a topic lists."""
TOP_MARGIN = 2.0
"""A second top concept is at most so many times (e to this power) less probable than the first."""
NO_NEWS_MARGIN = 1.0
"""A text is no news if that is so many times (e to this power) more probable than any top concept."""
MIN_PROBABILITY = 0.2
"""A text whose best top concept is less probable is about none."""
MIN_CUES = 2
"""Occurrences of its cues that carry a narrower concept. One in the title counts as MIN_CUES."""
MIN_NARROWER_SIMILARITY = 0.3
"""The least similarity of a narrower concept without cues. The article must also contain the words of its name."""
SHORT = 12
"""The most words, without stopwords, of a short text."""
MIN_WORD_SCORE = 3.0
"""What one word must say for a top concept of a short text, as a logit less the mean: there few words decide the vector."""
CLASSES = 18
"""The classes of the trained weights: 0 is what is no news, such as a newsletter's sign-up text; the others are the top
concepts by number."""
CACHED_WORDS = 20_000
WORD_LENGTHS = range(3, 41)
"""Code points of a word that can carry a topic. What is longer is not a word."""

Scores = NDArray[np.float32]


class Classifier:
    """Classifies articles in one language. *embed* makes the vectors; *descriptions* describe the concepts.

    *weights* has shape (dimensions + 1, CLASSES); python -m evals.topic_training writes it. Without weights, the top concept
    is the one whose description is most similar. *stopwords* carry no topic.
    """

    def __init__(
        self,
        embed: Embed,
        descriptions: TopicDescriptions,
        weights: NDArray[np.float32] | None = None,
        stopwords: AbstractSet[str] = frozenset(),
    ) -> None:
        self._embed, self._stopwords = embed, stopwords
        self._concepts = list(concepts().values())
        self._tops = [concept for concept in self._concepts if not concept.broader]
        self._vectors = np.stack([embed(f"{concept.name}. {concept.definition}") for concept in self._concepts])
        self._name_words = [frozenset(tokens(concept.name)) - descriptions.function_words for concept in self._concepts]
        described = [descriptions.top_concepts.get(top.code, top.name) for top in self._tops]
        self._weights = _similarity_weights(np.stack([embed(text) for text in described])) if weights is None else weights
        self._cues = {
            words: code for code, phrases in descriptions.cues.items() for words in (tuple(p.split()) for p in phrases)
        }
        self._cue_sizes: dict[str, set[int]] = {}
        for cue in self._cues:
            self._cue_sizes.setdefault(cue[0], set()).add(len(cue))
        self._word_scores = lru_cache(CACHED_WORDS)(self._score_word)

    def classify(self, title: str, text: str) -> tuple[Topic, ...]:
        """Return up to MAX_TOP_CONCEPTS and up to MAX_NARROWER_CONCEPTS below them, each group with the best first."""
        excerpt = f"{title[:MAX_CHARS]}. {text[:MAX_CHARS]}"
        words = tokens(excerpt)
        vector = self._embed(excerpt)
        if not words or not vector.any():
            return ()
        scores = self._scores(vector)
        if scores[0] > scores[1:].max() + NO_NEWS_MARGIN:
            return ()
        order = 1 + np.argsort(-scores[1:])[:MAX_TOP_CONCEPTS]
        odds = np.exp(scores - scores.max())
        probabilities = odds / odds.sum()
        best = [int(i) for i in order if scores[i] >= scores[1:].max() - TOP_MARGIN]
        counts = self._counts(words)
        if counts.total() <= SHORT:
            best = [i for i in best if any(self._word_scores(word)[i] >= MIN_WORD_SCORE for word in counts)]
        if not best or probabilities[best[0]] < MIN_PROBABILITY:
            return ()
        tops = [_topic(self._tops[i - 1], float(probabilities[i]), self._carrying(counts, i)) for i in best]
        cued = self._cued(title[:MAX_CHARS], text[:MAX_CUE_CHARS], {topic.code for topic in tops})
        similar = self._similar(vector, frozenset(words), {topic.code for topic in (*tops, *cued)})
        return (*tops, *[*cued, *similar][:MAX_NARROWER_CONCEPTS])

    def _scores(self, vector: Scores) -> Scores:
        """Return the logits of the classes, of shape (CLASSES,)."""
        scores: Scores = vector @ self._weights[:-1] + self._weights[-1]
        return scores

    def _score_word(self, word: str) -> Sequence[float]:
        """Return the logits of a word, less their mean: what it says for each class rather than for the others."""
        scores = self._embed(word) @ self._weights[:-1]
        # A tuple of floats takes four times the memory: 12 MB for CACHED_WORDS words.
        return array("f", (scores - scores.mean()).tobytes())

    def _counts(self, words: Sequence[str]) -> Counter[str]:
        """Return how often each of the *words* that can carry a topic occurs."""
        return Counter(word for word in words if len(word) in WORD_LENGTHS and word not in self._stopwords)

    def _carrying(self, counts: Counter[str], top: int) -> tuple[str, ...]:
        """Return the words that speak most for the class *top*, rather than for the others."""
        weights = {word: self._word_scores(word)[top] * count for word, count in counts.items()}
        return tuple(word for word in sorted(weights, key=lambda word: -weights[word])[:MAX_WORDS] if weights[word] > 0)

    def _cued(self, title: str, text: str, tops: set[str]) -> list[Topic]:
        """Return the topics below *tops* whose cues occur often enough, the one with the most first."""
        found: dict[str, Counter[str]] = {}
        for words, weight in ((tokens(title), MIN_CUES), (tokens(text), 1)):
            for cue in self._find_cues(words):
                found.setdefault(self._cues[cue], Counter())[" ".join(cue)] += weight
        ordered = sorted(found.items(), key=lambda item: -item[1].total())
        return [
            _topic(concept, 1 - 1 / (1 + counts.total()), tuple(word for word, _ in counts.most_common(MAX_WORDS)))
            for code, counts in ordered
            if counts.total() >= MIN_CUES and (concept := concepts()[code]).broader[-1] in tops
        ]

    def _find_cues(self, words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        for start, word in enumerate(words):
            for size in self._cue_sizes.get(word, ()):
                if (cue := words[start : start + size]) in self._cues and len(cue) == size:
                    yield cue

    def _similar(self, vector: Scores, words: frozenset[str], given: set[str]) -> list[Topic]:
        """Return the topics below the top concepts in *given* that are similar to *vector*, and whose names are in *words*."""
        similarities = self._vectors @ vector
        candidates = [
            int(i)
            for i in np.flatnonzero(similarities >= MIN_NARROWER_SIMILARITY)
            if self._concepts[i].broader
            and self._concepts[i].broader[-1] in given
            and self._concepts[i].code not in given
            and self._name_words[i] <= words
        ]
        candidates.sort(key=lambda i: -float(similarities[i]))
        return [_topic(self._concepts[i], float(similarities[i]), tuple(sorted(self._name_words[i]))) for i in candidates]


def _similarity_weights(vectors: Scores) -> Scores:
    """Return weights with which the scores are similarities to *vectors*, those of the top concepts. Class 0 is never best."""
    scale = 20.0
    weights = np.zeros((vectors.shape[1] + 1, CLASSES), np.float32)
    weights[:-1, 1:] = scale * vectors.T
    weights[-1, 0] = scale * 0.1
    return weights


def _topic(concept: Concept, score: float, words: tuple[str, ...]) -> Topic:
    return Topic(concept.code, concept.name, round(max(-1.0, min(1.0, score)), 4), concept.broader, words)
