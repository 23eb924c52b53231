"""The similarity of an article to the open stories, by tf-idf cosine of words and of entities. Pure."""

import heapq
import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from consumers.stories.features import Features, damped, damped_counts, decode_signature, jaccard
from consumers.stories.state import OpenStories

ENTITY_SHARE = 0.3
"""The weight of the entities in the similarity; the rest is the words'."""
MIN_WORDS_ALONE = 0.35
"""The least similarity by words if the article and the story share no entity."""
MIN_JACCARD = 0.4
"""The least Jaccard similarity of near-duplicates (rensa MinHash: recall .96 on texts of which a tenth was changed)."""
QUERY_TERMS = 15
"""Candidates are searched for by this many words of an article, those with the highest tf-idf, and by all its entities."""
MAX_CANDIDATES = 30


class Similarity(NamedTuple):
    """How similar an article is to a story, from 0 to 1."""

    score: float
    story_id: str


class NearDuplicate(NamedTuple):
    """The original of a near-duplicate: its article id and its story."""

    article_id: str
    story_id: str


def similarities(state: OpenStories, features: Features, now: datetime, window: timedelta) -> Iterator[Similarity]:
    """Yield the similarity to each candidate story that is open at *now* and shares an entity or enough words."""
    terms = state.tf_idf(state.by_term, damped_counts(features.terms))
    entities = state.tf_idf(state.by_entity, damped_counts(features.entities))
    term_factors, entity_factors = _cosine_factors(terms, features.terms), _cosine_factors(entities, features.entities)
    for story_id in _candidates(state, terms, entities):
        candidate = state.by_id[story_id]
        if now - candidate.story.first > window:
            continue
        by_words = _dot(term_factors, candidate.terms) / (candidate.norms[0] or 1.0)
        by_entities = _dot(entity_factors, candidate.entities) / (candidate.norms[1] or 1.0)
        if by_entities or by_words >= MIN_WORDS_ALONE:
            yield Similarity((1 - ENTITY_SHARE) * by_words + ENTITY_SHARE * by_entities, story_id)


def find_near_duplicate(state: OpenStories, story_ids: Iterable[str], features: Features) -> NearDuplicate | None:
    """Return the first article in the stories *story_ids* that is nearly equal to the one with *features*, or None."""
    for story_id in story_ids:
        for sketch in state.by_id[story_id].story.sketches:
            if jaccard(decode_signature(sketch.hashes), features.signature) >= MIN_JACCARD:
                return NearDuplicate(sketch.article, story_id)
    return None


def _candidates(state: OpenStories, terms: Mapping[str, float], entities: Mapping[str, float]) -> list[str]:
    """Return the ids of the MAX_CANDIDATES stories that share the most weight with the article, the highest score first."""
    heaviest_terms = dict(heapq.nlargest(QUERY_TERMS, terms.items(), key=lambda item: item[1]))
    scores: dict[str, float] = {}
    for index, weights in ((state.by_term, heaviest_terms), (state.by_entity, entities)):
        for key, weight in weights.items():
            for story_id in index.get(key, ()):
                scores[story_id] = scores.get(story_id, 0.0) + weight
    return [story_id for _, story_id in heapq.nlargest(MAX_CANDIDATES, zip(scores.values(), scores, strict=True))]


def _cosine_factors(weights: Mapping[str, float], counts: Mapping[str, float]) -> dict[str, float]:
    """Return the factor of each key by which to multiply a story's sublinear term frequency in the dot product of the cosine.

    The tf-idf weight of a key in the story is its term frequency there times its rarity (idf). The rarity is the same as in
    the article, so the factor contains it.
    """
    norm = math.hypot(*weights.values()) or 1.0
    return {key: weight / norm * weight / damped(counts[key]) for key, weight in weights.items() if weight}


def _dot(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    small, large = (one, other) if len(one) <= len(other) else (other, one)
    return sum([weight * large[key] for key, weight in small.items() if key in large])
