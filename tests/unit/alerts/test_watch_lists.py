"""The lists of a watch (any, all, none, person, topic, feeds ...) and what they match."""

import pytest

from consumers.alerts.matching.compile import compile_watch, list_problems, query_problem
from consumers.alerts.matching.matcher import Matcher
from consumers.alerts.matching.matches import Match, find_matches
from consumers.alerts.matching.resolve import lookups_for
from consumers.alerts.query.fields import Lookups
from monitor.config import Config, FeedConfig, Watch
from monitor.messages import ArticleStories, EntityType, Reason, Span, Topic
from tests.make import article_stories, entity

SUMMITS = Topic("medtop:20000639", "summit meetings", 0.4, ("medtop:20000638", "medtop:11000000"))


def entity_id(name: str, kind: EntityType) -> str | None:
    return {("Kim Jong Un", "person"): "Q56226", ("Kim Jong-un", "person"): "Q56226"}.get((name, kind))


LOOKUPS = Lookups(
    entity_id=entity_id,
    topic_code={"politics and government": "medtop:11000000", "medtop:20000639": "medtop:20000639"}.get,
    feed_ids=lambda name: {"Example": ["example.org/world.rss"]}.get(name, []),
    alias_sets={},
)


def matches_of(watch: Watch, message: ArticleStories) -> list[Match]:
    matcher = Matcher()
    matcher.add(compile_watch(watch, LOOKUPS))
    return find_matches(matcher, message)


def matches(watch: Watch, message: ArticleStories) -> bool:
    return bool(matches_of(watch, message))


@pytest.mark.parametrize(
    ("phrase", "text", "expected"),
    [
        ("Kim Jong Un", "The train of Kim Jong-un has left.", True),
        ("Kim Jong-un", "KIM JONG UN arrived.", True),
        ("Kim Jong-un", "Kim Jongun arrived.", True),
        ("Kim", "Kim's train left.", True),
        ("Kim", "Kimchi is served.", False),
        ("summit", "Nothing at the summits.", False),
        ("김정은", "김정은이 출발했다", True),
        ("Путин", "Владимир ПУТИН прибыл", True),
        ("São Paulo", "Sao Paulo votes", True),
        ("Kim Jong Un", "Kim and Jong-un", False),
    ],
)
def test_phrases_match_whole_words_in_any_spelling(phrase: str, text: str, *, expected: bool) -> None:
    assert matches(Watch("w", any=(phrase,)), article_stories("Title", text)) is expected


def test_all_and_none_narrow_a_watch() -> None:
    watch = Watch("w", any=("summit", "talks"), all=("Kim",), none=("mountain",))
    assert matches(watch, article_stories("Kim at the summit"))
    assert matches(watch, article_stories("Kim", "The talks go on."))
    assert not matches(watch, article_stories("A summit"))
    assert not matches(watch, article_stories("Kim at the summit of the mountain"))


def test_entities_match_by_id_and_by_name() -> None:
    message = article_stories("Kim arrives", entities=(entity("Kim Jong Un", ident="Q56226"), entity("Lee Nobody")))
    assert matches(Watch("w", person=("Kim Jong-un",)), message)
    assert matches(Watch("w", person=("Q56226",)), message)
    assert matches(Watch("w", person=("lee nobody",)), message)
    assert not matches(Watch("w", org=("Kim Jong-un",)), message)
    assert not matches(Watch("w", person=("Kim",)), message)


def test_a_feed_may_be_named_by_the_id_that_an_earlier_version_printed() -> None:
    config = Config(feeds=(FeedConfig("https://desk.example/token/3f9a1c7be2d45c783f9a"),))
    (ident,) = lookups_for(config).feed_ids("desk.example/token/3f9a1c7be2d45c783f9a")
    assert "3f9a1c7be2d45c783f9a" not in ident


def test_a_topic_matches_its_narrower_topics() -> None:
    message = article_stories("A meeting", topics=(SUMMITS,))
    assert matches(Watch("w", topic=("politics and government",)), message)
    assert matches(Watch("w", topic=("medtop:20000639",)), message)
    assert not matches(Watch("w", topic=("politics and government",), any=("train",)), message)


def test_feeds_and_lang_limit_a_watch() -> None:
    assert matches(Watch("w", any=("title",), feeds=("Example",)), article_stories())
    assert not matches(Watch("w", any=("title",), feeds=("Example",)), article_stories(feed="example.com/other"))
    assert matches(Watch("w", any=("title",), lang=("de",)), article_stories(language="de"))
    assert not matches(Watch("w", any=("title",), lang=("de",)), article_stories(language="en"))


def test_reasons_name_clause_term_words_and_place() -> None:
    watch = Watch("w", any=("Kim Jong-un",), topic=("politics and government",))
    (match,) = matches_of(watch, article_stories("Now", "Train of KIM JONG UN.", topics=(SUMMITS,)))
    assert match.reasons == (
        Reason("any", "Kim Jong-un", "KIM JONG UN", Span("text", 9, 20)),
        Reason("topic", "politics and government", "summit meetings", None),
    )


def test_lists_that_can_never_match_are_problems() -> None:
    problems = list_problems(Watch("w", any=("...",), topic=("polticks",), feeds=("Nowhere",)), LOOKUPS)
    assert [problem.key for problem in problems] == ["any", "topic", "feeds"]
    assert list_problems(Watch("w", any=("Kim",), topic=("politics and government",), feeds=("Example",)), LOOKUPS) == []


def test_codes_that_do_not_exist_are_problems() -> None:
    (problem,) = list_problems(Watch("w", any=("Kim",), lang=("en", "german")), LOOKUPS)
    assert problem == ("lang", "'german' is not the code of a language; write 'de'")
    in_query = query_problem(Watch("w", query="Kim lang:en NOT country:uk"), LOOKUPS)
    assert in_query
    assert (in_query.column, in_query.message) == (25, "'uk' is not the code of a country; write 'GB'")
    assert list_problems(Watch("w", any=("Kim",), lang=("en", "pt-BR")), LOOKUPS) == []


@pytest.mark.parametrize("query", ['"he /she/ said"', '"[a-z] list"', "“the C:\\d drive”", 'title:"^5 for all"'])
def test_a_phrase_in_quotation_marks_is_never_a_regular_expression(query: str) -> None:
    assert query_problem(Watch("w", query=query), LOOKUPS) is None


@pytest.mark.parametrize(("query", "column"), [("/Carn.y/", 1), ('"Mark" Carn[ae]y', 12), ("Carn.*y", 5)])
def test_a_regular_expression_is_refused_with_its_place(query: str, column: int) -> None:
    problem = query_problem(Watch("w", query=query), LOOKUPS)
    assert problem is not None
    assert "looks like a regular expression" in str(problem)
    assert f"column {column}:" in str(problem)
