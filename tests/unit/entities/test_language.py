"""Language detection."""

import pytest

from consumers.entities.language import detect_language


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The train left the capital late on Sunday evening.", "en"),
        ("El presidente viajó a Madrid para una reunión con los ministros.", "es"),
        ("김정은 국무위원장이 전용열차를 타고 러시아로 향했다.", "ko"),
        ("", "und"),
        ("Hm.", "und"),
    ],
)
def test_the_language_of_a_text_is_detected(text: str, code: str) -> None:
    assert detect_language("", text).code == code
