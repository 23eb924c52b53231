"""Letters with several forms (Arabic, Persian, Urdu, Hebrew, ideographs), and the digits of all scripts."""

import pytest

from monitor.text.tokens import tokenize, tokens


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("أحمد إبراهيم آمال", "احمد ابراهيم امال"),
        ("ٱلبحر", "البحر"),
        ("مصطفى", "مصطفي"),
        ("مدرسة", "مدرسه"),
        ("سـوريـا", "سوريا"),
        ("كِتَابٌ", "كتاب"),
        ("شیراز", "شيراز"),
        ("کرمان", "كرمان"),
        ("لاہور", "لاهور"),
        ("خانۀ", "خانه"),
        ("می‌روند", "می روند"),
        ("ﻣﺼﺮ", "مصر"),
        ("צה״ל", "צהל"),
        ('צה"ל', "צהל"),
        ("צה”ל", "צהל"),
        ("דו״ח", 'דו"ח'),
        ("ג'רבי", "ג׳רבי"),
        ("ג’רבי", "גרבי"),
        ("שָׁלוֹם", "שלום"),
        ("ים", "ימ"),
        ("國會", "国会"),
        ("馬來西亞", "马来西亚"),
        ("總書記", "総書記"),
        ("頭髮", "头发"),
        ("發展", "发展"),
        ("里面", "裡面"),
        ("裏面", "裡面"),
        ("東京都廳", "東京都庁"),
        ("１２", "12"),
        ("٢٠٣٤", "2034"),
        ("۲۰۳۴", "2034"),
        ("२०३४", "2034"),
        ("২০৩৪", "2034"),
        ("๒๐๓๔", "2034"),
        ("២០៣៤", "2034"),
        ("၂၀၃၄", "2034"),
        ("𝟚𝟘", "20"),
        ("กรุงเทพฯ", "กรุงเทพ"),
        ("น\u0e49\u0e33", "น\u0e49\u0e4d\u0e32"),
        ("ភ្នំ\u200bពេញ", "ភ្នំពេញ"),
    ],
)
def test_forms_of_the_same_letters_fold_to_one(one: str, other: str) -> None:
    assert tokens(one) == tokens(other) != ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("בית", "בת"),
        ("مصر", "مصري"),
        ("گل", "كل"),
        ("中国", "中間"),
        ("日", "曰"),
        ("末", "未"),
        ("²", "2a"),
        ('"בית"', '"הבית"'),
        ("กา", "ก้า"),
    ],
)
def test_different_letters_stay_different(one: str, other: str) -> None:
    assert tokens(one) != tokens(other)


def test_a_quotation_mark_beside_a_hebrew_word_separates() -> None:
    assert tokens('"בית" "ספר"') == ("בית", "ספר")
    assert tokens("A\"B it's") == ("a", "b", "it", "s")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('דובר צה"ל: 17', ["דובר", 'צה"ל', "17"]),
        ("سنة ٢٠٣٤", ["سنة", "٢٠٣٤"]),
        ("國會﹐٣", ["國", "會", "٣"]),
        ("น้ำดี", ["น้ำ", "ดี"]),
        ("می‌روند", ["می", "روند"]),
    ],
)
def test_offsets_point_into_the_original(text: str, words: list[str]) -> None:
    assert [text[token.start : token.end] for token in tokenize(text)] == words
