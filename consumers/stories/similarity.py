"""The similarity of an article to the open stories, by tf-idf cosine of words and of entities. Pure."""

import heapq
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice
from typing import NamedTuple

from consumers.stories.features import Features, decode_signature, jaccard
from consumers.stories.headlines import contained
from consumers.stories.inverted_index import Query
from consumers.stories.signals import Signals, find_signals
from consumers.stories.state import OpenStory, StoryState

MIN_SIMILARITY = 0.18
"""An article joins a story only if their similarity is at least this. Chosen on stories that were written for it."""
MIN_CONTAINED = 0.2
"""A headline without text joins a story only if the story contains at least this share of it."""
MIN_WORDS_ALONE = 0.35
"""The least similarity by words if the article and the story share no entity."""
MIN_JACCARD = 0.4
"""The least Jaccard similarity of near-duplicates (rensa MinHash: recall .96 on texts of which a tenth was changed)."""
QUERY_TERMS = 15
"""Candidates are searched for by this many words of an article, those with the highest tf-idf."""
QUERY_ENTITIES = 30
"""Candidates are searched for by this many entities of an article, those with the highest tf-idf."""
MAX_STORIES_OF_TERM = 100
"""The most stories to look at for one word or entity: those that were updated last. So a search takes bounded time.

On ECB+, Wikinews and UCI headlines together, 10 give the same B-cubed F1 as all.
"""
MAX_CANDIDATES = 30


class Similarity(NamedTuple):
    """How similar an article is to a story, from 0 to 1, whether that is enough to join it, and why.

    A headline has no *signals*.
    """

    score: float
    story_id: str
    joins: bool
    signals: Signals | None


class NearDuplicate(NamedTuple):
    """The original of a near-duplicate: its article id and its story."""

    article_id: str
    story_id: str


def similarities(state: StoryState, features: Features, time: datetime, now: datetime, window: timedelta) -> list[Similarity]:
    """Return the similarity to each candidate story that takes articles of this *time*, the highest first.

    A candidate shares an entity or enough words with the article, and its main entities are not others.
    """
    log_stories = state.log_stories
    terms = state.by_term.query(features.terms, log_stories)
    entities = state.by_entity.query(features.entities, log_stories)
    open_stories = (state.by_id[story_id] for story_id in _candidates(state, terms, entities))
    candidates = list(islice((each for each in open_stories if each.takes(time, now, window)), MAX_CANDIDATES))
    if features.is_headline:
        found = [_similarity_of_headline(state, terms, each) for each in candidates]
    else:
        signals = find_signals(state, features, candidates, terms, entities)
        found = [
            Similarity(each.score, candidate.story.id, each.score >= MIN_SIMILARITY, each)
            for candidate, each in zip(candidates, signals, strict=True)
            if not each.conflicts and (each.entities > 0 or each.words >= MIN_WORDS_ALONE)
        ]
    return sorted(found, key=lambda each: -each.score)


def _similarity_of_headline(state: StoryState, terms: Query, candidate: OpenStory) -> Similarity:
    score = contained(state.by_term, terms, candidate)
    return Similarity(score, candidate.story.id, score >= MIN_CONTAINED, None)


def find_near_duplicate(state: StoryState, story_ids: Iterable[str], features: Features) -> NearDuplicate | None:
    """Return the first article in the stories *story_ids* that is nearly equal to the one with *features*, or None."""
    for story_id in story_ids:
        for sketch in state.by_id[story_id].story.sketches:
            if jaccard(decode_signature(sketch.hashes), features.signature) >= MIN_JACCARD:
                return NearDuplicate(sketch.article, story_id)
    return None


def _candidates(state: StoryState, terms: Query, entities: Query) -> list[str]:
    """Return the ids of the stories that share the most weight with the article, the highest score first.

    There are twice MAX_CANDIDATES, because some of them may have closed.
    """
    scores: dict[int, float] = {}
    for index, query, size in ((state.by_term, terms, QUERY_TERMS), (state.by_entity, entities, QUERY_ENTITIES)):
        for term, weight in query.heaviest(size):
            for addition in index.newest(term, MAX_STORIES_OF_TERM):
                scores[addition] = scores.get(addition, 0.0) + weight
    story_ids = map(state.added.__getitem__, scores)
    return [story_id for _, story_id in heapq.nlargest(2 * MAX_CANDIDATES, zip(scores.values(), story_ids, strict=True))]
