"""Boundaries of words that no space separates, with the dictionaries of ICU and without."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text.scripts.boundaries import is_installed, is_whole_word, needs_check
from monitor.text.tokens import tokens


def found(text: str, term: str, *, dictionary: bool = True) -> bool:
    """Return whether an occurrence of *term* in *text* may be a word."""
    starts = (start for start in range(len(text)) if text.startswith(term, start))
    return any(is_whole_word(text, start, start + len(term), dictionary=dictionary) for start in starts)


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("ガーナの大統領", "ガーナ"),
        ("ガーナ大統領", "ガーナ"),
        ("ロンドンマラソン", "ロンドン"),
        ("ホンダグループ", "ホンダ"),
        ("ペルーフェスティバル", "ペルー"),
        ("ﾛﾝﾄﾞﾝの空", "ﾛﾝﾄﾞﾝ"),
        ("奈良県", "奈良"),
        ("大阪府庁", "大阪"),
        ("韓国人", "韓国"),
        ("ペルー人", "ペルー"),
        ("副首相", "首相"),
        ("記者会見張偉明", "張偉明"),
        ("会见陈建华总经理", "陈建华"),
        ("上海大学", "上海"),
        ("อยู่ที่เชียงใหม่วันนี้", "เชียงใหม่"),
        ("นายปรีดิยาธรกล่าวว่า", "ปรีดิยาธร"),
        ("มหาวิทยาลัย", "มหาวิทยาลัย"),
        ("នៅសៀមរាបថ្ងៃនេះ", "សៀមរាប"),
        ("ຢູ່ຫຼວງພະບາງມື້ນີ້", "ຫຼວງພະບາງ"),
        ("မန္တလေးမြို့", "မန္တလေး"),
    ],
)
def test_a_word_is_found_in_a_run(text: str, term: str) -> None:
    assert found(text, term)


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("ガーナッツ", "ガーナ"),
        ("タイペイ", "タイ"),
        ("タイタニック", "タイ"),
        ("マリーナ", "マリ"),
        ("ソマリア", "マリ"),
        ("ｿﾏﾘｱ", "ﾏﾘ"),
        ("ロンドンー", "ロンドン"),
        ("ゼレンスキー氏", "スキー"),
        ("東京都知事", "京都"),
        ("中国会议", "国会"),
        ("产品和服务", "和服"),
        ("日本", "本"),
        ("เขาตายแล้ว", "ตา"),
        ("ราคามาก", "มา"),
    ],
)
def test_a_part_of_a_known_word_is_not_found(text: str, term: str) -> None:
    assert not found(text, term)


@pytest.mark.parametrize(
    ("text", "term", "expected"),
    [
        ("ガーナの大統領", "ガーナ", True),
        ("ガーナ大統領", "ガーナ", True),
        ("駐ガーナ大使", "ガーナ", True),
        ("ガーナッツ", "ガーナ", False),
        ("ソマリア", "マリ", False),
        ("ロンドンマラソン", "ロンドン", True),
        ("ロンドンー", "ロンドン", False),
        ("ガーナチョコ", "ガーナ", False),
        ("ケイト・ガーナ", "ガーナ", True),
        ("東京都知事", "京都", True),
        ("เขาตายแล้ว", "ตา", True),
    ],
)
def test_without_a_dictionary_only_a_run_of_katakana_is_a_word(text: str, term: str, *, expected: bool) -> None:
    assert found(text, term, dictionary=False) is expected


def test_only_terms_of_scripts_without_spaces_are_checked() -> None:
    assert is_installed()
    terms = ("ガーナ", "奈良", "เชียงใหม่", "さくら", "London", "서울", "חיפה", "G7サミット")
    assert [needs_check(tokens(term), dictionary=True) for term in terms] == [True] * 4 + [False] * 3 + [True]
    assert [needs_check(tokens(term), dictionary=False) for term in terms] == [True, *[False] * 6, True]


SCRIPTS = st.text(st.sampled_from("タイヤンー京都東日本กาตยเ้ကန်ក្្ សaア1 、"), min_size=1, max_size=30)


@given(SCRIPTS, st.data())
def test_a_match_that_is_a_whole_run_is_a_word(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    alone = text[start:end]
    for dictionary in (True, False):
        assert is_whole_word(alone, 0, len(alone), dictionary=dictionary)
        assert is_whole_word(f"x {alone}. y", 2, 2 + len(alone), dictionary=dictionary)


@given(SCRIPTS, st.data())
def test_the_dictionary_is_only_asked_about_letters_beside_the_match(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    apart = f"{text[:start]} {text[start:end]} {text[end:]}"
    assert is_whole_word(apart, start + 1, end + 1, dictionary=True)
