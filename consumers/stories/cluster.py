"""Joining articles into stories as they come: what is open, what an article resembles, what a story is then. Pure."""

import heapq
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache

import numpy as np
from numpy.typing import NDArray

from consumers.stories.features import Features, damped, from_text, to_text
from monitor.messages import Article, ArticleStories, ArticleTopics, Sketch, Story, StoryMembership

JOIN = 0.2
"""The least similarity to a story that an article joins.

B-cubed F1 on the development halves, entities as the service finds them: ECB+ (look-alike events) .86, Wikinews .71.
"""
NAMES = 0.3
"""How much of the similarity is in who is named; the rest is in the words."""
ALONE = 0.35
"""The least similarity of words where no name is shared."""
COPY = 0.4
"""The least Jaccard similarity of near-copies (rensa MinHash: recall .96 on texts of which a tenth was changed)."""
TWIN = 0.5
"""An article that is as like a second story as this shows that both tell one."""
PRIOR = 50
"""As many stories as this are taken to have been seen beforehand, so that the first words of a new log are not all rare."""
TERMS, ENTITIES, LISTED = 120, 40, 20
PROBES = 15
"""The heaviest words of an article that candidates are found by, beside the names."""
CANDIDATES = 30
DRIFT = 0.05
"""The growth of what is open by which lengths go stale: words' rarities change with its logarithm."""


@dataclass
class Open:
    """A story that takes articles, and what its lists are too short to hold; *gone* once it was closed."""

    story: Story
    outlets: set[str] = field(default_factory=set)
    terms: Mapping[str, float] = field(default_factory=dict)
    entities: Mapping[str, float] = field(default_factory=dict)
    """The story's words and names, damped."""
    lengths: tuple[float, float] = (0.0, 0.0)
    """Of both as vectors of weights, as good as they were measured last."""


@dataclass
class Stories:
    """All open stories: the fold of story.v1 and article.stories.v1."""

    open: dict[str, Open] = field(default_factory=dict)
    story_of: dict[str, str] = field(default_factory=dict)
    members: dict[str, list[str]] = field(default_factory=dict)
    by_term: dict[str, set[str]] = field(default_factory=dict)
    by_entity: dict[str, set[str]] = field(default_factory=dict)
    measured: int = 0
    """How many stories were open when all lengths were measured."""

    def apply(self, body: Story | ArticleStories, keep: timedelta) -> None:
        """Take one output in, and let go of the stories that are closed by its time."""
        if isinstance(body, ArticleStories):
            if body.article.id not in self.story_of:
                self.members.setdefault(body.story.id, []).append(body.article.id)
            self.story_of[body.article.id] = body.story.id
            if body.story.id in self.open:
                self.open[body.story.id].outlets.add(body.article.outlet)
            return
        known = self.open.get(body.id)
        self._index(body.id, known.story if known else None, body)
        outlets = {*(known.outlets if known else ()), *body.outlets}
        self.open[body.id] = Open(body, outlets, _damped(body.terms), _damped(body.entities))
        self._measure(self.open[body.id])
        while self.open and body.last - (oldest := next(iter(self.open.values())).story).first > keep:
            self._index(oldest.id, oldest, None)
            del self.open[oldest.id]
            for article in self.members.pop(oldest.id, ()):
                self.story_of.pop(article, None)
        if abs(len(self.open) - self.measured) > DRIFT * self.measured:
            self.measured = len(self.open)
            for each in self.open.values():
                self._measure(each)

    def weigh(self, holders: Mapping[str, set[str]], damped: Mapping[str, float]) -> dict[str, float]:
        """Words or names by how much they tell: the damped count times the logarithm of how few stories have them."""
        most = math.log(len(self.open) + PRIOR)
        return {key: count * (most - _log(len(holders.get(key, ())) + 1)) for key, count in damped.items()}

    def _measure(self, story: Open) -> None:
        terms, entities = self.weigh(self.by_term, story.terms), self.weigh(self.by_entity, story.entities)
        story.lengths = math.hypot(*terms.values()), math.hypot(*entities.values())

    def _index(self, ident: str, before: Story | None, after: Story | None) -> None:
        for holders, old, new in (
            (self.by_term, before.terms if before else {}, after.terms if after else {}),
            (self.by_entity, before.entities if before else {}, after.entities if after else {}),
        ):
            for key in old.keys() - new.keys():
                holders[key].discard(ident)
                if not holders[key]:
                    del holders[key]
            for key in new.keys() - old.keys():
                holders.setdefault(key, set()).add(ident)


def place(state: Stories, message: ArticleTopics, of: Features, keep: timedelta) -> Iterator[ArticleStories | Story]:
    """The article with its place, the story as it is then, and a late-found twin of it; nothing is changed in *state*."""
    article = message.article
    ranked = sorted(likenesses(state, of, article.fetched, keep), key=lambda found: -found[0])
    copied = _copied(state, (ident for _, ident in ranked[:5]), of)
    best = ranked[0] if ranked and ranked[0][0] >= JOIN else None
    home = state.story_of.get(article.id)
    chosen = home or (copied[1] if copied else None) or (best[1] if best else None)
    known = state.open.get(chosen) if chosen else None
    similarity = next((min(1.0, score) for score, ident in ranked if ident == chosen), 0.0)
    told = StoryMembership(
        id=chosen or article.id,
        first=known is None and home is None,
        similarity=round(similarity, 4),
        duplicate_of=copied[0] if copied and copied[0] != article.id else None,
    )
    yield ArticleStories(article, message.stamps, message.language, message.entities, message.claims, message.topics, told)
    if known is None and home is not None:
        return
    story = _grown(state, known, article, of) if known else _opened(state, article, of)
    yield story
    yield from _twin(state, story, ranked)


