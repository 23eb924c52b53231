"""A watch for words reads all of an article; an explanation says what is not news in it."""

from dataclasses import replace

import pytest

from consumers.alerts.matching.compile import compile_watch
from consumers.alerts.matching.document import Document
from consumers.alerts.matching.resolve import lookups_for
from consumers.alerts.tools.explain import Explanation, explain
from consumers.alerts.tools.not_news import describe_not_news
from monitor.config import Config, Watch
from monitor.messages import NotNews
from tests.make import article_stories

TEXT = "A tanker ran aground.\nVladimir Putin visits Oslo, June 3, 2014.\nThe Kremlin is silent."
MESSAGE = replace(article_stories("Tanker", TEXT), not_news=(NotNews(22, 63, "caption"),))


def explained(query: str) -> Explanation:
    """Return the explanation of a query on MESSAGE."""
    return explain(compile_watch(Watch("q", query=query), lookups_for(Config())).ast, Document(MESSAGE))


def test_words_in_what_is_not_news_match() -> None:
    assert explained("putin").holds


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ('person:"Putin"', "'Putin' is named in what is not news: caption"),
        ('place:"Oslo"', "'Oslo' is named in what is not news: caption"),
        ('org:"Kremlin"', "the article has none"),
        ('topic:"sport"', "the article has none"),
    ],
)
def test_an_explanation_says_that_a_name_is_in_what_is_not_news(query: str, why: str) -> None:
    explanation = explained(query)
    assert (explanation.holds, explanation.why) == (False, why)


def test_the_passages_that_are_not_news_are_listed() -> None:
    (line,) = describe_not_news(MESSAGE)
    assert line == "not news, read for words only: caption 'Vladimir Putin visits Oslo, June 3, 2014.' (text 22)"
