"""The features of an article that decide its story: words, entities and a MinHash signature for near-duplicates. Pure."""

import base64
from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rensa import RMinHash

from monitor.messages import Entity
from monitor.text.tokens import tokens

MAX_CHARS = 4000
"""Code points of a text to read: the main facts of an article are at its beginning."""
TITLE_WEIGHT = 2
"""The weight of a word in the title, as a number of occurrences in the text."""
MINHASH_SIZE = 64
"""Hashes in a signature. Changing it, or the seed, makes the signatures in stored stories useless."""
MINHASH_SEED = 20260310
SHINGLE_WORDS = 3
"""Words in one shingle of the signature."""
SHORT_NUMBER = 2
"""Numbers of up to this many digits do not help to tell stories apart."""

Signature = NDArray[np.uint32]
"""A MinHash signature of shape (MINHASH_SIZE,)."""


@dataclass(frozen=True, slots=True)
class Features:
    """An article's folded words and entity ids, each with its count, and its MinHash signature."""

    terms: Mapping[str, float]
    entities: Mapping[str, int]
    signature: Signature


def extract_features(title: str, text: str, entities: Sequence[Entity], stopwords: AbstractSet[str]) -> Features:
    """Return the features of an article that names *entities*; *stopwords* are those of its language."""
    title_words, text_words = tokens(title), tokens(text[:MAX_CHARS])
    counts = Counter(word for word in text_words if _is_term(word, stopwords))
    for word in title_words:
        if _is_term(word, stopwords):
            counts[word] += TITLE_WEIGHT
    return Features(counts, {entity.id: entity.count for entity in entities}, minhash((*title_words, *text_words)))


def minhash(words: Sequence[str]) -> Signature:
    """Return the MinHash signature of the shingles of *words*."""
    hashes = RMinHash(num_perm=MINHASH_SIZE, seed=MINHASH_SEED)
    last = max(0, len(words) - SHINGLE_WORDS)
    hashes.update([" ".join(words[start : start + SHINGLE_WORDS]) for start in range(last + 1)])
    return np.array(hashes.digest(), dtype=np.uint32)


def jaccard(one: Signature, other: Signature) -> float:
    """Return the estimated Jaccard similarity of two signatures, from 0 to 1; 0 if their sizes differ."""
    return np.count_nonzero(one == other) / one.size if one.shape == other.shape else 0.0


def encode_signature(signature: Signature) -> str:
    """Return *signature* in the format of story.v1: little-endian 32-bit numbers in base64."""
    return base64.b64encode(signature.astype("<u4").tobytes()).decode()


def decode_signature(text: str) -> Signature:
    """Return the signature in *text*: the inverse of encode_signature. It is empty if *text* is malformed."""
    try:
        return np.frombuffer(base64.b64decode(text), dtype="<u4").astype(np.uint32)
    except ValueError:
        return np.empty(0, dtype=np.uint32)


def _is_term(word: str, stopwords: AbstractSet[str]) -> bool:
    """Return whether *word* helps to tell stories apart: no stopword, single ASCII character or short number does."""
    return (
        word not in stopwords and (len(word) > 1 or not word.isascii()) and not (word.isdigit() and len(word) <= SHORT_NUMBER)
    )
