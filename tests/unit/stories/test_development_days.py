"""The days that a sentence names."""

import pytest

from tests.unit.stories.sentences import numbers, read


def test_days_are_those_of_dates_and_weekdays() -> None:
    days = read("It closed on 9 March and reopens on Friday or in June.").days
    assert days.dates == {"2026-03-09"}
    assert days.weekdays == {frozenset({"2026-03-06", "2026-03-13"})}
    assert days.months == {"2026-06"}


@pytest.mark.parametrize(
    ("text", "language", "day"),
    [
        ("It opens on the 14th of February.", "en", "2026-02-14"),
        ("It opens on 13 June next year.", "en", "2027-06-13"),
        ("It opens on June 13 next year.", "en", "2027-06-13"),
        ("It is fit to eat until November 15 this year.", "en", "2026-11-15"),
        ("Elle ouvre le 13 juin de l'année prochaine.", "fr", "2027-06-13"),
        ("Sie wird am 13. Juni nächsten Jahres geöffnet.", "de", "2027-06-13"),
        ("Se abre el 13 de junio del próximo año.", "es", "2027-06-13"),
    ],
)
def test_a_date_has_its_day_before_the_month_and_its_year_in_words(text: str, language: str, day: str) -> None:
    assert read(text, language).days.dates == {day}
    assert numbers(text, language) == []
