"""Check a query while it is typed."""

import pytest

from monitor.config import Config, FeedConfig, Watch
from page.watches.check import check_query, check_watch

CONFIG = Config(sets={"kim": ("Kim Jong Un", "김정은")})


@pytest.mark.parametrize(
    ("query", "meaning"),
    [
        (
            "@kim NEAR/10 (Khasan OR border*)",
            "@kim (2 names) within 10 words of (“Khasan” or a word that begins with “border”)",
        ),
        ("kim ONEAR/3 train", "“kim” before and within 3 words of “train”"),
        ("kim train NOT (film OR song)", "“kim” and “train”; not with (“film” or “song”)"),
        ("title:summit", "“summit” in the title"),
        ('case("WHO") AND org:"World Health Organization"', "“WHO” spelt so and the organisation “World Health Organization”"),
        ("atleast/2(kim, jong, putin)", "at least 2 of: “kim”, “jong”, “putin”"),
    ],
)
def test_a_query_is_told_in_words(query: str, meaning: str) -> None:
    checked = check_query(query, CONFIG)
    assert (checked.meaning, checked.problem) == (meaning, None)


def test_a_mistake_is_told_with_its_place() -> None:
    checked = check_query("kim AND\n(train", CONFIG)
    assert checked.meaning is None
    assert checked.problem is not None
    assert (checked.problem.line, checked.problem.column) == (2, 1)
    assert "parenthesis is not closed" in checked.problem.text


def test_what_may_be_a_mistake_is_told_as_a_hint_at_its_place() -> None:
    (hint,) = check_query("boat and\ntrain", CONFIG).hints
    assert "the operator is AND" in hint.text
    assert (hint.line, hint.column, hint.context) == (1, 6, "boat and\n     ^")


def test_what_lint_finds_is_told_too() -> None:
    checked = check_watch(Watch("a", any=("Smith", "sanction*")), CONFIG)
    assert [(each.key, each.line) for each in checked.hints] == [("any", 0), ("any", 0)]
    assert "'Smith'" in checked.hints[0].text
    assert not checked.hints[0].text.startswith("watch")


def test_lists_are_told_in_words_the_first_ones_of_many() -> None:
    watch = Watch("a", any=tuple(f"name {number}" for number in range(9)), none=("film",), lang=("en", "de"))
    assert check_watch(watch, CONFIG).meaning == (
        "“name 0”, “name 1”, “name 2”, “name 3”, “name 4”, “name 5” or 3 more; the language “en” or “de”; not with “film”"
    )


def test_the_secret_of_a_feed_is_in_no_text() -> None:
    feed = FeedConfig("https://example.org/secret-path", private=True)
    config = Config(feeds=(feed,))
    checked = check_watch(Watch("a", any=("x",), feeds=(feed.url,)), config)
    assert checked.meaning
    assert "secret-path" not in checked.meaning
    problem = check_query(f'feed:"{feed.url}" (', config).problem
    assert problem
    assert "secret-path" not in problem.text + problem.context
