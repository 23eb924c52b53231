"""The origins of a story: in its record, from all of its articles, within bounds."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from consumers.stories.assign import BOUNDS
from consumers.stories.state import StoryState
from monitor.messages import Claim, Message, Stance, Story
from tests.make import claim
from tests.unit.stories.service import RunningStories, contents

TRAIN = "armoured train carrying president left capital toward border summit"


def retold(ident: str) -> str:
    """The words of TRAIN in another order, so that the article *ident* is no near-copy of another."""
    words = TRAIN.split()
    return " ".join(Random(ident).sample(words, len(words)))


def told(running: RunningStories, ident: str, *claims: Claim) -> Story:
    """The record of the story after the article *ident*, with *claims*, was placed in it."""
    running.now += timedelta(minutes=1)
    return story_in(running.publish(ident, retold(ident), claims=claims))


def story_in(messages: list[Message]) -> Story:
    (story,) = (each for each in messages if isinstance(each, Story))
    return story


def test_a_story_has_the_origins_of_all_its_articles() -> None:
    running = RunningStories()
    first = told(running, "a", claim("reported", "anonymous", "two officials"))
    assert (first.origin_count, first.standing) == (1, "unnamed")
    second = told(running, "b", claim("denied", "named", "Ana Ruiz"))
    assert [(each.who, each.stance) for each in second.origins] == [("two officials", "reported"), ("Ana Ruiz", "denied")]
    assert (second.origin_count, second.standing) == (2, "disputed")
    third = told(running, "c", claim("confirmed", "named", "Ana Ruiz"), claim("said", "anonymous", "officials"))
    assert (third.count, third.origin_count, third.standing) == (3, 2, "confirmed")


def test_an_article_without_claims_has_no_origin() -> None:
    story = told(RunningStories(), "a")
    assert (story.origins, story.origin_count, story.standing) == ((), 0, "stated")


def test_a_later_version_of_an_article_may_deny() -> None:
    running = RunningStories()
    told(running, "a", claim("reported", "role", "police"))
    running.now += timedelta(minutes=1)
    edited = story_in(running.publish("a", retold("a"), version=2, claims=(claim("denied", "named", "Ana Ruiz"),)))
    assert (edited.count, edited.standing) == (1, "disputed")


@pytest.mark.parametrize("compacted", [False, True])
def test_a_restored_state_goes_on_with_the_same_origins(*, compacted: bool) -> None:
    running = RunningStories()
    told(running, "a", claim("reported", "anonymous", "two officials"))
    told(running, "b", claim("denied", "named", "Ana Ruiz"))
    restored = running.restored(compacted=compacted)
    assert contents(restored) == contents(running.state)
    lived = running.state
    after = [goes_on(running, state) for state in (lived, restored)]
    assert after[0] == after[1]


def goes_on(running: RunningStories, state: StoryState) -> Story:
    """The next record of the story if the service has *state*."""
    running.state = state
    return story_in(running.publish("c", retold("c"), claims=(claim("confirmed", "named", "Bo Lind"),)))


def test_a_story_of_an_earlier_program_stays_without_origins() -> None:
    running = RunningStories()
    first = told(running, "a", claim("reported", "anonymous", "two officials"))
    old = replace(first, origins=(), origin_count=None, standing=None)
    running.state = running.service.fresh(lambda _: True)
    running.service.apply(running.state, old)
    second = told(running, "b", claim("denied", "named", "Ana Ruiz"))
    assert (second.id, second.count) == (first.id, 2)
    assert (second.origins, second.origin_count, second.standing) == ((), None, None)


def test_the_origins_of_a_story_are_bounded() -> None:
    running = RunningStories()
    for number in range(2 * BOUNDS.origins):
        stance: Stance = "denied" if number == 0 else "said"
        names = (f"Body{number} Group", "Ana Ruiz", f"Bo Ana Ruiz {number}")
        story = told(running, f"a{number}", *(claim(stance, "named", name) for name in names))
    assert len(story.origins) == BOUNDS.origins < (story.origin_count or 0)
    assert max(len(each.names) for each in story.origins) <= BOUNDS.names
    assert max(len(each.outlets) for each in story.origins) <= BOUNDS.outlets
    assert story.standing == "disputed"
