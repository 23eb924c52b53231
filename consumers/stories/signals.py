"""The signals that tell two events of one kind apart, beside the words: who and where, and when. Pure."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np

from consumers.stories.days import least_gap
from consumers.stories.features import Features
from consumers.stories.inverted_index import Query
from consumers.stories.state import OpenStories, OpenStory

ENTITY_SHARE = 0.3
"""The weight of the entities in the likeness; the rest is the words'."""
AGREEMENT = 0.2
"""What it adds to the likeness that all main entities are shared, compared with none. Unknown ones count as half."""
OTHER_DAYS = 0.1
"""What is taken off if all days that the article names are days away from those of the story."""
MIN_GAP = 2
"""Days of one event lie next to each other: a report of the next day names that day too."""
MIN_SHARED = 0.2
"""An article joins no story if less than this share of the main entities of each is named in the other."""
PLAIN_LIMIT = 4.0
"""The similarity is at most this many times that of the plain words: names alone do not make one event of two."""
UNKNOWN = 0.5


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for and against an article being about a story.

    *words*, *plain* (the words that are neither in a name nor in any news) and *entities* are cosines. *who* is the weighted
    share of the article's main entities that the story has, and *whose* that of the story's main entities that the article
    has; None if there are none. *gap* is the least number of days between their days; None if one of them names none.
    """

    words: float
    plain: float
    entities: float
    who: float | None
    whose: float | None
    gap: int | None

    @property
    def conflicts(self) -> bool:
        """Return whether the main entities of both are others: two events, however alike their words."""
        return self.who is not None and self.whose is not None and max(self.who, self.whose) < MIN_SHARED

    @property
    def score(self) -> float:
        """Return the similarity, from 0 to 1."""
        known = [share for share in (self.who, self.whose) if share is not None]
        agreement = sum(known) / len(known) if known else UNKNOWN
        score = (1 - ENTITY_SHARE) * self.words + ENTITY_SHARE * self.entities + AGREEMENT * (agreement - UNKNOWN)
        if self.gap is not None and self.gap >= MIN_GAP:
            score -= OTHER_DAYS
        return min(1.0, max(0.0, min(score, PLAIN_LIMIT * self.plain)))


def find_signals(
    state: OpenStories, features: Features, candidates: Sequence[OpenStory], terms: Query, entities: Query
) -> list[Signals]:
    """Return the signals of an article with *features*, and these weights of its words and entities, for each candidate."""
    log_stories = state.log_stories
    plain = np.fromiter((term not in features.common for term in terms.terms), np.float64, len(terms.terms))
    by_words, by_plain = state.by_term.cosines(terms, [each.terms for each in candidates], log_stories, terms.weights * plain)
    (by_entities,) = state.by_entity.cosines(entities, [each.entities for each in candidates], log_stories)
    main = state.by_entity.query(dict.fromkeys(sorted(features.main), 1.0), log_stories)
    weights = list(zip(main.numbers.tolist(), main.weights.tolist(), strict=True))
    named = set(entities.numbers.tolist())
    return [
        Signals(
            words=float(by_words[number]),
            plain=float(by_plain[number]),
            entities=float(by_entities[number]),
            who=_share(weights, set(candidate.entities.numbers.tolist())),
            whose=_share(_main_weights(state, candidate), named),
            gap=least_gap(features.days, candidate.days),
        )
        for number, candidate in enumerate(candidates)
    ]


def _main_weights(state: OpenStories, candidate: OpenStory) -> list[tuple[int, float]]:
    numbers, counts = candidate.main.numbers, candidate.main.counts
    weights = counts * (state.log_stories - state.by_entity.logs[numbers])
    return list(zip(numbers.tolist(), weights.tolist(), strict=True))


def _share(weights: Sequence[tuple[int, float]], shared: AbstractSet[int]) -> float | None:
    """Return the share of *weights*, by number of the entity, of those that are *shared*; None if there is no weight."""
    total = sum(weight for _, weight in weights)
    return sum(weight for number, weight in weights if number in shared) / total if total > 0 else None