def alone(message: ArticleTopics) -> ArticleStories:
    """What happened to a feed itself: a story of its own, whose later versions tell how it went on; it joins with no news."""
    told = StoryMembership(message.article.id, first=message.article.version == 1, similarity=0.0, duplicate_of=None)
    return ArticleStories(
        message.article, message.stamps, message.language, message.entities, message.claims, message.topics, told
    )


def likenesses(state: Stories, of: Features, now: datetime, keep: timedelta) -> Iterator[tuple[float, str]]:
    """How like each open story is, of those that share a name or a heavy word: similarity from 0 to 1, and the story's id."""
    terms = state.weigh(state.by_term, _damped(of.terms))
    names = state.weigh(state.by_entity, _damped(of.entities))
    votes: dict[str, float] = {}
    for holders, weights in (
        (state.by_term, dict(heapq.nlargest(PROBES, terms.items(), key=lambda item: item[1]))),
        (state.by_entity, names),
    ):
        for key, weight in weights.items():
            for ident in holders.get(key, ()):
                votes[ident] = votes.get(ident, 0.0) + weight
    said_by, named_by = _probe(terms, of.terms), _probe(names, of.entities)
    for _, ident in heapq.nlargest(CANDIDATES, zip(votes.values(), votes, strict=True)):
        known = state.open[ident]
        if now - known.story.first > keep:
            continue
        said = _dot(said_by, known.terms) / (known.lengths[0] or 1.0)
        named = _dot(named_by, known.entities) / (known.lengths[1] or 1.0)
        if named or said >= ALONE:
            yield (1 - NAMES) * said + NAMES * named, ident


def _damped(counts: Mapping[str, float]) -> dict[str, float]:
    return {key: damped(count) for key, count in counts.items()}


@cache
def _log(number: int) -> float:
    return math.log(number)


def _probe(weights: Mapping[str, float], counts: Mapping[str, float]) -> dict[str, float]:
    """What each key of an article adds to its cosine with a story, for each unit that the story has, damped, of the key.

    A weight is a damped count times a rarity, and the story's has the same rarity as the article's.
    """
    length = math.hypot(*weights.values()) or 1.0
    return {key: weight / length * weight / damped(counts[key]) for key, weight in weights.items() if weight}


def _dot(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    small, large = (one, other) if len(one) <= len(other) else (other, one)
    return sum([weight * large[key] for key, weight in small.items() if key in large])


def _copied(state: Stories, candidates: Iterable[str], of: Features) -> tuple[str, str] | None:
    """The id of an article that *of*'s is a near-copy of, and its story's."""
    for ident in candidates:
        for known in state.open[ident].story.sketches:
            if _jaccard(from_text(known.hashes), of.sketch) >= COPY:
                return known.article, ident
    return None


def _jaccard(one: NDArray[np.uint32], other: NDArray[np.uint32]) -> float:
    return np.count_nonzero(one == other) / one.size if one.shape == other.shape else 0.0


def _opened(state: Stories, article: Article, of: Features) -> Story:
    return Story(
        id=article.id,
        title=article.title,
        first=article.fetched,
        last=article.fetched,
        count=1,
        articles=(article.id,),
        outlet_count=1,
        outlets=(article.outlet,),
        entities=_most_named(of, {}),
        terms=_heaviest_terms(state, of.terms),
        sketches=(Sketch(article.id, to_text(of.sketch)),),
        same_as=None,
    )


def _grown(state: Stories, known: Open, article: Article, of: Features) -> Story:
    """The story with one more article, or with a later version of one it has."""
    story = known.story
    if state.story_of.get(article.id) == story.id:
        return replace(story, last=max(story.last, article.fetched))
    outlets = known.outlets | {article.outlet}
    terms = Counter(story.terms)
    terms.update(of.terms)
    return replace(
        story,
        last=max(story.last, article.fetched),
        count=story.count + 1,
        articles=(*story.articles, article.id)[-LISTED:],
        outlet_count=len(outlets),
        outlets=story.outlets
        if article.outlet in story.outlets or len(story.outlets) >= LISTED
        else (*story.outlets, article.outlet),
        entities=_most_named(of, story.entities),
        terms=_heaviest_terms(state, terms),
        sketches=(*story.sketches, Sketch(article.id, to_text(of.sketch)))[-LISTED:],
    )


def _most_named(of: Features, before: Mapping[str, int]) -> dict[str, int]:
    counts = Counter(before)
    counts.update(of.entities.keys())
    return dict(heapq.nlargest(ENTITIES, counts.items(), key=lambda item: (item[1], item[0])))


def _heaviest_terms(state: Stories, terms: Mapping[str, float]) -> dict[str, float]:
    weights = state.weigh(state.by_term, _damped(terms))
    return {key: terms[key] for key in heapq.nlargest(TERMS, weights, key=lambda key: (weights[key], key))}


def _twin(state: Stories, story: Story, ranked: Iterable[tuple[float, str]]) -> Iterator[Story]:
    """The younger of two stories that turn out to be one, now with a link to the older; stories never merge."""
    for score, ident in ranked:
        if ident == story.id or score < TWIN:
            continue
        older, younger = sorted((state.open[ident].story, story), key=lambda each: each.first)
        if younger.same_as is None:
            yield replace(younger, same_as=older.id)
        return
