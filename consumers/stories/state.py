"""The state of the stories service: all open stories, and indexes of their words and entities. Pure."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache

from consumers.stories.features import damped_counts
from monitor.messages import ArticleStories, Story

PRIOR_STORIES = 50
"""Pseudo-count of stories for smoothing, so that not all words are rare in a new log."""
REMEASURE_GROWTH = 0.05
"""All norms are measured again after the number of open stories changes by this share: rarities (idf) depend on it."""


@dataclass
class OpenStory:
    """A story that still takes articles.

    *terms* and *entities* are its words and entities with their sublinear term frequencies. *outlets* has all outlets, while
    the list in *story* is bounded. *norms* are the Euclidean norms of the two tf-idf vectors when last measured.
    """

    story: Story
    outlets: set[str] = field(default_factory=set)
    terms: Mapping[str, float] = field(default_factory=dict)
    entities: Mapping[str, float] = field(default_factory=dict)
    norms: tuple[float, float] = (0.0, 0.0)


@dataclass
class OpenStories:
    """All open stories: the fold of story.v1 and article.stories.v1.

    *by_id* is in the order in which the stories began. *story_of* has the story id by article id, and *articles_of* the
    article ids by story id. *by_term* and *by_entity* are inverted indexes: the ids of the stories that have a word or an
    entity. *measured* is the number of open stories when all norms were last measured.
    """

    by_id: dict[str, OpenStory] = field(default_factory=dict)
    story_of: dict[str, str] = field(default_factory=dict)
    articles_of: dict[str, list[str]] = field(default_factory=dict)
    by_term: dict[str, set[str]] = field(default_factory=dict)
    by_entity: dict[str, set[str]] = field(default_factory=dict)
    measured: int = 0

    def apply(self, output: Story | ArticleStories, window: timedelta) -> None:
        """Fold one output into the state. A story closes the stories that began more than *window* before it."""
        if isinstance(output, ArticleStories):
            self._add_article(output)
            return
        self._put_story(output)
        self._close_before(output, window)
        if abs(len(self.by_id) - self.measured) > REMEASURE_GROWTH * self.measured:
            self.measured = len(self.by_id)
            for open_story in self.by_id.values():
                self._measure(open_story)

    def tf_idf(self, index: Mapping[str, set[str]], frequencies: Mapping[str, float]) -> dict[str, float]:
        """Return the tf-idf weight of each key in *frequencies*, which are sublinear.

        *index* is by_term if the keys are words, and by_entity if they are entities.
        """
        log_stories = math.log(len(self.by_id) + PRIOR_STORIES)
        return {key: tf * (log_stories - _log(len(index.get(key, ())) + 1)) for key, tf in frequencies.items()}

    def _add_article(self, message: ArticleStories) -> None:
        article, story_id = message.article, message.story.id
        if article.id not in self.story_of:
            self.articles_of.setdefault(story_id, []).append(article.id)
        self.story_of[article.id] = story_id
        if story_id in self.by_id:
            self.by_id[story_id].outlets.add(article.outlet)

    def _put_story(self, story: Story) -> None:
        previous = self.by_id.get(story.id)
        self._index(story.id, previous.story if previous else None, story)
        outlets = {*(previous.outlets if previous else ()), *story.outlets}
        self.by_id[story.id] = OpenStory(story, outlets, damped_counts(story.terms), damped_counts(story.entities))
        self._measure(self.by_id[story.id])

    def _close_before(self, latest: Story, window: timedelta) -> None:
        """Remove the stories whose first article is more than *window* older than the last one of *latest*."""
        while self.by_id and latest.last - (oldest := next(iter(self.by_id.values())).story).first > window:
            self._index(oldest.id, oldest, None)
            del self.by_id[oldest.id]
            for article_id in self.articles_of.pop(oldest.id, ()):
                self.story_of.pop(article_id, None)

    def _measure(self, open_story: OpenStory) -> None:
        terms = self.tf_idf(self.by_term, open_story.terms)
        entities = self.tf_idf(self.by_entity, open_story.entities)
        open_story.norms = math.hypot(*terms.values()), math.hypot(*entities.values())

    def _index(self, story_id: str, before: Story | None, after: Story | None) -> None:
        """Update both inverted indexes for a story that changed from *before* to *after*."""
        for index, old, new in (
            (self.by_term, before.terms if before else {}, after.terms if after else {}),
            (self.by_entity, before.entities if before else {}, after.entities if after else {}),
        ):
            for key in old.keys() - new.keys():
                index[key].discard(story_id)
                if not index[key]:
                    del index[key]
            for key in new.keys() - old.keys():
                index.setdefault(key, set()).add(story_id)


@cache
def _log(number: int) -> float:
    return math.log(number)
