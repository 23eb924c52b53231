"""Check a query while it is typed."""

import pytest

from monitor.config import Config
from page.watches.check import check_query

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


def test_what_may_be_a_mistake_is_told_as_a_hint() -> None:
    (hint,) = check_query("kim and train", CONFIG).hints
    assert "AND" in hint.text
