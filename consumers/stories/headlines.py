"""The similarity of a headline without text to a story: how much of the headline the headlines of the story contain. Pure.

A headline has few words, so its cosine with a story of many headlines is low. Outlets inflect the words they share, so words
are compared by their first letters.
"""

from consumers.stories.inverted_index import InvertedIndex, Query
from consumers.stories.state import OpenStory

STEM_CHARS = 4
"""Longer words without digits are equal if they begin with the same letters of this number: cut off, recall and recalled."""
MIN_SHARED_WORDS = 2
"""One shared word, such as a company's name, is not enough."""
MIN_ARTICLES = 0.1
"""A word counts in full if this share of the story's articles has it."""
MAX_COUNTS = 30
"""A story with more words for each article than this has texts: a headline shares words with any of them."""
TITLE_WEIGHT = 2


def stem(word: str) -> str:
    """Return the beginning of *word*, by which headlines are compared."""
    return word[:STEM_CHARS] if word.isalpha() else word


def contained(index: InvertedIndex, query: Query, candidate: OpenStory) -> float:
    """Return the share of the weight of a headline that a story contains, from 0 to 1; half of it for a story of texts."""
    counts: dict[str, float] = {}
    for word, count in index.counts(candidate.terms).items():
        counts[stem(word)] = counts.get(stem(word), 0.0) + count
    articles = candidate.story.count
    needed = max(1.0, MIN_ARTICLES * articles) * TITLE_WEIGHT
    weights: dict[str, float] = {}
    for word, weight in zip(query.terms, query.weights.tolist(), strict=True):
        weights[stem(word)] = max(weight, weights.get(stem(word), 0.0))
    shared = {word: min(1.0, counts[word] / needed) for word in weights if counts.get(word, 0.0) > 0}
    total = sum(weights.values())
    if len(shared) < MIN_SHARED_WORDS or total <= 0:
        return 0.0
    share = sum(weights[word] * part for word, part in shared.items()) / total
    return share / 2 if sum(counts.values()) > MAX_COUNTS * articles else share
