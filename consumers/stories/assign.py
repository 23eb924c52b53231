"""The assignment of an article to a story, and the story's next version. Pure."""

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

from consumers.stories.features import Features, damped_counts, encode_signature
from consumers.stories.similarity import Similarity, find_near_duplicate, similarities
from consumers.stories.state import OpenStories, OpenStory
from monitor.messages import Article, ArticleStories, ArticleTopics, Sketch, Story, StoryMembership, extend

MIN_SIMILARITY = 0.2
"""An article joins a story only if their similarity is at least this.

B-cubed F1 on the development halves, with the entities that the service finds: ECB+ (look-alike events) .86, Wikinews .71.
"""
MIN_DUPLICATE_SIMILARITY = 0.5
"""Two stories are duplicates if an article of one is at least this similar to the other."""
MAX_SEARCHED_STORIES = 5
"""Near-duplicates of an article are searched for in this many of the most similar stories."""
MAX_TERMS, MAX_ENTITIES, MAX_LISTED = 120, 40, 20
"""The most words and entities of a story, and the most articles, outlets and signatures that it lists."""


def assign(
    state: OpenStories, message: ArticleTopics, features: Features, window: timedelta
) -> Iterator[ArticleStories | Story]:
    """Yield the article with its story, the story's next version, and a duplicate story if there is one.

    A story takes articles for *window* after its first one. An article of a closed story yields no story. *state* is not
    changed.
    """
    article = message.article
    ranked = sorted(similarities(state, features, article.fetched, window), key=lambda similarity: -similarity.score)
    nearest = ranked[0].story_id if ranked and ranked[0].score >= MIN_SIMILARITY else None
    duplicate = find_near_duplicate(state, (story_id for _, story_id in ranked[:MAX_SEARCHED_STORIES]), features)
    previous = state.story_of.get(article.id)
    story_id = previous or (duplicate.story_id if duplicate else None) or nearest
    open_story = state.by_id.get(story_id) if story_id else None
    score = next((min(1.0, similarity.score) for similarity in ranked if similarity.story_id == story_id), 0.0)
    membership = StoryMembership(
        id=story_id or article.id,
        first=open_story is None and previous is None,
        similarity=round(score, 4),
        duplicate_of=duplicate.article_id if duplicate and duplicate.article_id != article.id else None,
    )
    yield extend(message, ArticleStories, story=membership)
    if open_story is None and previous is not None:
        return
    story = _updated_story(state, open_story, article, features) if open_story else _new_story(state, article, features)
    yield story
    yield from _duplicate_story(state, story, ranked)


def assign_alone(message: ArticleTopics) -> ArticleStories:
    """Return an article about the health of a feed with a story of its own. Only its later versions join that story."""
    article = message.article
    membership = StoryMembership(article.id, first=article.version == 1, similarity=0.0, duplicate_of=None)
    return extend(message, ArticleStories, story=membership)


def _new_story(state: OpenStories, article: Article, features: Features) -> Story:
    return Story(
        id=article.id,
        title=article.title,
        first=article.fetched,
        last=article.fetched,
        count=1,
        articles=(article.id,),
        outlet_count=1,
        outlets=(article.outlet,),
        entities=_most_frequent_entities(features, {}),
        terms=_heaviest_terms(state, features.terms),
        sketches=(Sketch(article.id, encode_signature(features.signature)),),
        same_as=None,
    )


def _updated_story(state: OpenStories, open_story: OpenStory, article: Article, features: Features) -> Story:
    """Return the story with one more article. A later version of one of its articles changes only the time."""
    story = open_story.story
    last = max(story.last, article.fetched)
    if state.story_of.get(article.id) == story.id:
        return replace(story, last=last)
    outlets = open_story.outlets | {article.outlet}
    is_listed = article.outlet in story.outlets or len(story.outlets) >= MAX_LISTED
    terms = Counter(story.terms)
    terms.update(features.terms)
    return replace(
        story,
        last=last,
        count=story.count + 1,
        articles=(*story.articles, article.id)[-MAX_LISTED:],
        outlet_count=len(outlets),
        outlets=story.outlets if is_listed else (*story.outlets, article.outlet),
        entities=_most_frequent_entities(features, story.entities),
        terms=_heaviest_terms(state, terms),
        sketches=(*story.sketches, Sketch(article.id, encode_signature(features.signature)))[-MAX_LISTED:],
    )


def _most_frequent_entities(features: Features, previous: Mapping[str, int]) -> dict[str, int]:
    """Return the entities that are in the most articles of the story. *previous* has the counts without this article."""
    counts = Counter(previous)
    counts.update(features.entities.keys())
    return dict(heapq.nlargest(MAX_ENTITIES, counts.items(), key=lambda item: (item[1], item[0])))


def _heaviest_terms(state: OpenStories, counts: Mapping[str, float]) -> dict[str, float]:
    weights = state.tf_idf(state.by_term, damped_counts(counts))
    return {key: counts[key] for key in heapq.nlargest(MAX_TERMS, weights, key=lambda key: (weights[key], key))}


def _duplicate_story(state: OpenStories, story: Story, ranked: Iterable[Similarity]) -> Iterator[Story]:
    """Yield the younger of two duplicate stories, with a link to the older one. Stories are never merged."""
    for score, story_id in ranked:
        if story_id == story.id or score < MIN_DUPLICATE_SIMILARITY:
            continue
        older, younger = sorted((state.by_id[story_id].story, story), key=lambda each: each.first)
        if younger.same_as is None:
            yield replace(younger, same_as=older.id)
        return
