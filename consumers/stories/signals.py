"""The signals that tell two events of one kind apart, beside the words: who and where, and when. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from consumers.stories.days import least_gap
from consumers.stories.features import Features
from consumers.stories.inverted_index import Query
from consumers.stories.participants import NOT_COMPARED, Participants, compare, main_entities
from consumers.stories.state import OpenStory, StoryState

ENTITY_SHARE = 0.3
"""The weight of the entities in the likeness; the rest is the words'."""
AGREEMENT = 0.2
"""What it adds to the likeness that all main entities are shared, compared with none. Unknown ones count as half."""
OTHER_DAYS = 0.1
"""What is taken off if all days that the article names are days away from those of the story."""
MIN_GAP = 2
"""Days of one event lie next to each other: a report of the next day names that day too."""
MIN_SHARED = 0.34
"""An article joins no story if less than this share of the main entities of each is named in the other: about a third.

Two meetings of one leader in a week share the leader, the country and little else.
"""
OTHER_TITLE = 0.2
"""What is taken off if the title names others than half of the story's articles do, and the article does not name those."""
PLAIN_LIMIT = 6.0
"""The similarity is at most this many times that of the plain words: names alone do not make one event of two."""
UNKNOWN = 0.5
MIN_COSINE = 0.08
"""Names are compared with stories that are at least this similar by words and entities: no agreement lifts others enough."""


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for and against an article being about a story.

    *words*, *plain* (the words that are neither in a name nor in any news) and *entities* are cosines. *main* are the shares
    of the main entities. *gap* is the least number of days between their days; None if one of them names none.
    """

    words: float
    plain: float
    entities: float
    main: Participants
    gap: int | None

    @property
    def conflicts(self) -> bool:
        """Whether the main entities of both are others: two events, however alike their words."""
        in_story, in_article = self.main.in_story, self.main.in_article
        return in_story is not None and in_article is not None and max(in_story, in_article) < MIN_SHARED

    @property
    def score(self) -> float:
        """The similarity, from 0 to 1."""
        known = [share for share in (self.main.in_story, self.main.in_article) if share is not None]
        agreement = sum(known) / len(known) if known else UNKNOWN
        score = _cosine(self.words, self.entities) + AGREEMENT * (agreement - UNKNOWN) - OTHER_TITLE * self.main.others
        if self.gap is not None and self.gap >= MIN_GAP:
            score -= OTHER_DAYS
        return min(1.0, max(0.0, min(score, PLAIN_LIMIT * self.plain)))


def find_signals(
    state: StoryState, features: Features, candidates: Sequence[OpenStory], terms: Query, entities: Query
) -> list[Signals]:
    """Return the signals of an article with *features*, and these weights of its words and entities, for each candidate."""
    log_stories = state.log_stories
    plain = np.fromiter((term not in features.common for term in terms.terms), np.float64, len(terms.terms))
    by_words, by_plain = state.by_term.cosines(terms, [each.terms for each in candidates], log_stories, terms.weights * plain)
    (by_entities,) = state.by_entity.cosines(entities, [each.entities for each in candidates], log_stories)
    main = main_entities(state, features)
    found = []
    for candidate, words, plain_words, names in zip(
        candidates, by_words.tolist(), by_plain.tolist(), by_entities.tolist(), strict=True
    ):
        is_near = _cosine(words, names) >= MIN_COSINE
        shares = compare(state, features, main, candidate) if is_near else NOT_COMPARED
        found.append(Signals(words, plain_words, names, shares, least_gap(features.days, candidate.days)))
    return found


def _cosine(words: float, entities: float) -> float:
    return (1 - ENTITY_SHARE) * words + ENTITY_SHARE * entities
