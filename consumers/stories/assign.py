"""The assignment of an article to a story, and the story's next version. Pure."""

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from consumers.stories.days import format_day
from consumers.stories.developments import ArticleFacts, KnownFacts, add_facts, find_developments
from consumers.stories.features import Features, encode_signature
from consumers.stories.similarity import Similarity, find_near_duplicate, similarities
from consumers.stories.state import OpenStory, StoryState, memory
from monitor.clock import MAX_AHEAD, as_of
from monitor.messages import Article, ArticleStories, ArticleTopics, Sketch, Story, StoryMembership, extend
from monitor.origins import Bounds, Tally, fold, standing_of, telling_of

MIN_DUPLICATE_SIMILARITY = 0.5
"""Two stories are duplicates if an article of one is at least this similar to the other."""
MAX_SEARCHED_STORIES = 5
"""Near-duplicates of an article are searched for in this many of the most similar stories."""
MAX_TERMS, MAX_ENTITIES, MAX_LISTED = 120, 40, 20
"""The most words and entities of a story, and the most articles, outlets and signatures that it lists."""
BOUNDS = Bounds(origins=12, names=4, outlets=8)
"""A story is published with each of its articles, so it lists less than an alert."""
MAX_ID_CHARS = 43
"""Characters of an article's id to which a time is added. Ids are a hash of 16 characters; the schema allows 64."""


def assign(
    state: StoryState,
    message: ArticleTopics,
    features: Features,
    window: timedelta,
    now: datetime,
    facts: ArticleFacts | None = None,
) -> Iterator[Story | ArticleStories]:
    """Yield the next version of the article's story, the article with its story, and a duplicate story if there is one.

    *facts* are those of the article, by which it is known what it adds to its story; None if nobody wants to know.

    A story takes articles for *window* after its first one. A later version of an article stays in its story, and does not
    change it if it has closed. *now* is the time by the service's clock. *state* is not changed.
    """
    article = message.article
    time = as_of(article.fetched, now)
    ranked = similarities(state, features, time, now, window)
    nearest = ranked[0].story_id if ranked and ranked[0].joins else None
    duplicate = find_near_duplicate(state, (each.story_id for each in ranked[:MAX_SEARCHED_STORIES]), features)
    previous = state.find(article, now, window)
    joined = duplicate.story_id if duplicate else nearest
    open_story = previous or (state.by_id[joined] if joined else None)
    story_id = open_story.story.id if open_story else _new_story_id(state, article, now, window)
    score = next((similarity.score for similarity in ranked if similarity.story_id == story_id), 0.0)
    membership = StoryMembership(
        id=story_id,
        first=open_story is None,
        similarity=round(min(1.0, max(0.0, score)), 4),
        duplicate_of=duplicate.article_id if duplicate and duplicate.article_id != article.id else None,
    )
    placed = extend(message, ArticleStories, story=membership)
    story, known = None, open_story.known if open_story else KnownFacts()
    if open_story is None:
        story = _with_origins(_new_story(state, story_id, article, features, time, now), None, placed)
    elif open_story.takes(time, now, window):
        story = _with_origins(_updated_story(state, open_story, article, features, time), open_story.story, placed)
        placed = _with_developments(state, open_story, known, placed, facts, time)
    # The state ignores articles of stories that it does not have, so the story comes first.
    if story:
        yield _with_facts(story, known, facts)
    yield placed
    if story:
        yield from _duplicate_story(state, story, () if features.is_headline else ranked)


def assign_alone(message: ArticleTopics) -> ArticleStories:
    """Return an article about the health of a feed with a story of its own. Only its later versions join that story."""
    article = message.article
    membership = StoryMembership(article.id, first=article.version == 1, similarity=0.0, duplicate_of=None)
    return extend(message, ArticleStories, story=membership)


def _new_story_id(state: StoryState, article: Article, now: datetime, window: timedelta) -> str:
    """Return the article's id, or, if a story that was forgotten may have had it, that id with the time *now*.

    That may be if the article is a later version, or if its first version is old or stamped in the future: it may come again,
    for example from a dead letter.
    """
    age = now - article.fetched
    is_recent = -MAX_AHEAD <= age <= memory(window) - MAX_AHEAD
    if article.version == 1 and is_recent and article.id not in state.by_id:
        return article.id
    return f"{article.id[:MAX_ID_CHARS]}.{now:%Y%m%d%H%M%S%f}"


