"""The features of an article that decide its story: words, entities and a MinHash signature for near-duplicates. Pure."""

import base64
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray
from rensa import RMinHash

from consumers.stories.days import find_days
from monitor.messages import Entity
from monitor.salience import LEAD_CHARS, is_in_lead, is_titled
from monitor.text.languages import NO_CALENDAR, CalendarWords
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
DAYS_CHARS = 800
"""The days of an event are told in this much of the beginning of the text; later ones are often those of its background."""
NAME_FACTOR = 2
"""The weight of a word that is part of a name: names tell two events of one kind apart, other words tell the kind."""
MIN_NAME_CHARS = 3
HEADLINE_WORDS = 12
"""An article with fewer words of text than this is a headline."""
SHORT_NUMBER = 2
"""A whole number of up to this many digits is a term only with a mark: as part of a date or time it says little."""
NUMBER_PATTERN = re.compile(r"(?<![\w.])(?:\d{2}|\d{1,3}(?:,\d{3})+|\d+\.\d+)(?![\w])")
"""A number that folding would leave out or split: 61, 1,200 and 6.4."""

Signature = NDArray[np.uint32]
"""A MinHash signature of shape (MINHASH_SIZE,)."""


@dataclass(frozen=True, slots=True)
class Features:
    """An article's folded words and entity ids, each with its count, and its MinHash signature.

    *main* are the entities of the title and the lead, each with the words that tell its name, and *titled* those of the title.
    *common* are the words in names and those of any news, *days* the ordinals of the days that the title and the beginning of
    the text name. *is_headline* is set if the text is too short to say more than the title.
    """

    terms: Mapping[str, float]
    entities: Mapping[str, int]
    signature: Signature
    main: Mapping[str, Sequence[str]] = field(default_factory=dict)
    titled: frozenset[str] = frozenset()
    common: frozenset[str] = frozenset()
    days: frozenset[int] = frozenset()
    is_headline: bool = False


def extract_features(
    title: str,
    text: str,
    entities: Sequence[Entity],
    stopwords: AbstractSet[str],
    news_words: AbstractSet[str] = frozenset(),
    calendar: CalendarWords = NO_CALENDAR,
    appeared: date | None = None,
) -> Features:
    """Return the features of an article that names *entities* and *appeared* on a day.

    *stopwords*, *news_words* and *calendar* are those of its language.
    """
    text = text[:MAX_CHARS]
    title_words, text_words = tokens(title), tokens(text)
    names = frozenset(word for entity in entities for word in tokens(entity.name))
    main = [entity for entity in entities if any(map(is_in_lead, entity.mentions))]
    days = find_days((*title_words, *tokens(text[:DAYS_CHARS])), calendar, appeared) if appeared else frozenset()
    return Features(
        terms=(terms := _count_terms(title, text, title_words, text_words, names, stopwords)),
        entities={entity.id: entity.count for entity in entities},
        signature=minhash((*title_words, *text_words)),
        main={each.id: telling_words(each.type, [word for word in tokens(each.name) if word in terms]) for each in main},
        titled=frozenset(each.id for each in main if is_titled(each)),
        common=names | news_words,
        days=days,
        is_headline=len(text_words) < HEADLINE_WORDS,
    )


def _count_terms(
    title: str,
    text: str,
    title_words: Sequence[str],
    text_words: Sequence[str],
    names: AbstractSet[str],
    stopwords: AbstractSet[str],
) -> dict[str, float]:
    """Return the words and numbers of an article with their weights, as numbers of occurrences."""
    counts: Counter[str] = Counter(word for word in text_words if _is_term(word, stopwords))
    for word in title_words:
        if _is_term(word, stopwords):
            counts[word] += TITLE_WEIGHT
    if len(text_words) >= HEADLINE_WORDS:
        counts.update(word for word in set(tokens(text[:LEAD_CHARS])) if _is_term(word, stopwords))
        for name in names & counts.keys():
            counts[name] *= NAME_FACTOR
    counts.update("#" + number.replace(",", "") for number in NUMBER_PATTERN.findall(f"{title}\n{text}"))
    return dict(counts)


def telling_words(kind: str, words: Sequence[str]) -> Sequence[str]:
    """Return the words by which the name of an entity is known elsewhere: the last one of a person's, all of another's.

    Short words, and characters of scripts without spaces, are in too many texts: a name of these alone has none.
    """
    telling = tuple(word for word in words if len(word) >= MIN_NAME_CHARS)
    return telling[-1:] if kind == "person" else telling


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
