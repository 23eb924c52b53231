"""Folding and tokenization: equal spellings, and offsets into the original text."""

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text.tokens import compose, fold, replace_confusables, spans, straighten, tokenize, tokenize_any, tokens
from tests.doubling import measure
from tests.linear.growth import MAX_EXPONENT

UNUSUAL_TEXT = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("ßﬁİıøŁ㎏éё\u200b\u202e\u00ad\u0301\u1100\u1161\u11a8가がｶﾞ김정은金'’-_ \t\n.ÀÅſKΩ"),
    ),
    max_size=60,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kim Jong-un", "KIM  JONG UN"),
        ("São Paulo", "Sao Paulo"),
        ("Łódź", "lodz"),
        ("Берёза", "БЕРЕЗА"),
        ("İstanbul", "istanbul"),
        ("ISPARTA", "ısparta"),
        ("Straße", "STRASSE"),
        ("ﬁnance", "finance"),
        ("K\u200bim", "Kim"),
        ("\u202eKim\u202c", "kim"),
        ("Ｋｉｍ", "kim"),
        ("Malmø", "malmo"),
        ("محمد", "مُحَمَّد"),
        (unicodedata.normalize("NFD", "김정은"), "김정은"),
        (unicodedata.normalize("NFD", "ガーナ"), "ガーナ"),
        ("ｶﾞｰﾅ", "ガーナ"),
        ("キム・ジョンウン", "キム ジョンウン"),
        ("ｷﾑ", "キム"),
        ("習\u200b近平", "習近平"),
        ("２０２６年", "2026年"),
        ("МОСКВА", "москва"),
        ("Чёрный", "Черныи"),
        ("IĞDIR", "ığdır"),
        ("DİYARBAKIR", "diyarbakır"),
        ("MÜNCHEN", "münchen"),
        ("Mu\u0308nchen", "München"),
        ("Groß\u00ad\u200bgerau", "GROSSGERAU"),
        ("\u2067القاهرة\u2069", "القاهرة"),
        ("القـاهرة", "القاهرة"),
        ("Jong\u2011un", "Jong un"),
    ],
)
def test_spellings_of_the_same_words_fold_to_the_same_tokens(one: str, other: str) -> None:
    assert tokens(one) == tokens(other) != ()


@pytest.mark.parametrize(("one", "other"), [("か", "が"), ("मन", "मान"), ("Kim", "Kin"), ("e mail", "email")])
def test_different_words_stay_different(one: str, other: str) -> None:
    assert tokens(one) != tokens(other)


def test_hangul_syllables_and_ideographs_are_single_tokens() -> None:
    assert tokens("김정은이 金正恩") == ("김", "정", "은", "이", "金", "正", "恩")


@pytest.mark.parametrize(
    ("one", "other"), [("Рutin", "Putin"), ("Кіm", "Kim"), ("Ηκ", "hk"), ("раypal", "paypal"), ("Putin", "Putin")]
)
def test_confusable_letters_become_latin(one: str, other: str) -> None:
    assert replace_confusables(tokens(one)) == tokens(other)


def test_an_apostrophe_separates_a_possessive() -> None:
    assert tokens("Kim's and Putin’s") == ("kim", "s", "and", "putin", "s")


def test_offsets_point_into_the_original() -> None:
    source = "Die Straße — K\u200bim Jong-un, ﬁn"
    assert [source[token.start : token.end] for token in tokenize(source)] == ["Die", "Straße", "K\u200bim", "Jong", "un", "ﬁn"]


@given(UNUSUAL_TEXT)
def test_a_token_is_folded_from_the_text_at_its_offsets(source: str) -> None:
    last = 0
    for token in tokenize(source):
        assert last <= token.start < token.end <= len(source) or token.start < last
        last = max(last, token.start)
        assert token.text in "".join(tokens(source[token.start : token.end]))


@given(UNUSUAL_TEXT)
def test_folding_twice_changes_nothing(source: str) -> None:
    assert fold(fold(source)) == fold(source)


@given(UNUSUAL_TEXT)
def test_the_fast_and_the_general_tokenization_agree(source: str) -> None:
    assert tokenize(source) == tokenize_any(source)


@given(UNUSUAL_TEXT)
def test_spans_are_those_of_tokenize(source: str) -> None:
    assert spans(source) == tuple((token.start, token.end) for token in tokenize(source))


@given(UNUSUAL_TEXT)
def test_a_straightened_text_has_the_same_words(source: str) -> None:
    assert tokenize_any(straighten(source)) == tokenize_any(source)


@given(UNUSUAL_TEXT)
def test_tokens_are_the_words_of_tokenize(source: str) -> None:
    assert tokens(source) == tuple(token.text for token in tokenize(source))


@pytest.mark.parametrize("function", [tokens, lambda text: tokens(compose(text))])
def test_many_marks_on_one_letter_take_linear_time(function: Callable[[str], tuple[str, ...]]) -> None:
    def prepare(count: int) -> Callable[[], object]:
        text = "a" + "\u0301\u0323" * count + " b"
        assert function(text) == ("a", "b")
        return lambda: function(text)

    assert measure(prepare, 6_000).exponent < MAX_EXPONENT


def test_compose_is_nfc_where_letters_have_few_marks() -> None:
    assert compose("e\u0301 o\u0323\u0302 " + "\u3001" * 40) == "é ộ " + "\u3001" * 40