def _with_origins(story: Story, previous: Story | None, message: ArticleStories) -> Story:
    """Return *story*, the version after *previous*, with the origins of *message* added.

    A story of an earlier program has no origins, and its earlier articles are not known: it stays without.
    """
    if previous and previous.standing is None:
        return story
    tally = Tally(previous.origins, previous.origin_count or 0) if previous else Tally()
    telling = telling_of(message)
    if previous and not telling.statements and telling.outlet in previous.outlets:
        return replace(story, origins=previous.origins, origin_count=previous.origin_count, standing=previous.standing)
    tally = fold(tally, [telling], story.outlets, story.articles, BOUNDS)
    return replace(story, origins=tally.origins, origin_count=tally.count, standing=standing_of(tally.origins))


def _with_facts(story: Story, known: KnownFacts | None, facts: ArticleFacts | None) -> Story:
    """Return *story* with the facts *known* before its newest article and the *facts* of that.

    Of a story of an earlier program, nobody knows the facts of its articles: it stays without facts.
    """
    if known is None or facts is None:
        return story
    known = add_facts(known, facts)
    return replace(story, facts=known.facts, words=known.encoded_words)


def _with_developments(
    state: StoryState,
    open_story: OpenStory,
    known: KnownFacts | None,
    message: ArticleStories,
    facts: ArticleFacts | None,
    time: datetime,
) -> ArticleStories:
    """Return *message* with what its article adds to *open_story*, which has *known* facts. Backfill adds nothing."""
    if known is None or facts is None or message.article.backfill:
        return message
    entities = state.by_entity.counts(open_story.entities).keys()
    found = find_developments(message, facts, known, entities, gap=time - open_story.story.last)
    return replace(message, developments=found) if found else message


def _new_story(state: StoryState, story_id: str, article: Article, features: Features, time: datetime, now: datetime) -> Story:
    return Story(
        id=story_id,
        title=article.title,
        first=time,
        last=time,
        count=1,
        articles=(article.id,),
        outlet_count=1,
        outlets=(article.outlet,),
        entities=(entities := _most_frequent_entities(features, {})),
        main={ident: 1 for ident in entities if ident in features.main},
        days=_latest_days(features, ()),
        terms=_heaviest_terms(state, features.terms),
        sketches=(Sketch(article.id, encode_signature(features.signature)),),
        same_as=None,
        opened=now,
    )


def _updated_story(state: StoryState, open_story: OpenStory, article: Article, features: Features, time: datetime) -> Story:
    """Return the story with one more article. A later version of one of its articles changes only the time."""
    story = replace(state.story(open_story), last=max(open_story.story.last, time), opened=open_story.opened)
    if state.story_of.get(article.id) == story.id:
        return story
    is_listed = article.outlet in story.outlets or len(story.outlets) >= MAX_LISTED
    terms = Counter(story.terms)
    terms.update(features.terms)
    return replace(
        story,
        count=story.count + 1,
        articles=(*story.articles, article.id)[-MAX_LISTED:],
        outlet_count=len(open_story.outlets) + (article.outlet not in open_story.outlets),
        outlets=story.outlets if is_listed else (*story.outlets, article.outlet),
        entities=(entities := _most_frequent_entities(features, story.entities)),
        main={ident: count for ident in entities if (count := (story.main or {}).get(ident, 0) + (ident in features.main))},
        days=_latest_days(features, story.days),
        terms=_heaviest_terms(state, terms),
        sketches=(*story.sketches, Sketch(article.id, encode_signature(features.signature)))[-MAX_LISTED:],
    )


def _most_frequent_entities(features: Features, previous: Mapping[str, int]) -> dict[str, int]:
    """Return the entities that are in the most articles of the story. *previous* has the counts without this article."""
    counts = Counter(previous)
    counts.update(features.entities.keys())
    return dict(heapq.nlargest(MAX_ENTITIES, counts.items(), key=lambda item: (item[1], item[0])))


def _latest_days(features: Features, previous: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted({*previous, *map(format_day, features.days)})[-MAX_LISTED:])


def _heaviest_terms(state: StoryState, counts: Mapping[str, float]) -> dict[str, float]:
    return {term: counts[term] for term, _ in state.by_term.query(counts, state.log_stories).heaviest(MAX_TERMS)}


def _duplicate_story(state: StoryState, story: Story, ranked: Iterable[Similarity]) -> Iterator[Story]:
    """Yield the younger of two duplicate stories, with a link to the older one. Stories are never merged."""
    for score, story_id, *_ in ranked:
        if story_id == story.id or score < MIN_DUPLICATE_SIMILARITY:
            continue
        older, younger = sorted((state.story(state.by_id[story_id]), story), key=lambda each: (each.first, each.id))
        if younger.same_as is None:
            yield replace(younger, same_as=older.id)
        return
