"""Stories compare what is news in an article."""

from collections.abc import Iterable
from dataclasses import replace
from typing import cast

import pytest

from monitor.messages import ArticleStories, ArticleTopics, Message, NotNews, StoryMembership
from tests.make import START
from tests.unit.stories.service import RunningStories, topics_message

NEWS = "A tanker ran aground at the entrance of the harbour and two tugs try to pull it free"
ONE_END = """\
Marta Lund is a reporter who has covered shipping, fish farms, ports and the oil trade from Oslo since early 2012, after \
years of teaching French at a school for sailors in Tromso, where her first novel about whales takes place."""
OTHER_END = """\
Peter Holm is an editor based in Bergen, author of nine books on chess openings, a judge of poetry prizes and father of \
twins; before that, his column on gardens, bees and old apple trees appeared in weeklies for a decade."""


def assigned(stories: RunningStories, message: ArticleTopics) -> StoryMembership:
    """Process *message*. Return the story that it joins."""
    outputs = list(cast("Iterable[Message]", stories.service.step(stories.state, message)))
    for output in outputs:
        stories.service.apply(stories.state, output)
    return next(each.story for each in outputs if isinstance(each, ArticleStories))


def ended(ident: str, end: str, *, is_news: bool) -> ArticleTopics:
    """Return an article of NEWS that ends with *end*."""
    message = topics_message(ident, NEWS, START)
    text = f"{NEWS}\n{end}"
    not_news = () if is_news else (NotNews(len(NEWS) + 1, len(text), "biography"),)
    return replace(message, article=replace(message.article, text=text), not_news=not_news)


@pytest.mark.parametrize(("is_news", "duplicate_of"), [(False, "a"), (True, None)])
def test_copies_with_other_biographies_are_the_same(*, is_news: bool, duplicate_of: str | None) -> None:
    stories = RunningStories()
    assigned(stories, ended("a", ONE_END, is_news=is_news))
    assert assigned(stories, ended("b", OTHER_END, is_news=is_news)).duplicate_of == duplicate_of
