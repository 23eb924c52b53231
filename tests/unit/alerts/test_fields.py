"""The table of query fields: a new field needs nothing but its definition and its place in the table."""

from collections.abc import Mapping
from typing import cast

import pytest

from consumers.alerts.matching.compile import compile_watch, query_problem
from consumers.alerts.matching.document import Document
from consumers.alerts.matching.matcher import Matcher
from consumers.alerts.matching.matches import find_matches
from consumers.alerts.matching.resolve import lookups_for
from consumers.alerts.query.errors import InvalidQuery
from consumers.alerts.query.fields import FIELDS, Excerpt, Field, Lookups, Value
from consumers.alerts.query.parse import parse
from consumers.alerts.tools.explain import Explanation, explain
from monitor.config import Config, FeedConfig, Watch
from monitor.feeds.configured import id_of
from monitor.messages import ArticleStories, Clause, Reason, Span
from monitor.text.tokens import tokens
from tests.make import article_stories


def author_values(message: ArticleStories) -> Mapping[Value, Excerpt]:
    return {tokens(author): Excerpt(author, None) for author in message.article.authors}


def resolve_author(text: str, _lookups: Lookups) -> tuple[Value, ...]:
    return (tokens(text),)


# The schema's enumeration has no "author", hence the cast.
AUTHOR = Field(cast("Clause", "author"), author_values, resolve_author, cost=2.0)
FIELDS_WITH_AUTHOR = (*FIELDS, AUTHOR)
LOOKUPS = lookups_for(Config())
ARTICLE = article_stories("Summit opens", "The train left.", authors=("Ann Lee", "Bo Ek"))


def find_reasons(query: str) -> list[tuple[Reason, ...]]:
    """Return the reasons for which a watch with *query* matches ARTICLE; empty if it does not."""
    matcher = Matcher(FIELDS_WITH_AUTHOR)
    matcher.add(compile_watch(Watch("w", query=query), LOOKUPS, FIELDS_WITH_AUTHOR))
    return [match.reasons for match in find_matches(matcher, ARTICLE)]


def explain_query(query: str) -> Explanation:
    compiled = compile_watch(Watch("w", query=query), LOOKUPS, FIELDS_WITH_AUTHOR)
    return explain(compiled.ast, Document(ARTICLE, FIELDS_WITH_AUTHOR))


@pytest.mark.parametrize(
    ("query", "matches"),
    [
        ("author:lee", False),
        ('author:"ann LEE"', True),
        ('summit author:("Cy Fo" OR "Bo Ek")', True),
        ('summit -author:"Bo Ek"', False),
        ('atleast 2 (author:"Ann Lee", author:"Bo Ek", sunset)', True),
    ],
)
def test_added_field_is_matched(query: str, *, matches: bool) -> None:
    assert query_problem(Watch("w", query=query), LOOKUPS, FIELDS_WITH_AUTHOR) is None
    assert bool(find_reasons(query)) is matches
    assert explain_query(query).holds is matches


def test_added_field_is_given_as_a_reason() -> None:
    assert find_reasons('summit author:"Ann Lee"') == [
        (
            Reason("phrase", "summit", "Summit", Span("title", 0, 6)),
            Reason(AUTHOR.name, "Ann Lee", "Ann Lee", None),
        )
    ]


def test_added_field_is_explained() -> None:
    explanation = explain_query('author:"Cy Fo"')
    assert (explanation.label, explanation.why) == ("author:'Cy Fo'", "the article has 'Ann Lee', 'Bo Ek'")


def test_added_field_is_suggested() -> None:
    with pytest.raises(InvalidQuery) as caught:
        parse("autor:Lee", FIELDS_WITH_AUTHOR)
    assert caught.value.message.endswith("did you mean author:?")


def test_field_outside_the_table_is_unknown() -> None:
    with pytest.raises(InvalidQuery, match="there is no field 'author'"):
        parse("author:Lee")


def test_health_is_a_list_and_not_a_query_field() -> None:
    with pytest.raises(InvalidQuery, match="there is no field 'health'"):
        parse("health:failing")


@pytest.mark.parametrize(
    ("url", "private", "shown"),
    [
        ("https://kay:hemlig@desk.example/rss?token=hemlig", False, "https://desk.example/rss?token=***"),
        ("https://desk.example/our/list.rss", True, "https://desk.example/***"),
        ("https://desk.example/world.rss", False, "https://desk.example/world.rss"),
    ],
)
def test_the_reasons_of_an_alert_name_a_feed_without_its_secrets(url: str, *, private: bool, shown: str) -> None:
    feed = FeedConfig(url, private=private)
    compiled = compile_watch(Watch("w", feeds=(url,)), lookups_for(Config(feeds=(feed,))), FIELDS)
    matcher = Matcher(FIELDS)
    matcher.add(compiled)
    (match,) = find_matches(matcher, article_stories("Summit opens", "", feed=id_of(feed)))
    assert [(reason.clause, reason.term) for reason in match.reasons] == [("feed", shown)]
