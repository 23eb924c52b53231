"""Watches for what an article is about: queries and lists, reasons, explanations, hints and lint."""

from dataclasses import replace

import pytest

from consumers.alerts.matching.compile import compile_watch, list_hints, query_hints, query_problem
from consumers.alerts.matching.document import Document
from consumers.alerts.matching.matcher import Matcher
from consumers.alerts.matching.matches import find_matches
from consumers.alerts.matching.resolve import lookups_for
from consumers.alerts.tools.explain import Explanation, explain
from consumers.alerts.tools.lint.log_checks import Usage, find_dead_terms
from consumers.alerts.tools.lint.overlap_checks import find_contained
from consumers.alerts.tools.lint.spelling_checks import find_unknown_names
from monitor.config import Config, Watch
from monitor.messages import ArticleStories, Claim, Entity, NotNews, Reason, Span
from tests.make import START, article_stories

LOOKUPS = lookups_for(Config())
TITLE = "Putin visits Corvin works"
TEXT = "Putin saw the works. Putin left. It rained. A tanker of Iran waited. All was quiet. Peskov said so."
PUTIN = Entity(
    "Q7747", "person", "Vladimir Putin", 3, (Span("title", 0, 5), Span("text", 0, 5), Span("text", 21, 26)), about=True
)
CORVIN = Entity("org:corvin works", "org", "Corvin works", 1, (Span("title", 13, 25),), about=True)
IRAN = Entity("place:iran", "place", "Iran", 1, (Span("text", 56, 60),))
PESKOV = Entity("person:dmitry-peskov", "person", "Dmitry Peskov", 1, (Span("text", 84, 90),))
SAID = Claim("said", "named", "Peskov", Span("text", 91, 95), who_at=Span("text", 84, 90))
MESSAGE = article_stories(TITLE, TEXT, entities=(PUTIN, CORVIN, IRAN, PESKOV), claims=(SAID,))


def reasons(watch: Watch | str, message: ArticleStories = MESSAGE) -> tuple[Reason, ...] | None:
    """Return the reasons for which *watch*, or a query, matches; None if it does not."""
    matcher = Matcher()
    matcher.add(compile_watch(Watch("w", query=watch) if isinstance(watch, str) else watch, LOOKUPS))
    return next((match.reasons for match in find_matches(matcher, message)), None)


def explained(query: str, message: ArticleStories = MESSAGE) -> Explanation:
    return explain(compile_watch(Watch("w", query=query), LOOKUPS).ast, Document(message))


@pytest.mark.parametrize(
    ("query", "matches"),
    [
        ("about:putin", True),
        ('about:"Владимир Путин"', True),
        ("about:Q7747", True),
        ('about:("Donald Trump" OR Putin)', True),
        ('about:"Corvin Works"', True),
        ("about:iran", False),
        ("iran NOT about:iran", True),
        ('about:"Dmitry Peskov"', False),
        ('person:"Dmitry Peskov" NOT about:putin', False),
        ("atleast 2 (about:putin, about:iran, about:corvin)", True),
    ],
)
def test_a_query_asks_for_what_the_article_is_about(query: str, *, matches: bool) -> None:
    assert query_problem(Watch("w", query=query), LOOKUPS) is None
    assert (reasons(query) is not None) is matches
    assert explained(query).holds is matches


def test_the_reason_has_the_name_as_the_article_writes_it() -> None:
    assert reasons('about:"Vladimir Putin"') == (Reason("about", "Vladimir Putin", "Putin", Span("title", 0, 5)),)


def test_a_list_of_a_watch_asks_for_it_too() -> None:
    assert reasons(Watch("w", about=("Donald Trump", "Putin"))) == (Reason("about", "Putin", "Putin", Span("title", 0, 5)),)
    assert reasons(Watch("w", about=("Iran",))) is None
    assert reasons(Watch("w", any=("tanker",), about=("Corvin",))) is not None


def test_words_that_are_no_known_name_count_in_the_title() -> None:
    assert reasons("about:visits") == (Reason("about", "visits", "visits", Span("title", 6, 12)),)
    assert reasons('about:"visits corvin"') is not None
    assert reasons("about:tanker") is None
    # A known name has its entity to be told by, so its words in the title do not count.
    assert reasons("about:putin", replace(MESSAGE, entities=(replace(PUTIN, about=False),))) is None


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("about:putin", "in the headline and 2 of 6 sentences"),
        ("about:iran", "the article mentions 'Iran' in 1 of 6 sentences, and is not about it"),
        ('about:"Dmitry Peskov"', "the article names 'Dmitry Peskov' only as a source, or where it is not news"),
        ('about:"Donald Trump"', "the article is about 'Putin', 'Corvin works'"),
    ],
)
def test_an_explanation_says_where_the_article_names_it(query: str, why: str) -> None:
    assert explained(query).why == why


def test_an_explanation_shows_both_ways_to_match_words() -> None:
    entity, title = explained("about:tanker").parts
    assert (entity.label, entity.why) == ("about:'tanker'", "the article is about 'Putin', 'Corvin works'")
    assert title.label == "title:'tanker'"
    assert title.why.startswith("no 'tanker' in the title")


def test_an_explanation_says_that_a_name_is_in_what_is_not_news() -> None:
    message = replace(MESSAGE, entities=(), not_news=(NotNews(44, 67, "caption"),))
    assert explained("about:iran", message).why == "'iran' is named in what is not news: caption"
    assert explained("about:putin", message).why == "the article is about nobody and nothing that has a name"


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("about:put*", "about: takes words and phrases"),
        ("about:(putin NEAR/3 kim)", "NEAR can be used in title:"),
        ("about:person:putin", "a second field follows about:"),
        ("title:(about:putin)", "a field inside title:"),
        ("subject:putin", "write about: for what an article is about"),
        ("abuot:putin", "did you mean about:?"),
        ('about:"..."', "contains no word"),
    ],
)
def test_misuse_is_an_error_with_a_remedy(query: str, problem: str) -> None:
    error = query_problem(Watch("w", query=query), LOOKUPS)
    assert error is not None
    assert problem in error.message


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("weather", "'weather' is a topic, not a name: write topic instead of about"),
        ("Vladmir Putin", "'Vladmir Putin' is not a known name: did you mean 'Vladimir Putin'?"),
        ("Putin", None),
        ("Corvin works", None),
    ],
)
def test_hints(text: str, hint: str | None) -> None:
    expected = [] if hint is None else [("unknown", hint)]
    assert [(kind, each.message) for kind, each in query_hints(Watch("w", query=f'about:"{text}"'))] == expected
    assert [(kind, each.message) for kind, each in list_hints(Watch("w", about=(text,)))] == expected


def test_lint_notes_a_name_that_is_not_known() -> None:
    found = find_unknown_names(compile_watch(Watch("w", query="about:corvin OR about:putin OR about:Q42"), LOOKUPS))
    assert [(each.kind, each.term.text if each.term else "") for each in found] == [("note", "corvin")]


def test_lint_takes_two_names_of_one_entity_for_the_same() -> None:
    assert list(find_contained(compile_watch(Watch("w", query="about:Putin OR about:Q7747"), LOOKUPS)))


def test_words_that_occur_in_titles_alone_are_not_dead() -> None:
    usage = Usage([compile_watch(Watch("w", query="about:visits OR about:nowhere OR works"), LOOKUPS)], keep=START - START)
    usage.add_article(MESSAGE)
    assert {each.term.text for each in find_dead_terms(usage, ()) if each.term} == {"nowhere"}
