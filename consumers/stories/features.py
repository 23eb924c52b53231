"""What of an article decides which story it belongs to: its words, whom it names, and a sketch for near-copies. Pure."""

import base64
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray
from rensa import RMinHash

from monitor.messages import Entity
from monitor.text.tokens import tokens

READ = 4000
"""Code points of a text that count: news tells its story at its beginning."""
TITLE = 2
"""How often a title's word counts."""
HASHES = 64
SEED = 20260310
SHINGLE = 3
"""Words in one shingle of the sketch."""
STOP = frozenset((files("consumers.stories") / "stopwords.txt").read_text(encoding="utf-8").split())
"""Folded words that tell nothing of a story."""


@dataclass(frozen=True, slots=True)
class Features:
    """An article's folded words and entity ids, each with its count, and its MinHash."""

    terms: Mapping[str, float]
    entities: Mapping[str, int]
    sketch: NDArray[np.uint32]


def features(title: str, text: str, entities: Sequence[Entity]) -> Features:
    """The features of one article."""
    above, below = tokens(title), tokens(text[:READ])
    counts: Counter[str] = Counter(word for word in below if _tells(word))
    for word in above:
        if _tells(word):
            counts[word] += TITLE
    return Features(counts, {entity.id: entity.count for entity in entities}, sketch((*above, *below)))


def sketch(said: Sequence[str]) -> NDArray[np.uint32]:
    """The MinHash of *said*'s shingles."""
    hashes = RMinHash(num_perm=HASHES, seed=SEED)
    hashes.update([" ".join(said[start : start + SHINGLE]) for start in range(max(1, len(said) - SHINGLE + 1))])
    return np.array(hashes.digest(), dtype=np.uint32)


def to_text(hashes: NDArray[np.uint32]) -> str:
    """A sketch as story.v1 carries it: little-endian 32-bit numbers, base64."""
    return base64.b64encode(hashes.astype("<u4").tobytes()).decode()


def from_text(text: str) -> NDArray[np.uint32]:
    """The sketch in *text*."""
    return np.frombuffer(base64.b64decode(text), dtype="<u4").astype(np.uint32)


@cache
def damped(count: float) -> float:
    """The weight of a word that stands *count* times: the tenth time says less than the first."""
    return 1 + math.log(count) if count > 0 else 0.0


def _tells(word: str) -> bool:
    return word not in STOP and (len(word) > 1 or not word.isascii()) and not (word.isdigit() and len(word) < 3)  # noqa: PLR2004
