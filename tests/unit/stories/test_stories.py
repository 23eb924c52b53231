"""Joining articles into stories."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from consumers.stories.cluster import Stories, place
from consumers.stories.features import features, from_text, sketch, to_text
from monitor.messages import ArticleStories, ArticleTopics, Entity, Language, Story, StoryMembership
from tests.make import START, article, entity

KEEP = timedelta(days=3)
TRAIN = "An armoured train carrying Kim Jong Un has left Pyongyang for Vladivostok and a summit with Vladimir Putin."
AGAIN = "Kim Jong Un travels by armoured train to Vladivostok, where Vladimir Putin awaits him for a summit this week."
OTHER = "Kim Clijsters won her tennis match in Melbourne in two sets and meets the champion of last year on Friday."
KIM, PUTIN, CITY = entity("Kim Jong Un"), entity("Vladimir Putin"), entity("Vladivostok", "place")


def add(
    state: Stories, title: str, text: str = "", entities: tuple[Entity, ...] = (), **other: Any
) -> tuple[StoryMembership, Story]:
    """The place that the article gets, and its story then; both are taken into *state*."""
    message = ArticleTopics(article(title, text, **other), {"received": START}, Language("en", 1.0), entities, (), ())
    out = list(place(state, message, features(title, text, entities), KEEP))
    for body in out:
        state.apply(body, KEEP)
    told, story = out[0], out[1]
    assert isinstance(told, ArticleStories)
    assert isinstance(story, Story)
    return told.story, story


def test_two_outlets_tell_one_story_and_a_namesake_another() -> None:
    state = Stories()
    first, _ = add(state, "Kim's train leaves for summit", TRAIN, (KIM, PUTIN, CITY), outlet="a")
    second, story = add(state, "Putin awaits Kim at summit", AGAIN, (KIM, PUTIN, CITY), outlet="b")
    third, _ = add(state, "Clijsters wins", OTHER, (entity("Kim Clijsters"),), outlet="c")
    assert first.first
    assert first.similarity == 0
    assert second.id == first.id
    assert not second.first
    assert second.similarity > 0.2
    assert third.id != first.id
    assert (story.count, story.outlet_count, story.outlets) == (2, 2, ("a", "b"))


def test_a_near_copy_is_told_and_joined() -> None:
    state = Stories()
    text = " ".join(f"word{n}" for n in range(80))
    first, _ = add(state, "One", text, id="one")
    second, _ = add(state, "Another title", text + " and a few words more", id="two")
    assert second.duplicate_of == "one"
    assert second.id == first.id


def test_an_edited_article_stays_in_its_story() -> None:
    state = Stories()
    first, _ = add(state, "Kim's train leaves", TRAIN, (KIM, PUTIN, CITY), id="x")
    edited, story = add(state, "Cold weather in May", "Snow fell on the hills.", id="x", version=2)
    assert edited.id == first.id
    assert story.count == 1


def test_a_story_takes_nothing_after_its_days_and_is_forgotten() -> None:
    state = Stories()
    first, _ = add(state, "Kim's train leaves", TRAIN, (KIM, PUTIN, CITY), outlet="a")
    late, _ = add(state, "Putin awaits Kim", AGAIN, (KIM, PUTIN, CITY), outlet="b", minutes=3 * 24 * 60 + 1)
    assert late.id != first.id
    assert list(state.open) == [late.id]
    assert set(state.story_of.values()) == {late.id}
    assert all(state.by_term.values())


def test_an_article_that_comes_late_joins_the_old_story() -> None:
    state = Stories()
    first, _ = add(state, "Kim's train leaves", TRAIN, (KIM, PUTIN, CITY), outlet="a", minutes=60)
    late, story = add(state, "Putin awaits Kim", AGAIN, (KIM, PUTIN, CITY), outlet="b", minutes=0)
    assert late.id == first.id
    assert story.last == START + timedelta(minutes=60)


def test_a_twin_found_late_is_linked_and_never_merged() -> None:
    state = Stories()
    one, _ = add(state, "Kim's train leaves for Vladivostok", TRAIN, (KIM, PUTIN, CITY), id="one")
    story = state.open["one"].story
    state.apply(replace(story, id="two", first=story.first + timedelta(minutes=5)), KEEP)
    message = ArticleTopics(
        article("Kim's train leaves for Vladivostok", TRAIN, id="three"), {}, Language("en", 1), (KIM, PUTIN, CITY), (), ()
    )
    out = list(place(state, message, features(message.article.title, TRAIN, (KIM, PUTIN, CITY)), KEEP))
    twins = [body for body in out if isinstance(body, Story) and body.same_as]
    assert [(twin.id, twin.same_as) for twin in twins] == [("two", "one")]
    assert one.id == "one"


def test_what_is_restored_is_what_was_there() -> None:
    live, log = Stories(), []
    for number in range(30):
        message = ArticleTopics(
            article(
                f"Title {number % 7}",
                f"{TRAIN} Part {number % 7} of {number}",
                id=str(number),
                outlet=str(number % 9),
                minutes=number,
            ),
            {},
            Language("en", 1),
            (KIM,),
            (),
            (),
        )
        for body in place(live, message, features(message.article.title, message.article.text, (KIM,)), KEEP):
            live.apply(body, KEEP)
            log.append(body)
    restored = Stories()
    for kind in (Story, ArticleStories):
        for body in log:
            if isinstance(body, kind):
                restored.apply(body, KEEP)
    assert {key: one.story for key, one in restored.open.items()} == {key: one.story for key, one in live.open.items()}
    assert (restored.story_of, restored.by_term, restored.by_entity) == (live.story_of, live.by_term, live.by_entity)


@given(st.lists(st.text(max_size=10), max_size=30))
def test_a_sketch_survives_its_text(said: list[str]) -> None:
    made = sketch(said)
    assert (from_text(to_text(made)) == made).all()


@given(st.lists(st.text(max_size=60), max_size=15))
def test_any_articles_have_a_place_each(texts: list[str]) -> None:
    state = Stories()
    for number, text in enumerate(texts):
        told, story = add(state, text, text, id=str(number))
        assert told.id in state.open
        assert story.count <= number + 1
        assert 0 <= told.similarity <= 1
