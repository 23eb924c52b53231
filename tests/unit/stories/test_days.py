"""The days that an article names."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.stories.days import find_days, format_day, least_gap, parse_day
from monitor.text.languages import pack
from monitor.text.tokens import tokens

APPEARED = date(2026, 3, 10)
CALENDAR = pack("en").calendar


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("A bridge fell on 9 March.", ["2026-03-09"]),
        ("A bridge fell on March 9, 2019", ["2019-03-09"]),
        ("Dec. 30: a bridge fell", ["2025-12-30"]),
        ("It fell yesterday, and is closed today", ["2026-03-09", "2026-03-10"]),
        ("It fell on Monday", ["2026-03-09", "2026-03-16"]),
        ("It fell on Tuesday", ["2026-03-10", "2026-03-17"]),
        ("Rain may fall in March, on 31 June and on February 29", []),
        ("The 9 bridges", []),
    ],
)
def test_days_are_resolved_against_the_day_on_which_the_article_appeared(text: str, days: list[str]) -> None:
    assert sorted(map(format_day, find_days(tokens(text), CALENDAR, APPEARED))) == days


@given(st.lists(st.sampled_from(["march", "9", "99", "2026", "0000", "monday", "yesterday", "tomorrow", "२"])), st.dates())
def test_any_words_on_any_day_name_days_that_can_be_stored(words: list[str], appeared: date) -> None:
    days = find_days(words, CALENDAR, appeared)
    assert {parse_day(format_day(day)) for day in days} == days


def test_the_gap_is_that_of_the_nearest_days() -> None:
    assert least_gap({1, 10}, {13, 40}) == 3
    assert least_gap({1}, {1, 7}) == 0
    assert least_gap(set(), {1}) is None


@pytest.mark.parametrize("text", ["", "yesterday", "2026-02-30", "20260309x"])
def test_a_malformed_day_in_a_story_is_none(text: str) -> None:
    assert parse_day(text) is None
