"""The shares of main entities that an article and a story have in common."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.stories.assign import assign
from consumers.stories.features import Features, telling_words
from consumers.stories.participants import Participants, compare, main_entities
from consumers.stories.state import StoryState
from monitor.messages import Entity, Story
from tests.make import START, entity
from tests.unit.stories.test_stories import WINDOW, features_of, topics_message

TEXT = "The minister {} left Brunholm on Tuesday after talks with the miners, and the strike goes on until Friday at least."
CITY = entity("Brunholm", "place")


def story_of(text: str, *entities: Entity) -> tuple[StoryState, Features]:
    """Return a state with one story, and the features of its article."""
    state = StoryState()
    message = topics_message("Talks end", text, entities)
    features = features_of(message)
    for output in list(assign(state, message, features, WINDOW, START)):
        state.apply(output, START, WINDOW)
        assert not isinstance(output, Story) or output.count == 1
    return state, features


def shared(state: StoryState, text: str, *entities: Entity) -> Participants:
    """Return what an article with *text* and *entities* shares with the only story of *state*."""
    features = features_of(topics_message("Talks end", text, entities))
    (story,) = state.by_id.values()
    return compare(state, features, main_entities(state, features), story)


def test_a_surname_alone_is_the_same_person() -> None:
    state, _ = story_of(TEXT.format("Anna Lindgren"), entity("Anna Lindgren"), CITY)
    found = shared(state, TEXT.format("Lindgren"), entity("Lindgren"), CITY)
    assert (found.in_story, found.in_article) == (1.0, 1.0)


def test_a_name_that_the_model_missed_counts_by_its_words() -> None:
    state, _ = story_of(TEXT.format("Lindgren"), CITY)
    found = shared(state, TEXT.format("Lindgren"), entity("Lindgren"), CITY)
    assert found.in_story == 1.0


def test_a_team_is_named_by_the_name_of_its_country() -> None:
    team = Entity("place:japan team", "place", "Japan", 1, entity("Japan", "place").mentions)
    state, _ = story_of(TEXT.format("of Japan"), team)
    found = shared(state, TEXT.format("of Japan"), Entity("Q17", "place", "Japan", 1, team.mentions))
    assert (found.in_story, found.in_article) == (1.0, 1.0)


def test_another_person_is_not_shared() -> None:
    state, _ = story_of(TEXT.format("Anna Lindgren"), entity("Anna Lindgren"))
    found = shared(state, TEXT.format("Olga Markus"), entity("Olga Markus"))
    assert (found.in_story, found.in_article) == (0.0, 0.0)


def test_a_country_weighs_less_than_a_name_that_only_this_event_has() -> None:
    country = Entity("Q794", "place", "Iran", 1, entity("Iran", "place").mentions)
    state, _ = story_of(TEXT.format("Lindgren of Iran"), entity("Lindgren"), country)
    found = shared(state, TEXT.format("Markus of Iran"), entity("Markus"), country)
    assert found.in_story is not None
    assert found.in_story < 0.4


@pytest.mark.parametrize(
    ("kind", "words", "telling"),
    [
        ("person", ["anna", "lindgren"], ("lindgren",)),
        ("org", ["red", "crescent"], ("red", "crescent")),
        ("person", ["김", "정", "은"], ()),
        ("place", ["東", "京"], ()),
    ],
)
def test_a_name_is_told_by_words_that_are_long_enough(kind: str, words: list[str], telling: tuple[str, ...]) -> None:
    assert telling_words(kind, words) == telling


@given(st.lists(st.sampled_from(["Anna Lindgren", "Markus", "Iran", "Red Crescent", "Brunholm"]), unique=True, min_size=1))
def test_a_story_shares_all_with_its_own_article(names: list[str]) -> None:
    entities = [entity(name) for name in names]
    state, features = story_of(TEXT.format(" ".join(names)), *entities)
    (story,) = state.by_id.values()
    assert compare(state, features, main_entities(state, features), story) == Participants(1.0, 1.0, 0.0)
