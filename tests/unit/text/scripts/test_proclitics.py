"""Prefixes that Arabic and Hebrew write together with the next word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text.scripts.proclitics import MARKERS, stem_positions, stems, takes_prefix
from monitor.text.tokens import fold, tokens


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        ("لشيراز", "شيراز"),
        ("وشيراز", "شيراز"),
        ("فشيراز", "شيراز"),
        ("بشيراز", "شيراز"),
        ("كشيراز", "شيراز"),
        ("وبشيراز", "شيراز"),
        ("بالكويت", "الكويت"),
        ("بالكويت", "كويت"),
        ("والكويت", "الكويت"),
        ("للكويت", "الكويت"),
        ("وللكويت", "الكويت"),
        ("للكويت", "كويت"),
        ("للندن", "لندن"),
        ("للجنة", "اللجنة"),
        ("سيزور", "يزور"),
        ("وستزور", "تزور"),
        ("בחיפה", "חיפה"),
        ("ובחיפה", "חיפה"),
        ("שבחיפה", "חיפה"),
        ("לכשהשר", "השר"),
        ("מהשר", "שר"),
        ("והשרים", "שרים"),
        ("בצה״ל", "צה״ל"),
        ('ב"הארץ"', "הארץ"),
    ],
)
def test_a_prefix_is_separated(word: str, stem: str) -> None:
    assert fold(stem) in stems(fold(word))


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        ("سشيراز", "شيراز"),
        ("نشيراز", "شيراز"),
        ("شيرازي", "شيراز"),
        ("بوشيراز", "شيراز"),
        ("אחיפה", "חיפה"),
        ("חיפהב", "חיפה"),
        ("train", "rain"),
        ("وب", "ب"),
    ],
)
def test_other_letters_are_no_prefix(word: str, stem: str) -> None:
    assert fold(stem) not in stems(fold(word))


def test_a_short_term_takes_no_prefix() -> None:
    assert [takes_prefix(tokens(term)) for term in ("שר", "تل", "تل أبيب", "חיפה", "train", "12א")] == [
        False,
        False,
        True,
        True,
        False,
        False,
    ]


def test_positions_are_those_of_the_words() -> None:
    assert stem_positions(["قال", "وبشيراز", "", "train"]) == {"بشيراز": [1], "شيراز": [1]}


@given(st.text(st.sampled_from("وفبكلاسيشحרהבכלמשוחאabz1"), max_size=8))
def test_a_stem_is_shorter_than_its_word_and_every_word_with_one_has_a_marker(word: str) -> None:
    for stem in stems(word):
        assert word.endswith(stem.removeprefix("ال").removeprefix("ل"))
        assert stem != word
        assert set(word) & set(MARKERS)
