"""The assignment of articles to stories."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from consumers.stories.assign import assign
from consumers.stories.features import Features, decode_signature, encode_signature, extract_features, minhash
from consumers.stories.state import StoryState
from monitor.messages import ArticleStories, ArticleTopics, Entity, Language, Story, StoryMembership
from monitor.text.languages import pack
from tests.make import START, article, entity

WINDOW = timedelta(days=3)
TRAIN = "An armoured train carrying Kim Jong Un has left Pyongyang for Vladivostok and a summit with Vladimir Putin."
TRAIN_RETOLD = "Kim Jong Un travels by armoured train to Vladivostok, where Vladimir Putin awaits him for a summit this week."
TENNIS = "Kim Clijsters won her tennis match in Melbourne in two sets and meets the champion of last year on Friday."
KIM, PUTIN, CITY = entity("Kim Jong Un"), entity("Vladimir Putin"), entity("Vladivostok", "place")


def topics_message(title: str, text: str = "", entities: tuple[Entity, ...] = (), **other: Any) -> ArticleTopics:
    return ArticleTopics(article(title, text, **other), {"received": START}, Language("en", 1.0), entities, (), ())


def features_of(message: ArticleTopics) -> Features:
    return extract_features(message.article.title, message.article.text, message.entities, pack("en").stopwords)


def add(
    state: StoryState, title: str, text: str = "", entities: tuple[Entity, ...] = (), **other: Any
) -> tuple[StoryMembership, Story]:
    """Assign the article when it is fetched, and apply the outputs. Return its membership and the next version of its story."""
    message = topics_message(title, text, entities, **other)
    now = message.article.fetched
    outputs = list(assign(state, message, features_of(message), WINDOW, now))
    for output in outputs:
        state.apply(output, now, WINDOW)
    story, assigned = outputs[0], outputs[1]
    assert isinstance(assigned, ArticleStories)
    assert isinstance(story, Story)
    return assigned.story, story


def test_two_outlets_share_a_story_and_a_namesake_has_another() -> None:
    state = StoryState()
    first, _ = add(state, "Kim's train leaves for summit", TRAIN, (KIM, PUTIN, CITY), outlet="a")
    second, story = add(state, "Putin awaits Kim at summit", TRAIN_RETOLD, (KIM, PUTIN, CITY), outlet="b")
    third, _ = add(state, "Clijsters wins", TENNIS, (entity("Kim Clijsters"),), outlet="c")
    assert first.first
    assert first.similarity == 0
    assert second.id == first.id
    assert not second.first
    assert second.similarity > 0.2
    assert third.id != first.id
    assert (story.count, story.outlet_count, story.outlets) == (2, 2, ("a", "b"))


def test_a_near_duplicate_joins_the_story_and_names_the_original() -> None:
    state = StoryState()
    text = " ".join(f"word{n}" for n in range(80))
    first, _ = add(state, "One", text, id="one")
    second, _ = add(state, "Another title", text + " and a few words more", id="two")
    assert second.duplicate_of == "one"
    assert second.id == first.id


def test_an_edited_article_stays_in_its_story() -> None:
    state = StoryState()
    first, _ = add(state, "Kim's train leaves", TRAIN, (KIM, PUTIN, CITY), id="x")
    edited, story = add(state, "Cold weather in May", "Snow fell on the hills.", id="x", version=2)
    assert edited.id == first.id
    assert story.count == 1


def test_a_story_takes_no_article_after_its_window() -> None:
    state = StoryState()
    first, _ = add(state, "Kim's train leaves", TRAIN, (KIM, PUTIN, CITY), outlet="a")
    late, _ = add(state, "Putin awaits Kim", TRAIN_RETOLD, (KIM, PUTIN, CITY), outlet="b", minutes=3 * 24 * 60 + 1)
    assert late.id != first.id
    assert late.first


def test_an_article_that_arrives_late_joins_the_story() -> None:
    state = StoryState()
    first, _ = add(state, "Kim's train leaves", TRAIN, (KIM, PUTIN, CITY), outlet="a", minutes=60)
    late, story = add(state, "Putin awaits Kim", TRAIN_RETOLD, (KIM, PUTIN, CITY), outlet="b", minutes=0)
    assert late.id == first.id
    assert story.last == START + timedelta(minutes=60)


def test_a_duplicate_story_is_linked_and_not_merged() -> None:
    state = StoryState()
    first, story = add(state, "Kim's train leaves for Vladivostok", TRAIN, (KIM, PUTIN, CITY), id="one")
    state.apply(replace(story, id="two", first=story.first + timedelta(minutes=5)), START, WINDOW)
    message = topics_message("Kim's train leaves for Vladivostok", TRAIN, (KIM, PUTIN, CITY), id="three")
    outputs = list(assign(state, message, features_of(message), WINDOW, START))
    duplicates = [output for output in outputs if isinstance(output, Story) and output.same_as]
    assert [(duplicate.id, duplicate.same_as) for duplicate in duplicates] == [("two", "one")]
    assert first.id == "one"


def test_of_two_duplicate_stories_that_began_together_only_one_names_the_other() -> None:
    state = StoryState()
    _, story = add(state, "Kim's train leaves for Vladivostok", TRAIN, (KIM, PUTIN, CITY), id="one")
    state.apply(replace(story, id="two"), START, WINDOW)
    for number in range(4):
        add(state, "Kim's train leaves for Vladivostok", f"{TRAIN} {number}", (KIM, PUTIN, CITY), id=f"more-{number}")
    assert {each.story.id: each.story.same_as for each in state.by_id.values()} == {"one": None, "two": "one"}


@given(st.lists(st.text(max_size=10), max_size=30))
def test_a_signature_survives_encoding(words: list[str]) -> None:
    signature = minhash(words)
    assert (decode_signature(encode_signature(signature)) == signature).all()


@given(st.lists(st.text(max_size=60), max_size=15))
def test_every_article_is_assigned_to_an_open_story(texts: list[str]) -> None:
    state = StoryState()
    for number, text in enumerate(texts):
        membership, story = add(state, text, text, id=str(number))
        assert membership.id in state.by_id
        assert story.count <= number + 1
        assert 0 <= membership.similarity <= 1
