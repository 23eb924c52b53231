"""Language detection."""

import pytest

from consumers.entities.language import detect_language


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The train left the capital late on Sunday evening.", "en"),
        ("El presidente viajó a Madrid para una reunión con los ministros.", "es"),
        ("김정은 국무위원장이 전용열차를 타고 러시아로 향했다.", "ko"),
        ("外務省は東京で会見を開き、首相の訪問を発表した。", "ja"),
        ("外交部发言人宣布 iPhone 17 Pro Max 在北京发布。", "zh"),
        ("Московские власти сообщили, что Apple закрывает магазин.", "ru"),
        ("ประธานาธิบดีเดินทางไปยังเมืองหลวงเมื่อวันอาทิตย์", "th"),
        ("Predsednik Srbije izjavio je da će policija istražiti slučaj u Beogradu.", "sr"),
        # The detector takes both for Russian.
        ("Ọ̀pọ̀lọpọ̀ ọmọ ẹgbẹ́ ṣẹ̀ṣẹ̀ ń ṣiṣẹ́", "und"),
        ("ABUBAKAR ẸGBẸ́ ỌMỌ ỌBA", "und"),
        ("12 345 678 901 234 567", "und"),
        ("", "und"),
        ("Hm.", "und"),
    ],
)
def test_the_language_of_a_text_is_detected(text: str, code: str) -> None:
    assert detect_language("", text).code == code
