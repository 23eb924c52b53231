"""The words in dates: months and weekdays in several languages, East Asian clocks, and zones that are named twice."""

from datetime import UTC, datetime

import pytest

from monitor.feeds.parsing import dates

MARCH = datetime(2026, 3, 3, 18, 5, tzinfo=UTC)
"""A Tuesday."""


@pytest.mark.parametrize(
    "text",
    [
        *("3 maart 2026 18:05", "Di, 3 maart 2026 18:05:00", "mar. 3 mars 2026 18:05", "marți, 3 martie 2026 18:05"),
        *("3 marzo 2026, martes 18:05", "mar, 3 mar 2026 18:05", "Sal, 3 Mart 2026 18:05"),
        *("2026年3月3日(火) 18:05", "2026/03/03(火) 18:05", "2026年3月3日 火曜日 18時05分", "2026年03月03日18時05分00秒"),
        *("2026年3月3日 星期二 下午6:05", "2026-03-03 周二 18:05", "2026年3月3日（二） 18:05"),
        *("2026년 3월 3일 (화) 오후 6:05", "2026년 3월 3일 화요일 오후 6:05:00", "2026년3월3일 18시05분"),
    ],
)
def test_weekdays_and_months_in_words_are_read(text: str) -> None:
    assert dates.parse(text) == MARCH


@pytest.mark.parametrize("day", ["17 noviembre 2026, martes", "17 novembre 2026 (mardi)", "17 nov 2026 mar", "mar 17 nov 2026"])
def test_a_tuesday_is_not_march(day: str) -> None:
    assert dates.parse(f"{day} 18:05") == datetime(2026, 11, 17, 18, 5, tzinfo=UTC)


@pytest.mark.parametrize("text", ["3. marraskuuta 2026", "ti, 3 marras 2026 18:05", "3 Meitheamh 2026", "3 March May 2026"])
def test_a_word_that_only_begins_like_a_month_is_none(text: str) -> None:
    assert dates.parse(text) is None


@pytest.mark.parametrize("zone", ["GMT GMT", "UTC utc", "+0000 UTC"])
def test_a_zone_may_be_named_twice(zone: str) -> None:
    assert dates.parse(f"Tue, 03 Mar 2026 18:05:00 {zone}") == MARCH


@pytest.mark.parametrize("zone", ["+00100", "+10000", "EST PST", "( )", "."])
def test_a_zone_with_missing_digits_or_two_names_is_none(zone: str) -> None:
    assert dates.parse(f"Tue, 03 Mar 2026 18:05:00 {zone}") is None
