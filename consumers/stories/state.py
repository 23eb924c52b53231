"""The state of the stories service: the stories of the last days, and indexes of their words and entities. Pure."""

import heapq
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from consumers.stories.days import parse_day
from consumers.stories.developments import KnownFacts, decode_known
from consumers.stories.inverted_index import InvertedIndex, Vector
from consumers.stories.placed_article import PlacedArticle
from monitor.messages import Article, ArticleStories, Story

PRIOR_STORIES = 50
"""Pseudo-count of stories for smoothing, so that not all words are rare in a new log."""
MAX_EDITS_FOLLOWED = timedelta(hours=20)
"""The longest that a story is remembered after it has closed, so that an edited article stays in it.

A closed alert is remembered for longer (AlertState.expire), so none is raised again for a story with the same id.
"""
MAX_STORIES = 300_000
"""The most stories to remember by default, some 8 KiB each. Those that were opened first are forgotten early."""
MAX_FORGOTTEN = 20
"""The most stories to forget for one message, so that a long pause without articles makes no message slow."""
NONE: Mapping[str, int] = {}


def memory(window: timedelta) -> timedelta:
    """Return how long a story is remembered after it was opened, if it takes articles for *window*."""
    return window + min(window / 4, MAX_EDITS_FOLLOWED)


@dataclass(slots=True)
class OpenStory:
    """A story, with all of its outlets and article ids; the lists in *story* are bounded. *opened* is by our own clock.

    It may have closed lately. To save memory, the terms and entities are not in *story* but in vectors, and its *facts* are
    one text. StoryState.story() joins them again. *main* is a part of *entities*, with other counts. *days* are ordinals.
    *addition* is its number in the indexes.
    """

    story: Story
    opened: datetime
    addition: int
    terms: Vector
    entities: Vector
    main: Vector
    days: frozenset[int]
    facts: str = ""
    outlets: set[str] = field(default_factory=set)
    articles: list[str] = field(default_factory=list)

    def is_remembered(self, now: datetime, window: timedelta) -> bool:
        """Return whether the story is remembered at *now*. MAX_FORGOTTEN may leave it in memory a little longer."""
        return now - self.opened <= memory(window)

    @property
    def known(self) -> KnownFacts | None:
        """The facts of the story's articles; None for a story of an earlier program, of which that is not known."""
        return decode_known(self.facts.split("\n") if self.facts else (), self.story.words)

    def takes(self, time: datetime, now: datetime, window: timedelta) -> bool:
        """Return whether the story takes an article of this *time*: its first article is at most *window* away."""
        return self.is_remembered(now, window) and -window <= time - self.story.first <= window


@dataclass
class StoryState:
    """The stories that were opened lately, those that have closed since included: the fold of story.v1 and article.stories.v1.

    *by_id* has the stories that may still take articles, and for a while those that have closed. *story_of* has the story id
    by article id. *by_term* and *by_entity* are inverted indexes, and *added* has the story ids by the numbers of their
    additions to both, of which *additions* counts all. *by_age* is a heap of the times at which stories were
    opened, with their ids.

    No time in a message makes the state forget a story: a story is forgotten at a time after it was *opened*, which is by the
    clock of the service. So the state is the same in whatever order the two streams are replayed.
    """

    by_id: dict[str, OpenStory] = field(default_factory=dict)
    story_of: dict[str, str] = field(default_factory=dict)
    added: dict[int, str] = field(default_factory=dict)
    additions: int = 0
    by_age: list[tuple[datetime, str]] = field(default_factory=list)
    max_stories: int = MAX_STORIES

    def __post_init__(self) -> None:
        """Make the indexes, which are empty."""
        self.by_term, self.by_entity = InvertedIndex(self.added), InvertedIndex(self.added)

    def apply(self, output: Story | ArticleStories | PlacedArticle, now: datetime, window: timedelta) -> None:
        """Fold one output into the state, and forget stories that are older than memory() at *now*, or too many."""
        if isinstance(output, Story):
            self._put_story(output, now, window)
        else:
            self._add_article(output)
        for _ in range(MAX_FORGOTTEN):
            is_young = not self.by_age or now - self.by_age[0][0] <= memory(window)
            if is_young and len(self.by_id) <= self.max_stories:
                break
            self._forget(heapq.heappop(self.by_age)[1])

    def find(self, article: Article, now: datetime, window: timedelta) -> OpenStory | None:
        """Return the story of an earlier version of *article*; None if there is none, or it is forgotten at *now*."""
        open_story = self.by_id.get(self.story_of.get(article.id, ""))
        return open_story if open_story and open_story.is_remembered(now, window) else None

    def story(self, open_story: OpenStory) -> Story:
        """Return the last record of *open_story*."""
        entities, main = (
            {ident: int(count) for ident, count in self.by_entity.counts(vector).items()}
            for vector in (open_story.entities, open_story.main)
        )
        facts = tuple(open_story.facts.split("\n")) if open_story.facts else ()
        terms = self.by_term.counts(open_story.terms)
        return replace(open_story.story, terms=terms, entities=entities, main=main or None, facts=facts)

    @property
    def is_full(self) -> bool:
        """Whether a new story makes the state forget one early."""
        return len(self.by_id) >= self.max_stories

    @property
    def log_stories(self) -> float:
        """The logarithm of the number of stories, smoothed."""
        return math.log(len(self.by_id) + PRIOR_STORIES)

    def _add_article(self, message: ArticleStories | PlacedArticle) -> None:
        article, open_story = message.article, self.by_id.get(message.story.id)
        if open_story is None:
            return
        if self.story_of.get(article.id) != message.story.id:
            self.story_of[article.id] = message.story.id
            open_story.articles.append(article.id)
        open_story.outlets.add(article.outlet)

    def _put_story(self, story: Story, now: datetime, window: timedelta) -> None:
        previous = self.by_id.get(story.id)
        # A story of an earlier program does not say when it was opened.
        opened = previous.opened if previous else min(story.opened or now, now)
        if now - opened > memory(window):
            return
        if previous:
            self._remove_from_indexes(previous)
        else:
            heapq.heappush(self.by_age, (opened, story.id))
        self.additions += 1
        self.added[self.additions] = story.id
        terms, entities = (
            index.add(self.additions, counts)
            for index, counts in ((self.by_term, story.terms), (self.by_entity, story.entities))
        )
        outlets, articles = (previous.outlets, previous.articles) if previous else (set(), [])
        outlets.update(story.outlets)
        # The record of an article may be gone before that of its story.
        for article_id in story.articles:
            if article_id not in self.story_of:
                self.story_of[article_id] = story.id
                articles.append(article_id)
        main = self.by_entity.vector({ident: count for ident, count in (story.main or NONE).items() if ident in story.entities})
        facts = "\n".join(story.facts)
        story = replace(story, terms=NONE, entities=NONE, main=NONE, facts=())
        days = frozenset(filter(None, map(parse_day, story.days)))
        self.by_id[story.id] = OpenStory(story, opened, self.additions, terms, entities, main, days, facts, outlets, articles)

    def _forget(self, story_id: str) -> None:
        open_story = self.by_id.pop(story_id)
        self._remove_from_indexes(open_story)
        for article_id in open_story.articles:
            if self.story_of.get(article_id) == story_id:
                del self.story_of[article_id]

    def _remove_from_indexes(self, open_story: OpenStory) -> None:
        del self.added[open_story.addition]
        self.by_term.remove(open_story.terms)
        self.by_entity.remove(open_story.entities)
