"""Search: what the index selects, and what a query then finds."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consumers.alerts.matching.document import Document
from consumers.alerts.matching.evaluate import holds
from consumers.alerts.query.errors import InvalidQuery
from monitor.bus import Partition, Record
from monitor.config import Config
from monitor.messages import ArticleStories
from monitor.messages.codec import encode
from page.index import Index
from page.index.following import make_row
from page.search import compile_query, group_by_story, search, search_on
from page.search.expression import make_expression
from tests.make import START, article_stories, entity

CONFIG = Config(sets={"leaders": ("Kim Jong Un", "Putin")})


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    """An empty index."""
    opened = Index(tmp_path / "index.db", "sqlite:news.db")
    yield opened
    opened.close()


def fill(index: Index, *messages: ArticleStories) -> None:
    """Put *messages* into *index*."""
    for message in messages:
        value = encode(message).value
        row = make_row(ArticleStories, Record(Partition("article.stories.v1"), 0, 0.0, "", value, {}))
        assert row is not None
        index.add([row], {})


def titles(index: Index, query: str, since: float = 0.0, limit: int = 50) -> list[str]:
    """The titles of the articles that *query* finds."""
    return [each.message.article.title for each in search(index, compile_query(query, CONFIG), since=since, limit=limit).found]


def test_the_newest_article_is_the_first_and_stands_once(index: Index) -> None:
    first = article_stories("Kim’s train", id="a")
    fill(index, first, article_stories("A train, again", minutes=5), article_stories("Kim’s train left", id="a", version=2))
    assert titles(index, "train") == ["Kim’s train left", "A train, again"]
    assert titles(index, "title:left OR again") == ["Kim’s train left", "A train, again"]
    assert titles(index, "train", since=(START + timedelta(minutes=1)).timestamp()) == ["A train, again"]


def test_pages_hold_each_article_once(index: Index) -> None:
    fill(index, *(article_stories(f"Train {number}") for number in range(7)))
    node, found, before = compile_query("train", CONFIG), [], None
    for _ in range(4):
        page = search(index, node, since=0, limit=2, before=before)
        found += [each.message.article.title for each in page.found]
        before = page.before
    assert found == [f"Train {number}" for number in reversed(range(7))]
    assert before is None


def test_an_edited_article_stands_on_one_page(index: Index) -> None:
    """In its newest version that matches: an earlier one, on a later page, would be the same article once more."""
    others = [article_stories(f"Train {number}") for number in range(4)]
    first = [article_stories("Train", id="x"), article_stories("Bus, no train", id="y"), *others]
    fill(
        index, *first, article_stories("Train, at last", id="x", version=2), article_stories("Bus", "Late.", id="y", version=2)
    )
    node, found, before = compile_query("train", CONFIG), [], None
    while True:
        page = search(index, node, since=0.0, limit=2, before=before)
        found += [each.message.article.title for each in page.found]
        if (before := page.before) is None:
            break
    assert found == ["Train, at last", "Train 3", "Train 2", "Train 1", "Train 0", "Bus, no train"]


def test_a_search_goes_on_after_many_candidates_that_do_not_match(index: Index) -> None:
    fill(index, article_stories("Kim left, a train"), *(article_stories(f"Train {n} of Kim") for n in range(5)))
    node = compile_query("kim NEAR/1 left", CONFIG)
    near = compile_query("train NEAR/3 kim NOT title:of", CONFIG)
    assert search(index, near, since=0, limit=1, candidates=2).found == ()
    for each in (node, near):
        (found,) = search_on(index, each, since=0, limit=1, candidates=2).found
        assert found.message.article.title == "Kim left, a train"


def test_the_articles_of_a_story_stand_together(index: Index) -> None:
    fill(index, *(article_stories(f"Train {n}", story=story) for n, story in enumerate("abab")))
    found = search(index, compile_query("train", CONFIG), since=0, limit=9).found
    groups = [[each.message.article.title for each in group] for group in group_by_story(found)]
    assert groups == [["Train 3", "Train 1"], ["Train 2", "Train 0"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('"Kim Jong Un"', ["one"]),
        ("@leaders", ["one", "two"]),
        ("putin*", ["two"]),
        ("kim NEAR/3 un", ["one"]),
        ("NOT kim AND putin", ["two"]),
        ('person:"Vladimir Putin"', ["two"]),
        ("c++", ["three"]),
        ('"e-mail"', ["three"]),
        ("atleast/2(kim, jong, putin)", ["one"]),
        ('email lang:"fr"', ["three"]),
        ("мир", ["four"]),
        ("平壤", ["four"]),
        ("nothing", []),
        ('person:"Nobody Known At All"', []),
    ],
)
def test_every_part_of_the_query_language_is_found(index: Index, query: str, expected: list[str]) -> None:
    putin = entity("Vladimir Putin", ident="person:vladimir-putin")
    fill(
        index,
        article_stories("one", "Kim Jong Un has left."),
        article_stories("two", "Putin’s train.", entities=(putin,)),
        article_stories("three", "An email on C++ came.", language="fr", lang="fr"),
        article_stories("four", "Мир и 平壤站."),
    )
    assert sorted(titles(index, query)) == sorted(expected)


def test_articles_with_a_value_that_is_refused_are_no_candidates(index: Index) -> None:
    fill(index, *(article_stories(f"Train {n}", language="fr", lang="fr") for n in range(3)), article_stories("Train, English"))
    node = compile_query('train NOT lang:fr NOT person:"Nobody Known At All" NOT summit', CONFIG)
    (found,) = search(index, node, since=0, limit=9).found
    assert found.message.article.title == "Train, English"
    assert len(index.candidates(make_expression(node), 0.0, None, 9)) == 1


@pytest.mark.parametrize("operators", [("AND", "OR"), ("OR", "AND")])
@pytest.mark.parametrize("form", ["(word {} {})", "({1} {0} word)"])
def test_a_query_as_deep_as_the_language_allows_is_found(index: Index, operators: tuple[str, str], form: str) -> None:
    fill(index, article_stories("A train, a word"), article_stories("Nothing"))
    query = "train"
    for level in range(45):
        query = form.format(operators[level % 2], query)
    assert titles(index, query) == ["A train, a word"]


def test_a_deep_query_that_refuses_at_each_level_is_found(index: Index) -> None:
    fill(index, article_stories("A train, a word"), article_stories("A train, a word, French", language="fr", lang="fr"))
    query = "train"
    for _ in range(20):
        query = f"(word AND (other OR {query}) NOT lang:fr)"
    assert titles(index, query) == ["A train, a word"]


def test_a_wrong_query_names_the_place() -> None:
    with pytest.raises(InvalidQuery, match="parenthesis"):
        compile_query("kim NEAR/3 (un", CONFIG)


WORDS = st.sampled_from(
    ["kim", "Kim", "U.S.", "e-mail", "email", "c++", "train", "o’brien", "Ямал", "平壤", "state-of-the-art", "AT&T", "café"]
)
TEXTS = st.lists(st.tuples(WORDS, st.sampled_from([" ", ". ", "-", ", "])), max_size=8).map(
    lambda pairs: "".join(f"{word}{sign}" for word, sign in pairs) or "none"
)
QUERIES = st.recursive(
    WORDS.map(lambda word: f'"{word}"') | st.sampled_from(["ki*", "tra*"]),
    lambda parts: st.tuples(parts, st.sampled_from([" AND ", " OR ", " NEAR/3 ", " AND NOT "]), parts).map(
        lambda three: f"({three[0]}){three[1]}({three[2]})"
    ),
    max_leaves=4,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(text=TEXTS, query=QUERIES)
def test_the_index_selects_whatever_a_query_matches(tmp_path_factory: pytest.TempPathFactory, text: str, query: str) -> None:
    try:
        node = compile_query(query, CONFIG)
    except InvalidQuery:
        return
    message = article_stories("Title", text)
    if not holds(node, Document(message)):
        return
    opened = Index(tmp_path_factory.mktemp("index") / "index.db", "sqlite:news.db")
    fill(opened, message)
    found = titles(opened, query)
    opened.close()
    assert found == ["Title"], make_expression(node)
