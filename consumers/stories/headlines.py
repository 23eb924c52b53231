"""The similarity of a headline without text to a story: how much of the headline the headlines of the story contain. Pure.

A headline has few words, so its cosine with a story of many headlines is low. Outlets inflect the words they share, so words
are compared by their first letters. In scripts without spaces each character is a word, and texts about anything share some.
"""

import re

from consumers.stories.inverted_index import InvertedIndex, Query
from consumers.stories.state import OpenStory
from monitor.text.tokens import ALONE

STEM_CHARS = 4
"""Longer words without digits are equal if they begin with the same letters of this number: cut off, recall and recalled."""
MIN_SHARED_WORDS = 2
"""One shared word, such as a company's name, is not enough."""
CHARACTER = re.compile(f"[{ALONE}]")
"""The beginning of a word of a script without spaces."""
CHARACTERS_OF_WORD = 4
"""This many shared characters of such a script count as one shared word."""
CHARACTERS_SHARE = 0.4
"""A headline that is mostly of such characters is this much as similar as one of words with the same share."""
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
    characters = {word for word in weights if CHARACTER.match(word)}
    shared_words = len(shared.keys() - characters) + len(shared.keys() & characters) / CHARACTERS_OF_WORD
    if shared_words < MIN_SHARED_WORDS or total <= 0:
        return 0.0
    share = sum(weights[word] * part for word, part in shared.items()) / total
    if len(characters) > len(weights) / 2:
        share *= CHARACTERS_SHARE
    words = sum(count / CHARACTERS_OF_WORD if CHARACTER.match(word) else count for word, count in counts.items())
    return share / 2 if words > MAX_COUNTS * articles else share
